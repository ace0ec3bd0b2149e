"""What lies ahead of an account: whether its credits last to the renewal, and how sure that is."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from usage_tui.core.forecast import Analysis


class Evidence(IntEnum):
    """How much of an account was seen, for what may be said of it: in each step more than in the one before."""

    LEARNING = 0
    ROUGH = 1
    NO_WEEKEND = 2
    THIS_CYCLE = 3
    FULL = 4


class Prospect(Struct, frozen=True):
    """What lies ahead of one ceiling; what may not be said with so little seen, or will not be, is None.

    `run_out_p50` and the early case `run_out_p10` are None where that is not before the renewal. Where the ceiling
    `is_spent` there is nothing left to forecast; `spent_at` is the hour in which that came, if it was seen.
    """

    ceiling: int
    is_limit: bool
    run_out_probability: float | None = None
    run_out_p50: datetime | None = None
    run_out_p10: datetime | None = None
    is_spent: bool = False
    spent_at: datetime | None = None

    @property
    def chance(self) -> float | None:
        """The chance that it is spent before the renewal, 0–1: 1 where it is already."""
        return 1.0 if self.is_spent else self.run_out_probability

    @property
    def is_at_risk(self) -> bool:
        """Whether it is spent, or one of ten such cycles would spend it."""
        return self.is_spent or self.run_out_p10 is not None


class Accuracy(Struct, frozen=True):
    """How right the forecasts of the last cycle were: `count` daily ones, their median error, and the share in range.

    Errors are shares of the actual total; the range is the 80 % one.
    """

    count: int
    median_error: float
    covered_share: float


class Outlook(Struct, frozen=True):
    """What lies ahead of an account in this cycle, in credits; what may not be said yet is None.

    `budget` is of the user's own ceiling, None without one. `idle_days` is for how long nothing was spent,
    `one_off_days` how many days the user left out. `analysis` is what it rests on.
    """

    evidence: Evidence
    total_p10: float | None = None
    total_p50: float | None = None
    total_p90: float | None = None
    pace_per_day: float | None = None
    idle_days: int = 0
    one_off_days: int = 0
    limit: Prospect | None = None
    budget: Prospect | None = None
    accuracy: Accuracy | None = None
    analysis: Analysis | None = None

    @property
    def lower(self) -> Prospect | None:
        """The prospect of the lower ceiling, which every run-out without a name means."""
        known = [each for each in (self.budget, self.limit) if each is not None]
        return min(known, key=lambda each: each.ceiling, default=None)
