"""The alerts: what fired, when, whether it is over, and who was told."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from usage_tui.core.alert_lines import NONE_YET, AlertRows, alert_detail, alert_title
from usage_tui.core.alert_log import AlertLog, AlertRecord
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.spans import Role, Span
from usage_tui.ui.keys import ALERT_KEYS
from usage_tui.ui.muting import mute
from usage_tui.ui.ports import AlertPorts
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.table_screen import TableScreen
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.key_hints import KeyHints
from usage_tui.ui.widgets.rows_table import RowsTable


class AlertsScreen(TableScreen):
    """The alerts of all accounts, the newest first; they are read in a thread, when something changed."""

    BINDINGS: ClassVar[list[BindingType]] = [*ALERT_KEYS]
    VERTICAL_BREAKPOINTS = [(0, "-small"), (14, "-normal")]  # noqa: RUF012  # as Textual types it

    def __init__(self, roster: Roster, alerts: AlertPorts) -> None:
        super().__init__(roster)
        self._alerts = alerts
        self._log: AlertLog | None = None
        self._read_serial: int | None = None
        self._fault: str | None = None

    def compose(self) -> ComposeResult:
        """Lay out title, table, the chosen alert and the footer."""
        yield Words(id="title")
        yield RowsTable()
        yield Words(id="detail")
        yield KeyHints()

    def on_mount(self) -> None:
        """Begin with the newest alert."""
        self.table.focus()
        self.look()

    def on_resize(self, _event: events.Resize) -> None:
        """Word for the new room."""
        self.soon(self._show)

    def look(self) -> None:
        """Read the alerts anew where something changed, and word anew what holds now: a mute ends, a day passes."""
        serial = self._alerts.serial()
        if serial != self._read_serial:
            self._read_serial = serial
            self._read()
        elif self._log is not None:
            self._show()

    @work(thread=True, exclusive=True, group="alerts", exit_on_error=False)
    def _read(self) -> None:
        try:
            log, fault = self._alerts.read(), None
        except HistoryUnavailable as error:
            log, fault = None, str(error)
        self.hand_over(partial(self._take, log, fault))

    def _take(self, log: AlertLog | None, fault: str | None) -> None:
        self._log, self._fault = log or self._log, fault
        if fault is not None:
            self._read_serial = None
        self._show()

    def _show(self) -> None:
        """Show the alerts as they were last read."""
        log = self._log or AlertLog()
        self.query_one("#title", Words).show_lines((alert_title(log, self.roster.views, self.app.size.width - 4),))
        self.table.show_rows(AlertRows(log, self.roster.now, self.roster.zone))
        self._show_detail()

    @on(RowsTable.Moved)
    def _show_detail(self) -> None:
        """Word the alert under the cursor."""
        detail = self.query_one("#detail", Words)
        record = self._selected()
        if self._fault is not None:
            detail.show_lines(((Span(self._fault, Role.NEAR),),))
        elif record is not None and self._log is not None:
            room = (detail.size.width, detail.size.height)
            detail.show_lines(alert_detail(record, self._log, self.roster.now, self.roster.zone, room))
        else:
            detail.show_lines(((Span(NONE_YET if self._log is not None else "", Role.DIM),),))

    def _selected(self) -> AlertRecord | None:
        selected = self.table.selected
        return None if selected is None or self._log is None else self._log.records[selected]

    @on(RowsTable.Chosen)
    def action_acknowledge(self) -> None:
        """Note that the alert under the cursor was seen."""
        record = self._selected()
        if record is not None and record.acknowledged_at is None:
            self._acknowledge(record.number)

    @work(thread=True, group="acknowledge", exit_on_error=False)
    def _acknowledge(self, number: int) -> None:
        try:
            self._alerts.acknowledge(number)
        except HistoryUnavailable as error:
            self.app.notify(str(error), severity="error", markup=False)
        self.hand_over(self.look)

    @work(thread=True, group="mute", exit_on_error=False)
    def action_mute(self) -> None:
        """Mute the rule of the alert under the cursor for longer, or no more, and say so."""
        record = self._selected()
        if record is not None:
            mute(self, self._alerts, record.account, record.rule)
            self.hand_over(self.look)

    def action_back(self) -> None:
        """Leave the screen."""
        self.dismiss()
