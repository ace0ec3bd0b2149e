"""Turns an SVG into a PNG by a headless Chromium, which draws it as a reader's browser does."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60
SCALE = 1.4


def find_browser() -> str | None:
    """Find a Chromium on the search path."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def write_png(browser: str, picture: Path, width: int, height: int) -> Path:
    """Write the PNG of an SVG of `width` × `height` pixels beside it.

    Raises:
        RuntimeError: the browser failed, or left no picture.
    """
    png = picture.with_suffix(".png")
    png.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--default-background-color=00000000",
            f"--force-device-scale-factor={SCALE}",
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            f"--screenshot={png}",
            picture.as_uri(),
        ]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our own
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{browser} drew no picture of {picture.name} within {SECONDS} s") from None
    if ended.returncode != 0 or not png.is_file():
        raise RuntimeError(f"{browser} drew no picture of {picture.name} (exit code {ended.returncode})")
    return png
