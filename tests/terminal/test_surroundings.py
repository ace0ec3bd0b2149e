"""What the monitor asks of the terminal around it: mouse, clipboard, tmux; and names that would ask for more."""

from __future__ import annotations

import base64
import os
import re
import shlex
import shutil
import subprocess
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.hostile_service import HostileService, says
from tests.terminal.pseudo_terminal import DEMO, WAIT_SECONDS, PseudoTerminal, assert_is_as_found, environment
from tests.terminal.watched_service import PROGRAM, watched_service

MOUSE_MODES = re.compile(rb"\x1b\[\?(?:9|100[0-36]|1015|1016)[hl]")
HIDDEN_AND_OBEYED = ("\x1b]0;owned\x07\x1b[2J\x1b[31m", "\u202egnp.exe\u2066 \x9b5m")
MARKUP_AND_WIDE = ("[/foo] [@click=app.quit]x[/]", "界" * 64, "e\u0301 ❤\ufe0f 日\u0301 $x {y}")
CLOCK_AT_THE_END = re.compile(r"  \d\d:\d\d(:\d\d UTC)?$")
OWN_SEQUENCES = re.compile(
    r"\x1b\[[0-9;]*m|\x1b\[[0-9]+;[0-9]+H|\x1b\[[0-9]*C|\x1bD\x08|\x1b\[[0-9]+[P@]"
    r"|\x1b\[\?(?:7|25|1000|1002|1004|1006|1015|1049|2004)[hl]|\x1b\[>25u|\x1b\[<u|\x1b\[\?2026\$p"
)


def click(terminal: PseudoTerminal, text: str) -> None:
    """Click on a text."""
    row, line = next((row, line) for row, line in enumerate(terminal.lines, 1) if text in line)
    place = f"0;{line.index(text) + 1};{row}"
    terminal.type(f"\x1b[<{place}M\x1b[<{place}m")


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
        terminal.until(lambda: "waiting" not in terminal.text, "all accounts were polled, and the order stays")
        click(terminal, "staging")
        click(terminal, "staging")
        terminal.shows("of 20")
        terminal.until(lambda: "ACCOUNTS" not in terminal.text, "the account is open")


def test_copying_goes_through_the_terminal(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path), tmp_path) as terminal:
        terminal.shows("live")
        terminal.type("y")
        terminal.until(lambda: bool(copied(terminal)), "the terminal was given something to copy")
        assert base64.b64decode(copied(terminal)[0]).decode().startswith("account: production")


def copied(terminal: PseudoTerminal) -> list[bytes]:
    """Give what went to the terminal's clipboard, among what an alert may have sent it besides."""
    return [command.removeprefix(b"52;c;") for command in terminal.commands if command.startswith(b"52;c;")]


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


def assert_asked_for_nothing(terminal: PseudoTerminal) -> None:
    """See that nothing was written that a terminal obeys, but for what the monitor itself writes."""
    written = OWN_SEQUENCES.sub("", terminal.written.decode())
    assert {character for character in written if unicodedata.category(character) in ("Cc", "Cf")} <= {"\r", "\n"}
    assert terminal.commands == []


def test_names_in_the_config_are_shown_literally(tmp_path: Path) -> None:
    with (
        watched_service(tmp_path, MARKUP_AND_WIDE) as service,
        PseudoTerminal(PROGRAM, service.environ, tmp_path, size=(120, 30)) as terminal,
    ):
        terminal.shows("live")
        terminal.until(lambda: "[/foo]" in terminal.text, "the first name")
        for key, name in (("2", "界" * 30 + "…"), ("3", "日 $x {y}"), ("1", "[/foo] [@click=app.quit]x[/]")):
            terminal.type(key)
            terminal.shows(name)
            terminal.until(lambda: CLOCK_AT_THE_END.search(terminal.lines[0]) is not None, "the clock ends the line")
        for key, part in (("a", "界" * 5), ("\x1b", "CREDITS"), ("\x10", "Search"), ("\x1b", "CREDITS")):
            terminal.press(key)
            terminal.shows(part)
        terminal.type("q")
        assert terminal.ends() == 0
        assert_is_as_found(terminal)
        assert_asked_for_nothing(terminal)


def test_names_that_cannot_be_shown_are_refused_in_words_that_can(tmp_path: Path) -> None:
    with (
        watched_service(tmp_path, HIDDEN_AND_OBEYED) as service,
        PseudoTerminal(PROGRAM, service.environ, tmp_path, size=(120, 30)) as terminal,
    ):
        assert terminal.ends() == 78
        said = terminal.main_text.replace("\n", "")
        assert r"\x1b]0;owned\x07" in said
        assert r"\u202egnp" in said
        assert_is_as_found(terminal, terminal.main_text)
        assert_asked_for_nothing(terminal)


def test_words_of_the_service_are_shown_literally(tmp_path: Path) -> None:
    refusal = says("500 \x1b[31mred\x9b2J\x1b]0;owned\x07", b"\x1b[2J")
    with watched_service(tmp_path) as service, HostileService(refusal) as hostile:
        service.configure(hostile.base_url, ["production"])
        with PseudoTerminal(PROGRAM, service.environ, tmp_path, size=(120, 30)) as terminal:
            terminal.shows(r"\x1b[31mred")
            terminal.type("q")
            assert terminal.ends() == 0
            assert_is_as_found(terminal)
            assert_asked_for_nothing(terminal)


def test_monitor_begins_again_with_no_more_open_files(tmp_path: Path) -> None:
    with PseudoTerminal(PROGRAM, environment(tmp_path), tmp_path) as terminal:
        terminal.shows("Add an account")
        process = psutil.Process(terminal.process.pid)
        before = opened(process)
        click(terminal, "Look at the demo")
        terminal.shows("live")
        assert opened(process) == before
        assert terminal.keyboard_depth == 1
        terminal.type("q")
        assert terminal.ends() == 0
        assert_is_as_found(terminal)


def opened(process: psutil.Process) -> list[str]:
    """Give what terminals and pipes a process has open."""
    folder = Path(f"/proc/{process.pid}/fd")
    names = [str(link.readlink()) for link in folder.iterdir()]
    return sorted(name.partition(":")[0] for name in names if name.startswith(("/dev/", "pipe:")))
