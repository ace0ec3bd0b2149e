"""What the counters did over the last minutes, however many those are."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from usage_tui.core.rollup import HOLDS_INTERVALS
from usage_tui.core.snapshot import Sample, is_reset_between

COUNTER_REFRESH_SECONDS = 15.0
FAILED_WINDOW_SECONDS = 900.0
LEAST_FAILED_SECONDS = 60.0
_POINTS = 240


def seconds_between(earlier: Sample, later: Sample) -> float:
    """Give the time between two samples by the clock that saw more of it: a monotonic one sleeps with the machine."""
    return max((later.at - earlier.at).total_seconds(), later.monotonic_seconds - earlier.monotonic_seconds)


def counters_hold_seconds(interval_seconds: float) -> float:
    """Say for how long the counters of a sample speak, polled every `interval_seconds`."""
    return max(2 * COUNTER_REFRESH_SECONDS, HOLDS_INTERVALS * interval_seconds)


def is_watched_between(earlier: Sample, later: Sample, interval_seconds: float) -> bool:
    """Say whether no gap lies between two samples with counters, polled every `interval_seconds`."""
    return seconds_between(earlier, later) <= counters_hold_seconds(interval_seconds)


class Moved(Struct, frozen=True):
    """How far the counters moved over `seconds`: in credits, and in failed requests (None: not counted)."""

    seconds: float
    spend: int
    failed: int | None

    @property
    def failed_share(self) -> float | None:
        """Failed ÷ (failed + credits), 0–1; a lower bound, as credits are no requests. None where nothing moved."""
        moved = self.spend + (self.failed or 0)
        return None if self.failed is None or not moved else self.failed / moved


class _Point(Struct, frozen=True):
    seconds: float
    used: int
    failed: int | None


class CounterWindow:
    """The counters over the last `window_seconds`, from a few hundred points; a reset or a gap begins it anew."""

    def __init__(self, window_seconds: float, least_seconds: float) -> None:
        self._window_seconds = window_seconds
        self._least_seconds = least_seconds
        self._points: deque[_Point] = deque()
        self._newest: _Point | None = None
        self._last: tuple[Sample, float] | None = None

    def add(self, sample: Sample, interval_seconds: float) -> None:
        """Take in a sample, polled every `interval_seconds`; one without counters, or from before, says nothing."""
        at, used, points = sample.monotonic_seconds, sample.snapshot.used, self._points
        if used is None or (self._newest is not None and at < self._newest.seconds):
            return
        if self._last is not None and _is_cut(*self._last, sample, interval_seconds):
            points.clear()
        self._last = (sample, interval_seconds)
        self._newest = point = _Point(at, used, sample.snapshot.failed)
        if not points or at - points[-1].seconds >= self._window_seconds / _POINTS:
            points.append(point)
        while len(points) > 1 and points[1].seconds <= at - self._window_seconds:
            points.popleft()

    def moved(self) -> Moved | None:
        """Say how far the counters moved; None until at least `least_seconds` were seen."""
        if self._newest is None:
            return None
        first, last = self._points[0], self._newest
        if last.seconds - first.seconds < self._least_seconds:
            return None
        has_failed = first.failed is not None and last.failed is not None
        failed = max(0, (last.failed or 0) - (first.failed or 0)) if has_failed else None
        return Moved(last.seconds - first.seconds, max(0, last.used - first.used), failed)


def _is_cut(earlier: Sample, earlier_interval: float, later: Sample, later_interval: float) -> bool:
    """Say whether a reset or a gap lies between two samples; the earlier one speaks for its own interval."""
    is_watched = is_watched_between(earlier, later, max(earlier_interval, later_interval))
    return not is_watched or is_reset_between(earlier.snapshot, later.snapshot)
