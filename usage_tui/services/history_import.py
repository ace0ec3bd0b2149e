"""Brings gathered rows into the history, in one transaction: what is there already stays as it is."""

from __future__ import annotations

import sqlite3

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, Reading, folded
from usage_tui.core.snapshot import Snapshot, is_reset_between
from usage_tui.services.history_rows import insert_reading, put_spans, select_spans

COUNTERS_INTERVAL_MS = 1000


class Imported(Struct, frozen=True):
    """How many rows came in; the hours of imported minutes, and the minutes of imported samples, count as well."""

    samples: int = 0
    minutes: int = 0
    hours: int = 0

    def plus(self, other: Imported) -> Imported:
        """Add what came in with another account."""
        return Imported(self.samples + other.samples, self.minutes + other.minutes, self.hours + other.hours)


def bring_in(connection: sqlite3.Connection, account: int, minute_days: int, now_ms: int) -> Imported:
    """Bring in what was worked out for an account; to be called in a transaction, with its samples rolled up.

    A row comes in where nothing is there of its time; minutes do not where they are older than so many days. What was
    spent in a gap stands in the row that ended it: what is known better now is taken off there.
    """
    newest_own_ms = _newest(connection, "samples", account)
    _leave_what_is_there(connection, account)
    shared = _shared_hours(connection, account)
    samples = _insert(connection, "samples", account)
    kept_from_ms = -(-(now_ms - minute_days * DAY_MS) // HOUR_MS) * HOUR_MS
    connection.execute("DELETE FROM new_minutes WHERE account = ? AND at < ?", (account, kept_from_ms))
    minutes = _insert(connection, "minutes", account)
    shared |= {at // HOUR_MS * HOUR_MS for at in _close_gaps(connection, "minutes", account, MINUTE_MS)}
    last_ms = _newest(connection, "new_samples", account) if samples else _last_counters(connection, account, now_ms)
    if last_ms > newest_own_ms:
        _roll_past(connection, account, newest_own_ms, min(last_ms // MINUTE_MS + 1, now_ms // MINUTE_MS) * MINUTE_MS)
    known = [(account, at) for at in shared]
    connection.executemany("DELETE FROM new_hours WHERE account = ? AND at = ?", known)
    hours = _insert(connection, "hours", account)
    _fold_hours(connection, account, shared)
    _close_gaps(connection, "hours", account, HOUR_MS)
    _leave_hours_to_come(connection, account)
    return Imported(samples, minutes, hours)


def _leave_hours_to_come(connection: sqlite3.Connection, account: int) -> None:
    """Take out the hours that are not rolled up yet, where there are minutes to make them of."""
    connection.execute(
        """DELETE FROM hours AS new WHERE account = ?1 AND at >= (SELECT hours_until FROM accounts WHERE id = ?1)
        AND EXISTS (
            SELECT 1 FROM minutes AS inside WHERE inside.account = ?1 AND inside.at >= new.at
            AND inside.at < new.at + ?2
        )""",
        (account, HOUR_MS),
    )


def _newest(connection: sqlite3.Connection, table: str, account: int) -> int:
    """Give the moment of the newest row; 0 where there is none."""
    question = f"SELECT coalesce(max(at), 0) FROM {table} WHERE account = ?"  # noqa: S608 -- our own names
    return int(connection.execute(question, (account,)).fetchone()[0])


def _insert(connection: sqlite3.Connection, table: str, account: int) -> int:
    question = f"INSERT OR IGNORE INTO {table} SELECT * FROM new_{table} WHERE account = ?"  # noqa: S608 -- ours
    return connection.execute(question, (account,)).rowcount


def _leave_what_is_there(connection: sqlite3.Connection, account: int) -> None:
    """Take out of what is new what is known already: minutes with their samples, and hours."""
    connection.execute(
        """DELETE FROM new_minutes AS new WHERE account = ?1 AND (EXISTS (
            SELECT 1 FROM minutes AS old WHERE old.account = ?1 AND old.at = new.at
        ) OR EXISTS (
            SELECT 1 FROM samples AS old WHERE old.account = ?1 AND old.at >= new.at AND old.at < new.at + ?2
        ))""",
        (account, MINUTE_MS),
    )
    connection.execute(
        """DELETE FROM new_samples AS new WHERE account = ?1 AND NOT EXISTS (
            SELECT 1 FROM new_minutes AS kept WHERE kept.account = ?1 AND kept.at = new.at / ?2 * ?2
        )""",
        (account, MINUTE_MS),
    )
    connection.execute(
        """DELETE FROM new_hours AS new WHERE account = ?1 AND (EXISTS (
            SELECT 1 FROM hours AS old WHERE old.account = ?1 AND old.at = new.at
        ) OR new.at >= (SELECT coalesce(hours_until, 0) FROM accounts WHERE id = ?1) AND (EXISTS (
            SELECT 1 FROM minutes AS old WHERE old.account = ?1 AND old.at >= new.at AND old.at < new.at + ?2
        ) OR EXISTS (
            SELECT 1 FROM samples AS old WHERE old.account = ?1 AND old.at >= new.at AND old.at < new.at + ?2
        )))""",
        (account, HOUR_MS),
    )


def _shared_hours(connection: sqlite3.Connection, account: int) -> set[int]:
    """Give the hours that have minutes, and get more."""
    found = []
    for table in ("minutes", "new_minutes"):
        question = f"SELECT DISTINCT at / ? * ? FROM {table} WHERE account = ?"  # noqa: S608 -- our own names
        found.append({at for (at,) in connection.execute(question, (HOUR_MS, HOUR_MS, account))})
    return found[0] & found[1]


def _fold_hours(connection: sqlite3.Connection, account: int, hours: set[int]) -> None:
    """Make hours anew of their minutes, but for those that are not rolled up yet."""
    (until,) = connection.execute("SELECT hours_until FROM accounts WHERE id = ?", (account,)).fetchone()
    for at_ms in sorted(hours):
        if until is None or at_ms < until:
            inside = select_spans(connection, "minutes", account, at_ms, at_ms + HOUR_MS)
            put_spans(connection, "hours", account, folded(inside, HOUR_MS))


def _close_gaps(connection: sqlite3.Connection, table: str, account: int, width_ms: int) -> list[int]:
    """Mend the spend of each row that comes right after others: of what is new after what is old, and the reverse.

    Gives the moments of those rows.
    """
    edges = connection.execute(
        f"""SELECT (SELECT max(at) FROM {table} WHERE account = ?1 AND at < one.at), at FROM new_{table} AS one
        WHERE account = ?1 AND NOT EXISTS (
            SELECT 1 FROM new_{table} AS other WHERE other.account = ?1 AND other.at = one.at - ?2
        ) UNION ALL SELECT at, (SELECT min(at) FROM {table} WHERE account = ?1 AND at > one.at) FROM new_{table} AS one
        WHERE account = ?1 AND NOT EXISTS (
            SELECT 1 FROM new_{table} AS other WHERE other.account = ?1 AND other.at = one.at + ?2
        )""",  # noqa: S608 -- our own names
        (account, width_ms),
    ).fetchall()
    return [
        after
        for before, after in edges
        if None not in (before, after) and _mend(connection, table, account, before, after)
    ]


def _mend(connection: sqlite3.Connection, table: str, account: int, before_ms: int, next_ms: int) -> bool:
    """Let a row begin to count where the one before it ends; say whether that changed it."""
    (last,) = select_spans(connection, table, account, before_ms, before_ms + 1)
    (after,) = select_spans(connection, table, account, next_ms, next_ms + 1)
    if after.has_reset or is_reset_between(last.last, after.last):
        return False
    if last.last.used is not None and after.last.used is not None:
        spend = after.last.used - last.last.used
    elif after.has_gap:
        spend = max(0, after.spend - _spent_since_own(connection, table, account, next_ms))
    else:
        return False
    if spend == after.spend:
        return False
    put_spans(connection, table, account, [replace(after, spend=spend, has_gap=True)])
    if table == "hours":
        inside = select_spans(connection, "minutes", account, next_ms, next_ms + HOUR_MS)[:1]
        more = spend - after.spend
        put_spans(
            connection, "minutes", account, [replace(each, spend=each.spend + more, has_gap=True) for each in inside]
        )
    return True


def _spent_since_own(connection: sqlite3.Connection, table: str, account: int, next_ms: int) -> int:
    """Give what new rows say was spent between a row that was there and the one before it that was; 0 without that."""
    (own,) = connection.execute(
        f"""SELECT max(at) FROM {table} AS old WHERE account = ? AND at < ?
        AND NOT EXISTS (SELECT 1 FROM new_{table} AS new WHERE new.account = old.account AND new.at = old.at)""",  # noqa: S608 -- our own names
        (account, next_ms),
    ).fetchone()
    if own is None:
        return 0
    question = f"SELECT sum(spend) FROM new_{table} WHERE account = ? AND at > ? AND at < ?"  # noqa: S608 -- ours
    return int(connection.execute(question, (account, own, next_ms)).fetchone()[0] or 0)


def _last_counters(connection: sqlite3.Connection, account: int, now_ms: int) -> int:
    """Put the counters that were seen last down as a sample, where that is the newest; give its moment, or 0.

    What is spent next is then counted from them.
    """
    found: list[tuple[int, Snapshot]] = []
    for table, width_ms in (("new_minutes", MINUTE_MS), ("new_hours", HOUR_MS)):
        question = f"SELECT max(at) FROM {table} WHERE account = ? AND used IS NOT NULL"  # noqa: S608 -- our own names
        (at_ms,) = connection.execute(question, (account,)).fetchone()
        if at_ms is not None:
            (span,) = select_spans(connection, table, account, at_ms, at_ms + 1)
            found.append((at_ms + width_ms, span.last))
    if not found:
        return 0
    end_ms, last = max(found, key=lambda each: each[0])
    at_ms = min(end_ms, now_ms // MINUTE_MS * MINUTE_MS) - 1
    if at_ms <= _newest(connection, "samples", account):
        return 0
    counters = Snapshot(used=last.used, failed=last.failed, limit=last.limit)
    insert_reading(connection, account, Reading(at_ms, COUNTERS_INTERVAL_MS, counters))
    return int(at_ms)


def _roll_past(connection: sqlite3.Connection, account: int, newest_own_ms: int, until_ms: int) -> None:
    """Let rolling up go on at a moment, if all that was there before is rolled up: what came in is so already."""
    rolled_until, hours_from = connection.execute(
        "SELECT coalesce(minutes_until, 0), coalesce(hours_until, 0) FROM accounts WHERE id = ?", (account,)
    ).fetchone()
    if newest_own_ms and rolled_until <= newest_own_ms:
        return
    hours_until = max(hours_from, until_ms // HOUR_MS * HOUR_MS)
    connection.execute(
        "UPDATE accounts SET minutes_until = ?, hours_until = ? WHERE id = ?",
        (max(rolled_until, until_ms), hours_until, account),
    )
    begun = connection.execute(
        "SELECT DISTINCT at / ?2 * ?2 FROM minutes WHERE account = ?1 AND at >= ?3 AND at < ?4",
        (account, HOUR_MS, hours_from, hours_until),
    ).fetchall()
    _fold_hours(connection, account, {at for (at,) in begun if hours_from})
