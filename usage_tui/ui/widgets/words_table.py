"""A table whose cells are words with roles."""

from __future__ import annotations

from collections.abc import Callable

from rich.style import Style
from rich.text import Text
from textual.widgets import DataTable

from usage_tui.core.spans import Line, Role


class WordsTable(DataTable[Text]):
    """A table with a cursor on a row; `style` gives each role its looks."""

    def __init__(self, style: Callable[[Role], Style], *, has_header: bool) -> None:
        super().__init__(cursor_type="row", cursor_foreground_priority="renderable", show_header=has_header)
        self._style = style

    def move_by(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.move_cursor(row=self.cursor_row + rows)

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, or on the last one (-1)."""
        self.move_cursor(row=row % max(1, self.row_count))

    def text(self, line: Line) -> Text:
        """Make a cell of words; the row under the cursor keeps its own ground."""
        text = Text(no_wrap=True)
        for span in line:
            style = self._style(span.role)
            text.append(span.text, style=Style(color=style.color, bold=style.bold))
        return text
