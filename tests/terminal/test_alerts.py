"""An alert reaches the terminal that the monitor is on, whole, between two paints."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.pseudo_terminal import PseudoTerminal, assert_is_as_found
from tests.terminal.watched_service import OFTEN, PROGRAM, watched_service

SOON = f"{OFTEN}[alerts]\nbudget_used = [0.01]\n"


def test_an_alert_rings_the_terminal_once_and_the_screen_stays_whole(tmp_path: Path) -> None:
    with watched_service(tmp_path, ("production",), SOON) as service:
        with PseudoTerminal(PROGRAM, service.environ, tmp_path, size=(120, 36)) as terminal:
            terminal.until(lambda: any(b"9;usage-tui: production: " in each for each in terminal.commands), "it rings")
            assert b"\x07\x1b]9;usage-tui: production: " in terminal.written
            terminal.shows("% used  fired ")
            terminal.shows("CONCURRENCY")
            service.serves(5)
            terminal.type("l")
            terminal.shows("told: terminal")
            terminal.type("q")
            assert terminal.ends() == 0
            assert_is_as_found(terminal)
        with PseudoTerminal(PROGRAM, service.environ, tmp_path, size=(120, 36)) as again:
            again.shows("% used  fired ")
            service.serves(5)
            again.type("q")
            assert again.ends() == 0
            assert b"\x07" not in again.written


def test_where_the_config_wants_no_bell_there_is_none(tmp_path: Path) -> None:
    settings = f"{SOON}[alerts.notify]\nterminal = false\n"
    with (
        watched_service(tmp_path, ("production",), settings) as service,
        PseudoTerminal(PROGRAM, service.environ, tmp_path, size=(120, 36)) as terminal,
    ):
        terminal.shows("% used  fired ")
        service.serves(5)
        terminal.type("q")
        assert terminal.ends() == 0
        assert b"\x07" not in terminal.written
