"""Prints worded lines on stdout, as wide and as colourful as what it is connected to."""

from __future__ import annotations

import json
import os
import shutil
import sys
from typing import Any

import click

from usage_tui.commands.exits import emit
from usage_tui.core.spans import Line, Role

WIDTH_WITHOUT_TERMINAL = 80
_STYLES: dict[Role, dict[str, Any]] = {
    Role.GOOD: {"fg": "green"},
    Role.NEAR: {"fg": "yellow"},
    Role.NEAR_STRONG: {"fg": "yellow", "bold": True},
    Role.OVER: {"fg": "red"},
    Role.BAR: {"fg": "blue"},
    Role.BAR_NEAR: {"fg": "yellow"},
    Role.STRONG: {"bold": True},
    Role.LABEL: {"dim": True},
    Role.DIM: {"dim": True},
    Role.FAINT: {"dim": True},
}


class Printer:
    """Prints on stdout, with colours on a terminal that has them."""

    def __init__(self) -> None:
        self.is_terminal = sys.stdout is not None and sys.stdout.isatty()
        has_colours = os.environ.get("TERM", "") not in ("", "dumb")
        self._is_coloured = self.is_terminal and has_colours and not os.environ.get("NO_COLOR")

    @property
    def width(self) -> int:
        """The cells of a line."""
        usual = (WIDTH_WITHOUT_TERMINAL, 24)
        return (shutil.get_terminal_size(usual) if self.is_terminal else usual)[0]

    def line(self, line: Line) -> None:
        """Print one line, at once."""
        emit("".join(self._painted(span.text, span.role) for span in line))

    def json(self, value: Any, *, is_one_line: bool = False) -> None:
        """Print a value as JSON, at once."""
        emit(json.dumps(value, indent=None if is_one_line else 2))

    def _painted(self, text: str, role: Role) -> str:
        style = _STYLES.get(role)
        return click.style(text, **style) if self._is_coloured and style else text
