"""Makes the desk of a command that keeps what it sees, and lets it stop in order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from usage_tui.services.clock import SystemClock
from usage_tui.services.collector import Collector
from usage_tui.services.config import Config
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.history import History, Retention
from usage_tui.services.history_looking import HistoryLooking
from usage_tui.services.paths import state_folder
from usage_tui.services.shared_desk import SharedDesk


class KeptHistory:
    """The user's history and the desk over it; the config says how long samples stay."""

    def __init__(self, config: Config) -> None:
        clock, folder = SystemClock(), state_folder(os.environ)
        self._history = History(folder, clock, _retention(config.history))
        self.desk = SharedDesk(self._history, folder, clock, os.environ)
        self.looking = HistoryLooking(self._history, self.desk)

    def replan(self, config: Config) -> None:
        """Take up a changed config."""
        self._history.retention = _retention(config.history)


def _retention(settings: HistorySettings) -> Retention:
    return Retention(settings.raw_days, settings.minute_days)


@contextmanager
def pausing_when_stopped(collector: Collector) -> Iterator[None]:
    """Let a stop from the terminal (ctrl+z) leave the accounts to others until the process goes on."""

    def stop(number: int, _frame: FrameType | None) -> None:
        collector.pause()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        signal.signal(number, stop)
        collector.resume()

    before = signal.getsignal(signal.SIGTSTP)
    if before is signal.SIG_DFL:
        signal.signal(signal.SIGTSTP, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)
