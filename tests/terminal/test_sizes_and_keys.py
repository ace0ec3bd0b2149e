"""No size and no key brings the monitor down, and what it shows in the end is right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.terminal.pseudo_terminal import PseudoTerminal, assert_is_as_found
from tests.terminal.watched_service import PROGRAM, watched_service
from usage_tui.ui.keys import ACCOUNTS_KEYS, DASHBOARD_KEYS, PROGRAM_KEYS, ROW_KEYS

SENT_AS = {
    "escape": "\x1b",
    "enter": "\r",
    "space": " ",
    "slash": "/",
    "question_mark": "?",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "ctrl+l": "\x0c",
    "ctrl+z": "\x1a",
    "ctrl+c": "\x03",
}
LEAVING = {"quit", "suspend", "edit", None}
KEYS = [
    SENT_AS.get(binding.key, binding.key)
    for binding in (*PROGRAM_KEYS, *DASHBOARD_KEYS, *ACCOUNTS_KEYS, *ROW_KEYS)
    if binding.id not in LEAVING
]
MORE_KEYS = [
    "\t",
    "\x10",
    "\x7f",
    "é",
    "\x1b[<0;5;5M\x1b[<0;5;5m",
    "\x1b[<64;5;9M",
]
BROKEN_KEYS = [
    "\x1b[99999999999;1;1u",
    "\x1b[1;1;99999999u",
    "\x1b[<5;5M",
    "\x1b[?2026;9$y",
    "\x1b[3;3R",
    "\x1bP\x1b\\",
]
PALETTE, CLICK_BESIDE = "\x10", "\x1b[<0;1;30M\x1b[<0;1;30m"
AT_ONCE = 50


@contextmanager
def monitor(folder: Path, size: tuple[int, int]) -> Iterator[PseudoTerminal]:
    """Run the monitor, and see that it can be left as it should be."""
    with watched_service(folder) as service, PseudoTerminal(PROGRAM, service.environ, folder, size=size) as terminal:
        terminal.shows("live")
        yield terminal
        assert terminal.ends() == 0
        assert_is_as_found(terminal)


def test_resizing_ends_with_the_right_screen(tmp_path: Path) -> None:
    with monitor(tmp_path, (120, 36)) as terminal:
        for columns, rows in ((40, 10), (80, 3), (200, 50), (1, 1), (80, 24)):
            terminal.resize(columns, rows)
            terminal.settles()
        terminal.shows("? help")
        terminal.type(" ")
        terminal.shows("frozen")
        terminal.settles()
        shown = terminal.cells
        terminal.press("\x0c")
        assert terminal.cells == shown
        assert terminal.lines[-1].endswith("q quit")
        assert "CONCURRENCY" in terminal.lines[2]
        terminal.type("q")


def press_at_random(terminal: PseudoTerminal, log: Path, count: int, seed: int) -> None:
    """Press keys of all kinds, then go back to the dashboard and quit."""
    random = Random(seed)  # noqa: S311  # keys are no secret
    for _ in range(count // AT_ONCE):
        keys = random.choices([*KEYS, *MORE_KEYS, *BROKEN_KEYS], k=AT_ONCE)
        terminal.type("".join(keys))
        terminal.settles()
        assert terminal.is_alive, f"after {keys}: {log.read_text()[-1500:]}"
    for _ in range(8):
        terminal.type("\x1b")
        terminal.settles()
    terminal.type("z" if "CREDITS" not in terminal.text else " ")
    terminal.settles()
    terminal.type("q")


def test_random_keys_do_no_harm(tmp_path: Path) -> None:
    with monitor(tmp_path, (100, 30)) as terminal:
        press_at_random(terminal, tmp_path / "state" / "log", 500, seed=1)


def test_palette_that_is_left_by_hurried_clicks_is_left_once(tmp_path: Path) -> None:
    with monitor(tmp_path, (100, 30)) as terminal:
        for _ in range(2):
            terminal.type(PALETTE)
            terminal.shows("Search")
            terminal.type(CLICK_BESIDE * 4)
            terminal.until(lambda: "Search" not in terminal.text, "the palette is left")
            terminal.shows("CREDITS")
        terminal.type("q")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_random_keys_do_no_harm(tmp_path: Path, seed: int) -> None:
    with monitor(tmp_path, (100, 30)) as terminal:
        press_at_random(terminal, tmp_path / "state" / "log", 2_500, seed)
