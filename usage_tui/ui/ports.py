"""What the monitor needs of the outside, handed to it when it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import Struct, field

from usage_tui.core.budget import Budget
from usage_tui.core.rollup import ReadSpans
from usage_tui.core.view import AccountView

if TYPE_CHECKING:
    from usage_tui.services.config_file import Edit

T = TypeVar("T")


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


class BudgetPorts(Struct, frozen=True):
    """The way to the budgets in the config, by the account's name; all block, and raise UsageTuiError."""

    read: Callable[[str], Budget]
    save: Callable[[str, Budget], Edit]
    undo: Callable[[Edit], None]


class LookBack(Protocol):
    """Has a question answered from an account's history; it blocks, and raises HistoryUnavailable.

    The question is asked with what reads spans: from a begin until an end in steps, all in epoch milliseconds.
    """

    def __call__(self, name: str, question: Callable[[ReadSpans], T], /) -> T:
        """Answer a question on the account of that name."""


class HistoryPorts(Struct, frozen=True):
    """The way to what is stored."""

    look: LookBack


class Ports(Struct, frozen=True):
    """The monitor's way out. All but `edit_config` and what follows it return at once; those may block and run in
    a thread.

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
    budgets: BudgetPorts
    history: HistoryPorts
