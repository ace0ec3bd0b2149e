"""Words with roles: each role is a component class of the screen, and the stylesheet gives it its colour."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from usage_tui.core.glance import Glance
from usage_tui.core.wording import Line, Role, line_cells


class RoleScreen(Screen[None]):
    """A screen whose words have roles, looked up here once: a set of them in each widget would slow the start."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"role--{role}" for role in Role}

    def __init__(self) -> None:
        super().__init__()
        self._role_styles: dict[Role, Style] = {}

    def notify_style_update(self) -> None:
        """Look the colours up again after a change of theme."""
        super().notify_style_update()
        self._role_styles = {}

    def role_style(self, role: Role) -> Style:
        """Give the style of a role."""
        if role not in self._role_styles:
            self._role_styles[role] = self.get_component_rich_style(f"role--{role}")
        return self._role_styles[role]


class Words(Widget):
    """A widget on a `RoleScreen` that shows lines of words with roles, and is painted only where a line changes.

    It has no border and no padding: its rows go to the compositor as they are, which halves the work of a paint.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._drawn_for = Size(0, 0)

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show `lines`, top to bottom; only rows that changed are painted."""
        shown, self._lines = self._lines, lines
        if len(lines) != len(shown):
            self._strips = {}
            self.refresh()
            return
        changed = [y for y, line in enumerate(lines) if line != shown[y]]
        if changed:
            for y in changed:
                self._strips.pop(y, None)
            width = self.size.width
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def notify_style_update(self) -> None:
        """Draw all rows anew in their new colours."""
        super().notify_style_update()
        self._strips = {}

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of `crop`; those that did not change are there already."""
        if self._drawn_for != self.size:
            self._drawn_for, self._strips = self.size, {}
        drawn = [self._drawn(y) for y in crop.line_range]
        if crop.x or crop.width != self._drawn_for.width:
            return [strip.crop(crop.x, crop.right) for strip in drawn]
        return drawn

    def _drawn(self, y: int) -> Strip:
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

    glance: reactive[Glance | None] = reactive(None, repaint=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._worded_for = Size(0, 0)

    @abstractmethod
    def words(self, glance: Glance) -> tuple[Line, ...]:
        """Give the panel's lines."""

    def watch_glance(self) -> None:
        """Word the new glance."""
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
