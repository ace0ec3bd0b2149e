"""Brings gathered rows into the history, in one transaction: what is there already stays as it is."""

from __future__ import annotations

import sqlite3

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, Reading, TimeSpan, folded
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.history_rows import BROUGHT_IN, REPORTED, put_readings, put_spans, select_readings, select_spans
from usage_tui.services.history_seams import (
    ALONE,
    WIDTHS_MS,
    begin_at,
    close_seams,
    end_of_chain,
    leave_superseded,
    span_of,
)
from usage_tui.services.history_writing import last_counted

COUNTERS_INTERVAL_MS = 1000


class Imported(Struct, frozen=True):
    """How many rows came in; the hours of imported minutes, and the minutes of imported samples, count as well.

    `to_come` are the rows with a spend that did not, for their time is not over.
    """

    samples: int = 0
    minutes: int = 0
    hours: int = 0
    to_come: int = 0

    def plus(self, other: Imported) -> Imported:
        """Add what came in with another account."""
        return Imported(
            self.samples + other.samples,
            self.minutes + other.minutes,
            self.hours + other.hours,
            self.to_come + other.to_come,
        )


def bring_in(connection: sqlite3.Connection, account: int, minute_days: int, now_ms: int) -> Imported:
    """Bring in what was worked out for an account; to be called in a transaction, with its samples rolled up.

    A row comes in where nothing is there of its time; minutes do not where they are older than so many days. What was
    spent in a gap stands in the row that ended it: what is known better now is taken off there.
    """
    first = _first(connection, account)
    if first is None:
        return Imported()
    begin = _begin(first)
    _leave_reported(connection, account, first, has_counters=begin is not None)
    newest_own_ms = _newest(connection, "samples", account)
    _leave_what_is_there(connection, account)
    samples = _insert(connection, "samples", account)
    to_come = _leave_what_goes_on(connection, account, newest_own_ms, now_ms)
    kept_from_ms = -(-(now_ms - minute_days * DAY_MS) // HOUR_MS) * HOUR_MS
    connection.execute("DELETE FROM new_minutes WHERE account = ? AND at < ?", (account, kept_from_ms))
    shared = _shared_hours(connection, account)
    minutes = _insert(connection, "minutes", account)
    known = [(account, at) for at in shared]
    connection.executemany("DELETE FROM new_hours WHERE account = ? AND at = ?", known)
    hours = _insert(connection, "hours", account)
    shared |= leave_superseded(connection, account, first.start_ms)
    shared |= close_seams(connection, account)
    if begin is not None:
        shared |= begin_at(connection, account, begin)
    last_ms = _put_counters(connection, account, first.start_ms, begin)
    if last_ms > newest_own_ms:
        _roll_past(connection, account, newest_own_ms, min(last_ms // MINUTE_MS + 1, now_ms // MINUTE_MS) * MINUTE_MS)
    _mark_anew(connection, account)
    _fold_hours(connection, account, shared)
    _leave_hours_to_come(connection, account)
    return Imported(samples, minutes, hours, to_come)


def _first(connection: sqlite3.Connection, account: int) -> TimeSpan | None:
    """Give the first of what is new."""
    found = [
        span
        for table in WIDTHS_MS
        for (at_ms,) in connection.execute(f"SELECT min(at) FROM new_{table} WHERE account = ?", (account,))  # noqa: S608
        if at_ms is not None
        for span in select_spans(connection, f"new_{table}", account, at_ms, at_ms + 1)
    ]
    return found[0] if found else None


def _begin(first: TimeSpan) -> TimeSpan | None:
    """Say where the counters stood before the first of what is new; None where that is not known."""
    if first.last.used is None or first.has_reset:
        return None
    return replace(first, last=replace(first.last, used=max(0, first.last.used - first.spend)))


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
    _leave_less(connection, account)
    connection.execute(
        """DELETE FROM new_minutes AS new WHERE account = ?1 AND (EXISTS (
            SELECT 1 FROM minutes AS old WHERE old.account = ?1 AND old.at = new.at
        ) OR EXISTS (
            SELECT 1 FROM samples AS old WHERE old.account = ?1 AND old.at >= new.at AND old.at < new.at + ?2
            AND NOT old.flags & ?3
        ))""",
        (account, MINUTE_MS, BROUGHT_IN),
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
            AND NOT old.flags & ?3
        )))""",
        (account, HOUR_MS, BROUGHT_IN),
    )


def _leave_reported(connection: sqlite3.Connection, account: int, first: TimeSpan, *, has_counters: bool) -> None:
    """Take out what was filled in from a report, and is now known better: from the first counters on all of it."""
    connection.execute(
        """DELETE FROM hours AS old WHERE account = ?1 AND flags & ?2 AND (
            ?3 AND at >= ?4 OR EXISTS (SELECT 1 FROM new_hours AS new WHERE new.account = ?1 AND new.at = old.at)
        )""",
        (account, REPORTED, has_counters, first.start_ms // DAY_MS * DAY_MS),
    )


def _leave_less(connection: sqlite3.Connection, account: int) -> None:
    """Take out of what is new the minutes that tell less of an hour than is known of it as a whole."""
    connection.execute(
        f"""DELETE FROM new_minutes WHERE account = ?1 AND at / ?2 * ?2 IN (
            SELECT hours.at FROM hours JOIN (
                SELECT at / ?2 * ?2 AS hour, sum(covered_ms) AS covered_ms FROM new_minutes WHERE account = ?1
                GROUP BY hour
            ) AS new ON hours.at = new.hour
            WHERE hours.account = ?1 AND hours.highest IS NOT NULL AND hours.covered_ms > new.covered_ms AND {ALONE}
        )""",  # noqa: S608 -- our own words
        (account, HOUR_MS),
    )


def _shared_hours(connection: sqlite3.Connection, account: int) -> set[int]:
    """Give the hours of which something is there, and that get new minutes."""
    hours: list[set[int]] = []
    for table in ("minutes", "hours", "new_minutes"):
        question = f"SELECT DISTINCT at / ? * ? FROM {table} WHERE account = ?"  # noqa: S608 -- our own names
        hours.append({at for (at,) in connection.execute(question, (HOUR_MS, HOUR_MS, account))})
    return (hours[0] | hours[1]) & hours[2]


def _fold_hours(connection: sqlite3.Connection, account: int, hours: set[int]) -> None:
    """Make hours anew of their minutes, but for those that are not rolled up yet."""
    (until,) = connection.execute("SELECT hours_until FROM accounts WHERE id = ?", (account,)).fetchone()
    for at_ms in sorted(hours):
        if until is None or at_ms < until:
            inside = select_spans(connection, "minutes", account, at_ms, at_ms + HOUR_MS)
            put_spans(connection, "hours", account, folded(inside, HOUR_MS))


def _leave_what_goes_on(connection: sqlite3.Connection, account: int, newest_own_ms: int, now_ms: int) -> int:
    """Take out of what is new the minute and the hour that are not over: what is seen next counts all of them.

    Minutes do not come in, either, where samples of their time may yet be rolled up. Gives how many have a spend.
    """
    (rolled_until,) = connection.execute("SELECT minutes_until FROM accounts WHERE id = ?", (account,)).fetchone()
    over_ms = now_ms if rolled_until is None or rolled_until > newest_own_ms else min(now_ms, rolled_until)
    to_come = 0
    for table, width_ms in WIDTHS_MS.items():
        rows = f"FROM new_{table} WHERE account = ? AND at >= ?"
        since = (account, over_ms // width_ms * width_ms)
        to_come += connection.execute(f"SELECT count(*) {rows} AND spend <> 0", since).fetchone()[0]
        connection.execute(f"DELETE {rows}", since)
    return to_come


def _put_counters(connection: sqlite3.Connection, account: int, first_ms: int, begin: TimeSpan | None) -> int:
    """Put down as a sample where the counters stood at the end of all rows, in place of what an import said before.

    What is spent next is then counted from them. Gives the end of what is new where no row comes after it, else 0.
    """
    connection.execute(
        "DELETE FROM samples WHERE account = ? AND at >= ? AND flags & ?", (account, first_ms, BROUGHT_IN)
    )
    found = end_of_chain(connection, account)
    if found is None:
        if begin is not None and _is_before_all(connection, account, begin):
            _put_sample_of(connection, account, begin.start_ms - 1, begin.last)
        return 0
    row, is_new = found
    last, counted = span_of(connection, account, row).last, last_counted(connection, account, row.end_ms)
    if counted is None or counted.snapshot.used != last.used:
        _put_sample_of(connection, account, row.end_ms - 1, last)
    return row.end_ms - 1 if is_new else 0


def _is_before_all(connection: sqlite3.Connection, account: int, begin: TimeSpan) -> bool:
    """Say whether the counters stood lower then than in any sample."""
    (least,) = connection.execute("SELECT min(used) FROM samples WHERE account = ?", (account,)).fetchone()
    return least is None or least >= (begin.last.used or 0)


def _put_sample_of(connection: sqlite3.Connection, account: int, at_ms: int, last: Snapshot) -> None:
    counters = Snapshot(used=last.used, failed=last.failed, limit=last.limit)
    put_readings(connection, "samples", account, [Reading(at_ms, COUNTERS_INTERVAL_MS, counters, is_brought_in=True)])


def _mark_anew(connection: sqlite3.Connection, account: int) -> None:
    """Mark what lies between the samples that are not rolled up yet, and what is there now before them."""
    (from_ms,) = connection.execute("SELECT minutes_until FROM accounts WHERE id = ?", (account,)).fetchone()
    if from_ms is None:
        return
    before = select_readings(connection, "account = ? AND at < ? ORDER BY at DESC LIMIT 1", (account, from_ms))
    earlier, counted = before[0] if before else None, last_counted(connection, account, from_ms)
    marked = []
    for reading in select_readings(connection, "account = ? AND at >= ? ORDER BY at", (account, from_ms)):
        earlier = reading.after(earlier, counted)
        counted = earlier if earlier.snapshot.used is not None else counted
        marked.append(earlier)
    put_readings(connection, "samples", account, marked)


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
