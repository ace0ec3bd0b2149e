"""Each day's forecast as it was made, and how those came out whose cycle is over."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

from usage_tui.core.outlook import Accuracy
from usage_tui.core.rollup import DAY_MS, HOUR_MS
from usage_tui.services.history_range import spans

SETTLED_MS = 2 * HOUR_MS
MOVED_MS = 12 * HOUR_MS
UNWATCHED_MS = 6 * HOUR_MS


class MadeForecast(Struct, frozen=True):
    """A forecast of a cycle's total in credits; times are in epoch milliseconds."""

    made_at_ms: int
    cycle_began_ms: int
    cycle_ends_ms: int
    used: int
    total_p10: float
    total_p50: float
    total_p90: float
    ceiling: int | None
    run_out_probability: float | None


def put_forecast(connection: sqlite3.Connection, account: int, made: MadeForecast) -> None:
    """Put a forecast down; the first of each day (UTC) is kept."""
    connection.execute(
        """INSERT OR IGNORE INTO forecasts (account, day, made_at, cycle_began, cycle_ends, used,
        total_p10, total_p50, total_p90, ceiling, run_out_probability) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            account,
            made.made_at_ms // DAY_MS,
            made.made_at_ms,
            made.cycle_began_ms,
            made.cycle_ends_ms,
            made.used,
            made.total_p10,
            made.total_p50,
            made.total_p90,
            made.ceiling,
            made.run_out_probability,
        ),
    )


def settle(connection: sqlite3.Connection, account: int, now_ms: int) -> None:
    """Put down what the cycles came to that are over by now, as far as that was seen."""
    over = connection.execute(
        """SELECT DISTINCT cycle_began, cycle_ends FROM forecasts
        WHERE account = ? AND actual IS NULL AND cycle_ends <= ?""",
        (account, now_ms - SETTLED_MS),
    ).fetchall()
    for began_ms, ends_ms in over:
        total = _total(connection, account, began_ms, ends_ms)
        if total is not None:
            connection.execute(
                """UPDATE forecasts SET actual = ?4
                WHERE account = ?1 AND cycle_began = ?2 AND cycle_ends = ?3 AND actual IS NULL""",
                (account, began_ms, ends_ms, total),
            )


def accuracy(connection: sqlite3.Connection, account: int) -> Accuracy | None:
    """Say how right the forecasts of the last cycle that is over were, or None where none has come true yet."""
    rows = connection.execute(
        """SELECT abs(total_p50 - actual) / actual, actual BETWEEN total_p10 AND total_p90 FROM forecasts
        WHERE account = ?1 AND actual > 0 AND cycle_began = (
            SELECT max(cycle_began) FROM forecasts WHERE account = ?1 AND actual > 0
        ) ORDER BY 1""",
        (account,),
    ).fetchall()
    if not rows:
        return None
    errors, half = [error for error, _ in rows], len(rows) // 2
    median = errors[half] if len(rows) % 2 else (errors[half - 1] + errors[half]) / 2
    return Accuracy(len(rows), median, sum(is_covered for _, is_covered in rows) / len(rows))


def _total(connection: sqlite3.Connection, account: int, began_ms: int, ends_ms: int) -> int | None:
    """Give what a cycle came to by the counter before its reset, or None where that was not watched, or came early."""
    last_ms, used = began_ms, None
    for hour in spans(connection, account, began_ms + HOUR_MS, ends_ms + DAY_MS, HOUR_MS):
        if hour.has_reset and hour.start_ms > began_ms:
            is_seen = used is not None and hour.start_ms - last_ms <= UNWATCHED_MS
            if not is_seen or used is None or hour.start_ms < ends_ms - MOVED_MS:
                return None
            return used + max(0, hour.spend - (hour.last.used or 0))
        if hour.last.used is not None:
            last_ms, used = hour.start_ms, hour.last.used
    return None
