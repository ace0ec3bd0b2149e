"""The months behind the pictures: what the simulated accounts spent before, as a history that can be asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from usage_tui.core.account import Account
from usage_tui.core.cycle import CyclePlan
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.demo.accounts import SimulatedAccount
from usage_tui.demo.past import past_cycles
from usage_tui.services.desk import LocalDesk
from usage_tui.services.history_rows import put_spans
from usage_tui.services.history_schema import migrate
from usage_tui.services.past_forecasts import past_forecasts, put_past_forecasts

DAYS = 75
T = TypeVar("T")


class StageDesk(LocalDesk):
    """A desk whose history holds the accounts' past up to a moment, and nothing that is polled from then on."""

    def __init__(self, accounts: Sequence[SimulatedAccount], now: datetime) -> None:
        super().__init__()
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        migrate(self._connection)
        self._numbers = {account.name: number for number, account in enumerate(accounts, start=1)}
        for account in accounts:
            self._put(account, now)

    async def consult(self, account: Account, question: Callable[[sqlite3.Connection, int], T]) -> T | None:
        """Have something read of the account's past."""
        return question(self._connection, self._numbers[account.name])

    def close_history(self) -> None:
        """Let the past go."""
        self._connection.close()

    def _put(self, account: SimulatedAccount, now: datetime) -> None:
        number, end_ms = self._numbers[account.name], epoch_ms(now) // HOUR_MS * HOUR_MS
        self._connection.execute(
            "INSERT INTO accounts (id, fingerprint, name, minutes_until, hours_until) VALUES (?, ?, ?, ?, ?)",
            (number, account.name, account.name, end_ms, end_ms),
        )
        put_spans(self._connection, "hours", number, _hours(account, end_ms))
        told = past_forecasts(self._connection, number, CyclePlan(anchor=account.anchor), epoch_ms(now))
        put_past_forecasts(self._connection, number, told, epoch_ms(now))


def _hours(account: SimulatedAccount, end_ms: int) -> Iterator[TimeSpan]:
    """Give the account's last hours, with the counters at their ends."""
    starts = {epoch_ms(cycle.started_at) for cycle in past_cycles(account)} | {epoch_ms(account.anchor)}
    used = failed = 0
    for start in range(end_ms - DAYS * 24 * HOUR_MS, end_ms, HOUR_MS):
        spend = account.traffic.hourly_spend(start // HOUR_MS)
        is_reset = start in starts
        used, failed = (0, 0) if is_reset else (used, failed)
        used, failed = used + spend.credits, failed + spend.failed
        yield TimeSpan(
            start,
            Snapshot(used=used, failed=failed, limit=account.limit),
            spend=spend.credits,
            covered_ms=timedelta(hours=1) // timedelta(milliseconds=1),
            has_reset=is_reset,
        )
