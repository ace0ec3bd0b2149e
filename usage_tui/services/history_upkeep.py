"""Keeps the history in order: rolls samples up, and forgets what is older than it is kept."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection
from functools import partial

from usage_tui.core.rollup import DAY_MS, HOUR_MS, epoch_ms
from usage_tui.services.clock import Clock
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.history_file import HistoryFile, is_of_disk
from usage_tui.services.history_rollup import prune, roll_up
from usage_tui.services.log_pruning import prune_logs

HELD_SECONDS = 0.02
STEPPED_SECONDS = 60.0
STEADY_SECONDS = 3600.0
LOGS_SECONDS = 3600.0
BORNE_OUT_DAYS = 7
_log = logging.getLogger("usage_tui.history")


class Upkeep:
    """The upkeep of one history by one process. To be used from one thread.

    Nothing of an account is forgotten by a clock that may be wrong, for by that all is old: either this process saw it
    run steadily for an hour, or samples bear it out that were stored at least an hour before, and a week at most.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begin()

    def _begin(self) -> None:
        """Take the clock, as it is now, for one that may be wrong."""
        self._offset = self._ahead()
        self._began_ms = epoch_ms(self._clock.now())
        self._logs_at = self._clock.monotonic()
        self._steady_at = self._logs_at + STEADY_SECONDS

    def run(self, file: HistoryFile, accounts: Collection[int], retention: HistorySettings) -> bool:
        """Roll up and prune a little of each account; say whether there is more to do.

        Raises:
            HistoryUnavailable: it cannot be written.
        """
        if abs(self._ahead() - self._offset) > STEPPED_SECONDS:
            self._begin()
        has_more = self._in_turn(file, accounts, partial(self._keep, retention))
        if self._clock.monotonic() >= self._logs_at:
            self._logs_at = self._clock.monotonic() + LOGS_SECONDS
            self._in_turn(file, accounts, self._keep_logs)
        return has_more

    def _in_turn(
        self, file: HistoryFile, accounts: Collection[int], step: Callable[[sqlite3.Connection, int], bool]
    ) -> bool:
        """Do a step of each account, as many in a transaction as a moment allows; say whether one has more to do."""
        has_more = False
        waiting = list(accounts)
        while waiting:
            with file.writing() as connection:
                until = self._clock.monotonic() + HELD_SECONDS
                while waiting and self._clock.monotonic() <= until:
                    has_more |= _apart(connection, waiting.pop(), step)
        return has_more

    def _keep(self, retention: HistorySettings, connection: sqlite3.Connection, account: int) -> bool:
        now_ms = epoch_ms(self._clock.now())
        has_more = roll_up(connection, account, now_ms)
        if self._is_clock_right(connection, account):
            has_more |= prune(connection, account, retention.raw_days, retention.minute_days, now_ms)
        return has_more

    def _keep_logs(self, connection: sqlite3.Connection, account: int) -> bool:
        if self._is_clock_right(connection, account):
            prune_logs(connection, account, epoch_ms(self._clock.now()))
        return False

    def _is_clock_right(self, connection: sqlite3.Connection, account: int) -> bool:
        if self._clock.monotonic() >= self._steady_at:
            return True
        is_later, earlier_ms = connection.execute(
            """SELECT EXISTS (SELECT 1 FROM samples WHERE account = ?1 AND at > ?2),
            (SELECT max(at) FROM samples WHERE account = ?1 AND at <= ?3)""",
            (account, epoch_ms(self._clock.now()), self._began_ms - HOUR_MS),
        ).fetchone()
        return not is_later and earlier_ms is not None and self._began_ms - earlier_ms <= BORNE_OUT_DAYS * DAY_MS

    def _ahead(self) -> float:
        """Give by how much the wall's clock is ahead of the one that nobody sets."""
        return self._clock.now().timestamp() - self._clock.monotonic()


def _apart(connection: sqlite3.Connection, account: int, step: Callable[[sqlite3.Connection, int], bool]) -> bool:
    """Do a step of one account; where it fails for what stands there, take it back, and hold up no other account."""
    connection.execute("SAVEPOINT upkeep")
    try:
        has_more = step(connection, account)
    except Exception as error:
        if is_of_disk(error):
            raise
        connection.execute("ROLLBACK TO upkeep")
        _log.error("the upkeep of account %d failed (%s)", account, type(error).__name__)
        has_more = False
    connection.execute("RELEASE upkeep")
    return has_more
