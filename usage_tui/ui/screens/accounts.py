"""All accounts: one row each, the riskiest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.coordinate import Coordinate
from textual.widgets import DataTable, Input

from usage_tui.core.accounts_table import COLUMNS, AccountRow, account_rows, columns_at
from usage_tui.core.headline import accounts_title
from usage_tui.core.spans import Role
from usage_tui.ui.keys import ROW_KEYS, TABLE_KEYS
from usage_tui.ui.messages import AccountChosen
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.roster_screen import RosterScreen
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.key_hints import KeyHints
from usage_tui.ui.widgets.words_table import WordsTable


class AccountsTable(WordsTable):
    """A table of accounts whose cells are words with roles."""

    BINDINGS: ClassVar[list[BindingType]] = [*ROW_KEYS]

    def __init__(self, style: Callable[[Role], Style]) -> None:
        super().__init__(style, has_header=True)
        self._rows: list[AccountRow] = []
        self._shown_columns: list[int] = []

    def show_rows(self, rows: list[AccountRow], screen_columns: int) -> None:
        """Show `rows`; where the accounts and their order stay, only cells that changed are written."""
        columns = columns_at(screen_columns)
        is_same_shape = columns == self._shown_columns and [r.name for r in rows] == [r.name for r in self._rows]
        if not is_same_shape:
            self._rebuild(rows, columns)
        else:
            for number, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
                for place, index in enumerate(columns):
                    if old.cells[index] != new.cells[index]:
                        self.update_cell_at(Coordinate(number, place), self.text(new.cells[index]))
        self._rows, self._shown_columns = rows, columns

    @property
    def selected_name(self) -> str | None:
        """The account under the cursor."""
        return self._rows[self.cursor_row].name if 0 <= self.cursor_row < len(self._rows) else None

    def _rebuild(self, rows: list[AccountRow], columns: list[int]) -> None:
        """Lay the table anew; the cursor stays on its account."""
        selected = self.selected_name
        self.clear(columns=True)
        for index in columns:
            self.add_column(COLUMNS[index].title, width=COLUMNS[index].width)
        for row in rows:
            self.add_row(*(self.text(row.cells[index]) for index in columns))
        names = [row.name for row in rows]
        if selected in names:
            self.move_cursor(row=names.index(selected), animate=False)


class AccountsScreen(RosterScreen):
    """The table of accounts; Enter opens one."""

    BINDINGS: ClassVar[list[BindingType]] = [*TABLE_KEYS]

    def __init__(self, roster: Roster) -> None:
        super().__init__(roster)
        self._name_part = ""
        self._filter: Input | None = None

    def compose(self) -> ComposeResult:
        """Lay out title, table and footer; the filter, which takes as long as all of these, comes when asked for."""
        yield Words(id="title")
        yield AccountsTable(self.role_style)
        yield KeyHints()

    def on_mount(self) -> None:
        """Begin with the table."""
        self.query_one(AccountsTable).focus()
        self.look()

    def on_resize(self, _event: events.Resize) -> None:
        """Show the columns that fit."""
        self.soon(self.look)

    def look(self) -> None:
        """Show all accounts as they are now."""
        table = self.query_one(AccountsTable)
        roster = self.roster
        rows = account_rows(roster.views, roster.now, roster.zone, self._name_part)
        table.show_rows(rows, self.app.size.width)
        title = self.query_one("#title", Words)
        title.show_lines((accounts_title(self.roster.views, self.roster.now, self.size.width - 4),))

    @on(DataTable.RowSelected)
    def open_selected(self) -> None:
        """Show the account under the cursor on the dashboard."""
        name = self.query_one(AccountsTable).selected_name
        if name is not None:
            self.post_message(AccountChosen(name))

    def action_filter(self) -> None:
        """Ask for a part of a name."""
        if self._filter is None:
            self._filter = Input(placeholder="part of a name", id="filter", compact=True)
            self.mount(self._filter, before="KeyHints")
        self._filter.display = True
        self._filter.focus()

    @on(Input.Changed)
    def filter_names(self, event: Input.Changed) -> None:
        """Show the accounts that match what was typed so far."""
        self._name_part = event.value
        self.look()

    @on(Input.Submitted)
    def leave_filter(self, event: Input.Submitted) -> None:
        """Go back to the table with the filter in force."""
        event.input.display = bool(event.value)
        self.query_one(AccountsTable).focus()

    def action_back(self) -> None:
        """Give up the filter first, then the screen."""
        if self._filter is not None and self._filter.display:
            self._filter.value = ""
            self._filter.display = False
            self.query_one(AccountsTable).focus()
        else:
            self.dismiss()

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.query_one(AccountsTable).move_by(by)

    def action_move_to(self, row: int) -> None:
        """Move the cursor to the first row, or to the last one (-1)."""
        self.query_one(AccountsTable).move_to(row)
