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
    """A widget on a `RoleScreen` that shows lines of words with roles, and is painted only where a line changes."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show `lines`, top to bottom; only rows that changed are painted."""
        shown, self._lines = self._lines, lines
        if len(lines) != len(shown):
            self.refresh()
            return
        changed = [y for y, line in enumerate(lines) if line != shown[y]]
        if changed:
            width = self.size.width
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        line = self._lines[y] if y < len(self._lines) else ()
        return self.strip(line, self.size.width)

    def strip(self, line: Line, width: int) -> Strip:
        """Style a line, and fill it up to `width` cells."""
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

    def render_line(self, y: int) -> Strip:
        """Draw one row, worded for the room that there is now."""
        size = self.size
        if self.glance is not None and size != self._worded_for:
            self._worded_for = size
            self._lines = self.words(self.glance)
        return super().render_line(y)
