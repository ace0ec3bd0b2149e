"""Reads what a viewer that comes late needs of the history."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

from usage_tui.core.cycle import Cycle
from usage_tui.core.renewal import CountersSeen, counters_seen
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, Reading, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.history_range import spans
from usage_tui.services.history_rows import select_readings, select_spans

MOST_READINGS = 20_000


class Notes(Struct, frozen=True):
    """What stands of an account besides its samples: its holder, what is wanted, and the serial of its last poll."""

    account: int
    serial: int
    holder_pid: int | None
    wanted_until_ms: int
    refresh_asked_ms: int


def notes(connection: sqlite3.Connection, fingerprint: str) -> Notes | None:
    """Read the notes on an account; None where it was never put down."""
    row = connection.execute(
        """SELECT id, coalesce(serial, 0), holder_pid, coalesce(until, 0), coalesce(refresh_asked_at, 0) FROM accounts
        LEFT JOIN last_poll ON last_poll.account = id LEFT JOIN wanted ON wanted.account = id
        WHERE fingerprint = ?""",
        (fingerprint,),
    ).fetchone()
    return None if row is None else Notes(*row)


def newer(connection: sqlite3.Connection, account: int, after_ms: int) -> tuple[Reading, ...]:
    """Read the readings after a moment, oldest first, but no more than the newest 20,000."""
    found = select_readings(
        connection, "account = ? AND at > ? ORDER BY at DESC LIMIT ?", (account, after_ms, MOST_READINGS)
    )
    return tuple(reversed(found))


def last_hour(connection: sqlite3.Connection, account: int, now_ms: int) -> tuple[Reading, ...]:
    """Read the readings of the last hour and those not yet rolled up, or where there are none, the last one."""
    row = connection.execute("SELECT minutes_until FROM accounts WHERE id = ?", (account,)).fetchone()
    rolled_until = row[0] if row is not None and row[0] is not None else 0
    found = newer(connection, account, min(now_ms - HOUR_MS, rolled_until) - 1)
    if found:
        return found
    return tuple(select_readings(connection, "account = ? ORDER BY at DESC LIMIT 1", (account,)))


def counters(connection: sqlite3.Connection, account: int, begin_ms: int, end_ms: int) -> tuple[Reading, ...]:
    """Read the counters at the end of each minute from `begin_ms` to `end_ms`."""
    spans = select_spans(connection, "minutes", account, begin_ms, end_ms)
    return tuple(
        _counters_of(span) for span in spans if span.last.used is not None and span.start_ms + MINUTE_MS <= end_ms
    )


def _counters_of(span: TimeSpan) -> Reading:
    last = span.last
    snapshot = Snapshot(used=last.used, failed=last.failed, limit=last.limit, cycle_started_at=last.cycle_started_at)
    return Reading(span.start_ms + MINUTE_MS - 1, MINUTE_MS, snapshot)


def counters_about(connection: sqlite3.Connection, account: int, cycle: Cycle, now_ms: int) -> CountersSeen | None:
    """Read since when the counters were seen, and when they began anew, from a week before a cycle on."""
    begin_ms = epoch_ms(cycle.started_at) - 7 * DAY_MS
    return counters_seen(spans(connection, account, begin_ms, now_ms + 1, HOUR_MS))


def newest_moment(connection: sqlite3.Connection, account: int) -> int:
    """Give when the newest reading was made, in epoch milliseconds; 0 without one."""
    (newest,) = connection.execute("SELECT max(at) FROM samples WHERE account = ?", (account,)).fetchone()
    return newest or 0
