"""Our two themes, and the colours that every theme gives to the roles of text."""

from __future__ import annotations

from collections.abc import Iterable

from textual.color import Color
from textual.theme import Theme

from usage_tui.services.config_schema import THEMES

DARK = Theme(
    name="usage-dark",
    primary="#5fb0dc",
    secondary="#7d8794",
    accent="#5fb0dc",
    foreground="#dfe3e8",
    background="#121519",
    surface="#171b21",
    panel="#1d222a",
    success="#7fb98a",
    warning="#e0a23c",
    error="#ee6f57",
    dark=True,
    variables={"chart-bar": "#2f6f96", "chart-bar-near": "#b9842d", "faint": "#3a4049", "dim": "#7d8794"},
)
LIGHT = Theme(
    name="usage-light",
    primary="#1f6f9f",
    secondary="#5b6470",
    accent="#1f6f9f",
    foreground="#1b1f24",
    background="#fbfbfa",
    surface="#f1f2f2",
    panel="#e6e8ea",
    success="#2c7a43",
    warning="#9a5f00",
    error="#b5301a",
    dark=False,
    variables={"chart-bar": "#6fa8cb", "chart-bar-near": "#d99a35", "faint": "#c3c8ce", "dim": "#5f6975"},
)
OURS = (DARK, LIGHT)


def role_colours(theme: Theme) -> dict[str, str]:
    """Give the colours that only our own themes name, made of what a theme has."""
    colours = theme.to_color_system().generate()
    bars = {"chart-bar": colours["primary"], "chart-bar-near": colours["warning"]}
    if theme.ansi:
        return bars | {"faint": "ansi_bright_black", "dim": "ansi_bright_black"}
    background, foreground = (Color.parse(colours[name]) for name in ("background", "foreground"))
    return bars | {"faint": background.blend(foreground, 0.25).hex, "dim": background.blend(foreground, 0.6).hex}


def choices(available: Iterable[str]) -> list[str]:
    """Give the themes to go through, of those that there are: ours first."""
    there = set(available)
    return [name for name in THEMES if name in there]
