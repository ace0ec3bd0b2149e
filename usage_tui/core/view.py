"""What a viewer may show of an account: one immutable value."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from usage_tui.core.account import AccountState
from usage_tui.core.budget import BudgetStanding
from usage_tui.core.cycle import Cycle
from usage_tui.core.snapshot import Sample, Snapshot

if TYPE_CHECKING:
    from usage_tui.core.outlook import Outlook, Prospect
    from usage_tui.core.series import Bucket
    from usage_tui.core.usual import Usual


class LastPoll(Struct, frozen=True):
    """How an account's last poll ended, for every viewer to tell the state from.

    `error` is one sentence, or None where the poll brought a sample; `latency_seconds` is None where no answer came;
    `next_at` is when the next poll is due; `pid` is the process that polls.
    """

    at: datetime
    state: AccountState
    error: str | None
    latency_seconds: float | None
    next_at: datetime
    pid: int


class Wanted(Struct, frozen=True):
    """What the viewers want of an account: to be polled as the one on the screen, and at once if `refresh_asked`."""

    is_shown: bool = False
    refresh_asked: bool = False


class Duty(StrEnum):
    """What this process does for an account: it collects, it follows another that does, or it keeps nothing."""

    ALONE = ""
    COLLECTING = "collecting"
    FOLLOWING = "following"


class Standing(Struct, frozen=True):
    """How an account is collected; `remark` is one sentence on what is wrong with that."""

    duty: Duty = Duty.ALONE
    remark: str | None = None


class OpenAlert(Struct, frozen=True):
    """The newest alert of an account that goes on, unseen by the user: what it found, and how many others go on."""

    found: str
    fired_at: datetime
    others: int = 0


class AccountView(Struct, frozen=True):
    """All that a viewer may show of one account; what is not known is None.

    `is_stored` says whether the last poll is in the history, `standing` who polls. `sample` is the last good one,
    whatever came after. `fine` are buckets of 1 s over the last minutes, `coarse` of 5 s over more than an hour.
    `spend_per_minute` is in credits, `failed_share` 0–1 over `failed_window_seconds`; `usual` is of this hour of the
    week. `outlook` is None until the history was read. `alert` is the newest one that goes on.
    """

    name: str
    interval_seconds: float
    stale_seconds: float
    is_insecure: bool = False
    is_simulated: bool = False
    last_poll: LastPoll | None = None
    key_error: str | None = None
    is_stored: bool = False
    standing: Standing = Standing()
    sample: Sample | None = None
    cycle: Cycle | None = None
    budget: BudgetStanding | None = None
    outlook: Outlook | None = None
    usual: Usual | None = None
    alert: OpenAlert | None = None
    spend_per_minute: float | None = None
    failed_share: float | None = None
    failed_window_seconds: float = 0.0
    counters_changed_at: datetime | None = None
    fine: tuple[Bucket, ...] = ()
    coarse: tuple[Bucket, ...] = ()

    @property
    def snapshot(self) -> Snapshot:
        """The last good snapshot, or one that knows nothing."""
        return self.sample.snapshot if self.sample else Snapshot()

    @property
    def error(self) -> str | None:
        """Why there is no fresh sample, in one sentence."""
        return self.key_error or (self.last_poll.error if self.last_poll else None)

    @property
    def used_share(self) -> float | None:
        """Credits used as a share of the plan's limit."""
        used, limit = self.snapshot.used, self.snapshot.limit
        return used / limit if used is not None and limit else None

    @property
    def prospect(self) -> Prospect | None:
        """What lies ahead of the lower of budget and limit, which every run-out without a name means."""
        return self.outlook.lower if self.outlook is not None else None

    def age_seconds(self, now: datetime) -> float | None:
        """Say how old the last good sample is; never negative, whatever the clock did."""
        return None if self.sample is None else max(0.0, (now - self.sample.at).total_seconds())

    def state(self, now: datetime) -> AccountState:
        """Say the account's state at `now`: that of the last finished poll, or stale where no other reason is known."""
        if self.last_poll is None:
            return AccountState.WAITING
        age = self.age_seconds(now)
        if self.last_poll.state is AccountState.OK and (age is None or age > self.stale_seconds):
            return AccountState.STALE
        return self.last_poll.state
