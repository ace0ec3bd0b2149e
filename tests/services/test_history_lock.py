"""The lock around every write to the history, among threads and processes that share a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from usage_tui.services.history_lock import HistoryLock

PATIENCE_SECONDS = 0.01


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.lock"


@pytest.fixture
def lock(path: Path) -> Iterator[HistoryLock]:
    lock = HistoryLock(path, PATIENCE_SECONDS)
    yield lock
    lock.close()


def is_free(path: Path) -> bool:
    """Whether another process could take the lock."""
    try:
        FileLock(path).acquire(blocking=False).lock.release()
    except Timeout:
        return False
    return True


def test_it_keeps_others_out_until_it_is_released_and_takes_the_same_file_again(lock: HistoryLock, path: Path) -> None:
    for _ in range(2):
        lock.acquire()
        assert not is_free(path)
        lock.release()
        assert is_free(path)


def test_its_folder_and_file_are_private(lock: HistoryLock, path: Path) -> None:
    lock.acquire()
    assert [place.stat().st_mode & 0o777 for place in (path.parent, path)] == [0o700, 0o600]


def test_one_that_is_held_is_waited_for_in_vain(lock: HistoryLock, path: Path) -> None:
    lock.acquire()
    lock.release()
    with FileLock(path), pytest.raises(TimeoutError):
        lock.acquire()
    lock.acquire()


@pytest.mark.parametrize("is_made_anew", [True, False])
def test_it_is_of_the_file_that_stands_there_now(lock: HistoryLock, path: Path, *, is_made_anew: bool) -> None:
    lock.acquire()
    lock.release()
    path.parent.rename(path.parent.with_name("moved"))
    if is_made_anew:
        path.parent.mkdir()
        path.touch()
    lock.acquire()
    assert not is_free(path)


def test_closing_gives_it_up_and_leaves_no_descriptor(lock: HistoryLock, path: Path) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    lock.acquire()
    lock.close()
    assert is_free(path)
    assert len(list(Path("/dev/fd").iterdir())) == before
