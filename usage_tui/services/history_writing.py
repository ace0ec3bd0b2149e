"""What is done to the history in a transaction, and in which order samples stand there."""

from __future__ import annotations

import sqlite3

from msgspec.structs import replace

from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, Reading
from usage_tui.core.view import LastPoll
from usage_tui.services.history_rows import insert_reading, put_last_poll, select_readings

CLOCK_TOLERANCE_MS = 2_000
EARLIEST_MS = 1_735_689_600_000  # the start of 2025: a clock that shows less was never set
LATE_ROLLED_MS = 24 * HOUR_MS


def account_id(connection: sqlite3.Connection, fingerprint: str, name: str) -> int:
    """Give the number of an account, which it gets when it is first asked for."""
    found = connection.execute("SELECT id, name FROM accounts WHERE fingerprint = ?", (fingerprint,)).fetchone()
    if found is None:
        added = connection.execute("INSERT INTO accounts (fingerprint, name) VALUES (?, ?)", (fingerprint, name))
        return int(added.lastrowid or 0)
    if found[1] != name:
        connection.execute("UPDATE accounts SET name = ? WHERE id = ?", (name, found[0]))
    return int(found[0])


def put_poll(
    connection: sqlite3.Connection, account: int, poll: LastPoll | None, reading: Reading | None, now_ms: int
) -> None:
    """Put down how a poll ended (None: for its holder to say) and the reading that it brought, if it brought one."""
    if poll is not None:
        put_last_poll(connection, account, poll)
    if reading is not None and reading.at_ms >= EARLIEST_MS:
        _put_reading(connection, account, reading, now_ms)


def put_holder(connection: sqlite3.Connection, account: int, pid: int) -> None:
    """Put down which process polls an account."""
    connection.execute("UPDATE accounts SET holder_pid = ? WHERE id = ?", (pid, account))


def forget_holder(connection: sqlite3.Connection, account: int, pid: int) -> None:
    """Put down that this process polls an account no more, unless another one does already."""
    connection.execute("UPDATE accounts SET holder_pid = NULL WHERE id = ? AND holder_pid = ?", (account, pid))


def put_wanted(connection: sqlite3.Connection, account: int, until_ms: int, refresh_asked_ms: int) -> None:
    """Put down until when an account is looked at, and when its refresh was asked for (0: it was not)."""
    connection.execute(
        """INSERT INTO wanted VALUES (?1, ?2, ?3) ON CONFLICT (account) DO UPDATE SET
        until = max(until, ?2), refresh_asked_at = max(refresh_asked_at, ?3)""",
        (account, until_ms, refresh_asked_ms),
    )


def _put_reading(connection: sqlite3.Connection, account: int, reading: Reading, now_ms: int) -> None:
    """Put a reading in its place in time.

    What stands later than now was dated by a clock that has since been set back: it is set aside. A reading that comes
    late takes its place among the others; one that seems a moment older than the newest comes right after that.
    """
    newest = _newest(connection, account)
    if newest is not None and newest.at_ms > now_ms + CLOCK_TOLERANCE_MS:
        _set_future_aside(connection, account, min(now_ms, reading.at_ms))
        newest = _newest(connection, account)
    if newest is not None and reading.at_ms <= newest.at_ms and newest.at_ms >= now_ms:
        reading = replace(reading, at_ms=newest.at_ms + 1)
    before = newest
    if newest is not None and reading.at_ms <= newest.at_ms:
        before = _newest(connection, account, before_ms=reading.at_ms + 1)
        while before is not None and before.at_ms == reading.at_ms:
            reading = replace(reading, at_ms=reading.at_ms + 1)
            before = _newest(connection, account, before_ms=reading.at_ms + 1)
    has_counters = before is not None and before.snapshot.used is not None
    counted = before if has_counters else last_counted(connection, account, reading.at_ms)
    insert_reading(connection, account, reading.after(before, counted))
    _roll_again(connection, account, reading.at_ms)


def last_counted(connection: sqlite3.Connection, account: int, before_ms: int) -> Reading | None:
    """Give the last reading before a moment that has counters."""
    found = select_readings(
        connection,
        "account = ? AND at < ? AND used IS NOT NULL ORDER BY at DESC LIMIT 1",
        (account, before_ms),
    )
    return found[0] if found else None


def _newest(connection: sqlite3.Connection, account: int, before_ms: int = 2**62) -> Reading | None:
    found = select_readings(connection, "account = ? AND at < ? ORDER BY at DESC LIMIT 1", (account, before_ms))
    return found[0] if found else None


def _set_future_aside(connection: sqlite3.Connection, account: int, now_ms: int) -> None:
    """Give what is dated later than now to the account's shadow, which nobody is shown; minutes are rolled up anew."""
    for table, width in (("samples", 1), ("minutes", MINUTE_MS), ("hours", HOUR_MS)):
        connection.execute(
            f"UPDATE OR REPLACE {table} SET account = -account WHERE account = ? AND at >= ?",  # noqa: S608 -- ours
            (account, now_ms // width * width),
        )
    _begin_roll(connection, account, now_ms)


def _roll_again(connection: sqlite3.Connection, account: int, at_ms: int) -> None:
    """Have the minutes and hours from a late reading on be rolled up again, where that was lately."""
    row = connection.execute("SELECT minutes_until FROM accounts WHERE id = ?", (account,)).fetchone()
    if row is None or row[0] is None or not row[0] - LATE_ROLLED_MS < at_ms < row[0]:
        return
    for table, width in (("minutes", MINUTE_MS), ("hours", HOUR_MS)):
        connection.execute(
            f"DELETE FROM {table} WHERE account = ? AND at >= ?",  # noqa: S608 -- our own names
            (account, at_ms // width * width),
        )
    _begin_roll(connection, account, at_ms)


def _begin_roll(connection: sqlite3.Connection, account: int, at_ms: int) -> None:
    connection.execute(
        """UPDATE accounts SET minutes_until = min(minutes_until, ?), hours_until = min(hours_until, ?)
        WHERE id = ?""",
        (at_ms // MINUTE_MS * MINUTE_MS, at_ms // HOUR_MS * HOUR_MS, account),
    )
