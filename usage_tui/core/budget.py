"""The user's own ceiling on credits, and how what was spent stands against it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class BudgetState(StrEnum):
    """How spend stands against a ceiling."""

    WITHIN = "within"
    NEAR = "near"
    OVER = "over"
    UNKNOWN = "unknown"


class DaySpend(Struct, frozen=True):
    """Credits spent today, as far as they were seen: `since` is midnight when the whole day was."""

    credits: int
    since: datetime
    is_whole: bool


class BudgetStanding(Struct, frozen=True):
    """How an account stands against its budget, which is called near from `near_at` on; what is not known is None."""

    ceiling: int | None
    is_plan_limit: bool
    used_share: float | None
    left: int | None
    state: BudgetState
    today: DaySpend | None
    daily_credits: int | None
    daily_share: float | None
    daily_state: BudgetState
    near_at: float

    @property
    def budget(self) -> Budget:
        """The ceilings themselves."""
        return Budget(None if self.is_plan_limit else self.ceiling, self.daily_credits, self.near_at)


class Budget(Struct, frozen=True):
    """A user's own ceilings in credits: for a cycle (None: the plan's limit) and for a day (None: no ceiling)."""

    credits: int | None = None
    daily_credits: int | None = None
    near_at: float = 0.8

    def state(self, spent: int, ceiling: int) -> BudgetState:
        """Say how `spent` credits stand against `ceiling` credits."""
        if spent >= ceiling:
            return BudgetState.OVER
        return BudgetState.NEAR if spent / ceiling >= self.near_at else BudgetState.WITHIN

    def standing(self, used: int | None, limit: int | None, today: DaySpend | None) -> BudgetStanding:
        """Hold `used` credits of the cycle and the spend of `today` against the ceilings.

        Where only a part of today was seen, its spend is a lower bound: it can say `over`, and otherwise nothing.
        """
        ceiling = self.credits if self.credits is not None else limit
        daily_state = BudgetState.UNKNOWN
        if today is not None and self.daily_credits is not None:
            daily_state = self.state(today.credits, self.daily_credits)
            if not today.is_whole and daily_state is not BudgetState.OVER:
                daily_state = BudgetState.UNKNOWN
        return BudgetStanding(
            ceiling=ceiling,
            is_plan_limit=self.credits is None,
            used_share=_share(used, ceiling),
            left=None if used is None or ceiling is None else max(0, ceiling - used),
            state=BudgetState.UNKNOWN if used is None or ceiling is None else self.state(used, ceiling),
            today=today,
            daily_credits=self.daily_credits,
            daily_share=_share(today.credits if today else None, self.daily_credits),
            daily_state=daily_state,
            near_at=self.near_at,
        )


def _share(part: int | None, whole: int | None) -> float | None:
    """Give `part` of `whole` as a share, or None where one is unknown or the whole is nothing."""
    return part / whole if part is not None and whole else None
