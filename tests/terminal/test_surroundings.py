"""What the monitor asks of the terminal around it: mouse, clipboard, tmux; and names that would ask for more."""

from __future__ import annotations

import base64
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.terminal.pseudo_terminal import DEMO, WAIT_SECONDS, PseudoTerminal, assert_is_as_found, environment
from tests.terminal.watched_service import PROGRAM, watched_service

MOUSE_MODES = re.compile(rb"\x1b\[\?(?:9|100[0-36]|1015|1016)[hl]")
HOSTILE = ("\x1b]0;owned\x07\x1b[2J\x1b[31m", "\u202egnp.exe\u2066 \x9b5m", "[/foo] [@click=app.quit]x[/]", "界" * 64)
OWN_SEQUENCES = re.compile(
    rb"\x1b\[[0-9;]*m|\x1b\[[0-9]+;[0-9]+H|\x1b\[[0-9]*C|\x1b\[B|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004)[hl]"
    rb"|\x1b\[>25u|\x1b\[<u|\x1b\[\?2026\$p|\x08"
)


def test_mouse_is_left_to_the_terminal_where_that_is_asked_for(tmp_path: Path) -> None:
    with PseudoTerminal((*DEMO, "--no-mouse"), environment(tmp_path), tmp_path) as terminal:
        terminal.shows("live")
        terminal.type("q")
        assert terminal.ends() == 0
        assert MOUSE_MODES.search(terminal.written) is None
        assert_is_as_found(terminal)


def test_click_opens_an_account(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path), tmp_path) as terminal:
        terminal.shows("live")
        terminal.type("a")
        terminal.shows("ACCOUNTS")
        row = next(number for number, line in enumerate(terminal.lines, 1) if line.strip().startswith("staging"))
        terminal.type(f"\x1b[<0;5;{row}M\x1b[<0;5;{row}m" * 2)
        terminal.shows("of 20")
        terminal.until(lambda: "ACCOUNTS" not in terminal.text, "the account is open")


def test_copying_goes_through_the_terminal(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path), tmp_path) as terminal:
        terminal.shows("live")
        terminal.type("y")
        terminal.until(lambda: bool(terminal.commands), "the terminal was given something to copy")
        kind, selection, text = terminal.commands[0].split(b";")
        assert (kind, selection) == (b"52", b"c")
        assert base64.b64decode(text).decode().startswith("account: production")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """Give the command of a tmux server of this test's own, which ends with it."""
    program = shutil.which("tmux")
    if program is None:
        pytest.skip("tmux is not installed")
    command = [program, "-S", str(tmp_path / "tmux"), "-f", os.devnull]
    yield command
    subprocess.run([*command, "kill-server"], check=False, capture_output=True)


def said_by(command: list[str], *arguments: str) -> str:
    """Give what a command of tmux prints."""
    return subprocess.run([*command, *arguments], check=False, capture_output=True, text=True).stdout


def test_copying_inside_tmux_goes_through_tmux(tmp_path: Path, tmux: list[str]) -> None:
    environ = {name: value for name, value in environment(tmp_path).items() if name != "TERM"}
    session = ["new-session", "-d", "-x", "100", "-y", "30", shlex.join(DEMO)]
    subprocess.run([*tmux, *session], env=environ, cwd=tmp_path, check=True)
    deadline = time.monotonic() + WAIT_SECONDS
    while "live" not in said_by(tmux, "capture-pane", "-p"):
        assert time.monotonic() < deadline
    subprocess.run([*tmux, "send-keys", "y"], check=True)
    while not (copied := said_by(tmux, "show-buffer")):
        assert time.monotonic() < deadline
    assert copied.startswith("account: production")


def test_names_are_shown_literally_and_ask_nothing_of_the_terminal(tmp_path: Path) -> None:
    with (
        watched_service(tmp_path, HOSTILE[:3]) as service,
        PseudoTerminal(PROGRAM, service.environ, tmp_path, size=(120, 30)) as terminal,
    ):
        terminal.shows("live")
        terminal.settles()
        for key in ("a", "\x1b", "2", "3", "\x10", "\x1b"):
            terminal.press(key)
        assert r"\x1b]0;owned\x07\x1b[2J" in terminal.text
        assert r"\u202egnp" in terminal.text
        assert "[/foo]" in terminal.text
        terminal.type("q")
        assert terminal.ends() == 0
        assert_is_as_found(terminal)
        left = OWN_SEQUENCES.sub(b"", terminal.written)
        assert re.findall(rb"[\x00-\x1f\x7f]", left) == []
        assert "\u202e" not in left.decode()
        assert not any("\x80" <= character <= "\x9f" for character in left.decode())
        assert terminal.commands == []


def test_monitor_begins_again_with_no_more_open_files(tmp_path: Path) -> None:
    with PseudoTerminal(PROGRAM, environment(tmp_path), tmp_path) as terminal:
        terminal.shows("Add an account")
        process = psutil.Process(terminal.process.pid)
        before = opened(process)
        terminal.press("\x1b")
        terminal.type("d")
        terminal.shows("live")
        assert opened(process) == before
        assert terminal.keyboard_depth == 1
        terminal.type("q")
        assert terminal.ends() == 0
        assert_is_as_found(terminal)


def opened(process: psutil.Process) -> list[str]:
    """Give what terminals and pipes a process has open."""
    folder = Path(f"/proc/{process.pid}/fd")
    names = [os.readlink(link) for link in folder.iterdir()]
    return sorted(name.partition(":")[0] for name in names if name.startswith(("/dev/", "pipe:")))
