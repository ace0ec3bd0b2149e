"""Opens the history's database for those who only read."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from usage_tui.services.history_schema import HEADER_BYTES, check_header


def opened_read_only(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """Open a database that is there, to read from alone, whoever writes to it meanwhile.

    Raises:
        FileNotFoundError: there is none.
        HistoryUnavailable: its schema is newer than this program.
        sqlite3.Error, OSError: it cannot be read.
    """
    with path.open("rb") as file:
        check_header(file.read(HEADER_BYTES))
    address = f"file:{quote(str(path))}?mode=ro{'' if _has_log(path) else '&immutable=1'}"
    return sqlite3.connect(address, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False)


def _has_log(path: Path) -> bool:
    """Say whether a write-ahead log is beside a database, or can be: SQLite opens none that has one without it."""
    return path.with_name(f"{path.name}-wal").exists() or os.access(path.parent, os.W_OK, effective_ids=True)
