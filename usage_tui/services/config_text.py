"""Reads the config's text and its TOML, and words what is wrong with them by file and line."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from msgspec import Struct

from usage_tui.core.errors import ConfigError
from usage_tui.core.wording import harmless
from usage_tui.services.masking import masked

LARGEST_BYTES = 1 << 20
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class ConfigText(Struct, frozen=True):
    """A config's text as it stands in its file; `is_private` where only its owner can read that."""

    path: Path
    text: str
    is_private: bool

    def document(self) -> dict[str, Any]:
        """Parse the text.

        Raises:
            ConfigError: it is no TOML; with the line.
        """
        try:
            return tomllib.loads(self.text.removeprefix("\ufeff"))
        except RecursionError:
            raise ConfigError(f"{shown_path(self.path)}: is nested too deeply; make it flatter.") from None
        except ValueError as error:
            position = _POSITION.search(str(error))
            line = position[1] if position else None
            if line is None and position is not None:
                line = str(self.text.rstrip().count("\n") + 1)
            where = f"{shown_path(self.path)}:{line}" if line else shown_path(self.path)
            reason = harmless(masked(_POSITION.sub("", str(error))))
            raise ConfigError(f"{where}: is no TOML: {reason}.") from None


def read_text(path: Path) -> ConfigText | None:
    """Read a config; None where there is no such file.

    Raises:
        ConfigError: it cannot be read, or is no text of at most 1 MiB.
    """
    place = shown_path(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            mode = os.fstat(descriptor).st_mode
            content = file.read(LARGEST_BYTES + 1) if stat.S_ISREG(mode) else b""
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        raise ConfigError(f"{place}: is a folder; name a file.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is impossible"
        raise ConfigError(f"{place}: cannot be read: {reason}.") from None
    if not stat.S_ISREG(mode):
        raise ConfigError(f"{place}: is no regular file; name one.")
    if len(content) > LARGEST_BYTES:
        raise ConfigError(f"{place}: is larger than 1 MiB; this is hardly a config.")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{place}:{line}: is not UTF-8; save it in that encoding.") from None
    return ConfigText(path, text, is_private=not mode & 0o077)


def shown_path(path: Path) -> str:
    """Word a file's path for a message."""
    return harmless(str(path), 300)
