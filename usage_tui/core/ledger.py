"""What was seen of one account, sample by sample, and the view that follows from it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, tzinfo

from usage_tui.core.account import Account, PollPlan
from usage_tui.core.budget import DaySpend
from usage_tui.core.cycle import current_cycle
from usage_tui.core.series import ConcurrencySeries, CounterPoint, failed_share, spend_per_minute
from usage_tui.core.snapshot import Sample, is_reset_between
from usage_tui.core.view import AccountView, LastPoll
from usage_tui.core.wording import local

COUNTER_REFRESH_SECONDS = 15.0
PACE_WINDOW_SECONDS = 300.0
FAILED_WINDOW_SECONDS = 900.0
FINE_SECONDS, FINE_KEPT = 1, 400
COARSE_SECONDS, COARSE_KEPT = 5, 1000
HOLDS_INTERVALS = 2.0


class Ledger:
    """One account's samples, folded into what its view needs; it keeps an hour and a little more."""

    def __init__(self, account: Account, plan: PollPlan, zone: tzinfo | None, *, is_insecure: bool) -> None:
        self.account = account
        self._plan = plan
        self._zone = zone
        self._is_insecure = is_insecure
        self._is_simulated = False
        self._sample: Sample | None = None
        self._last_poll: LastPoll | None = None
        self._key_error: str | None = None
        self._fine = ConcurrencySeries(FINE_SECONDS, FINE_KEPT)
        self._coarse = ConcurrencySeries(COARSE_SECONDS, COARSE_KEPT)
        self._counters: deque[CounterPoint] = deque()
        self._counted_since = 0.0
        self._counters_changed_at: datetime | None = None
        self._observed_reset: datetime | None = None
        self._day = _Day(zone)

    def replan(self, account: Account, plan: PollPlan, zone: tzinfo | None) -> None:
        """Take up a changed config of the same account; what was seen stays."""
        self.account = account
        self._plan = plan
        self._zone = zone
        self._day.zone = zone

    def add(self, sample: Sample, interval_seconds: float, *, is_simulated: bool) -> None:
        """Take in a good sample, polled every `interval_seconds`."""
        snapshot = sample.snapshot
        self._is_simulated = is_simulated
        if snapshot.concurrency is not None:
            holds = HOLDS_INTERVALS * interval_seconds
            for series in (self._fine, self._coarse):
                series.add(sample.at.timestamp(), snapshot.concurrency, snapshot.concurrency_limit, holds)
        is_reset = self._sample is not None and is_reset_between(self._sample.snapshot, snapshot)
        if is_reset:
            self._observed_reset = sample.at
        self._day.add(self._sample, sample, is_reset=is_reset)
        self._count(sample, is_reset=is_reset)
        self._sample = sample

    def close_poll(self, last_poll: LastPoll) -> None:
        """Take in how a poll ended."""
        self._last_poll = last_poll
        self._key_error = None

    def miss_key(self, reason: str) -> None:
        """Take in that no poll was made, for want of a key."""
        self._key_error = reason

    def view(self, now: datetime, interval_seconds: float) -> AccountView:
        """Make the view of this account as it stands."""
        sample = self._sample
        snapshot = sample.snapshot if sample else None
        cycle = budget = None
        pace = share = None
        window = 0.0
        if sample is not None and snapshot is not None:
            cycle = current_cycle(self.account.cycle, snapshot.cycle_started_at, self._observed_reset, now)
            budget = self.account.budget.standing(snapshot.used, snapshot.limit, self._day.spend)
            at = sample.monotonic_seconds
            recent = [point for point in self._counters if point.monotonic_seconds >= at - PACE_WINDOW_SECONDS]
            pace = spend_per_minute(recent or list(self._counters)[-1:], at, COUNTER_REFRESH_SECONDS)
            share = failed_share(self._counters)
            window = min(FAILED_WINDOW_SECONDS, at - self._counted_since)
        return AccountView(
            name=self.account.name,
            interval_seconds=interval_seconds,
            stale_seconds=self._plan.stale_seconds,
            is_insecure=self._is_insecure,
            is_simulated=self._is_simulated,
            last_poll=self._last_poll,
            key_error=self._key_error,
            sample=sample,
            cycle=cycle,
            budget=budget,
            spend_per_minute=pace,
            failed_share=share,
            failed_window_seconds=window,
            counters_changed_at=self._counters_changed_at,
            fine=self._fine.buckets(),
            coarse=self._coarse.buckets(),
        )

    def _count(self, sample: Sample, *, is_reset: bool) -> None:
        """Keep the points at which the counters changed, back to the failure share's window."""
        used = sample.snapshot.used
        if used is None:
            return
        points, now = self._counters, sample.monotonic_seconds
        if is_reset:
            points.clear()
        if not points:
            self._counted_since = now
        point = CounterPoint(now, used, sample.snapshot.failed, is_change=bool(points))
        if not points or (points[-1].used, points[-1].failed) != (point.used, point.failed):
            if points:
                self._counters_changed_at = sample.at
            points.append(point)
        while len(points) > 1 and points[1].monotonic_seconds < now - FAILED_WINDOW_SECONDS:
            points.popleft()


@dataclass(slots=True)
class _Day:
    """Today's spend in the user's zone, as far as it was seen."""

    zone: tzinfo | None
    spend: DaySpend | None = None

    def add(self, earlier: Sample | None, later: Sample, *, is_reset: bool) -> None:
        """Take in the spend from one sample to the next; a new day begins with the first sample after midnight."""
        used = later.snapshot.used
        if used is None:
            return
        midnight = local(later.at, self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if self.spend is None or self.spend.since < midnight:
            watched = earlier is not None and (later.at - earlier.at).total_seconds() <= 2 * COUNTER_REFRESH_SECONDS
            self.spend = DaySpend(0, midnight if watched else later.at, is_whole=watched)
            return
        before = earlier.snapshot.used if earlier is not None else None
        if before is None:
            return
        spent = used if is_reset else max(0, used - before)
        self.spend = DaySpend(self.spend.credits + spent, self.spend.since, self.spend.is_whole)
