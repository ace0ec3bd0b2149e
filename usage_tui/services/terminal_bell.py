"""What makes a terminal call its user: the bell, and a desktop notification in the words that the terminal knows.

BEL works everywhere. Of the three ways to notify, a terminal is sent the one that it takes: OSC 99 (kitty), OSC 777
(urxvt, foot, Ghostty, WezTerm), OSC 9 (iTerm2, and whatever does not say what it is: unknown ones are ignored). tmux
keeps them to itself unless they are wrapped, and its `allow-passthrough` is on; GNU screen, unless they are wrapped.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from usage_tui.core.ascii_text import in_ascii
from usage_tui.core.gnu_screen import is_in_screen, through_screen
from usage_tui.core.wording import harmless

BEL = "\x07"
TITLE = "usage-tui"
MOST_NOTES = 3
LONGEST_NOTE = 200
TMUX_SECONDS = 1.0
_END = "\x1b\\"
_OSC_99 = ("kitty",)
_OSC_777 = ("rxvt", "foot", "ghostty", "wezterm")
_NONE = ("linux", "dumb", "vt100", "vt102", "vt220", "ansi", "cons25", "screen", "eterm", "apple_terminal", "unknown")


def bell_signal(messages: Sequence[str], environ: Mapping[str, str], *, is_ascii: bool = False) -> str:
    """Give what rings the terminal of this environment for these messages; inside tmux that is asked first."""
    is_wrapped = bool(environ.get("TMUX")) or environ.get("TERM", "").startswith("tmux")
    terminal = _terminal_behind_tmux(environ) if environ.get("TMUX") else _terminal(environ, is_wrapped=is_wrapped)
    notes = [_note(in_ascii(message) if is_ascii else message, terminal) for message in messages[:MOST_NOTES]]
    if is_in_screen(environ):
        return BEL + "".join(through_screen(note) for note in notes if note)
    return BEL + "".join(_passed_through(note) if is_wrapped else note for note in notes if note)


def _terminal(environ: Mapping[str, str], *, is_wrapped: bool) -> str:
    """Name the terminal by what it set in the environment; one behind a far tmux is not known."""
    if is_wrapped:
        return ""
    names = " ".join(environ.get(name, "") for name in ("TERM_PROGRAM", "LC_TERMINAL", "TERM")).lower()
    return names.replace("screen", "").replace(" .", " ") if is_in_screen(environ) else names


def _terminal_behind_tmux(environ: Mapping[str, str]) -> str:
    """Ask tmux for the terminal that looks at this pane; nothing where it does not say."""
    pane = environ.get("TMUX_PANE", "")
    target = ("-t", pane) if pane else ()
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            ("tmux", "display-message", "-p", *target, "#{client_termname} #{client_termtype}"),  # noqa: S607 - theirs
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=dict(environ),
            timeout=TMUX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip().lower() if done.returncode == 0 else ""


def _note(message: str, terminal: str) -> str:
    """Word a notification as a terminal of that name takes it; nothing where it takes none."""
    text = harmless(message, LONGEST_NOTE)
    if any(name in terminal for name in _OSC_99):
        return f"\x1b]99;;{TITLE}: {text}{_END}"
    if any(name in terminal for name in _OSC_777):
        return f"\x1b]777;notify;{TITLE};{text}{_END}"
    if any(word.startswith(_NONE) for word in terminal.split()):
        return ""
    return f"\x1b]9;{TITLE}: {text}{_END}"


def _passed_through(note: str) -> str:
    """Wrap what tmux is to hand on."""
    return "\x1bPtmux;" + note.replace("\x1b", "\x1b\x1b") + _END
