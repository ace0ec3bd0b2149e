"""The lock around every write to the history. To be used from one thread."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

LOOK_SECONDS = 0.002


class HistoryLock:
    """A lock among processes, on a file that stays open: to open it for every sample costs more than to store that.

    It is the lock of filelock's `FileLock` on the same file.
    """

    def __init__(self, path: Path, patience_seconds: float) -> None:
        self._folder = path.parent
        self._path = str(path)
        self._patience_seconds = patience_seconds
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, on a new file where there is none any more.

        Raises:
            TimeoutError: another process held it all the time.
            OSError: there can be no such file.
        """
        deadline = time.monotonic() + self._patience_seconds
        while not self._try():
            if time.monotonic() >= deadline:
                raise TimeoutError
            time.sleep(LOOK_SECONDS)

    def release(self) -> None:
        """Give the lock up."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file, and give the lock up with it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _try(self) -> bool:
        """Take the lock if it is free, and on the file that stands there now."""
        if self._descriptor is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_taken = False
        else:
            is_taken = True
        if self._is_in_place(self._descriptor):
            return is_taken
        self.close()
        return False

    def _is_in_place(self, descriptor: int) -> bool:
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(descriptor), os.stat(self._path))  # noqa: PTH116 -- cheaper than a `Path`
        return False
