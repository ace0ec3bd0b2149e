"""All accounts: one row each, the riskiest first."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from usage_tui.core.accounts_table import AccountRows, account_rows
from usage_tui.core.headline import accounts_title
from usage_tui.ui.keys import ACCOUNTS_KEYS
from usage_tui.ui.messages import AccountChosen
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.table_screen import TableScreen
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.key_hints import KeyHints
from usage_tui.ui.widgets.rows_table import RowsTable


class AccountsScreen(TableScreen):
    """The table of accounts; Enter opens one."""

    BINDINGS: ClassVar[list[BindingType]] = [*ACCOUNTS_KEYS]

    def __init__(self, roster: Roster) -> None:
        super().__init__(roster)
        self._name_part = ""
        self._rows = AccountRows((), 0)
        self._filter: Input | None = None

    def compose(self) -> ComposeResult:
        """Lay out title, table and footer; the filter, which takes as long as all of these, comes when asked for."""
        yield Words(id="title")
        yield RowsTable()
        yield KeyHints()

    def on_mount(self) -> None:
        """Begin with the table."""
        self.table.focus()
        self.look()

    def on_resize(self, _event: events.Resize) -> None:
        """Show the columns that fit."""
        self.soon(self.look)

    def look(self) -> None:
        """Show all accounts as they are now."""
        roster = self.roster
        accounts = account_rows(roster.views, roster.now, roster.zone, self._name_part)
        self._rows = AccountRows(accounts, self.app.size.width)
        self.table.show_rows(self._rows)
        title = self.query_one("#title", Words)
        title.show_lines((accounts_title(self.roster.views, self.roster.now, self.app.size.width - 4),))

    @on(RowsTable.Chosen)
    def action_choose(self) -> None:
        """Show the account under the cursor on the dashboard."""
        selected = self.table.selected
        if selected is not None:
            self.post_message(AccountChosen(self._rows.names[selected]))

    def action_filter(self) -> None:
        """Ask for a part of a name."""
        if self._filter is None:
            self._filter = Input(placeholder="part of a name, then enter", id="filter", compact=True)
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
        self.table.focus()

    def action_back(self) -> None:
        """Give up the filter first, then the screen."""
        if self._filter is not None and self._filter.display:
            self._filter.value = ""
            self._filter.display = False
            self.table.focus()
        else:
            self.dismiss()
