"""Fills days that nobody collected in from a report: hours of the history that are marked as such.

Only days before an account's first sample: what was spent in a later gap stands in the counters after it already.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from usage_tui.core.rollup import DAY_MS, HOUR_MS, TimeSpan
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.history_rows import REPORTED, put_spans

DAY_HOURS = 24


def fill_in(connection: sqlite3.Connection, account: int, days: Mapping[int, int]) -> int:
    """Fill in the credits of days, counted since the epoch, in place of what was filled in before; give how many.

    A day's credits are shared out evenly over its hours, to the credit. To be called in a transaction.
    """
    connection.execute("DELETE FROM hours WHERE account = ? AND flags & ?", (account, REPORTED))
    first_ms = _first_seen(connection, account)
    unseen = [day for day in sorted(days) if first_ms is None or (day + 1) * DAY_MS <= first_ms]
    hours = [
        TimeSpan(
            start_ms=day * DAY_MS + hour * HOUR_MS,
            last=Snapshot(),
            spend=days[day] * (hour + 1) // DAY_HOURS - days[day] * hour // DAY_HOURS,
            has_gap=True,
            is_reported=True,
        )
        for day in unseen
        for hour in range(DAY_HOURS)
    ]
    put_spans(connection, "hours", account, hours)
    return len(unseen)


def _first_seen(connection: sqlite3.Connection, account: int) -> int | None:
    """Give when an account was first seen, by what is kept of that; None where it never was."""
    found = [
        connection.execute(f"SELECT min(at) FROM {table} WHERE account = ?", (account,)).fetchone()[0]  # noqa: S608
        for table in ("samples", "minutes", "hours")
    ]
    return min((int(at) for at in found if at is not None), default=None)
