"""The reports of the accounts of a config: read, compared with what was collected, and imported."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from usage_tui.core.account import Account
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.reconcile import ComparedDay, compared_days
from usage_tui.core.report import Field, Order, Page, Place, ReportRow
from usage_tui.core.rollup import DAY_MS
from usage_tui.services.clock import Clock
from usage_tui.services.config import folded
from usage_tui.services.fingerprint import filing_fingerprint, shared_secret
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_range import spans
from usage_tui.services.history_reader import notes
from usage_tui.services.history_writing import account_id
from usage_tui.services.paths import StateFolder
from usage_tui.services.report_backfill import fill_in
from usage_tui.services.report_heading import Terms
from usage_tui.services.report_import import Imported, Look, ReportImport
from usage_tui.services.report_reader import account_days, page
from usage_tui.services.report_reading import Progress


class ReportDesk:
    """All that is done with reports in one history. Its methods block, and may be called from any thread."""

    def __init__(
        self,
        folder: StateFolder,
        clock: Clock,
        environ: Mapping[str, str],
        accounts: Sequence[Account],
        tell: Callable[[str], None],
    ) -> None:
        """Prepare; `tell` is called with a sentence where a damaged history was set aside."""
        self._folder = folder
        self._clock = clock
        self._environ = environ
        self._accounts = {folded(account.name): account for account in accounts}
        self._numbers: dict[str, int] = {}
        self._tell = tell
        self._file = HistoryFile(folder, clock, tell)
        self._turn = threading.Lock()

    def take_accounts(self, accounts: Sequence[Account]) -> None:
        """Take up the accounts of a changed config."""
        with self._turn:
            self._accounts = {folded(account.name): account for account in accounts}
            self._numbers = {}

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts of the config."""
        return tuple(self._accounts.values())

    def close(self) -> None:
        """Close the history."""
        with self._turn:
            self._file.close()

    def page(self, name: str, place: Place, order: Order, *, is_turned: bool, part: str, most: int) -> Page | None:
        """Read entries of an account's report; None where it has none.

        Raises:
            HistoryUnavailable: it cannot be read.
        """
        with self._turn, self._file.reading() as connection:
            number = self._known(connection, name)
            return page(connection, number, place, order, is_turned=is_turned, part=part, most=most)

    def compared(self, name: str) -> list[ComparedDay]:
        """Compare an account's report with what was collected, day by day; nothing without a report.

        Raises:
            HistoryUnavailable: it cannot be read.
        """
        with self._turn, self._file.reading() as connection:
            number = self._known(connection, name)
            days = {day: figures.credits for day, figures in account_days(connection, number).items()}
            if not days:
                return []
            seen = spans(connection, number, min(days) * DAY_MS, (max(days) + 1) * DAY_MS, DAY_MS)
            return compared_days(days, seen)

    def fill_in(self, number: int) -> int:
        """Fill the days before an account's first sample in from its report; give how many there are.

        Raises:
            HistoryUnavailable: the history does not take them; nothing was changed.
        """
        with self._turn, self._file.writing() as connection:
            days = {day: figures.credits for day, figures in account_days(connection, number).items()}
            return fill_in(connection, number, days)

    def look(self, path: Path, told: Mapping[str, Field]) -> Look:
        """Read the heading of a report.

        Raises:
            ReportInvalid: it has none that can be read.
        """
        importing = ReportImport(self._folder, self._clock, self._tell)
        try:
            return importing.look(path, told)
        finally:
            importing.close()

    def terms(self, account: str | None) -> Terms:
        """Give how a report is read for these accounts: for the one of that name, or for those that it names.

        Raises:
            HistoryUnavailable: the accounts cannot be put down.
        """
        with self._turn:
            numbers = {name: self._number(name) for name in self._accounts}
        only = next(iter(numbers), None) if len(numbers) == 1 else None
        return Terms(accounts=numbers, account=only if account is None else folded(account))

    def run(self, path: Path, terms: Terms, progress: Progress, *, skips_bad_rows: bool) -> Imported:
        """Import a report.

        Raises:
            ReportInvalid: it cannot be taken; nothing of it is stored.
            HistoryUnavailable: the history does not take it.
        """
        importing = ReportImport(self._folder, self._clock, self._tell)
        try:
            return importing.run(path, terms, progress, skips_bad_rows=skips_bad_rows)
        finally:
            importing.close()

    def put(self, account: str, rows: Iterable[ReportRow], name: str) -> None:
        """Store rows that are sound as an account's report.

        Raises:
            HistoryUnavailable: the history does not take them.
        """
        with self._turn:
            number = self._number(account)
        importing = ReportImport(self._folder, self._clock, self._tell)
        try:
            importing.put(name, number, rows)
        finally:
            importing.close()

    def _known(self, connection: sqlite3.Connection, name: str) -> int:
        """Give an account's number in the history; 0, which has no report, where it was never put down."""
        key = folded(name)
        if key not in self._numbers and (found := notes(connection, self._identity(self._accounts[key]))):
            self._numbers[key] = found.account
        return self._numbers.get(key, 0)

    def _number(self, name: str) -> int:
        """Give an account's number in the history, which it gets when it is first asked for."""
        key = folded(name)
        if key not in self._numbers:
            account = self._accounts[key]
            identity = self._identity(account)
            with self._file.writing() as connection:
                self._numbers[key] = account_id(connection, identity, account.name)
        return self._numbers[key]

    def _identity(self, account: Account) -> str:
        try:
            secret = shared_secret(self._folder.fingerprint_secret)
            return filing_fingerprint(account, secret, self._environ)
        except OSError as error:
            raise HistoryUnavailable(f"The history cannot be read: {error.strerror}; check its folder.") from None
