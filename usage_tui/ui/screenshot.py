"""A picture of the screen as a file, which fetches nothing when it is opened."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

from textual.app import App

_WEB_FONT = re.compile(r"@font-face\s*\{[^}]*\}")


def save(app: App[Any], svg: str, stem: str, folders: Iterable[Path]) -> None:
    """Write an SVG to the first folder that takes it, and say where that is; to be called in a thread."""
    if path := saved(svg, stem, folders):
        app.notify(f"The screen is saved to {path}.", markup=False)
    else:
        app.notify("The screen could not be saved: no folder takes it.", severity="error", markup=False)


def saved(svg: str, stem: str, folders: Iterable[Path]) -> Path | None:
    """Write an SVG without its web fonts to the first folder that takes it; None where none does."""
    plain = _WEB_FONT.sub("", svg)
    return next((path for folder in folders if (path := _written(folder, stem, plain))), None)


def _written(folder: Path, stem: str, text: str) -> Path | None:
    """Write a new file that only its owner can read, numbered where its name is taken; None where that fails."""
    for number in count(1):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.svg"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        except OSError:
            break
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError:
            path.unlink(missing_ok=True)
            break
        return path
    return None
