"""Reads a report's rows into the private database, and finds what is wrong with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct

from usage_tui.core.errors import DatesUndecided, ReportInvalid
from usage_tui.core.report import BadRow, Field, Unreadable
from usage_tui.core.report_cells import domain_name, known_number, parameter_words, quoted, whole_number
from usage_tui.core.report_dates import DateOrder, ReadDate, read_date, read_formatted
from usage_tui.core.report_headers import folded_header
from usage_tui.services.report_file import RawReport
from usage_tui.services.report_heading import Heading, Terms, check_columns
from usage_tui.services.report_staging import (
    ACCOUNT_BITS,
    ACCOUNT_SHIFT,
    DATE_BITS,
    DATE_SHIFT,
    DOMAIN_BITS,
    DOMAIN_SHIFT,
    PARAMETERS_BITS,
    Numbering,
    Remembered,
    StagedRow,
    add_rows,
)

MOST_LISTED = 20
TOLD_EVERY_LINES = 4096
STRANGERS = (1 << ACCOUNT_BITS) - 1
_SUMS = frozenset({"total", "totals", "sum", "grand total", "overall"})
Progress = Callable[[float], None]
T = TypeVar("T")


class Gathered(Struct, frozen=True):
    """What came of a report's rows: how many are in the private database, bad, or left out."""

    row_count: int
    bad: Sequence[BadRow]
    bad_count: int
    left_out: int
    order: DateOrder | None


