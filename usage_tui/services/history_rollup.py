"""Rolls samples up to minutes and those to hours, and forgets what is older than it is kept, in small steps."""

from __future__ import annotations

import sqlite3

from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, Reading, folded, minutes
from usage_tui.services.history_rows import put_spans, select_readings, select_spans
from usage_tui.services.history_writing import last_counted

STEP_MS = 10 * MINUTE_MS
STEP_ROWS = 500
SETTLED_MS = MINUTE_MS


def roll_up(connection: sqlite3.Connection, account: int, now_ms: int) -> bool:
    """Roll up the next minutes of an account, and the hours that they complete; say whether there is more to do.

    A minute is rolled up when a sample after it is there, or nothing speaks for it any more.
    """
    begin_ms = _begin(connection, account)
    newest = _one(connection, account, ">= ? ORDER BY at DESC", 0)
    if begin_ms is None or newest is None:
        return False
    is_over = now_ms - SETTLED_MS > newest.holds_until_ms
    known_ms = (newest.holds_until_ms + MINUTE_MS - 1 if is_over else newest.at_ms) // MINUTE_MS * MINUTE_MS
    end_ms = min(known_ms, begin_ms + STEP_MS)
    if end_ms <= begin_ms:
        return False
    before = _one(connection, account, "< ? ORDER BY at DESC", begin_ms)
    after = _one(connection, account, ">= ? ORDER BY at", end_ms)
    readings = select_readings(
        connection, "account = ? AND at >= ? AND at < ? ORDER BY at", (account, begin_ms, end_ms)
    )
    spans = minutes(
        [*readings, after] if after is not None else readings,
        before=before,
        counted=last_counted(connection, account, begin_ms),
        begin_ms=begin_ms,
        end_ms=end_ms,
    )
    put_spans(connection, "minutes", account, spans)
    if not spans and after is not None:
        end_ms = max(end_ms, after.at_ms // MINUTE_MS * MINUTE_MS)
    _finish(connection, account, end_ms)
    return end_ms < known_ms


def prune(connection: sqlite3.Connection, account: int, raw_days: int, minute_days: int, now_ms: int) -> bool:
    """Forget some of the samples and minutes older than so many days, if rolled up; say whether there is more.

    The last rolled-up sample with counters stays: from it, the spend until the next one is counted. Minutes go by whole
    hours, which stand for them. What was set aside, under the account's negative number, goes by its age alone.
    """
    row = connection.execute("SELECT minutes_until, hours_until FROM accounts WHERE id = ?", (account,)).fetchone()
    minutes_until, hours_until = (row[0] or 0, row[1] or 0) if row else (0, 0)
    oldest_raw, oldest_minute = now_ms - raw_days * DAY_MS, now_ms - minute_days * DAY_MS
    counted = last_counted(connection, account, minutes_until)
    oldest_kept = min(oldest_raw, minutes_until if counted is None else counted.at_ms)
    forgotten = [
        _forget(connection, "samples", account, oldest_kept),
        _forget(connection, "minutes", account, min(oldest_minute // HOUR_MS * HOUR_MS, hours_until)),
        _forget(connection, "samples", -account, oldest_raw),
        _forget(connection, "minutes", -account, oldest_minute),
        _forget(connection, "hours", -account, oldest_minute),
    ]
    return max(forgotten) >= STEP_ROWS


def _begin(connection: sqlite3.Connection, account: int) -> int | None:
    """Give the first moment that is not rolled up; None where there is nothing to roll up."""
    row = connection.execute("SELECT minutes_until FROM accounts WHERE id = ?", (account,)).fetchone()
    if row is not None and row[0] is not None:
        return int(row[0])
    first = _one(connection, account, ">= ? ORDER BY at", 0)
    if first is None:
        return None
    begin_ms = first.at_ms // MINUTE_MS * MINUTE_MS
    connection.execute(
        "UPDATE accounts SET minutes_until = ?, hours_until = ? WHERE id = ?",
        (begin_ms, begin_ms // HOUR_MS * HOUR_MS, account),
    )
    return begin_ms


def _finish(connection: sqlite3.Connection, account: int, minutes_until: int) -> None:
    """Put down how far the minutes reach, and roll up the hours that are complete."""
    (hours_from,) = connection.execute("SELECT hours_until FROM accounts WHERE id = ?", (account,)).fetchone()
    hours_until = minutes_until // HOUR_MS * HOUR_MS
    if hours_until > hours_from:
        complete = select_spans(connection, "minutes", account, hours_from, hours_until)
        put_spans(connection, "hours", account, folded(complete, HOUR_MS))
    connection.execute(
        "UPDATE accounts SET minutes_until = ?, hours_until = ? WHERE id = ?",
        (minutes_until, max(hours_from, hours_until), account),
    )


def _one(connection: sqlite3.Connection, account: int, where: str, at_ms: int) -> Reading | None:
    found = select_readings(connection, f"account = ? AND at {where} LIMIT 1", (account, at_ms))
    return found[0] if found else None


def _forget(connection: sqlite3.Connection, table: str, account: int, before_ms: int) -> int:
    """Delete the oldest rows of a table that are older than a moment, not many at once; give how many."""
    return connection.execute(
        f"""DELETE FROM {table} WHERE account = ?1 AND at < ?2 AND at <= coalesce(
        (SELECT at FROM {table} WHERE account = ?1 ORDER BY at LIMIT 1 OFFSET ?3), ?2)""",  # noqa: S608 -- our names
        (account, before_ms, STEP_ROWS - 1),
    ).rowcount
