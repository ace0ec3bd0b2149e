"""Joins what an import brought in to what was there: each row beside the other kind counts from the one before it."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from usage_tui.core.joined import joined
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, TimeSpan
from usage_tui.services.history_rows import REPORTED, RESET, put_spans, select_spans

WIDTHS_MS = {"minutes": MINUTE_MS, "hours": HOUR_MS}
ALONE = f"""NOT EXISTS (
        SELECT 1 FROM minutes AS inside
        WHERE inside.account = ?1 AND inside.at >= hours.at AND inside.at < hours.at + {HOUR_MS}
    ) AND NOT hours.flags & {REPORTED}"""  # noqa: S608 -- our own words
_CHAIN = f"""
    SELECT at, used, flags & {RESET} AS has_reset, 'minutes' AS kind,
    EXISTS (SELECT 1 FROM new_minutes AS new WHERE new.account = ?1 AND new.at = minutes.at) AS is_new
    FROM minutes WHERE account = ?1 UNION ALL SELECT at, used, flags & {RESET} AS has_reset, 'hours' AS kind,
    EXISTS (SELECT 1 FROM new_hours AS new WHERE new.account = ?1 AND new.at = hours.at) AS is_new
    FROM hours WHERE account = ?1 AND {ALONE}"""  # noqa: S608 -- our own words
_SEAMS = f"""
    SELECT earlier_kind, earlier_at, kind, at, is_new, used < earlier_used AND NOT has_reset AS is_superseded FROM (
        SELECT *, lag(at) OVER in_time AS earlier_at, lag(kind) OVER in_time AS earlier_kind,
        lag(used) OVER in_time AS earlier_used, lag(is_new) OVER in_time AS was_new
        FROM ({_CHAIN}) WINDOW in_time AS (ORDER BY at)
    ) WHERE is_new <> was_new ORDER BY at"""  # noqa: S608 -- our own words


class Row(NamedTuple):
    """A row of the finest that is kept of its time: a minute, or an hour without minutes."""

    table: str
    at_ms: int

    @property
    def end_ms(self) -> int:
        """The end of its time, in epoch milliseconds."""
        return self.at_ms + WIDTHS_MS[self.table]


def leave_superseded(connection: sqlite3.Connection, account: int, first_ms: int) -> set[int]:
    """Take out of what came in, later than at `first_ms`, what tells of older counters than the row before it.

    It is what a reading says of the time after it, and in that another one was made here. Gives the hours of it.
    """
    changed: set[int] = set()
    while found := [
        Row(kind, at)
        for _, _, kind, at, is_new, is_superseded in connection.execute(_SEAMS, (account,)).fetchall()
        if is_new and is_superseded and at > first_ms
    ]:
        for row in found:
            hour_ms = row.at_ms // HOUR_MS * HOUR_MS
            for table in (row.table, f"new_{row.table}"):
                connection.execute(f"DELETE FROM {table} WHERE account = ? AND at = ?", (account, row.at_ms))  # noqa: S608
            connection.execute(
                f"""DELETE FROM hours WHERE account = ?1 AND at = ?2 AND {ALONE}
                AND EXISTS (SELECT 1 FROM new_hours AS new WHERE new.account = ?1 AND new.at = ?2)""",  # noqa: S608
                (account, hour_ms),
            )
            changed.add(hour_ms)
    return changed


def close_seams(connection: sqlite3.Connection, account: int) -> set[int]:
    """Join what is new to what is old, and the reverse; give the hours whose minutes that changed."""
    changed: set[int] = set()
    brought_from_ms: int | None = None
    for earlier_kind, earlier_at, kind, at, is_new, _ in connection.execute(_SEAMS, (account,)).fetchall():
        before = span_of(connection, account, Row(earlier_kind, earlier_at))
        after = span_of(connection, account, Row(kind, at))
        brought: list[TimeSpan] = []
        if is_new:
            brought_from_ms = at
        elif brought_from_ms is not None:
            brought = _finest(connection, account, brought_from_ms, at)
        now = joined(before, after, brought)
        if now != after:
            changed |= _put(connection, account, kind, now)
    return changed


def begin_at(connection: sqlite3.Connection, account: int, begin: TimeSpan) -> set[int]:
    """Let the first row of all count from a span that did not come in, where the counters stood lower then.

    Gives the hours whose minutes that changed.
    """
    found = end_of_chain(connection, account, "ASC")
    if found is None or found[1] or found[0].end_ms <= begin.start_ms:
        return set()
    first = span_of(connection, account, found[0])
    if (first.last.used or 0) - first.spend < (begin.last.used or 0):
        return set()
    now = joined(begin, first)
    return set() if now == first else _put(connection, account, found[0].table, now)


def end_of_chain(connection: sqlite3.Connection, account: int, order: str = "DESC") -> tuple[Row, bool] | None:
    """Give the last row that has counters, or the first in ascending order, and whether it is new."""
    found = connection.execute(
        f"SELECT kind, at, is_new FROM ({_CHAIN}) WHERE used IS NOT NULL ORDER BY at {order} LIMIT 1",  # noqa: S608
        (account,),
    ).fetchone()
    return None if found is None else (Row(found[0], found[1]), bool(found[2]))


def span_of(connection: sqlite3.Connection, account: int, row: Row) -> TimeSpan:
    """Read a row."""
    (span,) = select_spans(connection, row.table, account, row.at_ms, row.at_ms + 1)
    return span


def _put(connection: sqlite3.Connection, account: int, table: str, span: TimeSpan) -> set[int]:
    """Put a span down; give the hour that it is a minute of."""
    put_spans(connection, table, account, [span])
    return {span.start_ms // HOUR_MS * HOUR_MS} if table == "minutes" else set()


def _finest(connection: sqlite3.Connection, account: int, begin_ms: int, end_ms: int) -> list[TimeSpan]:
    """Read the finest that is kept from `begin_ms` until before `end_ms`."""
    spans = select_spans(connection, "minutes", account, begin_ms, end_ms)
    with_minutes = {span.start_ms // HOUR_MS * HOUR_MS for span in spans}
    hours = select_spans(connection, "hours", account, begin_ms, end_ms)
    return spans + [hour for hour in hours if hour.start_ms not in with_minutes and not hour.is_reported]
