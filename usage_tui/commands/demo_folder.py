"""The demo's temporary folder: removed at the end, or by a later demo where this one was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

PREFIX = "usage-tui-demo-"
LOCK_NAME = "demo.lock"
SETTLED_SECONDS = 60.0


class DemoFolder:
    """A folder of one demo. A lock in it says that its demo lives, and goes with the process, however that ends."""

    def __init__(self) -> None:
        """Make the folder.

        Raises:
            OSError: it cannot be made.
        """
        self.path = Path(mkdtemp(prefix=PREFIX))
        self._lock = (self.path / LOCK_NAME).open("wb")
        with suppress(OSError):  # where nothing can be locked, nobody removes what another one left
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def remove(self) -> None:
        """Remove the folder, with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def sweep() -> None:
    """Remove the folders of this user's demos that were killed."""
    for path in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if _is_settled(path):
                _remove_if_free(path)


def _is_settled(path: Path) -> bool:
    """Say whether it is a folder of ours that had the time to be locked."""
    status = path.lstat()
    is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
    return is_ours and time.time() - status.st_mtime > SETTLED_SECONDS


def _remove_if_free(path: Path) -> None:
    """Remove a folder whose lock nobody holds; one without a lock is left alone."""
    lock = os.open(path / LOCK_NAME, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(lock)
