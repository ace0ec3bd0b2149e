"""What was seen of one account, sample by sample, and the view that follows from it."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import Struct, field

from usage_tui.core.account import Account, PollPlan
from usage_tui.core.budget import DaySpend
from usage_tui.core.counter_window import (
    COUNTER_REFRESH_SECONDS,
    FAILED_WINDOW_SECONDS,
    LEAST_FAILED_SECONDS,
    CounterWindow,
    is_watched_between,
    seconds_between,
)
from usage_tui.core.cycle import current_cycle
from usage_tui.core.renewal import CountersSeen, as_seen
from usage_tui.core.rollup import HOLDS_INTERVALS, spent_between
from usage_tui.core.series import ConcurrencySeries, CounterPoint, spend_per_minute
from usage_tui.core.snapshot import Sample, is_reset_between
from usage_tui.core.view import AccountView, LastPoll
from usage_tui.core.wording import midnight, next_midnight

PACE_WINDOW_SECONDS = 300.0
FINE_SECONDS, FINE_KEPT = 1, 400
COARSE_SECONDS, COARSE_KEPT = 5, 1000
_NEVER = datetime.min.replace(tzinfo=UTC)


class Ledger:
    """One account's samples, folded into what its view needs; it keeps an hour and a little more."""

    def __init__(self, account: Account, plan: PollPlan, zone: tzinfo | None, *, is_insecure: bool) -> None:
        self.account = account
        self._plan = plan
        self._is_insecure = is_insecure
        self._is_simulated = False
        self._sample: Sample | None = None
        self._last_poll: LastPoll | None = None
        self._key_error: str | None = None
        self._is_stored = False
        self._fine = ConcurrencySeries(FINE_SECONDS, FINE_KEPT)
        self._coarse = ConcurrencySeries(COARSE_SECONDS, COARSE_KEPT)
        self._counted: Sample | None = None
        self._counters = _Counters()
        self._failures = CounterWindow(FAILED_WINDOW_SECONDS, LEAST_FAILED_SECONDS)
        self._observed_reset: datetime | None = None
        self._seen: CountersSeen | None = None
        self._day = _Day(zone)

    def replan(self, account: Account, plan: PollPlan, zone: tzinfo | None) -> None:
        """Take up a changed config of the same account; what was seen stays."""
        self.account = account
        self._plan = plan
        self._day.move(zone)

    def add(self, sample: Sample, interval_seconds: float, *, is_simulated: bool) -> None:
        """Take in a good sample, polled every `interval_seconds`."""
        snapshot = sample.snapshot
        self._is_simulated = is_simulated
        if snapshot.concurrency is not None:
            holds = HOLDS_INTERVALS * interval_seconds
            for series in (self._fine, self._coarse):
                series.add(sample.at.timestamp(), snapshot.concurrency, snapshot.concurrency_limit, holds)
        if snapshot.used is not None:
            self._count(sample, snapshot.used, interval_seconds)
        self._sample = sample

    def recall(self, seen: CountersSeen) -> None:
        """Take in what was seen of the counters before the samples that came here."""
        self._seen = seen.joined(self._seen) if self._seen is not None else seen

    def close_poll(self, last_poll: LastPoll, *, is_stored: bool = False) -> None:
        """Take in how a poll ended, and whether that was stored."""
        self._last_poll = last_poll
        self._is_stored = is_stored
        self._key_error = None

    def miss_key(self, reason: str) -> None:
        """Take in that no poll was made, for want of a key."""
        self._key_error = reason

    def view(self, now: datetime, interval_seconds: float) -> AccountView:
        """Make the view of this account as it stands."""
        sample = self._sample
        cycle = budget = None
        if sample is not None:
            snapshot = sample.snapshot
            by_clock = current_cycle(self.account.cycle, snapshot.cycle_started_at, self._observed_reset, now)
            cycle = as_seen(by_clock, self._seen, sample.at)
            budget = self.account.budget.standing(snapshot.used, snapshot.limit, self._day.today(now))
        counters = self._counters
        moved = self._failures.moved()
        return AccountView(
            name=self.account.name,
            interval_seconds=interval_seconds,
            stale_seconds=self._plan.stale_seconds,
            is_insecure=self._is_insecure,
            is_simulated=self._is_simulated,
            last_poll=self._last_poll,
            key_error=self._key_error,
            is_stored=self._is_stored,
            sample=sample,
            cycle=cycle,
            budget=budget,
            spend_per_minute=counters.spend_per_minute(),
            failed_share=moved.failed_share if moved else None,
            failed_window_seconds=min(FAILED_WINDOW_SECONDS, moved.seconds) if moved else 0.0,
            counters_changed_at=counters.changed_at,
            fine=self._fine.buckets(),
            coarse=self._coarse.buckets(),
        )

    def _count(self, sample: Sample, used: int, interval_seconds: float) -> None:
        """Take in the counters of a sample that has them."""
        earlier, self._counted = self._counted, sample
        is_reset = earlier is not None and is_reset_between(earlier.snapshot, sample.snapshot)
        if is_reset:
            self._observed_reset = sample.at
        passed = seconds_between(earlier, sample) if earlier is not None else 0.0
        seen = self._seen or CountersSeen(sample.at)
        self._seen = seen.at(sample.at, timedelta(seconds=passed), is_anew=is_reset or used == 0)
        is_watched = earlier is not None and is_watched_between(earlier, sample, interval_seconds)
        self._day.add(earlier, sample, is_reset=is_reset, is_watched=is_watched)
        self._counters.add(sample, used, is_reset=is_reset, is_watched=is_watched)
        self._failures.add(sample, interval_seconds)


