"""A history of schema 1, with rows in it, becomes one of the newest schema: old or new, but never between."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.services.stored import NOW_MS, SetClock, a_poll_at, a_reading, rows
from usage_tui.core.rollup import HOUR_MS, moment
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_rollup import roll_up
from usage_tui.services.history_schema import MIGRATIONS, migrate
from usage_tui.services.history_writing import account_id, put_poll
from usage_tui.services.paths import StateFolder

TABLES = ("accounts", "samples", "minutes", "hours", "last_poll", "wanted")
STATEMENTS = sum(map(len, MIGRATIONS[1:]))


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    """Give a folder with a history of schema 1: two hours of an account, and the log that a kill leaves behind."""
    connection = sqlite3.connect(tmp_path / "history.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    migrate(connection, MIGRATIONS[:1])
    connection.execute("BEGIN")
    account = account_id(connection, "f", "production")
    for at_ms in range(NOW_MS, NOW_MS + 2 * HOUR_MS, 15_000):
        put_poll(connection, account, a_poll_at(at_ms), a_reading(at_ms, used=at_ms // 1000), at_ms)
    while roll_up(connection, account, NOW_MS + 3 * HOUR_MS):
        pass
    connection.execute("COMMIT")
    connection.close()
    return StateFolder(tmp_path)


def everything(folder: StateFolder) -> dict[str, list[tuple[object, ...]]]:
    return {table: rows(folder, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES}  # noqa: S608 -- ours


def schema(folder: StateFolder) -> int:
    return int(rows(folder, "PRAGMA user_version")[0][0])


def open_newest(folder: StateFolder) -> None:
    """Open it as the program does."""
    file = HistoryFile(folder, SetClock(moment(NOW_MS)), print)
    with file.reading():
        pass
    file.close()


def test_all_rows_are_there_after_the_migration(folder: StateFolder) -> None:
    before = everything(folder)
    assert all(len(before[table]) > 0 for table in ("accounts", "samples", "minutes", "hours", "last_poll"))
    open_newest(folder)
    assert schema(folder) == len(MIGRATIONS)
    assert everything(folder) == before


@pytest.mark.parametrize("statement", [0, STATEMENTS // 2, STATEMENTS - 1, STATEMENTS, STATEMENTS + 1])
def test_a_kill_within_the_migration_leaves_the_old_schema_whole(folder: StateFolder, statement: int) -> None:
    before = everything(folder)
    killed = subprocess.run([sys.executable, "-m", __name__, str(folder.path), str(statement)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert schema(folder) == 1
    assert everything(folder) == before
    assert len(rows(folder, "SELECT * FROM sqlite_master WHERE type = 'table'")) == len(TABLES)
    open_newest(folder)
    assert schema(folder) == len(MIGRATIONS)
    assert everything(folder) == before


def migrate_until_killed(path: Path, statements: int) -> None:
    """Migrate a history, and end for good when so many statements of the migration have begun."""
    with closing(sqlite3.connect(path / "history.sqlite3", isolation_level=None)) as connection:
        left = statements + 1

        def count(statement: str) -> None:
            nonlocal left
            if statement.startswith(("CREATE", "INSERT", "PRAGMA user_version =", "COMMIT")):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        connection.set_trace_callback(count)
        migrate(connection)


if __name__ == "__main__":
    migrate_until_killed(Path(sys.argv[1]), int(sys.argv[2]))
