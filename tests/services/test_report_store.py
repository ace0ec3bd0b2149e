"""A report is stored in steps, beside others who write to the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.services.stored import SetClock
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.services import history_file
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.paths import StateFolder
from usage_tui.services.report_store import RETRY_SECONDS, TRIES, ReportStore


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path)


@pytest.fixture
def file(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[HistoryFile]:
    """Give a history that does not wait for its lock."""
    monkeypatch.setattr(history_file, "LOCK_SECONDS", 0.0)
    file = HistoryFile(folder, SetClock(), lambda _: None)
    with file.reading():
        pass
    yield file
    file.close()


def store_while_another_writes(
    file: HistoryFile, folder: StateFolder, wait: Callable[[FileLock, float], None]
) -> tuple[int, list[float]]:
    """Write one step while another process holds the lock; give what came of it, and how long was waited for."""
    waited: list[float] = []
    with FileLock(folder.history_lock) as lock:

        def waiting(seconds: float) -> None:
            waited.append(seconds)
            wait(lock, seconds)

        found = ReportStore(file, lambda _: None, waiting)._write(lambda _: 7)
    return found, waited


def test_a_step_waits_for_another_process_that_writes(file: HistoryFile, folder: StateFolder) -> None:
    assert store_while_another_writes(file, folder, lambda lock, _: lock.release()) == (7, [RETRY_SECONDS])


def test_a_step_is_given_up_after_some_tries(file: HistoryFile, folder: StateFolder) -> None:
    waits: list[float] = []
    with pytest.raises(HistoryUnavailable, match="another program holds its lock"):
        store_while_another_writes(file, folder, lambda _, seconds: waits.append(seconds))
    assert waits == [RETRY_SECONDS] * (TRIES - 1)
