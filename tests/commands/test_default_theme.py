"""The theme that nobody chose is one that the terminal has the colours for."""

from __future__ import annotations

import pytest
from rich.color import ColorSystem
from rich.console import Console

from usage_tui.commands.monitor import DEFAULT_THEME, SIXTEEN_COLOUR_THEME, default_theme

TERMS = (
    "xterm",
    "xterm-256color",
    "tmux",
    "tmux-256color",
    "screen",
    "linux",
    "xterm-kitty",
    "alacritty",
    "xterm-16color",
)


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("colorterm", ["", "truecolor", "24bit", "yes"])
def test_sixteen_colours_have_a_theme_of_sixteen(term: str, colorterm: str) -> None:
    environ = {"TERM": term, "COLORTERM": colorterm}
    drawn_with = Console(force_terminal=True, _environ=environ)._detect_color_system()
    wanted = SIXTEEN_COLOUR_THEME if drawn_with is ColorSystem.STANDARD else DEFAULT_THEME
    assert default_theme(environ) == wanted
