"""What is usual for an hour of the week: what was seen at the same hour of the weeks before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from usage_tui.core.rollup import DAY_MS, HOUR_MS, LEAST_COVERED_MS, TimeSpan

_PATTERNS = ((7 * DAY_MS, 8, 2), (DAY_MS, 14, 3))  # how far apart, how many at most, how many are needed


class Usual(Struct, frozen=True):
    """What is usual for an hour: credits spent in it, and failed ÷ (failed + credits), 0–1; unknown is None."""

    spend_per_hour: float | None = None
    failed_share: float | None = None


def usual(hours: Mapping[int, TimeSpan], hour_ms: int) -> Usual:
    """Say what is usual for the hour that starts at `hour_ms`, from hours by their start in epoch milliseconds.

    It is the median of the same hour of the last eight weeks, and where fewer than two of those were seen, of the same
    hour of the last fourteen days. An hour that was watched for less than three quarters of it says nothing.
    """
    for apart_ms, most, least in _PATTERNS:
        starts = [hour_ms - apart_ms * number for number in range(1, most + 1)]
        seen = [start for start in starts if _is_seen(hours, start)]
        if len(seen) >= least:
            return Usual(_median([max(0, hours[start].spend) for start in seen]), _failed_share(hours, seen))
    return Usual()


def _is_seen(hours: Mapping[int, TimeSpan], start: int) -> bool:
    """Say whether an hour was watched, and nothing of an unwatched hour before it is counted as its own."""
    span = hours.get(start)
    if span is None or span.covered_ms < LEAST_COVERED_MS:
        return False
    before = hours.get(start - HOUR_MS)
    return not span.has_gap or (before is not None and before.covered_ms >= LEAST_COVERED_MS)


def _median(numbers: list[int]) -> float:
    """Give the middle of numbers; `statistics` would cost the start of the program 10 ms."""
    ordered, half = sorted(numbers), len(numbers) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _failed_share(hours: Mapping[int, TimeSpan], starts: Iterable[int]) -> float | None:
    """Give the share over all those hours together, as far as their counters tell; None where nothing moved."""
    failed = spent = 0
    for start in starts:
        span, before = hours[start], hours.get(start - HOUR_MS)
        if before is None or span.last.failed is None or before.last.failed is None:
            continue
        begun = 0 if span.has_reset else before.last.failed
        failed += max(0, span.last.failed - begun)
        spent += max(0, span.spend)
    return failed / (failed + spent) if failed + spent else None
