"""Makes the desk of a command that keeps what it sees, and lets it stop in order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from usage_tui.commands.accounts_in_force import InForce
from usage_tui.commands.common import Common
from usage_tui.commands.demo_past import demo_past
from usage_tui.services.alert_book import AlertBook
from usage_tui.services.alert_keeper import AlertKeeper, AlertTerms
from usage_tui.services.clock import SystemClock
from usage_tui.services.collector import Collector
from usage_tui.services.config import Config
from usage_tui.services.desk import Desk
from usage_tui.services.history import History
from usage_tui.services.history_looking import HistoryLooking
from usage_tui.services.paths import StateFolder, state_folder
from usage_tui.services.shared_desk import SharedDesk

if TYPE_CHECKING:
    from usage_tui.services.channels import Channel


class KeptHistory:
    """The user's history, or one in another folder, the desk over it and its alerts, as the config wants them."""

    def __init__(self, config: Config, folder: StateFolder | None = None) -> None:
        clock, folder = SystemClock(), folder or state_folder(os.environ)
        self._history = History(folder, clock, config.history)
        self.desk = SharedDesk(self._history, folder, clock, os.environ)
        self.looking = HistoryLooking(self._history, self.desk)
        self.alerts = AlertBook(self._history, self.desk, clock)
        self._keeper = AlertKeeper(self.alerts, clock, _terms(config), _channels)
        self.desk.keep_alerts(self._keeper, self.alerts.look)

    def tell(self, notice: str) -> None:
        """Let every account's view say for a while what the user should know of the history."""
        self._history.tell(notice)

    def replan(self, config: Config) -> None:
        """Take up a changed config."""
        self._history.retention = config.history
        self._keeper.replan(_terms(config))


@contextmanager
def desk_in_force(common: Common, force: InForce) -> Iterator[Desk]:
    """Give the desk of a command that looks once at each account; the demo's is over a history of its own.

    Raises:
        HistoryUnavailable: the demo's folder cannot be made.
    """
    if not common.is_demo:
        yield KeptHistory(force.config).desk
        return
    with demo_past(force) as folder:
        yield KeptHistory(force.config, folder).desk


def _terms(config: Config) -> AlertTerms:
    return AlertTerms(config.alerts, config.accounts, config.zone)


def _channels(terms: AlertTerms) -> Sequence[Channel]:
    from usage_tui.services.channels import channels  # noqa: PLC0415 -- the first frame does without

    return channels(terms.settings.notify, terms.accounts, os.environ)


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
