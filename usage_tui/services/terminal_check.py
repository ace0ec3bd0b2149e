"""Looks whether the terminal shows all that the monitor draws, and what tmux lets through."""

from __future__ import annotations

import locale
import os
import subprocess
from collections.abc import Iterator, Mapping

from usage_tui.core.finding import Finding, fault, fine
from usage_tui.core.gnu_screen import is_in_screen
from usage_tui.core.wording import harmless
from usage_tui.services.characters import is_c_locale

TMUX_SECONDS = 2.0
FULL_COLUMNS, FULL_ROWS = 80, 24
_TMUX_WANTED = {
    "allow-passthrough": ("on", "all"),
    "set-clipboard": ("on",),
    "focus-events": ("on",),
}
_TMUX_WHY = {
    "allow-passthrough": "notifications",
    "set-clipboard": "copying with `y`",
    "focus-events": "knowing when the pane is looked at",
}


def check_terminal(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at the terminal that the program runs on, and at tmux where it runs in that."""
    term = environ.get("TERM", "")
    size = _size()
    if size is None:
        yield fine("terminal", "None here: the monitor needs one, the other commands do not.")
        return
    shown = harmless(term, 40)
    if term in ("", "dumb"):
        yield fault("terminal", f"TERM is {shown or 'not set'}; set it to what yours is, such as xterm.")
    else:
        yield fine("terminal", f"TERM is {shown}, {_colours(environ, term)}.")
    columns, rows = size
    is_small = columns < FULL_COLUMNS or rows < FULL_ROWS
    more = f"; the monitor fits, and shows all from {FULL_COLUMNS}×{FULL_ROWS} on" if is_small else ""
    yield fine("size", f"{columns}×{rows}{more}.")
    encoding = "ASCII" if is_c_locale(environ) else locale.getpreferredencoding(do_setlocale=False)
    if encoding.lower().replace("-", "") == "utf8":
        yield fine("characters", "UTF-8.")
    else:
        more = "for all signs, set LANG to one with UTF-8, such as C.UTF-8"
        yield fine("characters", f"The locale knows {harmless(encoding, 40)}, so ASCII is drawn; {more}.")
    if environ.get("TMUX"):
        yield from _check_tmux()
    elif is_in_screen(environ):
        yield fine("screen", "GNU screen hands notifications, and what `y` copies, on to the terminal that it runs in.")


def _size() -> tuple[int, int] | None:
    """Give columns and rows of the terminal; None where there is none."""
    for descriptor in (1, 0, 2):
        try:
            return os.get_terminal_size(descriptor)
        except OSError:
            continue
    return None


def _colours(environ: Mapping[str, str], term: str) -> str:
    if environ.get("NO_COLOR"):
        return "no colours, as NO_COLOR asks"
    if environ.get("COLORTERM", "") in ("truecolor", "24bit") or term.endswith("-direct"):
        return "16 million colours"
    return "256 colours" if "256color" in term else "16 colours"


def _check_tmux() -> Iterator[Finding]:
    for option, wanted in _TMUX_WANTED.items():
        value = _tmux_option(option)
        if value is None:
            yield fault("tmux", "tmux does not say its settings; look whether `tmux` is in the PATH.")
            return
        if value in wanted:
            yield fine("tmux", f"{option} is {value}.")
        else:
            mend = f"put `set -g {option} on` into .tmux.conf for {_TMUX_WHY[option]}"
            yield fault("tmux", f"{option} is {value or 'unknown'}; {mend}.")


def _tmux_option(name: str) -> str | None:
    """Ask tmux for a setting; empty where it knows none of that name, None where it cannot be asked."""
    try:
        done = subprocess.run(  # noqa: S603 - the names are ours
            ("tmux", "show-options", "-Aqv", name),  # noqa: S607 - the tmux of the user's own PATH
            capture_output=True,
            timeout=TMUX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return harmless(done.stdout.decode("utf-8", "replace").strip(), 40) if done.returncode == 0 else None
