"""A table of words: only the rows that are seen are worded, and only what changes is painted."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from usage_tui.core.rows import Rows
from usage_tui.core.spans import Line
from usage_tui.core.wrapping import wrapped
from usage_tui.ui.keys import ROW_KEYS
from usage_tui.ui.styled import Words

WHEEL_ROWS = 3


class RowsTable(Words, can_focus=True):
    """Rows under their titles, with a cursor that stays on its row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [*ROW_KEYS]

    class Chosen(Message):
        """The row under the cursor was chosen with the mouse."""

    class Moved(Message):
        """The cursor went to another row."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Rows | None = None
        self._names: Sequence[Hashable] = ()
        self._told: tuple[Line, ...] = ()
        self._cursor = self._top = 0
        self._pointed: int | None = None
        self._worded_for = Size(0, 0)

    @property
    def selected(self) -> int | None:
        """The row under the cursor, counted from 0."""
        return self._cursor if self._cursor < len(self._names) else None

    def show_rows(self, rows: Rows, *, are_others: bool = False) -> None:
        """Show rows; the cursor stays on its row, but goes to the first where these are others than before."""
        selected = None if are_others or self.selected is None else self._names[self.selected]
        self._rows, self._names = rows, rows.names
        if selected in self._names:
            self._cursor = self._names.index(selected)
        else:
            self._cursor = self._top = 0
        self._word()

    def tell(self, lines: tuple[Line, ...]) -> None:
        """Say why there are no rows."""
        self._rows, self._names, self._told = None, (), lines
        self._word()

    def move_by(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.move_to(max(0, self._cursor + rows))

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, counted from 0; the last one (-1) holds it."""
        last = len(self._names) - 1
        self._cursor = max(0, last if row < 0 else min(row, last))
        self._word()
        self.post_message(self.Moved())

    def action_page(self, by: int) -> None:
        """Move the cursor by as many rows as are seen."""
        self.move_by(by * max(1, self._seen_rows - 1))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click chooses."""
        row = self._top + event.y - self._title_rows
        if event.y >= self._title_rows and row < len(self._names):
            is_again = row == self._cursor
            self.move_to(row)
            if is_again:
                self.post_message(self.Chosen())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go on with the wheel."""
        event.stop()
        self.move_by(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go back with the wheel."""
        event.stop()
        self.move_by(-WHEEL_ROWS)

    @property
    def _title_rows(self) -> int:
        return 0 if self._titles() is None else 1

    def _titles(self) -> Line | None:
        """Give the line above the rows; where there is but one row of room, the cursor's row has it."""
        return None if self._rows is None or self.size.height < 2 else self._rows.titles(self.size.width)

    @property
    def _seen_rows(self) -> int:
        return max(1, self.size.height - self._title_rows)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of `crop`, worded for the room that there is now."""
        if self.size != self._worded_for:
            self._lines, self._strips = self._seen_lines(), {}
        return super().render_lines(crop)

    def _word(self) -> None:
        """Word what is seen; a cursor that moves is drawn where it was, and where it is."""
        if not self.size:
            return
        before = self._pointed
        self.show_lines(self._seen_lines())
        if self._pointed != before:
            self.draw_again(Region(0, y, self.size.width, 1) for y in (before, self._pointed) if y is not None)

    def _seen_lines(self) -> tuple[Line, ...]:
        """Give the lines that there is room for, with the cursor in sight."""
        self._worded_for, width = self.size, self.size.width
        if self._rows is None:
            self._pointed = None
            return tuple(row for line in self._told for row in wrapped(line, width))
        last_top = max(0, len(self._names) - self._seen_rows)
        self._top = max(min(self._top, self._cursor, last_top), self._cursor - self._seen_rows + 1)
        self._pointed = None if self.selected is None else self._cursor - self._top + self._title_rows
        titles = self._titles()
        seen = range(self._top, min(len(self._names), self._top + self._seen_rows))
        return (*([] if titles is None else [titles]), *(self._rows.row(index, width) for index in seen))

    def render_line(self, y: int) -> Strip:
        """Draw one row; the one under the cursor stands out."""
        strip = super().render_line(y)
        if y != self._pointed:
            return strip
        cursor = self.get_component_rich_style("rows--cursor")
        style = Style(bgcolor=cursor.bgcolor, reverse=cursor.reverse)
        return Strip(Segment.apply_style(strip, post_style=style), strip.cell_length)
