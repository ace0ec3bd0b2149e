"""Whether there is a terminal to draw on, and the monitor on it."""

from __future__ import annotations

import gc
import os
import sys
from enum import Enum

from usage_tui.commands import exits
from usage_tui.commands.common import Common


class Outlet(Enum):
    """What the program's output goes to: a screen, a terminal that only prints lines, or no terminal at all."""

    SCREEN = "screen"
    LINES = "lines"
    NONE = "none"


def outlet() -> Outlet:
    """Say what the output of this process goes to."""
    if not _is_terminal(sys.stdin) or not _is_terminal(sys.stdout):
        return Outlet.NONE
    return Outlet.LINES if os.environ.get("TERM", "") in ("", "dumb") else Outlet.SCREEN


def open_monitor(common: Common) -> int:
    """Open the monitor; give the exit code. See `run_monitor`."""
    gc.disable()  # a tenth of a second of the start would go into looking over modules; the monitor enables it again
    from usage_tui.commands.monitor import run_monitor  # noqa: PLC0415 - imports Textual

    exits.end_in_order()
    return run_monitor(common)


def _is_terminal(stream: object) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())
