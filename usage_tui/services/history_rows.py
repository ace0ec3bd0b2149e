"""Readings, spans and the ends of polls as rows of the history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from usage_tui.core.account import AccountState
from usage_tui.core.rollup import Reading, TimeSpan, epoch_ms, moment
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.view import LastPoll

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_COUNTERS = "concurrency_limit, used, failed, credit_limit, credits_left, cycle_start, flags"
_READING = f"at, interval, concurrency, burst, {_COUNTERS}"
_SPAN = f"at, lowest, highest, request_ms, covered_ms, saturated_ms, spend, {_COUNTERS}"
_KNOWS_PAY, _HAS_PAY, _KNOWS_UPGRADE, _HAS_UPGRADE, _SIMULATED, _GAP, RESET = (1 << bit for bit in range(7))
REPORTED = 1 << 7
BROUGHT_IN = 1 << 8
LARGEST = 2**63 - 1
_INSERT_READING = f"INSERT INTO samples (account, {_READING}) VALUES ({', '.join('?' * 12)})"  # noqa: S608 -- our names


def insert_reading(connection: sqlite3.Connection, account: int, reading: Reading) -> None:
    """Put a reading down; there must be none of its moment."""
    connection.execute(_INSERT_READING, _reading_row(account, reading))


def put_readings(connection: sqlite3.Connection, table: str, account: int, readings: Iterable[Reading]) -> None:
    """Put readings down in a table like that of the samples, each in place of what there was of its moment."""
    connection.executemany(
        _INSERT_READING.replace("INSERT INTO samples", f"INSERT OR REPLACE INTO {table}"),
        [_reading_row(account, reading) for reading in readings],
    )


def _reading_row(account: int, reading: Reading) -> tuple[int | None, ...]:
    snapshot = reading.snapshot
    flags = _flags(snapshot, has_gap=reading.has_gap, has_reset=reading.has_reset)
    return (
        account,
        reading.at_ms,
        reading.interval_ms,
        snapshot.concurrency,
        snapshot.burst,
        *_counters(snapshot),
        flags | (_SIMULATED if reading.is_simulated else 0) | (BROUGHT_IN if reading.is_brought_in else 0),
    )


def select_readings(
    connection: sqlite3.Connection, where: str, values: Sequence[object], table: str = "samples"
) -> list[Reading]:
    """Read the readings that a condition (and an order) describes."""
    rows = connection.execute(f"SELECT {_READING} FROM {table} WHERE {where}", values)  # noqa: S608 -- our own words
    return [_reading(row) for row in rows]


def _reading(row: Sequence[Any]) -> Reading:
    at, interval, concurrency, burst, *counters = row
    flags: int = counters[-1]
    return Reading(
        at_ms=at,
        interval_ms=interval,
        snapshot=_snapshot(counters, concurrency, burst),
        is_simulated=bool(flags & _SIMULATED),
        has_gap=bool(flags & _GAP),
        has_reset=bool(flags & RESET),
        is_brought_in=bool(flags & BROUGHT_IN),
    )


def put_spans(connection: sqlite3.Connection, table: str, account: int, spans: Iterable[TimeSpan]) -> None:
    """Put minutes or hours down, each in place of what there was of its time; a sum is put down as far as it fits."""
    rows = [
        (
            account,
            span.start_ms,
            span.lowest,
            span.highest,
            min(span.request_ms, LARGEST),
            span.covered_ms,
            span.saturated_ms,
            max(-LARGEST, min(span.spend, LARGEST)),
            *_counters(span.last),
            _flags(span.last, has_gap=span.has_gap, has_reset=span.has_reset) | (REPORTED if span.is_reported else 0),
        )
        for span in spans
    ]
    places = ", ".join("?" * 15)
    connection.executemany(f"INSERT OR REPLACE INTO {table} (account, {_SPAN}) VALUES ({places})", rows)  # noqa: S608


def select_spans(
    connection: sqlite3.Connection, table: str, account: int, begin_ms: int, end_ms: int
) -> list[TimeSpan]:
    """Read the minutes or hours from `begin_ms` until before `end_ms`."""
    rows = connection.execute(
        f"SELECT {_SPAN} FROM {table} WHERE account = ? AND at >= ? AND at < ? ORDER BY at",  # noqa: S608 -- our names
        (account, begin_ms, end_ms),
    )
    return [_span(row) for row in rows]


def select_folded(
    connection: sqlite3.Connection, table: str, account: int, begin_ms: int, end_ms: int, width_ms: int
) -> list[TimeSpan]:
    """Read the minutes or hours from `begin_ms` until before `end_ms`, folded into wider spans by the database.

    Sums are taken in two halves, for no counter is so large that those would not fit. A gap is before a span where it
    is before its first row.
    """
    rows = connection.execute(
        f"""SELECT newest / ?4 * ?4, least, most, requests_high, requests_low, covered, saturated, spend_high,
        spend_low, {_COUNTERS} & ~{_GAP | RESET | REPORTED} | marks FROM (
            SELECT max(at) AS newest, min(lowest) AS least, max(highest) AS most, sum(request_ms >> 32) AS
            requests_high, sum(request_ms & 0xffffffff) AS requests_low, sum(covered_ms) AS covered,
            sum(saturated_ms) AS saturated, sum(spend >> 32) AS spend_high, sum(spend & 0xffffffff) AS spend_low,
            min(at << 16 | flags) & {_GAP} | max(flags & {RESET}) | max(flags & {REPORTED}) AS marks
            FROM {table} WHERE account = ?1 AND at >= ?2 AND at < ?3 GROUP BY at / ?4
        ) JOIN {table} ON account = ?1 AND at = newest ORDER BY newest""",  # noqa: S608 -- our own names
        (account, begin_ms, end_ms, width_ms),
    )
    return [
        _span((*row[:3], (row[3] << 32) + row[4], row[5], row[6], (row[7] << 32) + row[8], *row[9:])) for row in rows
    ]


def _span(row: Sequence[Any]) -> TimeSpan:
    at, lowest, highest, request_ms, covered_ms, saturated_ms, spend, *counters = row
    flags: int = counters[-1]
    return TimeSpan(
        start_ms=at,
        last=_snapshot(counters, None, None),
        lowest=lowest,
        highest=highest,
        request_ms=request_ms,
        covered_ms=covered_ms,
        saturated_ms=saturated_ms,
        spend=spend,
        has_gap=bool(flags & _GAP),
        has_reset=bool(flags & RESET),
        is_reported=bool(flags & REPORTED),
    )


def put_last_poll(connection: sqlite3.Connection, account: int, poll: LastPoll) -> None:
    """Put down how a poll ended; its serial number tells those who follow that there is something new."""
    connection.execute(
        """INSERT INTO last_poll (account, serial, at, state, error, latency, next_at, pid)
        VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (account) DO UPDATE SET
        serial = serial + 1, at = ?2, state = ?3, error = ?4, latency = ?5, next_at = ?6, pid = ?7""",
        (account, epoch_ms(poll.at), poll.state, poll.error, poll.latency_seconds, epoch_ms(poll.next_at), poll.pid),
    )


def select_last_poll(connection: sqlite3.Connection, account: int) -> LastPoll | None:
    """Read how the last poll ended, if there was one."""
    row = connection.execute(
        "SELECT at, state, error, latency, next_at, pid FROM last_poll WHERE account = ?", (account,)
    ).fetchone()
    return None if row is None else _last_poll(row)


def _counters(snapshot: Snapshot) -> tuple[int | None, ...]:
    start = snapshot.cycle_started_at
    return (
        snapshot.concurrency_limit,
        snapshot.used,
        snapshot.failed,
        snapshot.limit,
        snapshot.credits_left,
        None if start is None else (start - _EPOCH) // _MICROSECOND,
    )


def _flags(snapshot: Snapshot, *, has_gap: bool, has_reset: bool) -> int:
    pay, upgrade = snapshot.is_pay_as_you_go, snapshot.is_auto_upgrade
    held = (
        (_KNOWS_PAY, pay is not None),
        (_HAS_PAY, pay),
        (_KNOWS_UPGRADE, upgrade is not None),
        (_HAS_UPGRADE, upgrade),
        (_GAP, has_gap),
        (RESET, has_reset),
    )
    return sum(flag for flag, is_set in held if is_set)


def _snapshot(counters: Sequence[Any], concurrency: int | None, burst: int | None) -> Snapshot:
    concurrency_limit, used, failed, limit, credits_left, start, flags = counters
    return Snapshot(
        concurrency=concurrency,
        concurrency_limit=concurrency_limit,
        burst=burst,
        used=used,
        failed=failed,
        limit=limit,
        cycle_started_at=None if start is None else _EPOCH + timedelta(microseconds=start),
        credits_left=credits_left,
        is_pay_as_you_go=bool(flags & _HAS_PAY) if flags & _KNOWS_PAY else None,
        is_auto_upgrade=bool(flags & _HAS_UPGRADE) if flags & _KNOWS_UPGRADE else None,
    )


class LastStored(NamedTuple):
    """An account's name, fingerprint and number, how its last poll ended, and its newest reading."""

    name: str
    fingerprint: str
    number: int
    last_poll: LastPoll | None
    reading: Reading | None


def select_last(connection: sqlite3.Connection) -> list[LastStored]:
    """Read what was last stored of every account.

    Those that were polled last come last.
    """
    reading = ", ".join(f"s.{column}" for column in _READING.split(", "))
    rows = connection.execute(
        f"""SELECT a.name, a.fingerprint, a.id, p.at, p.state, p.error, p.latency, p.next_at, p.pid, {reading}
        FROM accounts a LEFT JOIN last_poll p ON p.account = a.id LEFT JOIN samples s
        ON s.account = a.id AND s.at = (SELECT max(at) FROM samples WHERE account = a.id)
        ORDER BY coalesce(p.at, 0)"""  # noqa: S608 -- our own names
    )
    return [
        LastStored(
            name,
            fingerprint,
            number,
            _last_poll(row[:6]) if row[0] is not None else None,
            _reading(row[6:]) if row[6] else None,
        )
        for name, fingerprint, number, *row in rows
    ]


def _last_poll(row: Sequence[Any]) -> LastPoll:
    at, state, error, latency, next_at, pid = row
    return LastPoll(moment(at), AccountState(state), error, latency, moment(next_at), pid)
