"""What an account of the simulated service would have left behind, had it been watched for months: as values alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from usage_tui.core.cycle import add_months
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, Reading, TimeSpan, epoch_ms, moment, spent_between
from usage_tui.core.snapshot import Snapshot, is_reset_between, is_saturated
from usage_tui.demo.accounts import SimulatedAccount
from usage_tui.demo.meter import COUNTER_STEP_SECONDS

SEEDED_DAYS = 92
NEWER_DAYS = 57
MINUTES_FOR = timedelta(hours=24)
SAMPLES_FOR = timedelta(hours=1)
SAMPLE_INTERVAL_MS = 5000
_STEP_MS = 1000 * COUNTER_STEP_SECONDS
_POINTS, _HOURS_POINTS = 1, 6
_SHOWN_BY_THE_HOUR_MS = 8 * 24 * HOUR_MS


class SeedHistory:
    """The history of one account up to `now`: hours of three months, minutes of the last day, samples of the last hour.

    All of it is what the service's own counters come to. Hours and minutes are whole ones, oldest first.
    """

    def __init__(self, account: SimulatedAccount, now: datetime) -> None:
        self._account = account
        self._now_ms = epoch_ms(now)
        months = range(0, -2 - SEEDED_DAYS // 28, -1)
        self._cycle_starts = [add_months(account.anchor, month) for month in months]
        self.hours_until_ms = self._now_ms // HOUR_MS * HOUR_MS
        self.minutes_until_ms = self._now_ms // MINUTE_MS * MINUTE_MS
        self._newer_from_ms = self.hours_until_ms - NEWER_DAYS * 24 * HOUR_MS
        self._minutes_from_ms = self.hours_until_ms - MINUTES_FOR // timedelta(milliseconds=1)

    def newer_hours(self) -> Iterator[TimeSpan]:
        """Give the hours that a forecast is made of; those of which there are minutes are better made of them."""
        return self._hours(self._newer_from_ms, self.hours_until_ms)

    def older_hours(self) -> Iterator[TimeSpan]:
        """Give the hours before those."""
        return self._hours(self.hours_until_ms - SEEDED_DAYS * 24 * HOUR_MS, self._newer_from_ms)

    def minutes(self) -> Iterator[TimeSpan]:
        """Give the minutes of the last day; their counters are those of the last step before their end."""
        return self._minutes(range(self._minutes_from_ms, self.minutes_until_ms, MINUTE_MS))

    def minutes_around(self, midnight: datetime) -> Iterator[TimeSpan]:
        """Give the last minute before a moment and the first one after it, from which a day's spend is counted."""
        at_ms = epoch_ms(midnight) // MINUTE_MS * MINUTE_MS
        return self._minutes(start_ms for start_ms in (at_ms - MINUTE_MS, at_ms) if start_ms < self.minutes_until_ms)

    def _hours(self, begin_ms: int, end_ms: int) -> Iterator[TimeSpan]:
        before = self._counters(begin_ms)
        for start_ms in range(begin_ms, end_ms, HOUR_MS):
            last = self._counters(start_ms + HOUR_MS)
            if last.cycle_started_at == moment(start_ms + HOUR_MS):
                last = self._counters(start_ms + HOUR_MS - _STEP_MS)
            is_shown = start_ms >= self.hours_until_ms - _SHOWN_BY_THE_HOUR_MS
            yield self._span(start_ms, HOUR_MS, before, last, _HOURS_POINTS if is_shown else _POINTS)
            before = last

    def _minutes(self, starts_ms: Iterable[int]) -> Iterator[TimeSpan]:
        before, ended_ms = self._counters(self._minutes_from_ms), self._minutes_from_ms
        for start_ms in starts_ms:
            if start_ms != ended_ms:
                before = self._counters(start_ms - _STEP_MS)
            last, ended_ms = self._counters(start_ms + MINUTE_MS - _STEP_MS), start_ms + MINUTE_MS
            yield self._span(start_ms, MINUTE_MS, before, last, _POINTS)
            before = last

    def readings(self) -> Iterator[Reading]:
        """Give the samples of the last hour, marked as simulated."""
        begin_ms = (self._now_ms - SAMPLES_FOR // timedelta(milliseconds=1)) // MINUTE_MS * MINUTE_MS
        counted: Reading | None = None
        counters, counted_ms = Snapshot(), -1
        for at_ms in range(begin_ms, self._now_ms, SAMPLE_INTERVAL_MS):
            concurrency = self._account.traffic.concurrency(at_ms / 1000)
            limit = self._account.traffic.concurrency_limit
            if counted_ms != at_ms // _STEP_MS * _STEP_MS:
                counted_ms = at_ms // _STEP_MS * _STEP_MS
                counters = self._counters(counted_ms)
            reading = Reading(
                at_ms,
                SAMPLE_INTERVAL_MS,
                _seen(counters, concurrency, burst=max(0, concurrency - limit)),
                is_simulated=True,
            ).after(counted, counted)
            yield reading
            counted = reading

    def _counters(self, at_ms: int) -> Snapshot:
        """Give what the service's counters come to at a moment."""
        account = self._account
        started_at = next(start for start in self._cycle_starts if start <= moment(at_ms))
        spend = account.traffic.spend_between(started_at.timestamp(), at_ms / 1000)
        is_known = account.is_pay_as_you_go is not None
        return Snapshot(
            concurrency_limit=account.traffic.concurrency_limit,
            used=spend.credits if account.is_pay_as_you_go else min(spend.credits, account.limit),
            failed=spend.failed,
            limit=account.limit,
            cycle_started_at=started_at,
            is_pay_as_you_go=account.is_pay_as_you_go,
            is_auto_upgrade=False if is_known else None,
        )

    def _span(self, start_ms: int, width_ms: int, before: Snapshot, last: Snapshot, points: int) -> TimeSpan:
        """Make a minute or an hour from some points in it."""
        traffic, part_ms = self._account.traffic, width_ms // points
        seen = [traffic.concurrency((start_ms + (point + 0.5) * part_ms) / 1000) for point in range(points)]
        full = sum(is_saturated(concurrency, traffic.concurrency_limit) for concurrency in seen)
        has_reset = is_reset_between(before, last)
        return TimeSpan(
            start_ms=start_ms,
            last=last,
            lowest=min(seen),
            highest=max(seen),
            request_ms=sum(seen) * part_ms,
            covered_ms=width_ms,
            saturated_ms=full * part_ms,
            spend=spent_between(before, last, has_reset=has_reset),
            has_reset=has_reset,
        )


def _seen(counters: Snapshot, concurrency: int, *, burst: int) -> Snapshot:
    return Snapshot(
        concurrency=concurrency,
        concurrency_limit=counters.concurrency_limit,
        burst=burst,
        used=counters.used,
        failed=counters.failed,
        limit=counters.limit,
        cycle_started_at=counters.cycle_started_at,
        is_pay_as_you_go=counters.is_pay_as_you_go,
        is_auto_upgrade=counters.is_auto_upgrade,
    )
