"""Stored samples, and what minutes and hours of them come to; sums are of whole milliseconds and credits, so exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.snapshot import Sample, Snapshot, is_reset_between, is_saturated

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
LEAST_COVERED_MS = HOUR_MS * 3 // 4
HOLDS_INTERVALS = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Reading(Struct, frozen=True):
    """A sample as it is stored, at `at_ms` epoch milliseconds, of an account polled every `interval_ms`.

    `has_gap` where time before it was unwatched, `has_reset` where a cycle began since the reading before it.
    `is_brought_in` where nobody read it, and it but tells from which counters the next one counts.
    """

    at_ms: int
    interval_ms: int
    snapshot: Snapshot
    is_simulated: bool = False
    has_gap: bool = False
    has_reset: bool = False
    is_brought_in: bool = False

    @classmethod
    def of(cls, sample: Sample, interval_seconds: float, *, is_simulated: bool) -> Reading:
        """Make the reading of a sample."""
        return cls(epoch_ms(sample.at), round(interval_seconds * 1000), sample.snapshot, is_simulated)

    def sample(self, now: datetime, monotonic_seconds: float) -> Sample:
        """Make a sample of it, with the time on the monotonic clock that shows `monotonic_seconds` at `now`."""
        at = moment(self.at_ms)
        return Sample(at, monotonic_seconds - max(0.0, (now - at).total_seconds()), self.snapshot)

    @property
    def holds_until_ms(self) -> int:
        """Until when it speaks for the account, unless another comes before."""
        return self.at_ms + HOLDS_INTERVALS * self.interval_ms

    def after(self, earlier: Reading | None, counted: Reading | None) -> Reading:
        """Mark what lies between the reading before this one, or the last that had counters, and this one."""
        return replace(
            self,
            has_gap=earlier is not None and self.at_ms > earlier.holds_until_ms,
            has_reset=counted is not None and is_reset_between(counted.snapshot, self.snapshot),
        )


class TimeSpan(Struct, frozen=True):
    """What was seen from `start_ms` on, for a minute or an hour.

    `lowest` and `highest` are of the requests in flight, `request_ms` their integral over the `covered_ms` that
    readings speak for. `last` holds the counters as last seen. `spend` is signed: a correction takes credits back.
    `has_gap` where it begins to be seen after a gap: `spend` has what passed there; one within it counts for nothing.
    `is_reported` where nobody collected, and the spend is filled in from a domain report, shared out evenly over a day.
    """

    start_ms: int
    last: Snapshot
    lowest: int | None = None
    highest: int | None = None
    request_ms: int = 0
    covered_ms: int = 0
    saturated_ms: int = 0
    spend: int = 0
    has_gap: bool = False
    has_reset: bool = False
    is_reported: bool = False


ReadSpans = Callable[[int, int, int], Sequence[TimeSpan]]


def epoch_ms(at: datetime) -> int:
    """Give a moment in whole epoch milliseconds."""
    return (at - _EPOCH) // _MILLISECOND


def moment(at_ms: int) -> datetime:
    """Give the moment of epoch milliseconds."""
    return _EPOCH + timedelta(milliseconds=at_ms)


def spent_between(earlier: Snapshot | None, later: Snapshot, *, has_reset: bool) -> int:
    """Credits spent from one snapshot to the next, negative where a counter was corrected.

    Where a reset lies between, what the counter shows was spent since; but one that did not fall was not yet reset.
    """
    before = None if earlier is None else earlier.used
    if before is None or later.used is None:
        return 0
    return later.used if has_reset and later.used < before else later.used - before


def minutes(
    readings: Iterable[Reading], *, before: Reading | None, counted: Reading | None, begin_ms: int, end_ms: int
) -> list[TimeSpan]:
    """Fold readings into the minutes from `begin_ms` to `end_ms`; what they say of other time is left out.

    `before` is the reading before the first, `counted` the last one before it that had counters; the readings go on
    until the first at or after `end_ms`, if there is one.
    """
    return steps(readings, before=before, counted=counted, begin_ms=begin_ms, end_ms=end_ms, step_ms=MINUTE_MS)


def steps(
    readings: Iterable[Reading],
    *,
    before: Reading | None,
    counted: Reading | None,
    begin_ms: int,
    end_ms: int,
    step_ms: int,
) -> list[TimeSpan]:
    """Fold readings into steps of a minute or less, as `minutes` does."""
    pieces: list[TimeSpan] = []
    for reading in readings:
        if before is not None:
            pieces += _held(before, max(begin_ms, before.at_ms), min(end_ms, reading.at_ms), step_ms)
        if reading.at_ms < end_ms and not reading.is_brought_in:
            pieces.append(_seen(counted, reading))
        before = reading
        counted = reading if reading.snapshot.used is not None else counted
    if before is not None:
        pieces += _held(before, max(begin_ms, before.at_ms), end_ms, step_ms)
    return folded(pieces, step_ms)


def folded(spans: Iterable[TimeSpan], width_ms: int) -> list[TimeSpan]:
    """Fold spans, in the order of time, into wider ones."""
    wider: list[TimeSpan] = []
    for span in spans:
        start = span.start_ms // width_ms * width_ms
        if wider and wider[-1].start_ms == start:
            wider[-1] = _merged(wider[-1], span)
        else:
            wider.append(replace(span, start_ms=start))
    return wider


def _seen(counted: Reading | None, reading: Reading) -> TimeSpan:
    """Give what a reading says of its own moment, and of the way to it."""
    snapshot = reading.snapshot
    return TimeSpan(
        start_ms=reading.at_ms,
        last=snapshot,
        lowest=snapshot.concurrency,
        highest=snapshot.concurrency,
        spend=spent_between(counted.snapshot if counted else None, snapshot, has_reset=reading.has_reset),
        has_gap=reading.has_gap,
        has_reset=reading.has_reset,
    )


def _held(reading: Reading, begin_ms: int, end_ms: int, step_ms: int) -> Iterator[TimeSpan]:
    """Give, step by step, what a reading says of the time from `begin_ms` to `end_ms`."""
    concurrency, limit = reading.snapshot.concurrency, reading.snapshot.concurrency_limit
    end_ms = min(end_ms, reading.holds_until_ms)
    if concurrency is None:
        return
    is_full = is_saturated(concurrency, limit)
    while begin_ms < end_ms:
        until_ms = min(end_ms, begin_ms // step_ms * step_ms + step_ms)
        lasted = until_ms - begin_ms
        yield TimeSpan(
            start_ms=begin_ms,
            last=reading.snapshot,
            lowest=concurrency,
            highest=concurrency,
            request_ms=concurrency * lasted,
            covered_ms=lasted,
            saturated_ms=lasted if is_full else 0,
        )
        begin_ms = until_ms


def _merged(one: TimeSpan, other: TimeSpan) -> TimeSpan:
    lows = [low for low in (one.lowest, other.lowest) if low is not None]
    highs = [high for high in (one.highest, other.highest) if high is not None]
    return TimeSpan(
        start_ms=one.start_ms,
        last=other.last,
        lowest=min(lows, default=None),
        highest=max(highs, default=None),
        request_ms=one.request_ms + other.request_ms,
        covered_ms=one.covered_ms + other.covered_ms,
        saturated_ms=one.saturated_ms + other.saturated_ms,
        spend=one.spend + other.spend,
        has_gap=one.has_gap,
        has_reset=one.has_reset or other.has_reset,
        is_reported=one.is_reported or other.is_reported,
    )
