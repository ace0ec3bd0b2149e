"""The log: warnings and worse, in a file of the state folder that is made when there is something to say."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

from usage_tui.core.wording import harmless
from usage_tui.services.masking import masked

LARGEST_BYTES = 1 << 20
OLDER_FILES = 2
_LONGEST_LINE = 1000
_log = logging.getLogger("usage_tui")


class LogFile(logging.Handler):
    """Appends records to a file, 0600, that is put aside when it is full; a record that cannot be written is dropped.

    What looks like a key is hidden, and control characters are written out.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self._path = path
        self.setFormatter(_MaskingFormatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            line = self.format(record) + "\n"
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self._path.exists() and self._path.stat().st_size > LARGEST_BYTES:
                self._put_aside()
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
                os.fchmod(descriptor, 0o600)
                file.write(line)
        except Exception:  # noqa: BLE001 - a log that fails must not take the program with it
            return

    def _put_aside(self) -> None:
        """Rename the full file to `log.1`, that to `log.2`, and so on; the oldest goes."""
        names = [self._path, *(self._path.with_name(f"{self._path.name}.{age + 1}") for age in range(OLDER_FILES))]
        for older, newer in reversed(list(zip(names[1:], names[:-1], strict=True))):
            if newer.exists():
                newer.replace(older)


class _MaskingFormatter(logging.Formatter):
    """Hides keys in the whole of a record, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        lines = masked(super().format(record)).split("\n")
        return "\n".join(harmless(line, _LONGEST_LINE) for line in lines)


def keep_log(path: Path | None) -> None:
    """Send all warnings and worse of this process to a log file, or with None to nowhere, and never to the screen."""
    logging.raiseExceptions = False
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(logging.NullHandler() if path is None else LogFile(path))
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_thread_death
    sys.unraisablehook = _log_unraisable


def log_crash(error: BaseException) -> None:
    """Put an error of our own into the log, with where it came from, without the values that it met."""
    _log.critical("internal error", exc_info=error)


def _log_thread_death(end: threading.ExceptHookArgs) -> None:
    if end.exc_value is not None and not isinstance(end.exc_value, SystemExit):
        name = end.thread.name if end.thread else "a thread"
        _log.critical("%s ended by an internal error", name, exc_info=end.exc_value)


def _log_unraisable(found: sys.UnraisableHookArgs) -> None:
    _log.error("an error that nobody could be told of", exc_info=found.exc_value)
