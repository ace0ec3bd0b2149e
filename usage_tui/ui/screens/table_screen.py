"""What the screens around one table have in common."""

from __future__ import annotations

from usage_tui.ui.screens.roster_screen import RosterScreen
from usage_tui.ui.widgets.rows_table import RowsTable


class TableScreen(RosterScreen):
    """A screen whose keys move through its table."""

    @property
    def table(self) -> RowsTable:
        """The table."""
        return self.query_one(RowsTable)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.table.move_by(by)

    def action_move_to(self, row: int) -> None:
        """Move the cursor to the first row, or to the last one (-1)."""
        self.table.move_to(row)
