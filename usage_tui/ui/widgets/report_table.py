"""The table of a report: only the rows that are seen are worded, however many there are."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from usage_tui.core import report_table
from usage_tui.core.report import Entry, Order, Page, Place
from usage_tui.core.spans import Line
from usage_tui.ui.keys import REPORT_ROW_KEYS
from usage_tui.ui.styled import Words

HEADING_ROWS = 1
WHEEL_ROWS = 3


class ReportTable(Words, can_focus=True):
    """Entries of a report under their titles, with a cursor that stays on its entry."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"report--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [*REPORT_ROW_KEYS]

    class Chosen(Message):
        """The row under the cursor was chosen."""

    class Moved(Message):
        """The cursor went to another row."""

    def __init__(self) -> None:
        super().__init__()
        self._page: Page | None = None
        self._place = Place()
        self._order = Order.CREDITS
        self._is_turned = False
        self._cursor = 0
        self._top = 0
        self._told: tuple[Line, ...] = ()

    @property
    def selected(self) -> Entry | None:
        """The entry under the cursor."""
        entries = self._page.entries if self._page is not None else ()
        return entries[self._cursor] if self._cursor < len(entries) else None

    def show_page(self, page: Page, place: Place, order: Order, *, is_turned: bool) -> None:
        """Show entries; the cursor stays on its entry in the same place, and goes to the first in another."""
        selected = self.selected.label if self.selected is not None and place == self._place else None
        if self._order is not order or self._is_turned != is_turned:
            selected = None
        self._page, self._place, self._order, self._is_turned = page, place, order, is_turned
        labels = [entry.label for entry in page.entries]
        self._cursor = labels.index(selected) if selected in labels else 0
        self._top = 0 if selected is None else self._top
        self._word()

    def tell(self, lines: tuple[Line, ...]) -> None:
        """Say why there are no entries."""
        self._page, self._told = None, lines
        self._word()

    def move(self, row: int) -> None:
        """Put the cursor on a row, counted from 0; the last one holds it."""
        count = len(self._page.entries) if self._page is not None else 0
        before = self._cursor - self._top + HEADING_ROWS
        top = self._top
        self._cursor = max(0, min(count - 1, row))
        self._scroll()
        after = self._cursor - self._top + HEADING_ROWS
        if self._top != top:
            self._word()
        for y in {before, after}:
            self._strips.pop(y, None)
        self.refresh(*(Region(0, y, self.size.width, 1) for y in {before, after}))
        self.post_message(self.Moved())

    def move_by(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.move(self._cursor + rows)

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, or on the last one (-1)."""
        self.move(row if row >= 0 else len(self._page.entries) - 1 if self._page is not None else 0)

    def action_page(self, by: int) -> None:
        """Move the cursor by as many rows as are seen."""
        self.move_by(by * max(1, self._seen_rows - 1))

    def on_resize(self, _event: events.Resize) -> None:
        """Word for the new room."""
        self._word()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click chooses."""
        row = self._top + event.y - HEADING_ROWS
        if event.y >= HEADING_ROWS and self._page is not None and row < len(self._page.entries):
            is_again = row == self._cursor
            self.move(row)
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
    def _seen_rows(self) -> int:
        return max(1, self.size.height - HEADING_ROWS)

    def _scroll(self) -> None:
        """Keep the cursor in sight."""
        count = len(self._page.entries) if self._page is not None else 0
        self._top = max(0, min(self._top, self._cursor, count - 1))
        self._top = max(self._top, self._cursor - self._seen_rows + 1)

    def _word(self) -> None:
        """Word what is seen."""
        width = self.size.width
        if not width:
            return
        self._strips = {}
        if self._page is None:
            self.show_lines(self._told)
            return
        self._scroll()
        columns = report_table.columns_for(width)
        label = report_table.label_cells(columns, width)
        heading = report_table.heading(columns, label, self._place.by, self._order, is_turned=self._is_turned)
        total = self._page.total.credits
        seen = self._page.entries[self._top : self._top + self._seen_rows]
        rows = (report_table.row(entry, columns, label, total) for entry in seen)
        self.show_lines((heading, *rows))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row; the one under the cursor stands out."""
        strip = super().render_line(y)
        if self._page is None or y != self._cursor - self._top + HEADING_ROWS or not self._page.entries:
            return strip
        cursor = self.get_component_rich_style("report--cursor")
        style = Style(bgcolor=cursor.bgcolor, reverse=cursor.reverse)
        return Strip(Segment.apply_style(strip, post_style=style), strip.cell_length)
