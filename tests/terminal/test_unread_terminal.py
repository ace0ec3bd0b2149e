"""A terminal that nobody reads holds up nothing, and is right again when it is read."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.terminal.pseudo_terminal import WAIT_SECONDS, PseudoTerminal, assert_is_as_found
from tests.terminal.watched_service import OFTEN, PROGRAM, watched_service

SIZE = (200, 60)
FREEZE, NEXT_THEME, REDRAW = " ", "t", "\x0c"
PAINTS = 10


@contextmanager
def full_terminal(folder: Path) -> Iterator[PseudoTerminal]:
    """Run the monitor on a terminal that takes no more; see that collecting goes on and that nothing spins."""
    with (
        watched_service(folder, settings=OFTEN) as service,
        PseudoTerminal(PROGRAM, service.environ, folder, size=SIZE) as terminal,
    ):
        terminal.shows("live")
        terminal.type(FREEZE)
        for _ in range(PAINTS):
            terminal.type(NEXT_THEME)
            service.serves(1)
        process = psutil.Process(terminal.process.pid)
        used, begun = sum(process.cpu_times()[:2]), time.monotonic()
        service.serves(3)
        assert sum(process.cpu_times()[:2]) - used < 0.5 * (time.monotonic() - begun)
        yield terminal


def test_signal_ends_a_monitor_that_nobody_reads(tmp_path: Path) -> None:
    with full_terminal(tmp_path) as terminal:
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(WAIT_SECONDS) == 143
        terminal.settles()
        assert_is_as_found(terminal)


def test_screen_is_right_when_it_is_read_again(tmp_path: Path) -> None:
    with full_terminal(tmp_path) as terminal:
        terminal.until(
            lambda: terminal.text.count("theme:") == 1 and "frozen" in terminal.text, "the last theme is told"
        )
        terminal.settles()
        while "theme:" in terminal.text:  # a busy machine tells of one theme after the other
            terminal.until(lambda: "theme:" not in terminal.text, "the word on the theme is gone")
            terminal.settles()
        shown = terminal.cells
        terminal.press(REDRAW)
        assert terminal.cells == shown
        terminal.type("q")
        assert terminal.ends() == 0
        assert_is_as_found(terminal)
