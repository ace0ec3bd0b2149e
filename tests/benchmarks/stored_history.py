"""A history of many accounts over months, written straight into the database: what commands have to be quick on."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from usage_tui.services.history_schema import migrate

DAY_MS = 86_400_000
RAW_DAYS, RAW_STEP_MS = 7, 15_000
_COUNTERS = "100, 1000000 + n, 9000 + n / 50, 3000000, NULL, 1793700000000000, 0"
_SERIES = "WITH RECURSIVE series (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n < ? - 1)"
_ALL = "FROM accounts, series ORDER BY id, n"
_SAMPLES = f"{_SERIES} INSERT INTO samples SELECT id, ? + n * 15000, 15000, 62, 0, {_COUNTERS} {_ALL}"
_SPAN = f"id, ? + n * ?, 50, 70, 3720000, 60000, 0, 95, {_COUNTERS}"


def write_history(path: Path, names: list[str], days: int) -> int:
    """Write so many days of each account: a week of samples every 15 s, all minutes and hours; give the file's MiB."""
    now_ms = int(time.time() * 1000)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for number, name in enumerate(names, start=1):
            connection.execute(
                "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, NULL)", (number, f"{number:032x}", name, now_ms, now_ms)
            )
            poll = (number, 1, now_ms, "ok", None, 0.04, now_ms + 15_000, 1)
            connection.execute("INSERT INTO last_poll VALUES (?, ?, ?, ?, ?, ?, ?, ?)", poll)
        raw_ms = RAW_DAYS * DAY_MS
        connection.execute(_SAMPLES, (raw_ms // RAW_STEP_MS + 1, now_ms - raw_ms))
        for table, width_ms in (("minutes", 60_000), ("hours", 3_600_000)):
            begin_ms = (now_ms - days * DAY_MS) // width_ms * width_ms
            insert = f"{_SERIES} INSERT INTO {table} SELECT {_SPAN} {_ALL}"
            connection.execute(insert, ((now_ms - begin_ms) // width_ms, begin_ms, width_ms))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size >> 20
