"""A fault of the program's own ends in one sentence, or is not seen at all; the terminal is left as it was found."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from tests.terminal.faulty_monitor import KEY
from tests.terminal.pseudo_terminal import PseudoTerminal, assert_is_as_found, environment


def run_faulty(fault: str, folder: Path) -> PseudoTerminal:
    """Run a monitor with a fault."""
    program = (sys.executable, "-m", "tests.terminal.faulty_monitor", fault, str(folder))
    return PseudoTerminal(program, environment(folder, PYTHONPATH=str(Path(__file__).parents[2])), folder)


def test_fault_in_the_screen_ends_with_a_sentence_and_the_rest_in_the_log(tmp_path: Path) -> None:
    with run_faulty("screen", tmp_path) as terminal:
        terminal.shows("waiting")
        terminal.type("r" * 5)
        assert terminal.ends(5.0) == 70
        sentence = "usage-tui ended by a fault of its own (RuntimeError)."
        assert_is_as_found(terminal, main_screen=sentence)
        log = (tmp_path / "log").read_text()
        assert "Traceback" in log
        assert "RuntimeError: could not read https://api.scraperapi.com/account" in log
        assert log.count("Traceback") == 1
        for hidden in (KEY, KEY[:16]):
            assert hidden not in log
            assert hidden.encode() not in terminal.written


def test_fault_in_another_thread_does_not_end_the_screen(tmp_path: Path) -> None:
    with run_faulty("collector", tmp_path) as terminal:
        terminal.shows("waiting")
        terminal.until((tmp_path / "log").exists, "the thread has ended")
        terminal.type("2n?")
        terminal.shows("Show every key")
        terminal.type("\x03")
        assert terminal.ends() == 130
        assert_is_as_found(terminal)
        log = (tmp_path / "log").read_text()
        assert "collector ended by an internal error" in log
        assert KEY not in log
        assert b"could not read" not in terminal.written


def test_signal_ends_a_screen_that_does_not_answer(tmp_path: Path) -> None:
    with run_faulty("loop", tmp_path) as terminal:
        terminal.shows("waiting")
        terminal.type("r")
        terminal.settles()
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ends(2.5) == 143
        assert_is_as_found(terminal)
