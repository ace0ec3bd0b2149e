"""What the monitor needs of the outside, handed to it when it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import Struct, field

from usage_tui.core.account import Wishes
from usage_tui.core.rollup import ReadSpans
from usage_tui.core.view import AccountView

if TYPE_CHECKING:
    from usage_tui.core.alert_log import AlertLog
    from usage_tui.core.estimate import Estimate
    from usage_tui.core.job import Job
    from usage_tui.core.reconcile import ComparedDay
    from usage_tui.core.report import Field, Order, Page, Place
    from usage_tui.core.report_dates import DateOrder
    from usage_tui.services.config_file import Edit
    from usage_tui.services.report_import import Imported, Look

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
    """The way to what the config wishes of an account, by its name; all block, and raise UsageTuiError."""

    read: Callable[[str], Wishes]
    save: Callable[[str, Wishes], Edit]
    undo: Callable[[Edit], None]


class AlertPorts(Struct, frozen=True):
    """The way to the alerts. `serial` returns at once, and is another when something changed; the others block.

    `mute` takes an account's name and a rule of it, or None for all, and gives until when: longer each time, in the end
    no more (None). What blocks raises HistoryUnavailable.
    """

    serial: Callable[[], int]
    read: Callable[[], AlertLog]
    acknowledge: Callable[[int], None]
    mute: Callable[[str, str | None], datetime | None]


class LookBack(Protocol):
    """Has a question answered from an account's history; it blocks, and raises HistoryUnavailable.

    The question is asked with what reads spans: from a begin until an end in steps, all in epoch milliseconds.
    """

    def __call__(self, name: str, question: Callable[[ReadSpans], T], /) -> T:
        """Answer a question on the account of that name."""


class ReportAsked(Struct, frozen=True):
    """Which entries of an account's report are wanted: the first `most` whose label has `part` in it, in an order."""

    account: str
    place: Place
    order: Order
    is_turned: bool
    part: str
    most: int


class ReportTaken(Struct, frozen=True):
    """How a file is to be imported: for which account, what was told of its columns and dates."""

    path: Path
    account: str
    told: Mapping[str, Field]
    date_order: DateOrder | None
    skips_bad_rows: bool


class ReportPorts(Struct, frozen=True):
    """The way to the domain reports; all block, and raise UsageTuiError.

    `page` gives None where there is no report, `look` reads the heading of a file, and `take` imports one, telling the
    share that is done.
    """

    page: Callable[[ReportAsked], Page | None]
    compared: Callable[[str], Sequence[ComparedDay]]
    look: Callable[[Path, Mapping[str, Field]], Look]
    take: Callable[[ReportTaken, Callable[[float], None]], Imported]


class EstimateJob(Protocol):
    """Holds a job against an account, with a time of one request in seconds; it blocks, and raises UsageTuiError."""

    def __call__(self, view: AccountView, job: Job, seconds_per_request: float | None, /) -> Estimate:
        """Give the estimate."""


class Ports(Struct, frozen=True):
    """The monitor's way out. What stands before `pause` returns at once.

    `pause`, `log_crash` and `edit_config` block while the screen stands still: as it goes to the background, as it
    ends, and while an editor has the terminal. What follows may block, and runs in a thread.

    `add_account` tries a key first, `copy` says whether the clipboard took the text; both raise UsageTuiError.
    """

    now: Callable[[], datetime]
    start: Callable[[], None]
    take_views: Callable[[], Sequence[AccountView]]
    show: Callable[[str], None]
    refresh: Callable[[str], None]
    resume: Callable[[], None]
    remember: Callable[[Mapping[str, str]], None]
    screenshot_folders: Sequence[Path]
    pause: Callable[[], None]
    log_crash: Callable[[BaseException], None]
    edit_config: Callable[[], str | None]
    add_account: Callable[[str, str], None]
    copy: Callable[[str], bool]
    budgets: BudgetPorts
    look_back: LookBack
    reports: ReportPorts
    estimate: EstimateJob
    alerts: AlertPorts
