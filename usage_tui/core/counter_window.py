"""What the counters did over the last minutes, however many those are."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from usage_tui.core.snapshot import Sample, Snapshot, is_reset_between

_POINTS = 240


class Moved(Struct, frozen=True):
    """How far the counters moved over `seconds`: in credits, and in failed requests (None: not counted)."""

    seconds: float
    spend: int
    failed: int | None

    @property
    def failed_share(self) -> float | None:
        """Failed ÷ (failed + credits), 0–1, and 0 where nothing moved; a lower bound, as credits are no requests."""
        if self.failed is None:
            return None
        return self.failed / (self.failed + self.spend) if self.failed else 0.0


class _Point(Struct, frozen=True):
    seconds: float
    used: int
    failed: int | None


class CounterWindow:
    """The counters over the last `window_seconds`, from a few hundred points; a reset begins it anew."""

    def __init__(self, window_seconds: float) -> None:
        self._window_seconds = window_seconds
        self._points: deque[_Point] = deque()
        self._newest: _Point | None = None
        self._last = Snapshot()

    def add(self, sample: Sample) -> None:
        """Take in a sample; one without counters, or older than the newest, says nothing."""
        snapshot = sample.snapshot
        if snapshot.used is None or (self._newest is not None and sample.monotonic_seconds < self._newest.seconds):
            return
        if is_reset_between(self._last, snapshot):
            self._points.clear()
        self._last = snapshot
        self._newest = point = _Point(sample.monotonic_seconds, snapshot.used, snapshot.failed)
        if not self._points or point.seconds - self._points[-1].seconds >= self._window_seconds / _POINTS:
            self._points.append(point)
        while len(self._points) > 1 and self._points[1].seconds <= point.seconds - self._window_seconds:
            self._points.popleft()

    def moved(self) -> Moved | None:
        """Say how far the counters moved; None until the whole window was seen."""
        if self._newest is None or not self._points:
            return None
        first, last = self._points[0], self._newest
        if last.seconds - first.seconds < self._window_seconds:
            return None
        has_failed = first.failed is not None and last.failed is not None
        failed = max(0, (last.failed or 0) - (first.failed or 0)) if has_failed else None
        return Moved(last.seconds - first.seconds, max(0, last.used - first.used), failed)
