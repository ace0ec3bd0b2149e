"""What the monitor remembers from one start to the next: the account, the range and the theme that were shown last."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from usage_tui.services.private_file import write_private_file

LARGEST_BYTES = 64 * 1024


class Memory:
    """A few words in `state.toml`. What cannot be read or written is forgotten: nothing depends on it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._words = _read(path)

    def recall(self, name: str) -> str | None:
        """Give what was remembered under `name`."""
        return self._words.get(name)

    def remember(self, words: Mapping[str, str]) -> None:
        """Remember words beside those that are there."""
        if all(self._words.get(name) == word for name, word in words.items()):
            return
        self._words |= words
        import tomli_w  # noqa: PLC0415 - only writing needs it

        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private_file(self._path, tomli_w.dumps(self._words).encode())
        except OSError:
            return


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            stored = tomllib.loads(file.read(LARGEST_BYTES).decode())
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: word for name, word in stored.items() if isinstance(word, str)}
