"""A history to test with: a clock that is set by hand, readings, and what stands in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.makers import NOW, a_snapshot
from usage_tui.core.account import AccountState
from usage_tui.core.rollup import Reading, epoch_ms, moment
from usage_tui.core.view import LastPoll
from usage_tui.services.history_schema import migrate
from usage_tui.services.paths import StateFolder

NOW_MS = epoch_ms(NOW) // 3_600_000 * 3_600_000
PATIENCE_SECONDS = 60.0


@dataclass
class SetClock:
    """Two clocks that stand still until they are told to go on."""

    at: datetime = NOW
    seconds: float = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds


def a_reading(
    at_ms: int = NOW_MS, *, interval_ms: int = 1000, concurrency: int | None = 62, **counters: Any
) -> Reading:
    """Make a reading."""
    return Reading(at_ms, interval_ms, replace(a_snapshot(concurrency=concurrency), **counters))


def a_poll_at(at_ms: int, *, pid: int = 4242) -> LastPoll:
    """Make the end of a good poll; the next one is due a second later."""
    return LastPoll(moment(at_ms), AccountState.OK, None, 0.038, moment(at_ms + 1000), pid)


@contextmanager
def a_database() -> Iterator[sqlite3.Connection]:
    """Give an empty history in memory, with one account, number 1."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    connection.execute("INSERT INTO accounts (id, fingerprint, name) VALUES (1, 'f', 'production')")
    try:
        yield connection
    finally:
        connection.close()


def rows(folder: StateFolder | Path, question: str) -> list[tuple[Any, ...]]:
    """Ask the file itself."""
    path = folder.history if isinstance(folder, StateFolder) else folder
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()
