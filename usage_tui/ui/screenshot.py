"""A picture of the screen as a file, which fetches nothing when it is opened."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

_WEB_FONT = re.compile(r"@font-face\s*\{[^}]*\}")


def saved(svg: str, name: str, folders: Iterable[Path]) -> Path | None:
    """Write an SVG without its web fonts to the first folder that takes it; None where none does."""
    plain = _WEB_FONT.sub("", svg)
    return next((path for folder in folders if _is_written(path := folder / name, plain)), None)


def _is_written(path: Path, text: str) -> bool:
    """Write a new file that only its owner can read; False where that fails."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return False
    return True
