"""Imports a domain report: looks at its heading, reads all of it, and stores it only when that is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.errors import ReportInvalid
from usage_tui.core.report import BadRow, Field, ReportRow
from usage_tui.core.report_dates import DateOrder
from usage_tui.core.report_headers import Columns, recognised
from usage_tui.core.rollup import epoch_ms
from usage_tui.services.clock import Clock
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.paths import StateFolder
from usage_tui.services.report_file import opened_report, shown_name
from usage_tui.services.report_heading import Terms, heading
from usage_tui.services.report_reading import Gathered, Progress, Reading
from usage_tui.services.report_staging import stage_rows, staging
from usage_tui.services.report_store import ReportStore

READING_SHARE = 0.6


class Look(Struct, frozen=True):
    """What a report's heading says: the form of the file, its columns, and the first rows below."""

    form: str
    columns: Columns
    rows: tuple[tuple[str, ...], ...]


class Covered(Struct, frozen=True):
    """What an import brought for an account: days since the epoch, how many they are, credits, what it replaced."""

    account: int
    first_day: int
    last_day: int
    day_count: int
    credits: int
    replaced_days: int
    replaced_rows: int


class Imported(Struct, frozen=True):
    """How an import ended; `bad` are the first of the rows that were left out for being wrong."""

    name: str
    form: str
    columns: Columns
    row_count: int
    bad: Sequence[BadRow]
    bad_count: int
    left_out: int
    order: DateOrder | None
    covered: tuple[Covered, ...]

    @property
    def replaced(self) -> tuple[int, int]:
        """How many days and rows that were stored before it took the place of."""
        return sum(each.replaced_days for each in self.covered), sum(each.replaced_rows for each in self.covered)


class RowsBad(ReportInvalid):
    """Rows of a report are wrong, so nothing of it is stored; `bad` are the first of them, of `count`."""

    def __init__(self, sentence: str, bad: Sequence[BadRow], count: int) -> None:
        super().__init__(sentence, "Mend the file, or leave bad rows out with --skip-bad-rows.")
        self.bad = bad
        self.count = count


class ReportImport:
    """Imports reports into one history. To be used from one thread."""

    def __init__(self, folder: StateFolder, clock: Clock, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._clock = clock
        self._file = HistoryFile(folder, clock, tell)

    def close(self) -> None:
        """Close the history."""
        self._file.close()

    def look(self, path: Path, told: Mapping[str, Field]) -> Look:
        """Read a report's heading alone.

        Raises:
            ReportInvalid: it has none, or a column that was told of is not there.
            HistoryUnavailable: what earlier headers mean cannot be read.
        """
        terms = self._with_memory(Terms(accounts={}, told=told))
        with opened_report(path, lambda cells: recognised(cells, {**terms.remembered, **terms.told})) as report:
            found = heading(report, terms)
            rows = tuple(tuple(cells) for (_, cells), _ in zip(found.rows, range(3), strict=False))
            return Look(report.form, found.columns, rows)

    def run(self, path: Path, terms: Terms, progress: Progress, *, skips_bad_rows: bool) -> Imported:
        """Import a report; `progress` is told the share that is done.

        Raises:
            ReportInvalid: it cannot be taken; nothing of it is stored.
            DatesUndecided: its dates can be read two ways; likewise.
            HistoryUnavailable: the history does not take it; nothing of it is seen.
        """
        terms = self._with_memory(terms)
        known = {**terms.remembered, **terms.told}
        with self._alone(path), opened_report(path, lambda cells: recognised(cells, known)) as report:
            found = heading(report, terms)
            with self._file.reading() as connection, staging(connection):
                reading = Reading(connection, report, found, terms, lambda share: progress(share * READING_SHARE))
                gathered = reading.gather()
                _check(report.name, gathered, skips_bad_rows=skips_bad_rows)
                store = ReportStore(self._file, lambda share: progress(READING_SHARE + (1 - READING_SHARE) * share))
                now_ms = epoch_ms(self._clock.now())
                number = store.store(report.name, gathered.row_count, now_ms, terms.told)
                progress(1.0)
                return Imported(
                    name=report.name,
                    form=report.form,
                    columns=found.columns,
                    row_count=gathered.row_count,
                    bad=gathered.bad,
                    bad_count=gathered.bad_count,
                    left_out=gathered.left_out,
                    order=gathered.order,
                    covered=_covered(connection, number),
                )

    def put(self, name: str, account: int, rows: Iterable[ReportRow]) -> None:
        """Store rows that are sound as the report of an account.

        Raises:
            HistoryUnavailable: the history does not take them; nothing of them is seen.
        """
        with self._alone(Path(name)), self._file.reading() as connection, staging(connection):
            row_count = stage_rows(connection, account, rows)
            ReportStore(self._file, lambda _: None).store(name, row_count, epoch_ms(self._clock.now()), {})

    def _with_memory(self, terms: Terms) -> Terms:
        """Give the terms with what was told of headers before."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT header, field FROM report_columns").fetchall()
        return replace(terms, remembered={header: Field(field) for header, field in rows})

    @contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        """Let no two imports go on at once."""
        try:
            with FileLock(self._folder.import_lock, thread_local=False, mode=0o600).acquire(blocking=False):
                yield
        except Timeout:
            raise ReportInvalid(
                f"{shown_name(path)} is not imported: another import is under way; wait for it, then try again."
            ) from None


def _check(name: str, gathered: Gathered, *, skips_bad_rows: bool) -> None:
    """Refuse a report with bad rows, unless those are to be left out, and one with no others.

    Raises:
        RowsBad: it has bad rows.
        ReportInvalid: it has no rows at all.
    """
    if gathered.bad_count and not skips_bad_rows:
        first = gathered.bad[0]
        total = gathered.row_count + gathered.bad_count
        many = f" ({gathered.bad_count:,} of {total:,} rows are wrong)" if gathered.bad_count > 1 else ""
        raise RowsBad(
            f"{name}:{first.line}: {first.reason}{many}; nothing is stored.", gathered.bad, gathered.bad_count
        )
    if not gathered.row_count:
        reason = "no row of it can be used" if gathered.bad_count or gathered.left_out else "it has no rows"
        raise ReportInvalid(f"{name}: {reason}; download the domain report again.")


def _covered(connection: sqlite3.Connection, number: int) -> tuple[Covered, ...]:
    rows = connection.execute(
        """SELECT d.account, min(d.day), max(d.day), count(*), sum(d.credits), coalesce(r.days, 0), coalesce(r.rows, 0)
        FROM report_days d LEFT JOIN staging.replaced r ON r.account = d.account
        WHERE d.import = ?1 AND d.source = ?1 GROUP BY d.account""",
        (number,),
    )
    return tuple(Covered(*row) for row in rows)
