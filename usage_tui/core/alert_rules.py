"""What is worth an alert, as the user wants it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class AlertRule(StrEnum):
    """A rule by the name of its setting; the day's budget shares the thresholds of `budget_used`."""

    BUDGET_USED = "budget_used"
    DAILY_BUDGET_USED = "daily_budget_used"
    RUN_OUT = "run_out_probability"
    SATURATED = "saturated"
    FAILURE_RATE = "failure_rate"
    SPEND = "spend"
    KEY_REFUSED = "key_refused"
    EXHAUSTED = "exhausted"
    STALE = "stale_seconds"


class Saturated(Struct, frozen=True):
    """Requests in flight at a `share` of their limit (0–1) or above, for some seconds."""

    share: float = 0.95
    for_seconds: float = 60.0


class FailureRate(Struct, frozen=True):
    """A `share` of failed requests (0–1) over some minutes."""

    share: float = 0.1
    for_minutes: float = 15.0


class FastSpend(Struct, frozen=True):
    """Credits spent over some minutes so many times as fast as is usual for the hour."""

    times_usual: float = 3.0
    for_minutes: float = 30.0


class AlertRules(Struct, frozen=True):
    """All rules; None, False and an empty tuple are rules that are off. `budget_used` are shares of the budget."""

    budget_used: tuple[float, ...] = (0.8, 0.95, 1.0)
    run_out_probability: float | None = 0.5
    saturated: Saturated | None = Saturated()
    failure_rate: FailureRate | None = FailureRate()
    spend: FastSpend | None = FastSpend()
    key_refused: bool = True
    exhausted: bool = True
    stale_seconds: float = 120.0