class _Counters(Struct):
    """The points at which the counters changed, back to the pace's window, in monotonic seconds."""

    points: deque[CounterPoint] = field(default_factory=deque)
    seen_at: float = 0.0
    changed_at: datetime | None = None

    def add(self, sample: Sample, used: int, *, is_reset: bool, is_watched: bool) -> None:
        """Take in the counters of the next sample; `is_watched` unless a gap lies before it."""
        points, failed = self.points, sample.snapshot.failed
        self.seen_at = sample.monotonic_seconds
        if is_reset:
            points.clear()
            self.changed_at = sample.at
        if not points:
            points.append(CounterPoint(self.seen_at, used, failed, is_change=False))
        elif (points[-1].used, points[-1].failed) != (used, failed):
            self.changed_at = sample.at
            points.append(CounterPoint(self.seen_at, used, failed, is_change=is_watched))
        while len(points) > 1 and points[1].monotonic_seconds < self.seen_at - PACE_WINDOW_SECONDS:
            points.popleft()

    def spend_per_minute(self) -> float | None:
        """Give the pace of the last minutes, in credits, as of the last sample."""
        return spend_per_minute(
            self.points, self.seen_at, window_seconds=PACE_WINDOW_SECONDS, refresh_seconds=COUNTER_REFRESH_SECONDS
        )


class _Day(Struct):
    """Today's spend in the user's zone, as far as it was seen."""

    zone: tzinfo | None
    spend: DaySpend | None = None
    began: datetime = _NEVER
    ended: datetime = _NEVER

    def move(self, zone: tzinfo | None) -> None:
        """Take the user to be in this zone from now on."""
        self.zone, self.ended = zone, self.began

    def add(self, earlier: Sample | None, later: Sample, *, is_reset: bool, is_watched: bool) -> None:
        """Take in the spend from one sample to the next; `is_watched` unless a gap lies between.

        What the first step past midnight brings counts for the new day. A reset in a gap hides what was spent before
        it, so that the day is no longer seen as a whole.
        """
        began = self._midnight(later.at)
        spent = spent_between(earlier.snapshot if earlier else None, later.snapshot, has_reset=is_reset)
        today = self.spend
        if today is not None and began <= today.since <= later.at:
            is_whole = today.is_whole and today.since == began and (is_watched or not is_reset)
            self.spend = DaySpend(max(0, today.credits + spent), today.since, is_whole)
        elif is_watched and earlier is not None and earlier.at < began:
            self.spend = DaySpend(max(0, spent), began, is_whole=True)
        else:
            self.spend = DaySpend(0, later.at, is_whole=False)

    def today(self, now: datetime) -> DaySpend | None:
        """Give the spend of the day that `now` lies in, or None where none of that day was seen."""
        is_of_today = self.spend is not None and self._midnight(now) <= self.spend.since <= now
        return self.spend if is_of_today else None

    def _midnight(self, moment: datetime) -> datetime:
        """Give when the day began that a moment lies in; looked up once a day."""
        if not self.began <= moment < self.ended:
            self.began = midnight(moment, self.zone)
            self.ended = next_midnight(self.began, self.zone)
        return self.began
