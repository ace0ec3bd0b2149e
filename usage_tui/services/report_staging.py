"""Where the rows of a report are gathered before anything of it is stored: a private database that ends with us.

A row's account, date, domain and parameters are numbered and packed into one key, so that the same key adds up as it
comes, and memory stays small however long the file is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from usage_tui.core.report import ReportRow, Unreadable

PARAMETERS_BITS, DOMAIN_BITS, DATE_BITS, ACCOUNT_BITS = 20, 24, 12, 7
DOMAIN_SHIFT = PARAMETERS_BITS
DATE_SHIFT = DOMAIN_SHIFT + DOMAIN_BITS
ACCOUNT_SHIFT = DATE_SHIFT + DATE_BITS
MOST_REMEMBERED = 100_000
CACHE_KIB = 49_152
T = TypeVar("T")
StagedRow = tuple[int, int, int | None, int | None, int | None]
_TABLES = (
    """CREATE TABLE staging.rows (
    key INTEGER PRIMARY KEY, credits INTEGER NOT NULL, requests INTEGER, failed INTEGER, cancelled INTEGER)""",
    "CREATE TABLE staging.domains (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
    "CREATE TABLE staging.parameters (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
    "CREATE TABLE staging.dates (number INTEGER PRIMARY KEY, day INTEGER NOT NULL)",
    "CREATE TABLE staging.accounts (number INTEGER PRIMARY KEY, account INTEGER NOT NULL)",
)
_ADD = """INSERT INTO staging.rows VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
    credits = credits + excluded.credits,
    requests = coalesce(requests + excluded.requests, requests, excluded.requests),
    failed = coalesce(failed + excluded.failed, failed, excluded.failed),
    cancelled = coalesce(cancelled + excluded.cancelled, cancelled, excluded.cancelled)"""


@contextmanager
def staging(connection: sqlite3.Connection) -> Iterator[None]:
    """Attach the private database to a connection, as `staging`, until the end."""
    connection.execute("ATTACH '' AS staging")
    try:
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KIB}"):
            connection.execute(f"PRAGMA staging.{setting}").fetchall()
        for table in _TABLES:
            connection.execute(table)
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute("DETACH staging")


def add_rows(connection: sqlite3.Connection, rows: Iterable[StagedRow]) -> None:
    """Take rows of key, credits, requests, failed and cancelled in; rows of the same key add up.

    `rows` may use the connection to number what is new.
    """
    connection.execute("BEGIN")
    connection.executemany(_ADD, rows)
    connection.execute("COMMIT")


class Remembered(dict[str, T]):
    """What cells were read as: most cells say what another said before. It forgets all rather than grow for ever."""

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> T:
        found = self._read(cell)
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[cell] = found
        return found


class Numbering:
    """Numbers the names of one table of the private database, from 1 on."""

    def __init__(self, connection: sqlite3.Connection, table: str, bits: int) -> None:
        self._connection = connection
        self._insert = f"INSERT INTO staging.{table} (text) VALUES (?) ON CONFLICT DO NOTHING"  # noqa: S608 -- our own names
        self._select = f"SELECT number FROM staging.{table} WHERE text = ?"  # noqa: S608 -- our own names
        self._most = (1 << bits) - 1

    def number(self, name: str) -> int:
        """Give a name's number.

        Raises:
            Unreadable: there are more names than can be told apart.
        """
        added = self._connection.execute(self._insert, (name,))
        if added.rowcount != 1:
            return int(self._connection.execute(self._select, (name,)).fetchone()[0])
        number = int(added.lastrowid or 0)
        if number > self._most:
            raise Unreadable(f"there are more than {self._most:,} different ones")
        return number


def stage_rows(connection: sqlite3.Connection, account: int, rows: Iterable[ReportRow]) -> int:
    """Take sound rows of one account in; give how many there were."""
    domains = Numbering(connection, "domains", DOMAIN_BITS)
    words = Numbering(connection, "parameters", PARAMETERS_BITS)
    dates: dict[int, int] = {}
    staged = [
        (
            1 << ACCOUNT_SHIFT
            | dates.setdefault(row.day, len(dates) + 1) << DATE_SHIFT
            | domains.number(row.domain) << DOMAIN_SHIFT
            | words.number(row.parameters),
            row.credits,
            row.requests,
            row.failed,
            row.cancelled,
        )
        for row in rows
    ]
    add_rows(connection, staged)
    connection.execute("INSERT INTO staging.accounts VALUES (1, ?)", (account,))
    connection.executemany("INSERT INTO staging.dates VALUES (?, ?)", [(number, day) for day, number in dates.items()])
    return len(staged)
