"""Concurrency over time: samples folded into buckets of whole seconds, aligned to the clock."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from math import floor, inf
from operator import attrgetter

from msgspec import Struct

from usage_tui.core.snapshot import is_saturated


class Bucket(Struct, frozen=True):
    """What was seen in one span of time.

    `start` is in epoch seconds, a multiple of the bucket's width; `peak` and `limit` count requests, and `peak_at` is
    the second in which the peak was first seen; `covered_seconds` is how much of the span samples speak for,
    `saturated_seconds` how much of that was saturated, and `request_seconds` the integral of concurrency over it.
    """

    start: int
    peak: int
    peak_at: int
    limit: int | None
    covered_seconds: float = 0.0
    saturated_seconds: float = 0.0
    request_seconds: float = 0.0

    @property
    def is_saturated(self) -> bool:
        """Whether the peak was at or above 95 % of the limit."""
        return is_saturated(self.peak, self.limit)


_START = attrgetter("start")


class ConcurrencySummary(Struct, frozen=True):
    """Concurrency over a span of time.

    `peak_at` is in epoch seconds; `mean` and `saturated_share` (0–1) are over the `covered_seconds` of it alone.
    """

    peak: int
    peak_at: int
    mean: float
    saturated_share: float
    covered_seconds: float


class _Reading(Struct, frozen=True):
    """One value of concurrency, true from `at` for `holds_seconds` unless a newer one comes."""

    at: float
    concurrency: int
    limit: int | None
    holds_seconds: float


class ConcurrencySeries:
    """The last `kept` buckets of `width_seconds` each.

    A reading speaks for the time until the next one, but no longer than it holds; time that none speaks for is a gap.
    """

    def __init__(self, width_seconds: int, kept: int) -> None:
        self._width = width_seconds
        self._kept = kept
        self._buckets: deque[Bucket] = deque(maxlen=kept)
        self._last: _Reading | None = None
        self._spoken_until = -inf

    def add(self, at: float, concurrency: int, limit: int | None, holds_seconds: float) -> None:
        """Add a reading made `at` epoch seconds; where the clock was set back, it replaces what is newer."""
        if self._last is not None:
            self._hold(self._last, min(at, self._last.at + self._last.holds_seconds))
        start = self._start_of(at)
        while self._buckets and self._buckets[-1].start > start:
            self._buckets.pop()
        remaining_until = self._buckets[-1].start + self._width if self._buckets else -inf
        self._spoken_until = min(self._spoken_until, remaining_until)
        self._merge(Bucket(start, concurrency, floor(at), limit))
        self._last = _Reading(at, concurrency, limit, holds_seconds)

    def buckets(self) -> tuple[Bucket, ...]:
        """Give the buckets that have readings, oldest first."""
        return tuple(self._buckets)

    def _start_of(self, at: float) -> int:
        """Give the start of the bucket that `at` lies in."""
        return floor(at) // self._width * self._width

    def _hold(self, reading: _Reading, until: float) -> None:
        """Let `reading` speak for the time from when it was made to `until`, where none before it did."""
        concurrency, limit = reading.concurrency, reading.limit
        is_full, width = is_saturated(concurrency, limit), self._width
        begun = max(reading.at, self._spoken_until, until - width * self._kept)
        self._spoken_until = max(self._spoken_until, until)
        start = self._start_of(begun)
        while begun < until:
            seconds = min(until, start + width) - begun
            full_seconds = seconds if is_full else 0.0
            self._merge(Bucket(start, concurrency, start, limit, seconds, full_seconds, seconds * concurrency))
            start += width
            begun = float(start)

    def _merge(self, new: Bucket) -> None:
        """Put `new` at the end, or into the last bucket where it is of the same time."""
        if self._buckets and self._buckets[-1].start == new.start:
            self._buckets[-1] = merged(self._buckets[-1], new)
        else:
            self._buckets.append(new)


def merged(one: Bucket, other: Bucket) -> Bucket:
    """Fold two buckets into one that starts with the first and has the limit of its peak."""
    peak = one if one.peak >= other.peak else other
    return Bucket(
        start=one.start,
        peak=peak.peak,
        peak_at=peak.peak_at,
        limit=peak.limit,
        covered_seconds=one.covered_seconds + other.covered_seconds,
        saturated_seconds=one.saturated_seconds + other.saturated_seconds,
        request_seconds=one.request_seconds + other.request_seconds,
    )


def columns(buckets: Sequence[Bucket], start: int, width_seconds: int, count: int) -> tuple[Bucket | None, ...]:
    """Fold buckets, oldest first, into `count` columns of `width_seconds` from `start` on, in epoch seconds.

    None is a gap.
    """
    folded: list[Bucket | None] = [None] * count
    for bucket in since(buckets, start):
        index = (bucket.start - start) // width_seconds
        if index < count:
            there = folded[index]
            folded[index] = bucket if there is None else merged(there, bucket)
    return tuple(folded)


def since(buckets: Sequence[Bucket], at: float) -> Sequence[Bucket]:
    """Give those of some buckets, oldest first, that begin at a moment or later, in epoch seconds."""
    return buckets[bisect_left(buckets, at, key=_START) :]


def summarise(seen: Iterable[Bucket | None]) -> ConcurrencySummary | None:
    """Sum up columns, or give None where there were only gaps."""
    top: Bucket | None = None
    covered = saturated = requests = 0.0
    for bucket in seen:
        if bucket is not None:
            top = bucket if top is None or bucket.peak > top.peak else top
            covered += bucket.covered_seconds
            saturated += bucket.saturated_seconds
            requests += bucket.request_seconds
    if top is None:
        return None
    if covered == 0:
        return ConcurrencySummary(top.peak, top.peak_at, float(top.peak), 1.0 if top.is_saturated else 0.0, 0.0)
    return ConcurrencySummary(top.peak, top.peak_at, requests / covered, saturated / covered, covered)


class CounterPoint(Struct, frozen=True):
    """The counters as they stood from `monotonic_seconds` on: credits `used`, requests `failed` of the cycle.

    The first point seen, and the first after a gap, is no change: how long the counters had stood so is unknown.
    """

    monotonic_seconds: float
    used: int
    failed: int | None
    is_change: bool


def spend_per_minute(
    points: Sequence[CounterPoint], now_seconds: float, *, window_seconds: float, refresh_seconds: float
) -> float | None:
    """Give credits a minute over the changes of the last `window_seconds`, or None where two were not yet seen.

    Counters move in steps, so between two changes the pace is unknown, not 0. Two changes lie a refresh apart, however
    late the first was seen. Once no change came for three refreshes, the time since then counts as idle.
    """
    if not points:
        return None
    first = last = points[-1]
    for point in reversed(points):
        if not point.is_change or point.monotonic_seconds < now_seconds - window_seconds:
            break
        first = point
    ended = last.monotonic_seconds
    if now_seconds - ended > 3 * refresh_seconds:
        ended = now_seconds
    if ended <= first.monotonic_seconds:
        return None
    return 60 * max(0, last.used - first.used) / max(ended - first.monotonic_seconds, refresh_seconds)
