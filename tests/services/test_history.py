"""The history's thread over real files: what is stored, and what becomes of it when the disk refuses."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from filelock import FileLock

from tests.services.stored import NOW_MS, PATIENCE_SECONDS, SetClock, a_poll_at, a_reading, rows
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import moment
from usage_tui.services import history as history_module
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.history import History, Write
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_schema import MIGRATIONS, migrate, schema_number
from usage_tui.services.history_writing import account_id, put_poll
from usage_tui.services.paths import StateFolder


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


@contextmanager
def a_history(folder: StateFolder, clock: SetClock | None = None) -> Iterator[History]:
    """Run a history that keeps account 1 in order, and end it."""
    history = History(folder, clock or SetClock(moment(NOW_MS)), HistorySettings())
    history.start(lambda _: None, lambda _: [1])
    try:
        yield history
    finally:
        history.close(PATIENCE_SECONDS)
        assert "usage-tui history" not in {thread.name for thread in threading.enumerate()}


def store(history: History, at_ms: int = NOW_MS) -> bool:
    def write(connection: sqlite3.Connection) -> None:
        account = account_id(connection, "f", "production")
        put_poll(connection, account, a_poll_at(at_ms), a_reading(at_ms, used=at_ms // 1000), at_ms)

    return history.store(write, is_kept=True).result(PATIENCE_SECONDS)


def wait_until_stored(folder: StateFolder, count: int) -> None:
    def stored() -> int:
        with suppress(sqlite3.OperationalError):  # the file is just being made
            return int(rows(folder, "SELECT count(*) FROM samples")[0][0])
        return 0

    wait_until(lambda: stored() >= count)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to be in time"
        os.sched_yield()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries that come at once."""
    monkeypatch.setattr(history_module, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(history_module, "LOOK_SECONDS", 0.01)


def test_a_sample_is_in_the_file_when_its_storing_is_told(folder: StateFolder) -> None:
    with a_history(folder) as history:
        assert store(history)
        assert rows(folder, "SELECT at, used FROM samples") == [(NOW_MS, NOW_MS // 1000)]
        assert history.remark is None


def test_files_are_private(folder: StateFolder) -> None:
    with a_history(folder) as history:
        store(history)
        modes = {path.name: path.stat().st_mode & 0o777 for path in (folder.path, *folder.path.iterdir())}
    assert modes.pop("state") == 0o700
    assert modes.keys() == {"history.sqlite3", "history.sqlite3-wal", "history.sqlite3-shm", "history.lock"}
    assert set(modes.values()) == {0o600}


def test_closing_leaves_one_file_without_a_log(folder: StateFolder) -> None:
    with a_history(folder) as history:
        store(history)
    assert sorted(path.name for path in folder.path.iterdir()) == ["history.lock", "history.sqlite3"]


@pytest.mark.usefixtures("soon")
def test_a_database_locked_by_somebody_else_loses_nothing(folder: StateFolder) -> None:
    with a_history(folder) as history:
        assert store(history)
        other = sqlite3.connect(folder.history, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        assert [store(history, NOW_MS + second * 1000) for second in range(1, 6)] == [False] * 5
        assert "locked" in (history.remark or "")
        other.execute("ROLLBACK")
        other.close()
        wait_until_stored(folder, 6)
        assert store(history, NOW_MS + 6000)
        assert history.remark is None
    assert rows(folder, "SELECT count(*), count(DISTINCT at) FROM samples") == [(7, 7)]


@pytest.mark.usefixtures("soon")
def test_a_folder_that_cannot_be_is_said_and_samples_wait_for_one_that_can(folder: StateFolder) -> None:
    folder.path.write_text("a file where the folder should be")
    with a_history(folder) as history:
        assert not store(history)
        assert "Going on live" in (history.remark or "")
        folder.path.unlink()
        wait_until(folder.history.exists)
        wait_until_stored(folder, 1)


def test_a_disk_that_refuses_is_tried_again_after_a_second(folder: StateFolder) -> None:
    folder.path.write_text("a file where the folder should be")
    clock = SetClock(moment(NOW_MS))
    with a_history(folder, clock) as history:
        assert not store(history)
        folder.path.unlink()
        assert not store(history, NOW_MS + 1)
        clock.advance(1.0)
        assert store(history, NOW_MS + 2)
    assert rows(folder, "SELECT count(*) FROM samples") == [(3,)]


@pytest.mark.usefixtures("soon")
def test_a_full_disk_is_said_and_samples_wait_in_bounds(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "MOST_WAITING", 3)
    with a_history(folder) as history:
        assert store(history)
        history.ask(lambda file: _limit_pages(file, is_full=True)).result(PATIENCE_SECONDS)
        for second in range(1, 200):
            if not store(history, NOW_MS + second * 1000):
                break
        else:
            pytest.fail("the disk never was full")
        for later in range(1, 6):
            assert not store(history, NOW_MS + (second + later) * 1000)
        assert "disk is full" in (history.remark or "")
        history.ask(lambda file: _limit_pages(file, is_full=False)).result(PATIENCE_SECONDS)
        wait_until_stored(folder, second + 3)
    assert rows(folder, "SELECT count(*) FROM samples") == [(second + 3,)]
    newest = [at for (at,) in rows(folder, "SELECT at FROM samples ORDER BY at DESC LIMIT 3")]
    assert newest == [NOW_MS + (second + later) * 1000 for later in (5, 4, 3)]


def _limit_pages(file: HistoryFile, *, is_full: bool) -> None:
    with file.reading() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages if is_full else 1_000_000}")


@pytest.mark.parametrize("damage", [b"this is no database at all" * 1000, None])
@pytest.mark.usefixtures("soon")
def test_a_damaged_database_is_set_aside_and_reported(folder: StateFolder, damage: bytes | None) -> None:
    with a_history(folder) as history:
        for second in range(200):
            store(history, NOW_MS + second * 1000)
    content = folder.history.read_bytes()
    damaged = damage or content[:4096] + b"\xa5" * (len(content) - 4096)
    folder.history.write_bytes(damaged)
    with a_history(folder, SetClock(moment(NOW_MS))) as history:
        store(history, NOW_MS + 300_000)
        wait_until_stored(folder, 1)
        assert store(history, NOW_MS + 301_000)
        assert "is kept as history.sqlite3.damaged-20261122T100000Z" in (history.remark or "")
    (kept,) = folder.path.glob("history.sqlite3.damaged-*")
    assert kept.read_bytes()[:4096] == damaged[:4096]


def test_a_newer_schema_is_refused_untouched(folder: StateFolder) -> None:
    folder.path.mkdir()
    newer = sqlite3.connect(folder.history)
    newer.execute("CREATE TABLE theirs (is_new)")
    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.commit()
    newer.close()
    before = folder.history.read_bytes()
    with a_history(folder) as history:
        assert not store(history)
        assert "update usage-tui" in (history.remark or "")
    assert folder.history.read_bytes() == before


def test_a_schema_that_a_newer_program_brought_while_this_one_ran_is_written_to_no_more(folder: StateFolder) -> None:
    with a_history(folder) as history:
        assert store(history)
        with closing(sqlite3.connect(folder.history)) as newer:
            newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        assert not store(history, NOW_MS + 1000)
        assert "update usage-tui" in (history.remark or "")
        assert rows(folder, "SELECT count(*) FROM samples") == [(1,)]


def test_a_migration_that_fails_leaves_the_old_schema() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    broken = (*MIGRATIONS, ("ALTER TABLE samples ADD COLUMN more INTEGER", "CREATE TABLE samples (twice)"))
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, broken)
    assert schema_number(connection) == len(MIGRATIONS)
    assert "more" not in [column[1] for column in connection.execute("PRAGMA table_info(samples)")]
    connection.close()


@pytest.mark.usefixtures("soon")
def test_a_file_that_was_taken_away_is_made_anew(folder: StateFolder) -> None:
    with a_history(folder) as history:
        assert store(history)
        for path in folder.path.glob("history.sqlite3*"):
            path.unlink()
        assert store(history, NOW_MS + 1000)
        assert rows(folder, "SELECT at FROM samples") == [(NOW_MS + 1000,)]


def a_write_of_what_no_column_takes(connection: sqlite3.Connection) -> None:
    put_poll(connection, 2**70, a_poll_at(1), None, 1)


def a_write_with_a_fault_of_its_own(_: sqlite3.Connection) -> None:
    raise ValueError("a word that a newer version put down")


@pytest.mark.parametrize("write", [a_write_of_what_no_column_takes, a_write_with_a_fault_of_its_own])
def test_a_write_that_cannot_be_taken_keeps_no_other_waiting(folder: StateFolder, write: Write) -> None:
    with a_history(folder) as history:
        is_stored = history.store(write, is_kept=True)
        assert store(history)
        assert not is_stored.result(0)
        assert history.remark is None


def test_a_disk_that_hangs_lets_nothing_grow_without_bound(folder: StateFolder) -> None:
    history = History(folder, SetClock(moment(NOW_MS)), HistorySettings())  # nobody works at it, as on such a disk
    first, *others = (history.store(lambda _: None, is_kept=True) for _ in range(history_module.MOST_WAITING + 1))
    assert first.result(0) is False
    assert not any(each.done() for each in others)
    *asked, last = (history.ask(lambda _: None) for _ in range(history_module.MOST_QUESTIONS + 1))
    assert isinstance(last.exception(0), HistoryUnavailable)
    assert not any(each.done() for each in asked)


def test_while_it_rests_no_file_is_touched(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "LOOK_SECONDS", 0.001)
    with a_history(folder) as history:
        store(history)
        history.rest().result(PATIENCE_SECONDS)
        looks = []
        history._look = lambda _: looks.append(1)
        other = sqlite3.connect(folder.history)
        other.execute("UPDATE accounts SET name = 'x'")
        other.commit()
        other.close()
        threading.Event().wait(0.05)
        assert not looks
        assert store(history, NOW_MS + 1000)
        wait_until(lambda: bool(looks))


@pytest.mark.usefixtures("soon")
def test_nothing_is_written_while_another_process_holds_the_lock(folder: StateFolder) -> None:
    with a_history(folder) as history:
        assert store(history)
        with FileLock(folder.history_lock):
            assert not store(history, NOW_MS + 1000)
            assert "holds its lock" in (history.remark or "")
            assert rows(folder, "SELECT count(*) FROM samples") == [(1,)]
        wait_until_stored(folder, 2)


def test_sqlite_checkpoints_nothing_by_itself_and_syncs_as_it_should(folder: StateFolder) -> None:
    def settings(file: HistoryFile) -> list[int | str]:
        with file.reading() as connection:
            names = ("wal_autocheckpoint", "synchronous", "journal_mode")
            return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    with a_history(folder) as history:
        assert history.ask(settings).result(PATIENCE_SECONDS) == [0, 1, "wal"]
