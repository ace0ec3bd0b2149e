"""Words with roles: each role is a component class of the app, and the stylesheet gives it its colour."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from usage_tui.core.glance import Glance
from usage_tui.core.wording import Line, Role, line_cells


def role_class(role: Role) -> str:
    """Name the component class of the app that has a role's colour."""
    return f"role--{role}"


class RoleScreen(Screen[None]):
    """A screen whose words have roles: component classes of the app, for a set of them in each screen is slow to open.

    Rows of words that change go straight to the terminal: Textual's own way from a changed widget to its cells takes
    most of a glance's time, and up to a sixtieth of a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._role_styles: dict[Role, Style] = {}
        self._changed: dict[Words, set[int]] = {}

    def notify_style_update(self) -> None:
        """Look the colours up again after a change of theme."""
        super().notify_style_update()
        self._role_styles = {}

    def role_style(self, role: Role) -> Style:
        """Give the style of a role."""
        if role not in self._role_styles:
            self._role_styles[role] = self.app.get_component_styles(role_class(role)).rich_style
        return self._role_styles[role]

    def paint_soon(self, words: Words, rows: Iterable[int]) -> None:
        """Have rows of a widget painted, together with all others that change now."""
        if not self._changed:
            self.call_next(self._paint)
        self._changed.setdefault(words, set()).update(rows)

    def _paint(self) -> None:
        """Paint the rows that changed; Textual does it where they are about to move, or something may lie over them."""
        changed, self._changed = self._changed, {}
        has_toasts = bool(self.app._notifications)  # noqa: SLF001 -- Textual does not tell
        if has_toasts or self._layout_required or not self.is_active:
            for words, rows in changed.items():
                words.refresh(*(Region(0, row, words.size.width, 1) for row in rows))
        elif (driver := self.app._driver) is not None:  # noqa: SLF001 -- likewise
            driver.write("".join(self._painted(words, sorted(rows)) for words, rows in changed.items()))

    def _painted(self, words: Words, rows: Iterable[int]) -> str:
        """Give what paints the rows of a widget that are to be seen, each a move and its text."""
        if words not in self._compositor.visible_widgets:
            return ""
        region, clip = self._compositor.visible_widgets[words]
        seen, console = region.intersection(clip), self.app.console
        return "".join(
            f"\x1b[{region.y + row + 1};{seen.x + 1}H"
            f"{words.row(row).crop(seen.x - region.x, seen.right - region.x).render(console)}"
            for row in rows
            if seen.y <= region.y + row < seen.bottom
        )


class Words(Widget):
    """A widget on a `RoleScreen` that shows lines of words with roles, and is painted only where a line changes.

    It has no border and no padding: its rows go to the compositor as they are, which halves the work of a paint.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._drawn_for = Size(0, 0)

    @property
    def size(self) -> Size:
        """The room for words: all of the widget; Textual's own way to know that is a long one."""
        return self.outer_size

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show `lines`, top to bottom; only rows that changed are painted."""
        shown, self._lines = self._lines, lines
        changed = [y for y, (old, new) in enumerate(zip_longest(shown, lines)) if old != new]
        for y in changed:
            self._strips.pop(y, None)
        if changed and isinstance(self.screen, RoleScreen):
            self.screen.paint_soon(self, changed)

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
        line = self._lines[y] if y < len(self._lines) else ()
        width = self._drawn_for.width
        screen = self.screen
        style = screen.role_style if isinstance(screen, RoleScreen) else lambda _role: Style()
        segments = [Segment(span.text, style(span.role)) for span in line]
        taken = line_cells(line)
        if taken < width:
            segments.append(Segment(" " * (width - taken), style(Role.TEXT)))
        return Strip(segments, max(taken, width)).crop(0, width)


class GlancePanel(Words):
    """A panel that words one glance for the room that it has."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._glance: Glance | None = None
        self._worded_for = Size(0, 0)

    @property
    def glance(self) -> Glance | None:
        """What the panel shows; a reactive would take as long to notice a new one as this takes to word it."""
        return self._glance

    @glance.setter
    def glance(self, glance: Glance | None) -> None:
        self._glance = glance
        self.word()

    @abstractmethod
    def words(self, glance: Glance) -> tuple[Line, ...]:
        """Give the panel's lines."""

    def word(self) -> None:
        """Word the glance."""
        size = self.size
        if self.glance is not None and size:
            self._worded_for = size
            self.show_lines(self.words(self.glance))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of `crop`, worded for the room that there is now."""
        size = self.size
        if self.glance is not None and size != self._worded_for:
            self._worded_for = size
            self._lines, self._strips = self.words(self.glance), {}
        return super().render_lines(crop)
