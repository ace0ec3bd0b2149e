"""The demo's stored history: in a temporary folder that is filled with what was simulated, and removed at the end."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from usage_tui.commands.demo_folder import DemoFolder, sweep
from usage_tui.core.account import Account
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import HOUR_MS, Reading, TimeSpan, epoch_ms, folded
from usage_tui.core.wording import midnight
from usage_tui.services.clock import SystemClock
from usage_tui.services.paths import StateFolder

if TYPE_CHECKING:
    import sqlite3

    from usage_tui.demo.accounts import SimulatedAccount
    from usage_tui.demo.seed_history import SeedHistory
    from usage_tui.services.history_file import HistoryFile

BATCH_ROWS = 300
PAUSE_SECONDS = 0.002
STOP_SECONDS = 2.0
T = TypeVar("T")


class _Seeding(NamedTuple):
    """An open history, and what each account's number in it is filled with."""

    file: HistoryFile
    seeds: dict[int, SeedHistory]


class DemoHistory:
    """The history of simulated accounts, each the same as the configured one beside it.

    It is filled in small transactions, so that nobody who writes to it as well has to wait.
    """

    def __init__(self, simulated: Sequence[SimulatedAccount], accounts: Sequence[Account]) -> None:
        """Make the folder.

        Raises:
            HistoryUnavailable: it cannot be made.
        """
        try:
            self._kept = DemoFolder()
        except OSError as error:
            reason = error.strerror or "no folder takes it"
            raise HistoryUnavailable(f"The demo's folder cannot be made: {reason}; set TMPDIR to one.") from None
        self.folder = StateFolder(self._kept.path)
        self._accounts = list(zip(accounts, simulated, strict=True))
        self._now = SystemClock().now()
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, first: str, begin: Callable[[], None]) -> None:
        """Fill it in a thread; call `begin` there once all is there that the first account's screen starts from."""
        self._accounts.sort(key=lambda pair: pair[0].name != first)
        self._thread = threading.Thread(target=self._work, args=(begin,), name="usage-tui demo", daemon=True)
        self._thread.start()

    def fill(self) -> None:
        """Fill it here and now.

        Raises:
            HistoryUnavailable: the folder takes it not.
        """
        self.fill_newest()
        self._fill_rest()

    def fill_newest(self) -> None:
        """Fill it here and now with as much of it as one look at each account needs.

        Raises:
            HistoryUnavailable: the folder takes it not.
        """
        with self._seeding() as seeding:
            self._put_newest(seeding)
            self._put_hours(seeding)

    def stop(self) -> None:
        """Stop filling; return when that is done, or after two seconds."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def remove(self) -> None:
        """Remove the folder, with all that is in it."""
        self._is_over.set()
        self._kept.remove()

    def _work(self, begin: Callable[[], None]) -> None:
        with suppress(HistoryUnavailable, OSError), self._seeding() as seeding:
            self._put_newest(seeding)
            self._put_hours(seeding, slice(1))
        if self._is_over.is_set():
            return
        begin()
        with suppress(HistoryUnavailable, OSError):
            with self._seeding() as seeding:
                self._put_hours(seeding, slice(1, None))
            self._fill_rest()
            self._put_forecasts()
        sweep()

    def _fill_rest(self) -> None:
        """Fill in older hours, and minutes."""
        with self._seeding() as (file, seeds):
            for number, seed in seeds.items():
                self._put(file, seed.older_hours(), partial(_put_hours, number=number))
                self._put(file, seed.minutes(), partial(_put_minutes, number=number, until_ms=seed.hours_until_ms))

    def _put_forecasts(self) -> None:
        """Put down what was forecast in the last cycle, for the screen to say how right that was."""
        from usage_tui.core.cycle import CyclePlan  # noqa: PLC0415 - not for the first frame
        from usage_tui.services.past_forecasts import past_forecasts, put_past_forecasts  # noqa: PLC0415 - likewise

        now_ms = epoch_ms(self._now)
        with self._seeding() as (file, seeds):
            for number in seeds:
                if self._is_over.is_set():
                    return
                with file.reading() as connection:
                    forecasts = past_forecasts(connection, number, CyclePlan(), now_ms)
                with file.writing() as connection:
                    put_past_forecasts(connection, number, forecasts, now_ms)

    @contextmanager
    def _seeding(self) -> Iterator[_Seeding]:
        """Open the file; give it with what each of its accounts is filled with."""
        from usage_tui.demo.seed_history import SeedHistory  # noqa: PLC0415 - not for the first frame
        from usage_tui.services.fingerprint import fingerprint, shared_secret  # noqa: PLC0415 - likewise
        from usage_tui.services.history_file import HistoryFile  # noqa: PLC0415 - imports SQLite
        from usage_tui.services.history_writing import account_id  # noqa: PLC0415 - likewise

        file = HistoryFile(self.folder, SystemClock(), lambda _: None)
        try:
            secret = shared_secret(self.folder.fingerprint_secret)
            with file.writing() as connection:
                numbers = [
                    account_id(connection, fingerprint(account, secret, os.environ), account.name)
                    for account, _ in self._accounts
                ]
            seeds = [SeedHistory(simulated, self._now) for _, simulated in self._accounts]
            yield _Seeding(file, dict(zip(numbers, seeds, strict=True)))
        finally:
            file.close()

    def _put_newest(self, seeding: _Seeding) -> None:
        """Put down what charts and the day's spend start from; rolling up goes on after it."""
        file, seeds = seeding
        for number, seed in seeds.items():
            self._put(file, seed.readings(), partial(_put_readings, number=number))
            around = seed.minutes_around(midnight(self._now, None))
            self._put(file, around, partial(_put_minutes, number=number, until_ms=0))
            with file.writing() as connection:
                connection.execute(
                    "UPDATE accounts SET minutes_until = ?, hours_until = ? WHERE id = ?",
                    (seed.minutes_until_ms, seed.hours_until_ms, number),
                )

    def _put_hours(self, seeding: _Seeding, which: slice = slice(None)) -> None:
        """Put the newer hours of some accounts down."""
        for number, seed in list(seeding.seeds.items())[which]:
            self._put(seeding.file, seed.newer_hours(), partial(_put_hours, number=number))

    def _put(self, file: HistoryFile, rows: Iterable[T], put: Callable[[sqlite3.Connection, list[T]], None]) -> None:
        """Put rows down, some at a time, until it is over."""
        left = iter(rows)
        while (batch := list(islice(left, BATCH_ROWS))) and not self._is_over.is_set():
            with file.writing() as connection:
                put(connection, batch)
            self._is_over.wait(PAUSE_SECONDS)


def _put_readings(connection: sqlite3.Connection, readings: list[Reading], *, number: int) -> None:
    from usage_tui.services.history_rows import put_readings  # noqa: PLC0415 - imports SQLite

    put_readings(connection, "samples", number, readings)


def _put_hours(connection: sqlite3.Connection, hours: list[TimeSpan], *, number: int) -> None:
    from usage_tui.services.history_rows import put_spans  # noqa: PLC0415 - imports SQLite

    put_spans(connection, "hours", number, hours)


def _put_minutes(connection: sqlite3.Connection, minutes: list[TimeSpan], *, number: int, until_ms: int) -> None:
    """Put minutes down, of whole hours, and those hours up to a moment."""
    from usage_tui.services.history_rows import put_spans  # noqa: PLC0415 - imports SQLite

    put_spans(connection, "minutes", number, minutes)
    put_spans(connection, "hours", number, [hour for hour in folded(minutes, HOUR_MS) if hour.start_ms < until_ms])
