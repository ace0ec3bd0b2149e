"""The example config that documents every setting."""

from __future__ import annotations

from pathlib import Path

NAME = "config.example.toml"


def example_config() -> str:
    """Read the example: it lies in the installed package, or beside it in a source tree."""
    package = Path(__file__).parent.parent
    for folder in (package, package.parent):
        if (folder / NAME).is_file():
            return (folder / NAME).read_text(encoding="utf-8")
    raise FileNotFoundError(f"{NAME} is missing from the installation")