class Reading:
    """Reads the rows below a heading, once."""

    def __init__(
        self, connection: sqlite3.Connection, report: RawReport, found: Heading, terms: Terms, progress: Progress
    ) -> None:
        self._connection = connection
        self._report = report
        self._found = found
        self._terms = terms
        self._progress = progress
        self._line = 0
        self._bad: list[BadRow] = []
        self._bad_count = self._row_count = self._left_out = self._strangers = 0
        self._is_named = False
        self._dates: dict[tuple[int, int | None], int] = {}
        self._proofs: dict[DateOrder, tuple[int, str]] = {}
        self._undecided: tuple[int, str] | None = None
        self._account_numbers: dict[int, int] = {}

    def gather(self) -> Gathered:
        """Take all rows into the private database.

        Raises:
            ReportInvalid: a line cannot be read at all, or the dates prove both orders.
            DatesUndecided: its dates can be read two ways.
        """
        check_columns(self._report.name, self._found.columns)
        if self._terms.account is None and Field.ACCOUNT not in self._found.columns.fields:
            raise ReportInvalid(
                f"{self._report.name} names no accounts, and there are several: say whose it is with --account NAME."
            )
        add_rows(self._connection, self._staged())
        order = self._decided()
        days = [
            (number, day if other is None or order is not DateOrder.MONTH_FIRST else other)
            for (day, other), number in self._dates.items()
        ]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO staging.dates VALUES (?, ?)", days)
        self._connection.executemany(
            "INSERT INTO staging.accounts VALUES (?, ?)", [(n, a) for a, n in self._account_numbers.items()]
        )
        self._connection.execute("COMMIT")
        self._settle_strangers()
        return Gathered(self._row_count, tuple(self._bad), self._bad_count, self._left_out, order)

    def _staged(self) -> Iterator[StagedRow]:
        """Give each sound row as it is staged; this is run for every row, and so is spare."""
        places = self._found.columns.fields
        width = len(self._found.columns.headers)
        domain, date, credit = (places[field] for field in (Field.DOMAIN, Field.DATE, Field.CREDITS))
        parameters, request, failed, cancelled, account = (
            places.get(field, -1)
            for field in (Field.PARAMETERS, Field.REQUESTS, Field.FAILED, Field.CANCELLED, Field.ACCOUNT)
        )
        accounts = self._read(Field.ACCOUNT, self._account_key)
        dates = self._read(Field.DATE, self._date_key)
        domains = self._numbered(Field.DOMAIN, domain_name, "domains", DOMAIN_BITS, DOMAIN_SHIFT)
        words = self._numbered(Field.PARAMETERS, parameter_words, "parameters", PARAMETERS_BITS, 0)
        credit_counts = self._read(Field.CREDITS, whole_number)
        requests = self._read(Field.REQUESTS, known_number)
        failures = self._read(Field.FAILED, known_number)
        cancellations = self._read(Field.CANCELLED, known_number)
        strangers = STRANGERS << ACCOUNT_SHIFT
        for line, cells in self._found.rows:
            self._line = line
            if len(cells) != width and not self._is_mended(cells, width):
                continue
            cells.append("")
            try:
                account_key = accounts[cells[account]]
                if account_key is None:
                    self._left_out += 1
                    continue
                yield (
                    account_key | dates[cells[date]] | domains[cells[domain]] | words[cells[parameters]],
                    credit_counts[cells[credit]],
                    requests[cells[request]],
                    failures[cells[failed]],
                    cancellations[cells[cancelled]],
                )
                self._row_count += 1
                self._strangers += account_key >= strangers
            except Unreadable as reason:
                if not self._is_sum(cells, date):
                    self._refuse(str(reason))
            if not line % TOLD_EVERY_LINES:
                self._progress(self._report.read_share())

    def _read(self, field: Field, read: Callable[[str], T]) -> Remembered[T]:
        """Read the cells of a field, and name it where that fails."""

        def reading(cell: str) -> T:
            try:
                return read(cell)
            except Unreadable as reason:
                raise Unreadable(f"{field}: {reason}") from None

        return Remembered(reading)

    def _numbered(self, field: Field, read: Callable[[str], str], table: str, bits: int, shift: int) -> Remembered[int]:
        numbering = Numbering(self._connection, table, bits)
        return self._read(field, lambda cell: numbering.number(read(cell)) << shift)

    def _account_key(self, cell: str) -> int | None:
        """Give an account's part of the key; None where the row is of another account of ours than is meant."""
        wanted, accounts = self._terms.account, self._terms.accounts
        name = folded_header(cell) if Field.ACCOUNT in self._found.columns.fields else ""
        if wanted is None:
            if name not in accounts:
                raise Unreadable(f"none of the config: {quoted(cell)}" if name else "empty")
            return self._key_of(accounts[name])
        self._is_named |= name == wanted
        if name in ("", wanted):
            return self._key_of(accounts[wanted])
        return None if name in accounts else STRANGERS << ACCOUNT_SHIFT

    def _key_of(self, account: int) -> int:
        number = self._account_numbers.setdefault(account, len(self._account_numbers) + 1)
        if number >= STRANGERS:
            raise Unreadable(f"there are more than {STRANGERS - 1} different ones")
        return number << ACCOUNT_SHIFT

    def _settle_strangers(self) -> None:
        """Decide on rows that name no account of ours: they are of the one that is meant, unless others name that."""
        if not self._strangers:
            return
        if self._is_named:
            self._connection.execute("DELETE FROM staging.rows WHERE key >= ?", (STRANGERS << ACCOUNT_SHIFT,))
            self._row_count -= self._strangers
            self._left_out += self._strangers
        elif self._terms.account is not None:
            meant = self._terms.accounts[self._terms.account]
            self._connection.execute("INSERT INTO staging.accounts VALUES (?, ?)", (STRANGERS, meant))

    def _date_key(self, cell: str) -> int:
        if self._terms.date_format is not None:
            read = ReadDate(read_formatted(cell, self._terms.date_format))
        else:
            read = read_date(cell)
        if read.order is not None:
            self._proofs.setdefault(read.order, (self._line, quoted(cell)))
        if read.other_day is not None and self._undecided is None:
            self._undecided = (self._line, quoted(cell))
        number = self._dates.setdefault((read.day, read.other_day), len(self._dates) + 1)
        if number >= 1 << DATE_BITS:
            raise Unreadable(f"there are more than {(1 << DATE_BITS) - 1:,} different ones")
        return number << DATE_SHIFT

    def _decided(self) -> DateOrder | None:
        """Say which order the dates have, as told or as they prove themselves; None where it does not matter."""
        if self._terms.date_order is None and len(self._proofs) > 1:
            (one, first), (other, second) = (self._proofs[order] for order in DateOrder)
            raise ReportInvalid(
                f"{self._report.name}: day and month stand in different orders on the lines {one} ({first}) and "
                f"{other} ({second}): mend them.",
                "Or say how they stand with --date-format.",
            )
        if self._undecided is None:
            return None
        order = self._terms.date_order or next(iter(self._proofs), None)
        if order is None:
            line, example = self._undecided
            raise DatesUndecided(
                f"{self._report.name}:{line}: {example} can be read with the day or the month first, and no date of "
                "the file tells.",
                example,
            )
        return order

    def _is_mended(self, cells: list[str], width: int) -> bool:
        """Cut blank cells off that stand beyond the heading's; a blank row is none, and any other is bad."""
        if not any(cell.strip() for cell in cells):
            return False
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            del cells[width:]
            return True
        self._refuse(f"{len(cells)} columns, where the heading has {width}")
        return False

    def _is_sum(self, cells: Sequence[str], date: int) -> bool:
        """Say whether a row without a date is the sum of the others, which is left out."""
        words = {cell.strip().lower() for cell in cells}
        is_sum = not cells[date].strip() and not words.isdisjoint(_SUMS)
        is_blank = words == {""}
        self._left_out += is_sum
        return is_sum or is_blank

    def _refuse(self, reason: str) -> None:
        self._bad_count += 1
        if len(self._bad) < MOST_LISTED:
            self._bad.append(BadRow(self._line, reason))
