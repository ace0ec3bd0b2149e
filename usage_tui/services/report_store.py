"""Brings a report from the private database into the history, in short steps, and lets it be seen in one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from operator import methodcaller
from typing import NamedTuple, TypeVar

from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.report import Field
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.report_staging import (
    ACCOUNT_SHIFT,
    DATE_BITS,
    DATE_SHIFT,
    DOMAIN_BITS,
    DOMAIN_SHIFT,
    PARAMETERS_BITS,
)
from usage_tui.services.report_sweeping import dead_rows, forget_imports
from usage_tui.services.report_totals import add_up, gather_days

DOMAIN_KIND, PARAMETERS_KIND = 0, 1
STEP_SECONDS = 0.025
PAUSE_SECONDS = 0.006
FIRST_STEP_ROWS, MOST_STEP_ROWS = 2_000, 50_000
STEPS_A_CHECKPOINT = 8
TRIES = 5
RETRY_SECONDS = 0.3
T = TypeVar("T")


class _Copy(NamedTuple):
    """How a table of the private database, by its key, becomes one of the history's."""

    source: str
    key: str
    target: str
    columns: str
    joined: str = ""
    conflict: str = ""


_UNPACKED = f"""?1, a.account, d.day, (r.key >> {DOMAIN_SHIFT}) & {(1 << DOMAIN_BITS) - 1},
    r.key & {(1 << PARAMETERS_BITS) - 1}, r.credits, r.requests, r.failed, r.cancelled"""
_JOINED = f"""CROSS JOIN staging.accounts a ON a.number = r.key >> {ACCOUNT_SHIFT}
    CROSS JOIN staging.dates d ON d.number = (r.key >> {DATE_SHIFT}) & {(1 << DATE_BITS) - 1}"""
_ADDING_UP = """ON CONFLICT DO UPDATE SET
    credits = credits + excluded.credits,
    requests = coalesce(requests + excluded.requests, requests, excluded.requests),
    failed = coalesce(failed + excluded.failed, failed, excluded.failed),
    cancelled = coalesce(cancelled + excluded.cancelled, cancelled, excluded.cancelled)"""
_ROWS = (
    _Copy("domains", "number", "report_names", f"?1, {DOMAIN_KIND}, number, text"),
    _Copy("parameters", "number", "report_names", f"?1, {PARAMETERS_KIND}, number, text"),
    _Copy("rows", "key", "report_rows", _UNPACKED, _JOINED, _ADDING_UP),
)
_RESULTS = (_Copy("days", "rowid", "report_days", "?1, r.*"), _Copy("totals", "rowid", "report_totals", "?1, r.*"))


class ReportStore:
    """Stores what stands in the private database of the file's connection, under the number of a new import.

    `wait` lets others at the history between two steps; `progress` is told the share that is done.
    """

    def __init__(
        self, file: HistoryFile, progress: Callable[[float], None], wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._file = file
        self._progress = progress
        self._wait = wait
        self._steps = 0

    def store(self, name: str, row_count: int, now_ms: int, remembered: Mapping[str, Field]) -> int:
        """Store everything; give the number of the import, which is seen from the last step on.

        Raises:
            HistoryUnavailable: nothing of it can be seen.
        """
        self.sweep()
        number = self._write(lambda connection: _begin(connection, now_ms, name, row_count))
        for each in _ROWS:
            self._copy(number, each)
        with self._file.reading() as connection:
            gather_days(connection, number)
            self._progress(0.7)
            add_up(connection)
        self._progress(0.9)
        for each in _RESULTS:
            self._copy(number, each)
        self._write(lambda connection: _show(connection, number, remembered))
        self.sweep()
        return number

    def sweep(self) -> None:
        """Forget what no account's report holds any more, such as what an import that was cut off left behind.

        Raises:
            HistoryUnavailable: the rest stays for the next time.
        """
        with self._file.reading() as connection:
            found = dead_rows(connection)
        for dead in found:
            while self._write(dead.forget_some):
                self._pause()
        if found:
            self._write(forget_imports)

    def _copy(self, number: int, copy: _Copy) -> None:
        """Copy a table of the private database, a few thousand rows at a time: as many as a short step takes."""
        rows, reached = FIRST_STEP_ROWS, 0
        insert = (
            f"INSERT INTO {copy.target} SELECT {copy.columns} FROM staging.{copy.source} r {copy.joined} "  # noqa: S608
            f"WHERE r.{copy.key} > ?2 AND r.{copy.key} <= ?3 {copy.conflict}"
        )
        while True:
            with self._file.reading() as connection:
                until = _step_end(connection, copy, reached, rows)
            if until is None:
                return
            bounds = (number, reached, until)
            begun = time.monotonic()
            self._write(methodcaller("execute", insert, bounds))
            taken = max(time.monotonic() - begun, STEP_SECONDS / 4)
            rows = max(100, min(MOST_STEP_ROWS, round(rows * STEP_SECONDS / taken)))
            reached = until
            self._pause()

    def _pause(self) -> None:
        """Let others at the history; now and then, keep its write-ahead log short."""
        self._steps += 1
        if self._steps % STEPS_A_CHECKPOINT == 0:
            self._file.checkpoint()
        self._wait(PAUSE_SECONDS)

    def _write(self, write: Callable[[sqlite3.Connection], T]) -> T:
        """Write in a transaction of its own; while another process holds the lock, try again."""
        for left in reversed(range(TRIES)):
            try:
                with self._file.writing() as connection:
                    return write(connection)
            except HistoryUnavailable:
                if not left:
                    raise
            self._wait(RETRY_SECONDS)
        raise AssertionError("the last try raises or returns")


def _begin(connection: sqlite3.Connection, now_ms: int, name: str, row_count: int) -> int:
    statement = "INSERT INTO report_imports (at, file, row_count) VALUES (?, ?, ?)"
    return int(connection.execute(statement, (now_ms, name, row_count)).lastrowid or 0)


def _show(connection: sqlite3.Connection, number: int, remembered: Mapping[str, Field]) -> None:
    """Let an import be seen, and remember what its headers mean."""
    connection.execute("UPDATE report_imports SET is_whole = 1 WHERE id = ?", (number,))
    connection.execute(
        "INSERT OR REPLACE INTO report_heads SELECT DISTINCT account, ? FROM staging.rows_of_accounts", (number,)
    )
    connection.executemany("INSERT OR REPLACE INTO report_columns VALUES (?, ?)", remembered.items())


def _step_end(connection: sqlite3.Connection, copy: _Copy, reached: int, rows: int) -> int | None:
    """Give the key that a step of so many rows ends with; None where there are no more."""
    ahead = f"SELECT {copy.key} FROM staging.{copy.source} WHERE {copy.key} > ?1 ORDER BY {copy.key}"  # noqa: S608
    found = connection.execute(
        f"SELECT coalesce(({ahead} LIMIT 1 OFFSET ?2), ({ahead} DESC LIMIT 1))",
        (reached, rows - 1),
    ).fetchone()
    return None if found[0] is None else int(found[0])
