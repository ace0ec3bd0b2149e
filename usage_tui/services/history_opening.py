"""Opens the history's database for those who only read, and makes it where there is none.

Nothing but SQLite opens a database that is there: closing any descriptor of it drops all locks that this process holds.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from usage_tui.services.history_schema import check_schema


def make_file(path: Path) -> None:
    """Make an empty database that only its owner may read, unless there is one.

    Raises:
        OSError: it cannot be made, or what is there cannot be written.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def opened_read_only(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """Open a database that is there, to read from alone, whoever writes to it meanwhile.

    Raises:
        FileNotFoundError: there is none.
        HistoryUnavailable: its schema is newer than this program; nothing was touched.
        sqlite3.Error, OSError: it cannot be read.
    """
    path.stat()
    address = f"file:{quote(str(path))}?mode=ro{'' if _has_log(path) else '&immutable=1'}"
    connection = sqlite3.connect(address, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    try:
        check_schema(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _has_log(path: Path) -> bool:
    """Say whether a write-ahead log is beside a database, or can be: SQLite opens none that has one without it."""
    return path.with_name(f"{path.name}-wal").exists() or os.access(path.parent, os.W_OK, effective_ids=True)
