"""Three days of storing, by a clock that is set: nothing grows."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import psutil
import pytest

from tests.services.stored import NOW_MS, PATIENCE_SECONDS, SetClock, a_poll_at, a_reading, rows
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, moment
from usage_tui.services import history as history_module
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.history import History
from usage_tui.services.history_writing import account_id, put_poll
from usage_tui.services.paths import StateFolder

HOURS = 72


def measure(folder: Path) -> tuple[int, int, int, int]:
    """Give the bytes on disk and in memory, and the files and threads; between two steps of the history's thread."""
    process = psutil.Process()
    size = sum(path.stat().st_size for path in folder.iterdir())
    return size, process.memory_info().rss, process.num_fds(), threading.active_count()


def test_files_memory_and_threads_stay_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for interval in ("UPKEEP_SECONDS", "UPKEEP_PAUSE_SECONDS", "CHECKPOINT_SECONDS"):
        monkeypatch.setattr(history_module, interval, 0.0)
    folder, clock = StateFolder(tmp_path), SetClock(moment(NOW_MS))
    history = History(folder, clock, HistorySettings(raw_days=1, minute_days=1))
    history.start(lambda _: None, lambda _: [1])
    measured: list[tuple[int, int, int, int]] = []
    try:
        for hour in range(HOURS):
            for at_ms in range(NOW_MS + hour * HOUR_MS, NOW_MS + (hour + 1) * HOUR_MS, MINUTE_MS):

                def write(connection: sqlite3.Connection, at_ms: int = at_ms) -> None:
                    reading = a_reading(at_ms, interval_ms=MINUTE_MS, used=at_ms // 1000)
                    put_poll(connection, account_id(connection, "f", "production"), a_poll_at(at_ms), reading, at_ms)

                assert history.store(write, is_kept=True).result(PATIENCE_SECONDS)
                clock.advance(60.0)
            measured.append(history.ask(lambda _: measure(tmp_path)).result(PATIENCE_SECONDS))
    finally:
        history.close(PATIENCE_SECONDS)
    middle, end = measured[HOURS // 2], measured[-1]
    assert end[0] <= 1.1 * middle[0]
    assert end[1] <= middle[1] + 3 * 2**20
    assert end[2] <= middle[2]
    assert end[3] <= middle[3]
    hours, spent = rows(folder, "SELECT count(*), sum(spend) FROM hours")[0]
    assert hours >= HOURS - 1
    assert spent == (hours * 60 - 1) * 60
    assert rows(folder, "SELECT count(*) FROM samples")[0][0] < 1600
