"""While the config is edited, terminal and keys are the editor's; what cannot be watched leaves the last in force."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from tests.terminal.pseudo_terminal import WAIT_SECONDS, PseudoTerminal, assert_is_as_found
from tests.terminal.watched_service import PROGRAM, watched_service

EDITOR = """
import os, pathlib, signal, sys
times = pathlib.Path(__file__).with_name("times")
times.write_text(times.read_text() + "I" if times.exists() else "I")
signal.signal(signal.SIGINT, lambda *_: print("interrupted", times.read_text(), flush=True))
print("editing", sys.argv[1].endswith("config.toml"), flush=True)
os.kill(0, signal.SIGINT)
print("read", input(), flush=True)
input()
"""


def test_editor_has_the_terminal_and_its_keys_and_the_monitor_takes_it_again(tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text(EDITOR)
    with watched_service(tmp_path) as service:
        environ = service.environ | {"VISUAL": f"{sys.executable} {editor}"}
        with PseudoTerminal(PROGRAM, environ, tmp_path, place="job") as terminal:
            terminal.shows("live")
            for times in ("I", "II"):
                terminal.type("e")
                terminal.shows(f"interrupted {times}")
                assert "editing True" in terminal.text
                assert_is_as_found(terminal, terminal.main_text)
                service.serves(1)
                terminal.type(f"q{times}\n")
                terminal.shows(f"read q{times}")
                terminal.type("\n")
                terminal.shows("CONCURRENCY")
                terminal.shows("live")
            terminal.type("\x03")
            assert terminal.ends() == 130
            assert_is_as_found(terminal, terminal.main_text)


def test_signal_ends_a_monitor_whose_terminal_is_lent_and_leaves_that_alone(tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text(EDITOR)
    with watched_service(tmp_path) as service:
        environ = service.environ | {"VISUAL": f"{sys.executable} {editor}"}
        with PseudoTerminal(PROGRAM, environ, tmp_path) as terminal:
            terminal.shows("live")
            terminal.type("e")
            terminal.shows("interrupted")
            terminal.settles()
            drawn = len(terminal.written)
            terminal.process.send_signal(signal.SIGTERM)
            assert terminal.process.wait(WAIT_SECONDS) == 143
            assert terminal.written[drawn:] == b""


def test_config_that_loses_its_accounts_leaves_the_last_one_in_force(tmp_path: Path) -> None:
    with (
        watched_service(tmp_path, ["production"]) as service,
        PseudoTerminal(PROGRAM, service.environ, tmp_path) as terminal,
    ):
        terminal.shows("live")
        service.configure("", [])
        terminal.shows("no account any more. The last good config stays in force")
        service.serves(2)
        assert "CONCURRENCY" in terminal.text
