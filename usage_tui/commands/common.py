"""What the options say that are taken before and after every command."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class Common(Struct):
    """What the common options say; the one that stands last counts."""

    config: Path | None = None
    account: str | None = None
    is_demo: bool = False
    has_mouse: bool = True
    is_ascii: bool = False
