"""Words with roles: each role is a component class of the app, and the stylesheet gives it its colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from operator import eq
from typing import NamedTuple, Protocol

from rich.cells import cached_cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from usage_tui.core.spans import Line, Role, Span, line_cells
from usage_tui.ui.resizing import leave_stale


def role_class(role: Role) -> str:
    """Name the component class of the app that has a role's colour."""
    return f"role--{role}"


class Lines(Protocol):
    """What a widget shows, from its top down."""

    def __len__(self) -> int:
        """Count the lines."""

    def __getitem__(self, y: int, /) -> Line:
        """Give a line; IndexError where there is none."""


class Shift(NamedTuple):
    """What a terminal can do by itself before a widget is painted: move places, each on a row, to the left."""

    places: Sequence[Region]
    cells: int

    def sequence(self, offset: Offset) -> str:
        """Give what does it on a widget at an offset: at each, cells go on the left and blanks come on the right."""
        moved = [place.translate(offset) for place in self.places]
        return "".join(
            f"\x1b[{place.y + 1};{place.x + 1}H\x1b[{self.cells}P"
            f"\x1b[{place.y + 1};{place.right + 1 - self.cells}H\x1b[{self.cells}@"
            for place in moved
        )


class RoleScreen(Screen[None]):
    """A screen whose words have roles: component classes of the app, for a set of them in each screen is slow to open.

    Words that change go straight to the terminal: Textual's own way from a changed widget to its cells takes most of a
    glance's time, and up to a sixtieth of a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._role_styles: dict[Role, Style] = {}
        self._changed: dict[Words, set[Region]] = {}
        self._shifts: dict[Words, Shift] = {}

    async def _on_resize(self, event: events.Resize) -> None:
        """Take up the size that the terminal has now, and no earlier one."""
        leave_stale(self, event)

    def notify_style_update(self) -> None:
        """Look the colours up again after a change of theme."""
        super().notify_style_update()
        self._role_styles = {}

    def role_style(self, role: Role) -> Style:
        """Give the style of a role."""
        if role not in self._role_styles:
            self._role_styles[role] = self.app.get_component_styles(role_class(role)).rich_style
        return self._role_styles[role]

    def drawn(self, line: Line) -> str:
        """Give words as a terminal takes them, each in the colour of its role."""
        colours = self.app.console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001 -- Textual asks so too
        return "".join([Strip.render_style(self.role_style(span.role), span.text, colours) for span in line])

    def paint_soon(self, words: Words, places: Iterable[Region], shift: Shift | None = None) -> None:
        """Have places of a widget painted together with all others that change now.

        What a `shift` moves is painted, too, for not all of it need be another than before: it only spares bytes.
        """
        if not self._changed:
            self.call_next(self._paint)
        changed = self._changed.setdefault(words, set())
        changed.update(places)
        if shift is not None:
            self._shifts[words] = shift
            changed.update(shift.places)

    def _paint(self) -> None:
        """Paint what changed; Textual does it where that is about to move, or something may lie over it."""
        changed, self._changed = self._changed, {}
        shifts, self._shifts = self._shifts, {}
        has_toasts = bool(self.app._notifications)  # noqa: SLF001 -- Textual does not tell
        if has_toasts or self._layout_required or not self.is_active:
            for words, places in changed.items():
                words.refresh(*places)
        elif (driver := self.app._driver) is not None:  # noqa: SLF001 -- likewise
            driver.write(
                "".join(self._painted(words, sorted(places), shifts.get(words)) for words, places in changed.items())
            )

    def _painted(self, words: Words, places: Sequence[Region], shift: Shift | None) -> str:
        """Give what paints the places of a widget that are to be seen."""
        if words not in self._compositor.visible_widgets:
            return ""
        region, clip = self._compositor.visible_widgets[words]
        offset = region.offset
        seen = region.intersection(clip).translate((-offset.x, -offset.y))
        moves = shift.sequence(offset) if shift and all(map(seen.contains_region, shift.places)) else ""
        if not all(map(seen.contains_region, places)):
            places = [place for each in places if (place := each.intersection(seen))]
        return moves + "".join([words.painted(place, offset) for place in places])


class Words(Widget):
    """A widget on a `RoleScreen` that shows lines of words with roles, and is painted only where a line changes.

    It has no border and no padding: its rows go to the compositor as they are, which halves the work of a paint.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._lines: Lines = ()
        self._strips: dict[int, Strip] = {}
        self._drawn_for = Size(0, 0)

    @property
    def size(self) -> Size:
        """The room for words: all of the widget; Textual's own way to know that is a long one."""
        return self.outer_size

    def show_lines(self, lines: Lines) -> None:
        """Show `lines`, top to bottom; only what changed is painted."""
        shown, self._lines = self._lines, lines
        self.draw_again(self.changes(shown, lines), self.shift(shown, lines))

    def draw_again(self, places: Iterable[Region], shift: Shift | None = None) -> None:
        """Draw places again, after what a `shift` moves."""
        changed = list(places)
        for place in changed:
            for y in place.line_range:
                self._strips.pop(y, None)
        if changed and isinstance(self.screen, RoleScreen):
            self.screen.paint_soon(self, changed, shift)

    def shift(self, shown: Lines, lines: Lines) -> Shift | None:  # noqa: ARG002 -- for those that move
        """Give what of the lines just moved to the left, where something did."""
        return None

    def changes(self, shown: Lines, lines: Lines) -> list[Region]:
        """Give the places where other words stand than did."""
        return self.changes_on(range(max(len(shown), len(lines))), shown, lines)

    def changes_on(self, rows: Iterable[int], shown: Lines, lines: Lines) -> list[Region]:
        """Give the places on some rows where other words stand than did."""
        width = self.size.width
        pairs = ((y, line_of(shown, y), line_of(lines, y)) for y in rows)
        return [_changed_place(y, before, after, width) for y, before, after in pairs if before != after]

    def painted(self, place: Region, offset: Offset) -> str:
        """Give what paints a place of the widget, which stands at an offset: a move and words for each row."""
        return "".join([move_to(place, y, offset) + self.drawn(place.x, place.right, y) for y in place.line_range])

    def drawn(self, left: int, right: int, y: int) -> str:
        """Give what stands on a row from one cell to another, as the terminal takes it."""
        return self.row(y).crop(left, right).render(self.app.console)

    def notify_style_update(self) -> None:
        """Draw all rows anew in their new colours."""
        super().notify_style_update()
        self._strips = {}

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of `crop`; those that did not change are there already."""
        drawn = [self.row(y) for y in crop.line_range]
        if crop.x or crop.width != self._drawn_for.width:
            return [strip.crop(crop.x, crop.right) for strip in drawn]
        return drawn

    def row(self, y: int) -> Strip:
        """Give one row as it is drawn in the room that there is now."""
        size = self.size
        if self._drawn_for != size:
            self._drawn_for, self._strips = size, {}
        if y not in self._strips:
            self._strips[y] = self.render_line(y)
        return self._strips[y]

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        line = line_of(self._lines, y)
        width = self._drawn_for.width
        taken = line_cells(line)
        padded = line if taken >= width else (*line, Span(" " * (width - taken)))
        return Strip(self.segments(padded), max(taken, width)).crop(0, width)

    def segments(self, line: Line) -> list[Segment]:
        """Give the words of a line in the colours of their roles."""
        screen = self.screen
        style = screen.role_style if isinstance(screen, RoleScreen) else lambda _role: Style()
        return [Segment(span.text, style(span.role)) for span in line]


def move_to(place: Region, y: int, offset: Offset) -> str:
    """Give the move to where row `y` of a place begins, on a widget at an offset."""
    return f"\x1b[{offset.y + y + 1};{offset.x + place.x + 1}H"


def line_of(lines: Lines, y: int) -> Line:
    """Give a line, empty where there is none."""
    return lines[y] if y < len(lines) else ()


def _changed_place(y: int, before: Line, after: Line, width: int) -> Region:
    """Give the place behind the spans that two lines begin with; where both are as long, before those they end with."""
    begun = sum(1 for _ in takewhile(bool, map(eq, before, after)))
    left = _drawn_cells(after[:begun])
    right = width
    if _drawn_cells(before) == _drawn_cells(after):
        ended = sum(1 for _ in takewhile(bool, map(eq, before[:begun:-1], after[:begun:-1])))
        right = _drawn_cells(after[: len(after) - ended])
    return Region(left, y, max(0, min(right, width) - left), 1)


def _drawn_cells(line: Line) -> int:
    """Count the cells that a line takes on the screen: variation selectors in it widen what stands before them."""
    return sum([cached_cell_len(span.text) for span in line])
