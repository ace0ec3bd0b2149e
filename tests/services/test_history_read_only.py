"""A folder that takes no writes: said, while what is seen waits; root has to become somebody else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.stored import NOW_MS, rows
from tests.services.test_history import a_history, store, wait_until_stored
from usage_tui.core.account import Account, KeyFromEnv, PollPlan
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import moment
from usage_tui.services import history as history_module
from usage_tui.services import history_file, history_reader, history_rollup  # noqa: F401 -- nobody may not read ours
from usage_tui.services.clock import SystemClock
from usage_tui.services.database_check import check_database
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.last_seen import last_seen
from usage_tui.services.paths import StateFolder

NOBODY = 65_534
ACCOUNT = Account("production", KeyFromEnv("NOWHERE"))


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[StateFolder]:
    """Give a folder of a user whom permissions bind, and be that user."""
    monkeypatch.setattr(history_module, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(history_module, "LOOK_SECONDS", 0.01)
    own = Path(tempfile.mkdtemp())
    user = os.geteuid()
    if user == 0:
        os.chown(own, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield StateFolder(own / "state")
    finally:
        os.seteuid(user)
        shutil.rmtree(own)


@contextmanager
def read_only(folder: StateFolder) -> Iterator[None]:
    """Let nobody write to the folder, nor to what is in it."""
    files = list(folder.path.iterdir())
    for path in files:
        path.chmod(0o400)
    folder.path.chmod(0o500)
    try:
        yield
    finally:
        folder.path.chmod(0o700)
        for path in files:
            path.chmod(0o600)


def test_a_history_that_became_read_only_is_said_and_samples_wait_until_it_is_not(folder: StateFolder) -> None:
    with a_history(folder) as history:
        assert store(history)
    with read_only(folder):
        before = folder.history.read_bytes()
        with a_history(folder) as history:
            assert not store(history, NOW_MS + 1000)
            assert "The history is not written: Permission denied" in (history.remark or "")
            assert "Going on live" in (history.remark or "")
            assert folder.history.read_bytes() == before
            folder.path.chmod(0o700)
            for path in folder.path.iterdir():
                path.chmod(0o600)
            wait_until_stored(folder, 2)
            assert store(history, NOW_MS + 2000)
            assert history.remark is None
    assert rows(folder, "SELECT count(*) FROM samples") == [(3,)]


def test_a_folder_in_which_nothing_can_be_made_is_said(folder: StateFolder) -> None:
    folder.path.mkdir()
    with read_only(folder), a_history(folder) as history:
        assert not store(history)
        assert "The history is not written: Permission denied" in (history.remark or "")
        assert list(folder.path.iterdir()) == []


@pytest.mark.parametrize("has_log", [True, False], ids=["with its log", "without"])
def test_what_a_read_only_folder_holds_is_read(folder: StateFolder, *, has_log: bool) -> None:
    with a_history(folder) as history:
        assert store(history)
        if has_log:
            shutil.copytree(folder.path, folder.path.with_name("kept"))
    if has_log:
        shutil.rmtree(folder.path)
        folder.path.with_name("kept").rename(folder.path)
    assert folder.history.with_name("history.sqlite3-wal").exists() is has_log
    with read_only(folder):
        before = {path.name: path.read_bytes() for path in folder.path.iterdir() if path.suffix != ".sqlite3-shm"}
        file = HistoryFile(folder, SystemClock(), print)
        for _ in range(2):
            with file.reading() as connection:
                assert connection.execute("SELECT count(*) FROM samples").fetchone() == (1,)
        with pytest.raises(HistoryUnavailable), file.writing():
            pass
        file.close()
        (view,) = last_seen(folder, [ACCOUNT], PollPlan(), moment(NOW_MS), {})
        assert view.sample is not None
        (found,) = (each for each in check_database(folder) if each.check == "database")
        assert found.is_ok
        assert before == {path.name: path.read_bytes() for path in folder.path.iterdir() if path.name in before}


def test_a_file_that_became_writable_again_is_written(folder: StateFolder) -> None:
    with a_history(folder) as history:
        assert store(history)
    file = HistoryFile(folder, SystemClock(), print)
    with read_only(folder), file.reading() as connection:
        assert connection.execute("SELECT count(*) FROM samples").fetchone() == (1,)
    with file.writing() as connection:
        connection.execute("DELETE FROM samples")
    file.close()
    assert rows(folder, "SELECT count(*) FROM samples") == [(0,)]


def test_a_folder_that_cannot_be_made_is_found(folder: StateFolder) -> None:
    folder.path.mkdir()
    inside = StateFolder(folder.path / "further" / "state")
    assert [finding.is_ok for finding in check_database(inside)] == [True]
    with read_only(folder):
        (found,) = check_database(inside)
        assert found.found == f"{inside.path}: cannot be made; make {folder.path} a writable folder."
