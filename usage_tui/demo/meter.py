"""What the service counts of one account: simulated traffic, and the calls that were really made."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from threading import Lock

from usage_tui.core.cycle import CyclePlan, current_cycle
from usage_tui.demo.accounts import SimulatedAccount
from usage_tui.demo.traffic import Spend

COUNTER_STEP_SECONDS = 15
_LAG_STEP_SECONDS, _LEAST_LAG_SECONDS = 60, 30


class Admission(Enum):
    """Whether a call may be made now."""

    ADMITTED = auto()
    SATURATED = auto()
    EXHAUSTED = auto()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the service says of an account at one moment; `burst` is the part of `concurrency` above the limit."""

    concurrency: int
    burst: int
    used: int
    failed: int
    credits_left: int
    cycle_started_at: datetime


class Meter:
    """Counts one account's requests and credits; safe to use from several threads."""

    def __init__(self, account: SimulatedAccount) -> None:
        self.account = account
        self._lock = Lock()
        self._in_flight = 0
        self._charged_at: list[float] = []
        self._charged_total: list[int] = [0]

    def read(self, now: datetime) -> Reading:
        """Read the counters: requests in flight of this moment, credits and failures of the last step of 15 s.

        The credits left lag by half a minute to one and a half.
        """
        at, started_at = now.timestamp(), self._cycle_started_at(now)
        started = started_at.timestamp()
        with self._lock:
            spend = self._spend(started, at // COUNTER_STEP_SECONDS * COUNTER_STEP_SECONDS)
            lagging = self._spend(started, at // _LAG_STEP_SECONDS * _LAG_STEP_SECONDS - _LEAST_LAG_SECONDS)
            concurrency = self._simulated_concurrency(at, spend.credits) + self._in_flight
        return Reading(
            concurrency=concurrency,
            burst=max(0, concurrency - self.account.traffic.concurrency_limit),
            used=spend.credits,
            failed=spend.failed,
            credits_left=max(0, self.account.limit - lagging.credits),
            cycle_started_at=started_at,
        )

    def admit(self, now: datetime) -> Admission:
        """Let a call begin, unless credits or concurrency are used up; one that is admitted has to be settled."""
        at, started = now.timestamp(), self._cycle_started_at(now).timestamp()
        with self._lock:
            used = self._spend(started, at).credits
            if self._is_paused(used):
                return Admission.EXHAUSTED
            if self._simulated_concurrency(at, used) + self._in_flight >= self.account.traffic.most_in_flight:
                return Admission.SATURATED
            self._in_flight += 1
            return Admission.ADMITTED

    def settle(self, now: datetime, cost: int) -> None:
        """End a call that was admitted, and charge its cost in credits."""
        with self._lock:
            self._in_flight -= 1
            step = now.timestamp() // COUNTER_STEP_SECONDS * COUNTER_STEP_SECONDS
            if not self._charged_at or step > self._charged_at[-1]:
                self._charged_at.append(step)
                self._charged_total.append(self._charged_total[-1])
            self._charged_total[-1] += cost

    def _cycle_started_at(self, now: datetime) -> datetime:
        cycle = current_cycle(CyclePlan(anchor=self.account.anchor), None, None, now)
        return cycle.started_at if cycle else self.account.anchor

    def _spend(self, started: float, until: float) -> Spend:
        """Give what counts in the cycle up to a moment; at its limit the service pauses the account."""
        if until <= started:
            return Spend(0, 0)
        spend = self.account.traffic.spend_between(started, until)
        used = spend.credits + self._charged_before(until) - self._charged_before(started)
        return Spend(min(used, self.account.limit) if self._is_paused(used) else used, spend.failed)

    def _charged_before(self, at: float) -> int:
        return self._charged_total[bisect_left(self._charged_at, at)]

    def _is_paused(self, used: int) -> bool:
        return used >= self.account.limit and not self.account.is_pay_as_you_go

    def _simulated_concurrency(self, at: float, used: int) -> int:
        return 0 if self._is_paused(used) else self.account.traffic.concurrency(at)
