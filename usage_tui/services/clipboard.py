"""The clipboard beyond the terminal: OSC 52 needs tmux's help inside tmux, and a wrapping inside GNU screen."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Callable, Mapping

from usage_tui.core.gnu_screen import is_in_screen, through_screen

TMUX_SECONDS = 2.0


def copy_through_tmux(text: str, environ: Mapping[str, str]) -> bool:
    """Give `text` to tmux, which hands it to the terminal's clipboard; False outside tmux or where tmux refuses."""
    if not environ.get("TMUX"):
        return False
    try:
        done = subprocess.run(
            ("tmux", "load-buffer", "-w", "-"),  # noqa: S607 - the tmux of the user's own PATH
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TMUX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def copy_through_screen(text: str, environ: Mapping[str, str], write: Callable[[str], None]) -> bool:
    """Write to the terminal what makes screen hand `text` on to the clipboard outside; False outside screen."""
    if not is_in_screen(environ):
        return False
    write(through_screen(f"\x1b]52;c;{b64encode(text.encode()).decode()}\x07"))
    return True
