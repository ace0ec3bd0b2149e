"""Looks whether the history is sound, without writing to it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.finding import Finding, fault, fine
from usage_tui.core.wording import harmless
from usage_tui.services.history_opening import opened_read_only
from usage_tui.services.history_schema import MIGRATIONS, schema_number
from usage_tui.services.paths import StateFolder

LEAST_FREE_BYTES = 200 * 1024 * 1024
BUSY_SECONDS = 1.0
CHECK_SECONDS = 20.0
LOCK_SECONDS = 1.0
LOCK_LOOK_SECONDS = 0.05
STEPS_A_LOOK = 10_000
_OTHERS = 0o077


def check_database(folder: StateFolder) -> Iterator[Finding]:
    """Look at the state folder, and the database in it."""
    if not folder.path.exists():
        yield _check_room_for(folder.path)
        return
    yield from _check_folder(folder)
    if not folder.history.exists():
        yield fine("database", f"{_shown(folder.history)}: not there yet; the first sample makes it.")
        return
    yield _check_content(folder.history)
    yield _check_lock(folder.history_lock)
    damaged = sorted(folder.path.glob(f"{folder.history.name}.damaged-*"))
    if damaged:
        where = _shown(damaged[0])
        yield fault("database", f"A damaged history was set aside: {where}; delete it once you need it no more.")


def _check_room_for(path: Path) -> Finding:
    """Look whether a folder that is not there yet can be made."""
    there = next(folder for folder in path.absolute().parents if folder.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK, effective_ids=True)):
        return fault("state", f"{_shown(path)}: cannot be made; make {_shown(there)} a writable folder.")
    return fine("state", f"{_shown(path)}: not there yet; the first sample makes it.")


def _check_folder(folder: StateFolder) -> Iterator[Finding]:
    where = _shown(folder.path)
    if not folder.path.is_dir():
        yield fault("state", f"{where}: is no folder; move it away.")
        return
    for path in (folder.path, folder.history, folder.keys):
        if not path.exists():
            continue
        status = path.stat()
        if not os.access(path, os.W_OK):
            yield fault("state", f"{_shown(path)}: cannot be written; make it yours, and writable.")
        elif status.st_mode & _OTHERS:
            yield fault("state", f"{_shown(path)}: others can read it; run `chmod go= {_shown(path)}`.")
    free = shutil.disk_usage(folder.path).free
    words = f"{where}: {free / 1024**3:.1f} GiB free on its disk"
    if free < LEAST_FREE_BYTES:
        yield fault("disk", f"{words}; make room, or samples are lost.")
    else:
        yield fine("disk", f"{words}.")


def _check_content(path: Path) -> Finding:
    where = _shown(path)
    try:
        with closing(opened_read_only(path, BUSY_SECONDS)) as connection:
            return _quick_check(connection, where, path.stat().st_size)
    except HistoryUnavailable as error:
        return fault("database", str(error))
    except (sqlite3.Error, OSError) as error:
        reason = harmless(str(error), 120)
        return fault("database", f"{where}: {reason}; a collector sets it aside and begins anew.")


def _quick_check(connection: sqlite3.Connection, where: str, size: int) -> Finding:
    """Let SQLite look over the file, but not for longer than some seconds."""
    number = schema_number(connection)
    words = f"{where}: schema {number} of {len(MIGRATIONS)}, {size / 1024**2:.1f} MiB"
    deadline = time.monotonic() + CHECK_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_A_LOOK)
    try:
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
            raise
        return fine("database", f"{words}, too large to be looked over in {CHECK_SECONDS:g} s.")
    if said != "ok":
        reason = harmless(str(said), 120)
        return fault("database", f"{where}: is damaged ({reason}); move it away, and a new one is begun.")
    return fine("database", f"{words}, sound.")


def _check_lock(path: Path) -> Finding:
    """Look whether the lock around writes is free within a second: it is held for milliseconds."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return fine("lock", "Nobody writes to the database.")
    except OSError as error:
        return fault("lock", f"{_shown(path)}: {error.strerror}; make it yours, or delete it.")
    try:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return fault("lock", f"{_shown(path)}: another program holds it; end that one.")
                time.sleep(LOCK_LOOK_SECONDS)
            else:
                return fine("lock", "The database can be written to.")
    finally:
        os.close(descriptor)


def _shown(path: Path) -> str:
    return harmless(str(path), 200)
