"""Reads a stretch of an account's history in steps, each from the best that is kept of it."""

from __future__ import annotations

import sqlite3

from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, TimeSpan, folded, steps
from usage_tui.services.history_rows import BROUGHT_IN, select_folded, select_readings, select_spans
from usage_tui.services.history_writing import last_counted


def spans(connection: sqlite3.Connection, account_id: int, begin_ms: int, end_ms: int, step_ms: int) -> list[TimeSpan]:
    """Read what was seen from `begin_ms` until before `end_ms`, in the order of time, in steps of `step_ms`.

    A span starts at a whole multiple of the step, so that the first may start before `begin_ms`, and holds what lies
    between the two. Where nothing is known there is no span. What is kept by the minute or the hour alone stays in
    spans so wide, though the step is shorter. Hours are read for steps of hours, minutes for steps of minutes, and
    samples for shorter ones and for what is not rolled up yet.
    """
    found = connection.execute(
        "SELECT coalesce(minutes_until, 0), coalesce(hours_until, 0) FROM accounts WHERE id = ?", (account_id,)
    ).fetchone()
    minutes_until, hours_until = found or (0, 0)
    if step_ms < MINUTE_MS:
        pieces = _fine(connection, account_id, begin_ms, end_ms, step_ms)
        pieces += _minutes_without(pieces, connection, account_id, begin_ms, end_ms)
        pieces += _hours_alone(connection, account_id, begin_ms, end_ms, 0)
    elif step_ms < HOUR_MS:
        pieces = _best(connection, account_id, begin_ms, end_ms, step_ms, minutes_until)
    else:
        first_ms = -(-begin_ms // HOUR_MS) * HOUR_MS
        last_ms = max(first_ms, min(end_ms, hours_until) // HOUR_MS * HOUR_MS)
        pieces = select_folded(connection, "hours", account_id, first_ms, last_ms, step_ms)
        for edge in ((begin_ms, min(first_ms, end_ms)), (last_ms, end_ms)):
            pieces += _best(connection, account_id, *edge, HOUR_MS, minutes_until)
    pieces.sort(key=lambda piece: piece.start_ms)
    return folded(pieces, step_ms)


def _best(
    connection: sqlite3.Connection, account: int, begin_ms: int, end_ms: int, step_ms: int, minutes_until: int
) -> list[TimeSpan]:
    """Read minutes, the samples that are not rolled up yet, and hours of which there is neither."""
    if begin_ms >= end_ms:
        return []
    tail_ms = min(end_ms, max(begin_ms, minutes_until))
    fresh = _samples(connection, account, tail_ms, end_ms, MINUTE_MS)
    return [
        *select_folded(connection, "minutes", account, begin_ms, tail_ms, step_ms),
        *_minutes_without(fresh, connection, account, tail_ms, end_ms),
        *fresh,
        *_hours_alone(connection, account, begin_ms, end_ms, tail_ms),
    ]


def _fine(connection: sqlite3.Connection, account: int, begin_ms: int, end_ms: int, step_ms: int) -> list[TimeSpan]:
    """Read samples, but for minutes that alone know what was spent on the way to them: the one before came in later."""
    (oldest,) = connection.execute("SELECT min(at) FROM samples WHERE account = ?", (account,)).fetchone()
    first_ms = begin_ms // MINUTE_MS * MINUTE_MS
    alone = {
        minute.start_ms
        for minute in select_spans(connection, "minutes", account, first_ms, end_ms)
        if minute.has_gap or minute.start_ms <= (oldest or 0)
        if minute.spend != _spent(connection, account, minute.start_ms)
    }
    pieces = _samples(connection, account, begin_ms, end_ms, step_ms)
    return [piece for piece in pieces if piece.start_ms // MINUTE_MS * MINUTE_MS not in alone]


def _spent(connection: sqlite3.Connection, account: int, minute_ms: int) -> int:
    """Add up what samples say was spent in a minute."""
    return sum(step.spend for step in _samples(connection, account, minute_ms, minute_ms + MINUTE_MS, MINUTE_MS))


def _samples(connection: sqlite3.Connection, account: int, begin_ms: int, end_ms: int, step_ms: int) -> list[TimeSpan]:
    """Read samples, and what the one before them says of the beginning."""
    if begin_ms >= end_ms:
        return []
    before = select_readings(connection, "account = ? AND at < ? ORDER BY at DESC LIMIT 1", (account, begin_ms))
    return steps(
        select_readings(connection, "account = ? AND at >= ? AND at < ? ORDER BY at", (account, begin_ms, end_ms)),
        before=before[0] if before else None,
        counted=last_counted(connection, account, begin_ms),
        begin_ms=begin_ms,
        end_ms=end_ms,
        step_ms=step_ms,
    )


def _minutes_without(
    seen: list[TimeSpan], connection: sqlite3.Connection, account: int, begin_ms: int, end_ms: int
) -> list[TimeSpan]:
    """Read the minutes that nothing was seen of yet."""
    known = {span.start_ms // MINUTE_MS for span in seen}
    found = select_spans(connection, "minutes", account, begin_ms, end_ms)
    return [minute for minute in found if minute.start_ms // MINUTE_MS not in known]


def _hours_alone(
    connection: sqlite3.Connection, account: int, begin_ms: int, end_ms: int, samples_from_ms: int
) -> list[TimeSpan]:
    """Read the hours of which there are neither minutes, nor samples from a moment on."""
    alone = connection.execute(
        """SELECT at FROM hours WHERE account = ?1 AND at >= ?2 AND at < ?3 AND NOT EXISTS (
            SELECT 1 FROM minutes WHERE account = ?1 AND at >= hours.at AND at < hours.at + ?4
        ) AND NOT EXISTS (
            SELECT 1 FROM samples WHERE account = ?1 AND at >= max(hours.at, ?5) AND at < hours.at + ?4
            AND NOT flags & ?6
        )""",
        (account, begin_ms, end_ms, HOUR_MS, samples_from_ms, BROUGHT_IN),
    )
    starts = {at for (at,) in alone}
    if not starts:
        return []
    hours = select_spans(connection, "hours", account, min(starts), max(starts) + 1)
    return [hour for hour in hours if hour.start_ms in starts]
