"""Terminals with fewer colours, fewer characters, or none of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.pseudo_terminal import DEMO, WAIT_SECONDS, PseudoTerminal, assert_is_as_found, environment

WIDE = (100, 30)
SCREENS = (("?", "Show every key"), ("\x1b", "CREDITS"), ("t", "CREDITS"), ("a", "ACCOUNTS"))
_RENDITION = re.compile(rb"\x1b\[([0-9;:]*)m")


def tour(terminal: PseudoTerminal) -> None:
    """Go through screens and themes, and end."""
    terminal.shows("live")
    for key, shown in SCREENS:
        terminal.type(key)
        terminal.shows(shown)
    terminal.type("q")
    assert terminal.ends() == 0
    assert_is_as_found(terminal)


def colours(written: bytes | bytearray) -> set[str]:
    """Give the colours of all renditions that were written, as their parameters: `31`, `48;5;16`, `38;2;1;2;3`."""
    found = set()
    for parameters in _RENDITION.findall(written):
        parts = iter(parameters.decode().split(";"))
        for part in parts:
            if part in ("38", "48"):
                kind = next(parts)
                found.add(";".join([part, kind, *(next(parts) for _ in range(3 if kind == "2" else 1))]))
            elif part and int(part) >= 30 and part not in ("39", "49"):
                found.add(part)
    return found


def selected(terminal: PseudoTerminal) -> str:
    """Give what is reversed in the first row."""
    return "".join(cell.data for cell in terminal.cells[0] if cell.reverse).strip()


def test_no_color_writes_no_colour_and_still_shows_which_account_is_current(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path, NO_COLOR="1"), tmp_path, size=WIDE) as terminal:
        terminal.shows("live")
        terminal.until(lambda: selected(terminal) == "1 production", "the first account is current")
        terminal.type("2")
        terminal.until(lambda: selected(terminal) == "2 staging", "the second account is current")
        tour(terminal)
        assert colours(terminal.written) == set()


@pytest.mark.parametrize("term", ["linux", "xterm"])
def test_sixteen_colours_are_enough(tmp_path: Path, term: str) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path, TERM=term, COLORTERM=""), tmp_path, size=WIDE) as terminal:
        terminal.shows("live")
        terminal.settles()
        assert {cell.bg for cell in terminal.cells[0][:14]} != {terminal.cells[0][40].bg}
        terminal.press("a")
        terminal.press("t")
        base = {
            *map(str, range(30, 38)),
            *map(str, range(40, 48)),
            *map(str, range(90, 98)),
            *map(str, range(100, 108)),
        }
        assert colours(terminal.written)
        assert colours(terminal.written) <= base


def test_256_colours_are_taken_where_there_are_no_more(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path, COLORTERM=""), tmp_path, size=WIDE) as terminal:
        terminal.shows("live")
        terminal.press("t")
        assert any(colour.startswith("38;5;") for colour in colours(terminal.written))
        assert not any(colour.startswith(("38;2;", "48;2;")) for colour in colours(terminal.written))


def test_ascii_is_enough_in_the_c_locale(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path, LC_ALL="C"), tmp_path, size=WIDE) as terminal:
        terminal.shows("live")
        terminal.settles()
        limit = next(line for line in terminal.lines if line.strip().startswith("100 "))
        assert re.fullmatch(r" +100 [-_=#]{60,} *", limit)
        columns = [line[12:].rstrip() for line in terminal.lines if line.endswith("#")]
        assert len(columns) > 5
        tour(terminal)
        assert terminal.written.isascii()


def test_ascii_is_all_where_it_is_asked_for(tmp_path: Path) -> None:
    with PseudoTerminal((*DEMO, "--ascii"), environment(tmp_path), tmp_path, size=WIDE) as terminal:
        terminal.shows("* live")
        terminal.type("q")
        assert terminal.ends() == 0
        assert terminal.written.isascii()


def test_redirected_diagnostics_leave_the_screen_to_the_terminal(tmp_path: Path) -> None:
    with (tmp_path / "diagnostics").open("wb") as file:
        with PseudoTerminal(DEMO, environment(tmp_path), tmp_path, size=WIDE, diagnostics=file.fileno()) as terminal:
            terminal.shows("live")
            terminal.type("q")
            assert terminal.ends() == 0
        assert (tmp_path / "diagnostics").read_bytes() == b""


def test_dumb_terminal_gets_a_line_for_each_sample(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path, TERM="dumb"), tmp_path, size=WIDE) as terminal:
        terminal.until(lambda: len(terminal.main_text.splitlines()) >= 3, "there is a line for each account")
        terminal.type("\x03")
        assert terminal.ends() == 130
        assert b"\x1b" not in terminal.written


def test_pipe_gets_one_status(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "usage_tui", "--demo"],
        env=environment(tmp_path),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=WAIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert b"production" in done.stdout
    assert done.stderr == b""
