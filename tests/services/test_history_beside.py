"""Two connections of one process to a history, beside another process that opens and closes it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.stored import NOW_MS, SetClock, rows
from usage_tui.core.account import PollPlan
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import moment
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_schema import MIGRATIONS
from usage_tui.services.last_seen import last_seen
from usage_tui.services.paths import StateFolder

NAMES = "SELECT name FROM accounts ORDER BY id"


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


@contextmanager
def a_file(folder: StateFolder) -> Iterator[HistoryFile]:
    file = HistoryFile(folder, SetClock(moment(NOW_MS)), print)
    try:
        yield file
    finally:
        file.close()


def put(file: HistoryFile, name: str) -> None:
    with file.writing() as connection:
        connection.execute("INSERT INTO accounts (fingerprint, name) VALUES (?1, ?1)", (name,))


def names(file: HistoryFile) -> list[str]:
    with file.reading() as connection:
        return [name for (name,) in connection.execute(NAMES)]


def run_other(folder: StateFolder, name: str) -> None:
    """Let another process open the history, put a name down, and close it."""
    subprocess.run([sys.executable, "-m", __name__, str(folder.path), name], check=True)


def test_what_one_of_two_connections_writes_is_not_lost_when_another_process_closes(folder: StateFolder) -> None:
    log = folder.history.with_name("history.sqlite3-wal")
    with a_file(folder) as first:
        put(first, "first")
        with a_file(folder) as second:
            assert names(second) == ["first"]
            last_seen(folder, [], PollPlan(), moment(NOW_MS), {})
            before = log.stat().st_ino
            run_other(folder, "other")
            assert log.stat().st_ino == before
            put(first, "later")
            run_other(folder, "last")
            first.checkpoint()
            assert names(second) == names(first) == ["first", "other", "later", "last"]
    assert rows(folder, NAMES) == [("first",), ("other",), ("later",), ("last",)]
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]


def test_a_newer_schema_that_a_kill_left_in_the_log_is_refused_and_the_log_kept(folder: StateFolder) -> None:
    with a_file(folder) as file:
        put(file, "first")
        newer = sqlite3.connect(folder.history, isolation_level=None)
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        left = {path.name: path.read_bytes() for path in folder.path.glob("*.sqlite3*") if not path.match("*-shm")}
        newer.close()
    for name, content in left.items():
        (folder.path / name).write_bytes(content)
    with a_file(folder) as file, pytest.raises(HistoryUnavailable, match="update usage-tui"):
        put(file, "second")
    assert {name: (folder.path / name).read_bytes() for name in left} == left


def test_a_damaged_file_that_took_the_place_of_a_sound_one_is_set_aside(folder: StateFolder) -> None:
    with a_file(folder) as file:
        put(file, "first")
        other = folder.path / "other"
        other.write_bytes(b"no database" * 1000)
        os.replace(other, folder.history)  # noqa: PTH105 -- as another program does
        with pytest.raises(HistoryUnavailable):
            put(file, "second")
        put(file, "third")
        assert names(file) == ["third"]


if __name__ == "__main__":
    with a_file(StateFolder(Path(sys.argv[1]))) as theirs:
        put(theirs, sys.argv[2])
