"""Reads the history as rows for export, a page at a time, so that neither memory nor other processes notice."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from usage_tui.core.csv_cells import defused
from usage_tui.core.history_table import Form, step_cells
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS
from usage_tui.services.history_accounts import StoredAccount
from usage_tui.services.history_range import spans
from usage_tui.services.history_rows import BROUGHT_IN

STEPS_MS = {"15s": 15_000, "1m": MINUTE_MS, "5m": 5 * MINUTE_MS, "1h": HOUR_MS, "1d": DAY_MS}
PAGE_ROWS = 2_000
_CYCLE_TEXT = """strftime('%Y-%m-%dT%H:%M:%S', cycle_start / 1000000, 'unixepoch') ||
    CASE cycle_start % 1000000 WHEN 0 THEN 'Z' ELSE printf('.%06dZ', cycle_start % 1000000) END"""
_CYCLE = f"SELECT cycle_start, {_CYCLE_TEXT} FROM samples WHERE account = ? AND at >= ? ORDER BY at LIMIT 1"  # noqa: S608
_SAMPLE_CELLS = f"""
    SELECT strftime('%Y-%m-%dT%H:%M:%S', at / 1000, 'unixepoch') || printf('.%03dZ', at % 1000), ?4, concurrency,
    concurrency_limit, burst, used, credit_limit, coalesce(credits_left, max(0, credit_limit - used)), failed,
    CASE cycle_start WHEN ?5 THEN ?6 ELSE {_CYCLE_TEXT} END
    FROM samples WHERE account = ?1 AND at >= ?2 AND at < ?3 AND NOT flags & {BROUGHT_IN} ORDER BY at"""  # noqa: S608
Cells = tuple[object, ...]


class Page(NamedTuple):
    """Some rows of one account, as cells in the columns' order, and up to which epoch milliseconds they reach."""

    reached_ms: int
    rows: list[Cells]


def sample_pages(connection: sqlite3.Connection, account: StoredAccount, begin_ms: int, end_ms: int) -> Iterator[Page]:
    """Read the samples from `begin_ms` until before `end_ms`."""
    while begin_ms < end_ms:
        beyond = connection.execute(
            "SELECT at FROM samples WHERE account = ? AND at >= ? AND at < ? ORDER BY at LIMIT 1 OFFSET ?",
            (account.id, begin_ms, end_ms, PAGE_ROWS),
        ).fetchone()
        until_ms = end_ms if beyond is None else beyond[0]
        cycle = connection.execute(_CYCLE, (account.id, begin_ms)).fetchone() or (None, None)  # mostly that of all rows
        rows = connection.execute(_SAMPLE_CELLS, (account.id, begin_ms, until_ms, account.name, *cycle)).fetchall()
        if rows:
            yield Page(until_ms, rows)
        begin_ms = until_ms


def step_pages(
    connection: sqlite3.Connection, account: StoredAccount, begin_ms: int, end_ms: int, step_ms: int
) -> Iterator[Page]:
    """Read the whole steps that lie between two moments or around them."""
    widest_ms = max(step_ms, HOUR_MS)
    page_ms = -(-PAGE_ROWS * step_ms // widest_ms) * widest_ms
    begin_ms, end_ms = begin_ms // step_ms * step_ms, -(-end_ms // step_ms) * step_ms
    while begin_ms < end_ms:
        until_ms = min(end_ms, begin_ms // widest_ms * widest_ms + page_ms)
        found = spans(connection, account.id, begin_ms, until_ms, step_ms)
        if found:
            yield Page(until_ms, [step_cells(account.name, span) for span in found])
        begin_ms = until_ms


def bounds(connection: sqlite3.Connection, account: StoredAccount, *, is_samples_only: bool) -> tuple[int, int] | None:
    """Give the moments of the first row and after the last one, in epoch milliseconds; None where there is no row."""
    tables = {"samples": 1} if is_samples_only else {"samples": 1, "minutes": MINUTE_MS, "hours": HOUR_MS}
    firsts, ends = [], []
    for table, width in tables.items():
        question = f"SELECT min(at), max(at) FROM {table} WHERE account = ?"  # noqa: S608 -- our own names
        first, last = connection.execute(question, (account.id,)).fetchone()
        if first is not None:
            firsts.append(first)
            ends.append(last + width)
    return (min(firsts), max(ends)) if firsts else None


class CsvTable:
    """Writes pages as CSV; a name that a spreadsheet would run as a formula is defused."""

    def __init__(self, form: Form) -> None:
        self._columns = form.columns

    def named(self, name: str) -> str:
        """Give an account's name as it stands in the rows."""
        return defused(name)

    def begin(self) -> str:
        """Give the columns' names."""
        return ",".join(self._columns) + "\n"

    def page(self, rows: Sequence[Cells]) -> str:
        """Give the text of some rows."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue()

    def end(self) -> str:
        """Give what comes after the last row: nothing."""
        return ""


class JsonTable:
    """Writes pages as an array of objects, one a line; what is not known is null."""

    def __init__(self, form: Form) -> None:
        self._columns = form.columns
        self._separator = "\n"

    def named(self, name: str) -> str:
        """Give an account's name as it stands in the rows."""
        return name

    def begin(self) -> str:
        """Give the beginning of the array."""
        return "["

    def page(self, rows: Sequence[Cells]) -> str:
        """Give the text of some rows."""
        objects = (msgspec.json.encode(dict(zip(self._columns, row, strict=True))).decode() for row in rows)
        text = self._separator + ",\n".join(objects)
        self._separator = ",\n"
        return text

    def end(self) -> str:
        """Give the end of the array."""
        return "\n]\n"
