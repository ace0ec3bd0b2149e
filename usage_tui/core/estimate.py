"""What a job would cost, whether it fits, how long it takes, and what it does to the run-out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from msgspec import Struct

from usage_tui.core.job import Job, shown_url
from usage_tui.core.lookout import carried
from usage_tui.core.outlook import Evidence, Prospect
from usage_tui.core.view import AccountView


class Price(Struct, frozen=True):
    """What one request costs, in credits; `is_documented` where the service itself did not say."""

    credits: int
    is_documented: bool = False


class Cost(Struct, frozen=True):
    """What the requests for one URL cost; `url` is worded without its query."""

    url: str
    count: int
    price: Price

    @property
    def credits(self) -> int:
        """What all of them cost."""
        return self.count * self.price.credits


class Estimate(Struct, frozen=True):
    """A job held against an account, in credits; what is not known is None.

    `remaining` are the credits left, `budget_left` what the budget leaves, and None where that is the plan's limit.
    `free` requests may be in flight beside those that are; `duration_seconds` is at that. `before` and `after` are what
    lies ahead of the lower ceiling without and with the job, said as far as the `evidence` allows.
    """

    name: str
    costs: tuple[Cost, ...]
    remaining: int | None
    budget: int | None
    budget_left: int | None
    free: int | None
    concurrency_limit: int | None
    duration_seconds: float | None
    is_going_on: bool
    before: Prospect | None
    after: Prospect | None
    evidence: Evidence

    @property
    def requests(self) -> int:
        """How many requests the job has."""
        return sum(cost.count for cost in self.costs)

    @property
    def credits(self) -> int:
        """What the whole job costs."""
        return sum(cost.credits for cost in self.costs)

    @property
    def fits_credits(self) -> bool | None:
        """Whether the credits left cover it."""
        return None if self.remaining is None else self.credits <= self.remaining

    @property
    def fits_budget(self) -> bool | None:
        """Whether the user's own ceiling covers it; None where there is none, or nothing is known."""
        return None if self.budget_left is None else self.credits <= self.budget_left

    @property
    def fits(self) -> bool | None:
        """Whether all that is known covers it; None where the credits left are not known."""
        if self.fits_budget is False or self.fits_credits is False:
            return False
        return None if self.fits_credits is None else True

    @property
    def has_documented_prices(self) -> bool:
        """Whether the service did not say some price itself."""
        return any(cost.price.is_documented for cost in self.costs)


def estimate(
    view: AccountView, job: Job, prices: Sequence[Price], now: datetime, seconds_per_request: float | None
) -> Estimate:
    """Hold a job, with a price for each of its URLs, against an account."""
    snapshot, budget = view.snapshot, view.budget
    costs = tuple(
        Cost(shown_url(requests.url), requests.count, price)
        for requests, price in zip(job.requests, prices, strict=True)
    )
    total = sum(cost.credits for cost in costs)
    free = None
    if snapshot.concurrency is not None and snapshot.concurrency_limit is not None:
        free = max(0, snapshot.concurrency_limit - snapshot.concurrency)
    has_own_budget = budget is not None and not budget.is_plan_limit
    before, after = _prospects(view, total, now)
    return Estimate(
        name=view.name,
        costs=costs,
        remaining=snapshot.remaining,
        budget=budget.ceiling if budget is not None and has_own_budget else None,
        budget_left=budget.left if budget is not None and has_own_budget else None,
        free=free,
        concurrency_limit=snapshot.concurrency_limit,
        duration_seconds=seconds_per_request * ceil(job.count / free) if seconds_per_request and free else None,
        is_going_on=bool(snapshot.is_pay_as_you_go or snapshot.is_auto_upgrade),
        before=before,
        after=after,
        evidence=view.outlook.evidence if view.outlook is not None else Evidence.LEARNING,
    )


def _prospects(view: AccountView, total: int, now: datetime) -> tuple[Prospect | None, Prospect | None]:
    """Say what lies ahead of the lower ceiling, without and with so many credits spent at once."""
    ahead, cycle, used = view.outlook, view.cycle, view.snapshot.used
    before = view.prospect
    if ahead is None or before is None or cycle is None or used is None:
        return before, None
    ceiling = Prospect(before.ceiling, is_limit=before.is_limit)
    return before, carried(ceiling, ahead, used=used + total, cycle=cycle, now=now)
