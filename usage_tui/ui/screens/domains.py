"""Where the credits went: an account's domain report by domain, date or parameters, and inside each of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from usage_tui.core.errors import UsageTuiError
from usage_tui.core.reconcile import ComparedDay, agreement, agreement_line
from usage_tui.core.report import Entry, Grouping, Order, Page, Place
from usage_tui.core.report_chart import ReportChart
from usage_tui.core.report_table import ReportRows, no_report_lines, orders_for, remark_line, report_title
from usage_tui.core.spans import Line, Role, Span
from usage_tui.ui.keys import DOMAINS_KEYS
from usage_tui.ui.messages import ScreenAsked
from usage_tui.ui.ports import ReportAsked, ReportPorts
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.table_screen import TableScreen
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.key_hints import KeyHints
from usage_tui.ui.widgets.report_panel import ReportPanel
from usage_tui.ui.widgets.rows_table import RowsTable

MOST_ENTRIES = 1_000
PATIENCE_SECONDS = 0.4
OF_ENTRIES = frozenset({"drill", "filter", "group", "move", "move_to", "sort", "turn"})
_GROUPINGS = tuple(Grouping)


class DomainsScreen(TableScreen):
    """The report of the account that is current in the roster; it is read in threads, and only when asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [*DOMAINS_KEYS]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-medium")]  # noqa: RUF012  # as Textual types it
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (8, "-low"), (20, "-normal"), (30, "-tall")]  # noqa: RUF012
    stays_for_account = True

    def __init__(self, roster: Roster, ports: ReportPorts) -> None:
        super().__init__(roster)
        self._ports = ports
        self._places: tuple[Place, ...] = (Place(),)
        self._order = Order.CREDITS
        self._is_turned = False
        self._account = ""
        self._page: Page | None = None
        self._shown: tuple[Place, Order, bool] | None = None
        self._days: Sequence[ComparedDay] = ()
        self._is_read = False

    def compose(self) -> ComposeResult:
        """Lay out title, agreement, chart, table, filter and footer."""
        yield Words(id="title")
        yield Words(id="agreement")
        yield ReportPanel()
        yield RowsTable()
        yield Words(id="remark")
        yield Input(placeholder="part of a name, then enter", id="filter", compact=True)
        yield KeyHints()

    def on_mount(self) -> None:
        """Begin with the table, and room for the chart; the filter is there when asked for."""
        self.add_class("-reported")
        self.query_one(Input).display = False
        self.table.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what is done with entries where there is a report."""
        return self.has_class("-reported") if action in OF_ENTRIES else super().check_action(action, parameters)

    def on_resize(self, _event: events.Resize) -> None:
        """Word the lines for the new room."""
        self.soon(self._word)

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Read again what an import may have changed meanwhile; place, order and filter stay."""
        if self.stands and self._account == self.roster.current:
            self._ask()
            self._compare(self._account)

    def look(self) -> None:
        """Read the report of the account that is current, when that is another one; the rest stands still."""
        if self._account == self.roster.current:
            return
        self._account = self.roster.current
        self.query_one(KeyHints).account_count = len(self.roster.names)
        self._go(self._places[:1])
        self._forget()
        self._compare(self._account)
        self.set_timer(PATIENCE_SECONDS, self._say_reading)

    def _forget(self) -> None:
        """Show nothing more of the account before."""
        self._page, self._days, self._is_read = None, (), False
        self.query_one(ReportPanel).show_chart(None)
        self.table.tell(())
        self._word()

    def _say_reading(self) -> None:
        """Say that the report is being read, where that takes long."""
        if not self._is_read and self.display:
            self.table.tell(((Span("Reading the report …", Role.DIM),),))

    @property
    def _place(self) -> Place:
        return self._places[-1]

    def _go(self, places: tuple[Place, ...]) -> None:
        """Go to a place; its largest entries come first, of dates the newest."""
        self._places = places
        self._is_turned = self._place.by is Grouping.DATE
        self._order = Order.LABEL if self._is_turned else Order.CREDITS
        self._drop_filter()
        self._ask()

    def _ask(self) -> None:
        """Have the entries read that are wanted now."""
        part = self.query_one(Input).value
        self._read(ReportAsked(self._account, self._place, self._order, self._is_turned, part, MOST_ENTRIES))

    @work(thread=True, exclusive=True, group="report", exit_on_error=False)
    def _read(self, asked: ReportAsked) -> None:
        try:
            page = self._ports.page(asked)
        except UsageTuiError as error:
            self.hand_over(partial(self._refuse, str(error)))
            return
        self.hand_over(partial(self._show, asked, page))

    @work(thread=True, exclusive=True, group="agreement", exit_on_error=False)
    def _compare(self, account: str) -> None:
        try:
            days = self._ports.compared(account)
        except UsageTuiError:
            days = ()  # the entries, read from the same file, say what is wrong
        self.hand_over(partial(self._agree, days))

    def _show(self, asked: ReportAsked, page: Page | None) -> None:
        """Show what was read."""
        self._page, self._is_read = page, True
        if page is None:
            self._tell(no_report_lines(asked.account))
            return
        before, self._shown = self._shown, (asked.place, asked.order, asked.is_turned)
        rows = ReportRows(page, asked.place.by, asked.order, asked.is_turned)
        self.table.show_rows(rows, are_others=self._shown != before)
        self.add_class("-reported")
        self.refresh_bindings()
        self._word()
        chart = ReportChart(page, asked.place.by, asked.order, asked.is_turned, bool(asked.part))
        self.query_one(ReportPanel).show_chart(chart, self._selected_label)

    @property
    def _selected(self) -> Entry | None:
        """The entry under the cursor."""
        selected = self.table.selected
        return None if selected is None or self._page is None else self._page.entries[selected]

    @property
    def _selected_label(self) -> str | None:
        return None if self._selected is None else self._selected.label

    @on(RowsTable.Moved)
    def point(self) -> None:
        """Point the chart to the entry under the cursor."""
        self.query_one(ReportPanel).point(self._selected_label)

    def _refuse(self, reason: str) -> None:
        """Say why nothing can be read."""
        self._is_read = True
        self._tell(((Span(f"✗ {reason}", Role.OVER),),))

    def _tell(self, lines: tuple[Line, ...]) -> None:
        self._page = None
        self.remove_class("-reported")
        self.refresh_bindings()
        self.query_one(ReportPanel).show_chart(None)
        self.table.tell(lines)
        self._word()

    def _agree(self, days: Sequence[ComparedDay]) -> None:
        self._days = days
        self._word()

    def _word(self) -> None:
        """Word the lines around the table."""
        title, agreed = self.query_one("#title", Words), self.query_one("#agreement", Words)
        width = title.size.width
        glance = self.roster.glance()
        is_simulated = glance is not None and glance.view.is_simulated
        line = report_title(self._account, self._place, self._page, width, is_simulated=is_simulated)
        title.show_lines((line,))
        nothing: Line = ()
        agreed.show_lines((agreement_line(agreement(self._days), width) if self._days else nothing,))
        remark = self.query_one("#remark", Words)
        left = remark_line(self._page, self.query_one(Input).value, width)
        remark.display = bool(left)
        remark.show_lines((left,))

    def action_group(self) -> None:
        """Add the whole report up by something else."""
        index = _GROUPINGS.index(self._places[0].by)
        self._go((Place(_GROUPINGS[(index + 1) % len(_GROUPINGS)]),))

    @on(RowsTable.Chosen)
    def action_drill(self) -> None:
        """Look inside the entry under the cursor."""
        if isinstance(self.focused, Input):
            return
        selected = self._selected
        below = None if selected is None else self._place.within(selected.label)
        if below is None:
            return
        self._go((*self._places, below))

    def action_sort(self, by: int) -> None:
        """Sort by another column."""
        orders = orders_for(self.table.size.width)
        place = orders.index(self._order) if self._order in orders else 0
        self._order, self._is_turned = orders[(place + by) % len(orders)], False
        self._ask()

    def action_turn(self) -> None:
        """Turn the order round."""
        self._is_turned = not self._is_turned
        self._ask()

    def action_import(self) -> None:
        """Go to the import of a file."""
        self.post_message(ScreenAsked("import"))

    def action_filter(self) -> None:
        """Ask for a part of a name."""
        asked = self.query_one(Input)
        asked.display = True
        asked.focus()

    @on(Input.Changed)
    def filter_entries(self) -> None:
        """Show the entries that match what was typed so far."""
        self._ask()

    @on(Input.Submitted)
    def leave_filter(self) -> None:
        """Go back to the table with the filter in force."""
        asked = self.query_one(Input)
        asked.display = bool(asked.value)
        self.table.focus()

    def _drop_filter(self) -> None:
        asked = self.query_one(Input)
        with self.prevent(Input.Changed):
            asked.value = ""
        asked.display = False
        self.table.focus()

    def action_back(self) -> None:
        """Give up the filter first, then go back up, then leave the screen."""
        if self.query_one(Input).display:
            self._drop_filter()
            self._ask()
        elif len(self._places) > 1:
            self._go(self._places[:-1])
        else:
            self.dismiss()
