"""What the monitor remembers from one start to the next: the account, the range and the theme that were shown last."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from usage_tui.services.private_file import write_private_file

LARGEST_BYTES = 64 * 1024


class Memory:
    """A few words in `state.toml`. What cannot be read or written is forgotten: nothing depends on it.

    `write` puts bytes into a file, or raises OSError; it is called in a thread, for a disk may hang.
    """

    def __init__(self, path: Path, write: Callable[[Path, bytes], None] = write_private_file) -> None:
        self._path = path
        self._write = write
        self._words = _read(path)
        self._lock = threading.Lock()
        self._is_unwritten = False
        self._writer: threading.Thread | None = None

    def recall(self, name: str) -> str | None:
        """Give what was remembered under `name`."""
        return self._words.get(name)

    def remember(self, words: Mapping[str, str]) -> None:
        """Remember words beside those that are there. It returns at once; the newest words are written soon."""
        if all(self._words.get(name) == word for name, word in words.items()):
            return
        with self._lock:
            self._words = {**self._words, **words}
            self._is_unwritten = True
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_newest, name="usage-tui memory", daemon=True)
                self._writer.start()

    def close(self, timeout_seconds: float) -> None:
        """Return when all words are written, or the time is over."""
        with self._lock:
            writer = self._writer
        if writer is not None:
            writer.join(timeout_seconds)

    def _write_newest(self) -> None:
        """Write the words, again where there were others meanwhile."""
        import tomli_w  # noqa: PLC0415 - only writing needs it

        while (words := self._unwritten()) is not None:
            with suppress(OSError):
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._write(self._path, tomli_w.dumps(words).encode())

    def _unwritten(self) -> Mapping[str, str] | None:
        """Take the words that are to be written; where there are none, the writer is done."""
        with self._lock:
            if not self._is_unwritten:
                self._writer = None
                return None
            self._is_unwritten = False
            return self._words


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            stored = tomllib.loads(file.read(LARGEST_BYTES).decode())
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: word for name, word in stored.items() if isinstance(word, str)}
