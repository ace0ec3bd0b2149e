"""What the monitor needs of the outside, handed to it when it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, field

from usage_tui.core.view import AccountView


class Outcome(StrEnum):
    """How the monitor was left: for good, to begin again with a changed config, or for the demo."""

    QUIT = "quit"
    AGAIN = "again"
    DEMO = "demo"


class Settings(Struct, frozen=True):
    """What the config says of the screen."""

    zone: tzinfo | None = None
    theme: str = "usage-dark"
    keys: Mapping[str, str] = field(default_factory=dict)


class Ports(Struct, frozen=True):
    """The monitor's way out. All but the last four return at once; those may block and run in a thread.

    `add_account` tries a key and gives a remark, `copy` says whether the clipboard took the text; both raise
    UsageTuiError.
    """

    now: Callable[[], datetime]
    start: Callable[[], None]
    take_views: Callable[[], Sequence[AccountView]]
    show: Callable[[str], None]
    refresh: Callable[[str], None]
    pause: Callable[[], None]
    resume: Callable[[], None]
    remember: Callable[[Mapping[str, str]], None]
    log_crash: Callable[[BaseException], None]
    screenshot_folders: Sequence[Path]
    edit_config: Callable[[], str | None]
    add_account: Callable[[str, str], str]
    copy: Callable[[str], bool]
