"""What storing, taking out and bringing in cost: a day at 1 Hz, and a year as it is kept."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.service import PROGRAM
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, Reading, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.clock import SystemClock
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_rollup import roll_up
from usage_tui.services.history_rows import put_readings, put_spans
from usage_tui.services.history_writing import account_id, put_poll
from usage_tui.services.paths import StateFolder

DAY_SECONDS = 86_400
BATCH_ROWS = 20_000
COMMITS = 300


@contextmanager
def history_file(folder: Path) -> Iterator[HistoryFile]:
    """Open the history in a folder."""
    file = HistoryFile(StateFolder(folder), SystemClock(), print)
    try:
        yield file
    finally:
        file.close()


def store_samples(folder: Path, name: str, seconds: int) -> None:
    """Store samples of an account up to now, one a second, rolled up."""
    now_ms = epoch_ms(SystemClock().now())
    with history_file(folder) as file:
        for begun in range(0, seconds, BATCH_ROWS):
            moments = range(begun, min(seconds, begun + BATCH_ROWS))
            with file.writing() as connection:
                readings = (_reading(now_ms - 1000 * (seconds - second), second) for second in moments)
                put_readings(connection, "samples", account_id(connection, name, name), readings)
        has_more = True
        while has_more:
            with file.writing() as connection:
                has_more = roll_up(connection, account_id(connection, name, name), now_ms)


def store_spans(folder: Path, name: str, minute_days: int, hour_days: int) -> None:
    """Store minutes and hours of an account up to now."""
    now_ms = epoch_ms(SystemClock().now()) // HOUR_MS * HOUR_MS
    with history_file(folder) as file, file.writing() as connection:
        number = account_id(connection, name, name)
        for table, width_ms, days in (("minutes", MINUTE_MS, minute_days), ("hours", HOUR_MS, hour_days)):
            moments = range(now_ms - days * DAY_MS, now_ms, width_ms)
            put_spans(connection, table, number, (_span(at_ms, width_ms) for at_ms in moments))


def mebibytes(folder: Path) -> float:
    """Give what the history in a folder takes on the disk, when nobody has it open."""
    return sum(path.stat().st_size for path in folder.glob("history.sqlite3*")) / 2**20


def opening_milliseconds(folder: Path) -> float:
    """Give how long it takes until a history can be read, median of seven."""
    taken = []
    for _ in range(7):
        begun = time.perf_counter()
        with history_file(folder) as file:
            with file.reading() as connection:
                connection.execute("SELECT max(at) FROM samples WHERE account = 1").fetchone()
            taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def commit_milliseconds(folder: Path, name: str) -> float:
    """Give how long one sample takes to be committed, median."""
    taken = []
    begin_ms = epoch_ms(SystemClock().now())
    with history_file(folder) as file:
        for second in range(COMMITS):
            at_ms = begin_ms + second
            begun = time.perf_counter()
            with file.writing() as connection:
                put_poll(connection, account_id(connection, name, name), None, _reading(at_ms, second), at_ms)
            taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def seconds_of(arguments: tuple[str, ...], environ: Mapping[str, str], output: Path | None = None) -> float:
    """Run the program to its end, and give how long that took."""
    begun = time.perf_counter()
    with (output or Path("/dev/null")).open("wb") as file:
        subprocess.run([*PROGRAM, *arguments], env=environ, stdout=file, check=True)
    return time.perf_counter() - begun


def longest_wait(folder: Path, process: subprocess.Popen[bytes]) -> float:
    """Write while a process works, and give the seconds that the slowest write took."""
    longest = 0.0
    with history_file(folder) as file:
        while process.poll() is None:
            begun = time.perf_counter()
            with file.writing() as connection:
                connection.execute("UPDATE accounts SET holder_pid = NULL WHERE id = -1")
            longest = max(longest, time.perf_counter() - begun)
            time.sleep(0.005)
    return longest


def _reading(at_ms: int, used: int) -> Reading:
    return Reading(at_ms, 1000, Snapshot(used % 100, 100, 0, 1_000_000 + used, used // 50, 3_000_000))


def _span(at_ms: int, width_ms: int) -> TimeSpan:
    last = Snapshot(concurrency_limit=100, used=at_ms // 1000, failed=9000, limit=3_000_000)
    return TimeSpan(at_ms, last, 3, 97, 62 * width_ms, width_ms, 0, 95)
