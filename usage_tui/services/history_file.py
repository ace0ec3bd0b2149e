"""The history's database: opened, locked for every write, set aside when it is damaged. To be used from one thread."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.wording import harmless
from usage_tui.services.clock import Clock
from usage_tui.services.history_lock import HistoryLock
from usage_tui.services.history_opening import make_file, opened_read_only
from usage_tui.services.history_schema import check_schema, migrate
from usage_tui.services.paths import StateFolder

BUSY_SECONDS = 0.25
LOCK_SECONDS = 0.5
_SIDE_FILES = ("", "-wal", "-shm")
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNWRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full; make room",
    sqlite3.SQLITE_READONLY: "its file or folder is read-only; make it writable",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check its folder",
    sqlite3.SQLITE_BUSY: "another program has locked it; end that one",
    sqlite3.SQLITE_LOCKED: "another program has locked it; end that one",
    sqlite3.SQLITE_IOERR: "the disk reports an error; check it",
}
_log = logging.getLogger("usage_tui.history")


class HistoryFile:
    """One connection that reads and writes, opened when it is first needed and whenever the file became another one.

    Where nothing can be written, it reads what is there. A damaged file is set aside when it is to be written, and
    `tell` is called with a sentence that says so.
    """

    def __init__(self, folder: StateFolder, clock: Clock, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._clock = clock
        self._tell = tell
        self._path = str(folder.history)
        self._lock = HistoryLock(folder.history_lock, LOCK_SECONDS)
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._seen_version: int | None = None
        self._is_read_only = False

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection within a transaction, with the history's lock held; it is committed at the end.

        Raises:
            HistoryUnavailable: nothing was written.
        """
        with self._faults_worded(), self._damage_set_aside(), self._locked():
            connection = self._connected()
            connection.execute("BEGIN IMMEDIATE")
            try:
                check_schema(connection)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection, to read from.

        Raises:
            HistoryUnavailable: it cannot be read.
        """
        with self._faults_worded():
            connection = self._connection
            if connection is None or not self._is_open():
                try:
                    with self._locked():
                        connection = self._connected()
                except OSError as error:
                    if error.errno not in _UNWRITABLE or not self._folder.history.exists():
                        raise
                    connection = self._connected_to_read()
            yield connection

    def has_changed(self) -> bool:
        """Say whether others wrote since this was last asked; True where the file was opened since.

        Raises:
            HistoryUnavailable: it cannot be read.
        """
        with self.reading() as connection:
            version = int(connection.execute("PRAGMA data_version").fetchone()[0])
            has_changed = version != self._seen_version
            self._seen_version = version
            return has_changed

    def checkpoint(self) -> None:
        """Bring what was written from the write-ahead log into the database, as far as nobody reads it.

        Raises:
            HistoryUnavailable: that failed; nothing is lost.
        """
        with self._faults_worded(), self._damage_set_aside(), self._locked():
            self._connected().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def close(self) -> None:
        """Close the connection; the last one out leaves a single file behind."""
        if self._connection is not None:
            with suppress(OSError), self._locked():
                self._drop_connection()
        self._lock.close()

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def _is_open(self) -> bool:
        """Say whether the connection is to the file that stands there now: somebody may have moved that away."""
        try:
            return self._connection is not None and _identity_of(self._path) == self._identity
        except FileNotFoundError:
            return False

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    def _connected_to_read(self) -> sqlite3.Connection:
        """Give a connection to a file that cannot be written; the next that writes opens it anew."""
        self._drop_connection()
        connection = opened_read_only(self._folder.history, BUSY_SECONDS)
        self._connection, self._identity, self._seen_version = connection, _identity_of(self._path), None
        self._is_read_only = True
        return connection

    def _connected(self) -> sqlite3.Connection:
        """Give the connection, opened anew where it has to be; for that, the lock is held."""
        if self._connection is not None and self._is_open() and not self._is_read_only:
            return self._connection
        self._drop_connection()
        path = self._folder.history
        make_file(path)
        self._identity, self._seen_version = _identity_of(self._path), None
        opened_read_only(path, BUSY_SECONDS).close()  # unlike one that writes, it brings no newer program's log in
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._connection, self._is_read_only = connection, False
        try:
            for setting in ("synchronous = NORMAL", "wal_autocheckpoint = 0", "journal_size_limit = 4194304"):
                connection.execute(f"PRAGMA {setting}")
            migrate(connection)
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except BaseException:
            self._connection = None
            connection.close()
            raise
        return connection

    @contextmanager
    def _damage_set_aside(self) -> Iterator[None]:
        """Set a damaged file aside, so that the next try to write succeeds."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if _code_of(error) in _DAMAGED:
                self._set_aside()
            raise

    @contextmanager
    def _faults_worded(self) -> Iterator[None]:
        """Turn what goes wrong into one sentence."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = _code_of(error)
            if code not in _PASSING:
                self._drop_connection()
            if code in _DAMAGED:
                raise HistoryUnavailable("The history is damaged; see `usage-tui doctor`.") from None
            reason = _REASONS.get(code, harmless(str(error), 120))
        except TimeoutError:
            reason = "another program holds its lock; end that one"
        except OSError as error:
            reason = f"{error.strerror or type(error).__name__}; check {harmless(str(self._folder.path), 200)}"
        else:
            return
        raise HistoryUnavailable(f"The history is not written: {reason}.") from None

    def _set_aside(self) -> None:
        """Give the damaged file a dated name, unless somebody else did so already."""
        path = self._folder.history
        try:
            with self._locked():
                if self._identity is not None and _identity_of(self._path) != self._identity:
                    return
                self._drop_connection()
                kept = _free_name(path.with_name(f"{path.name}.damaged-{self._clock.now():%Y%m%dT%H%M%SZ}"))
                for suffix in _SIDE_FILES:
                    with suppress(FileNotFoundError):
                        path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
        except (OSError, sqlite3.Error) as error:
            _log.error("the damaged history could not be set aside (%s)", type(error).__name__)
            return
        self._tell(f"The history was damaged: it is kept as {harmless(kept.name, 120)}, and a new one was begun.")


def is_of_disk(error: Exception) -> bool:
    """Say whether what failed in a transaction failed for the disk or the file, and not for what was to be written."""
    is_of_data = isinstance(error, sqlite3.IntegrityError | sqlite3.DataError | sqlite3.ProgrammingError)
    return isinstance(error, sqlite3.DatabaseError | OSError | HistoryUnavailable) and not is_of_data


def _code_of(error: sqlite3.DatabaseError) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _identity_of(path: str) -> tuple[int, int]:
    status = os.stat(path)  # noqa: PTH116 -- a `Path` takes longer than the system's call, several times a second
    return status.st_dev, status.st_ino


def _free_name(path: Path) -> Path:
    """Give a name that no file has yet."""
    candidates = (path if number == 1 else path.with_name(f"{path.name}-{number}") for number in range(1, 1000))
    return next(candidate for candidate in candidates if not candidate.exists())
