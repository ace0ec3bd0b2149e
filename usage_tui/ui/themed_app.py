"""An app in the colours of a theme, ours or Textual's."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App
from textual.driver import Driver

from usage_tui.core.spans import Role
from usage_tui.ui import theme
from usage_tui.ui.ports import Outcome
from usage_tui.ui.styled import role_class


class ThemedApp(App[Outcome]):
    """Gives each role of text its colour; the stylesheet is read once for the theme that it starts with."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {role_class(role) for role in Role}

    def __init__(self, theme_name: str, driver_class: type[Driver]) -> None:
        super().__init__(driver_class=driver_class)
        for ours in theme.OURS:
            self.register_theme(ours)
        self.use_theme(theme_name)
        self._colours = self.get_css_variables()
        self.stylesheet.set_variables(self._colours)

    def use_theme(self, name: str) -> None:
        """Use the theme of that name; where there is none, our dark one."""
        self.theme = name if name in self.available_themes else theme.DARK.name

    def refresh_css(self, animate: bool = True) -> None:
        """Apply the theme; the stylesheet is not read again for the colours that it was read with."""
        colours = self.get_css_variables()
        if colours == self._colours:
            self.stylesheet.update(self, animate=animate)
            return
        self._colours = colours
        super().refresh_css(animate)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the colours that only our own themes name."""
        return theme.role_colours(self.current_theme)
