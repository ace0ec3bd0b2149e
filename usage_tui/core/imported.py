"""What imported rows come to: readings with their intervals, and steps of any width as minutes or hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, Reading, TimeSpan, folded
from usage_tui.core.snapshot import is_reset_between

STEP_WIDTHS_MS = (15_000, MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS)
LEAST_INTERVAL_MS, USUAL_INTERVAL_MS, MOST_INTERVAL_MS = 200, 1000, 60_000


def with_intervals(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Give each reading, in the order of time, the interval at which its account seems to have been polled.

    That is the time to its nearer neighbour, from 0.2 s to a minute; a second where there is none.
    """
    before: Reading | None = None
    held: Reading | None = None
    for reading in readings:
        if held is not None:
            yield _with_interval(before, held, reading)
            before = held
        held = reading
    if held is not None:
        yield _with_interval(before, held, None)


def _with_interval(before: Reading | None, reading: Reading, after: Reading | None) -> Reading:
    distances = [abs(reading.at_ms - other.at_ms) for other in (before, after) if other is not None]
    nearest_ms = min(distances, default=USUAL_INTERVAL_MS)
    return replace(reading, interval_ms=max(LEAST_INTERVAL_MS, min(MOST_INTERVAL_MS, nearest_ms)))


def step_width(least_distance_ms: int | None, common_ms: int, most_covered_ms: int) -> int | None:
    """Tell how wide exported steps are, or None where they are no such steps.

    `least_distance_ms` lies between two neighbours (None: there is but one step), `common_ms` is the greatest that all
    their starts are multiples of, `most_covered_ms` the most that one of them covers. A single step is taken for as
    wide as it can be, up to an hour, so that what is there of that time is known to be there.
    """
    possible = [width for width in STEP_WIDTHS_MS if common_ms % width == 0 and width >= most_covered_ms]
    if least_distance_ms is None:
        return max((width for width in possible if width <= HOUR_MS), default=min(possible, default=None))
    return max((width for width in possible if width <= least_distance_ms), default=None)


def marked(spans: Iterable[TimeSpan], width_ms: int) -> Iterator[TimeSpan]:
    """Mark what lies between steps of one width, in the order of time: gaps, and resets of the counters."""
    before: TimeSpan | None = None
    for span in spans:
        if before is not None:
            span = replace(  # noqa: PLW2901 -- it is the same step, marked
                span,
                has_gap=span.start_ms > before.start_ms + width_ms,
                has_reset=is_reset_between(before.last, span.last),
            )
        yield span
        before = span


def as_kept(spans: Iterable[TimeSpan], width_ms: int, now_ms: int) -> list[TimeSpan]:
    """Turn steps of one width, in the order of time, into minutes, or into hours where they are wider than a minute.

    A step wider than an hour is shared out evenly over its hours up to now, and marked as a gap, for its shape is not
    known; a reset in it lies at its beginning, for all its counters are taken to be of the time since.
    """
    if width_ms <= MINUTE_MS:
        return folded(spans, MINUTE_MS)
    pieces = (piece for span in spans for piece in _shared_out(span, width_ms, now_ms))
    return [replace(hour, covered_ms=min(HOUR_MS, hour.covered_ms)) for hour in folded(pieces, HOUR_MS)]


def _shared_out(span: TimeSpan, width_ms: int, now_ms: int) -> Iterator[TimeSpan]:
    """Share a step out over the hours that it lies in; one of at most an hour stays with the hour that it begins in."""
    if width_ms <= HOUR_MS:
        yield span
        return
    end_ms, begin_ms = max(span.start_ms + 1, min(span.start_ms + width_ms, now_ms)), span.start_ms
    width_ms = end_ms - begin_ms
    while begin_ms < end_ms:
        until_ms = min(end_ms, begin_ms // HOUR_MS * HOUR_MS + HOUR_MS)
        done, due = begin_ms - span.start_ms, until_ms - span.start_ms
        left = span.spend - span.spend * due // width_ms
        used = None if span.last.used is None else max(0, span.last.used - left)
        yield replace(
            span,
            start_ms=begin_ms,
            last=replace(span.last, used=used),
            request_ms=span.request_ms * due // width_ms - span.request_ms * done // width_ms,
            covered_ms=span.covered_ms * due // width_ms - span.covered_ms * done // width_ms,
            saturated_ms=span.saturated_ms * due // width_ms - span.saturated_ms * done // width_ms,
            spend=span.spend * due // width_ms - span.spend * done // width_ms,
            has_gap=True,
            has_reset=span.has_reset and begin_ms == span.start_ms,
        )
        begin_ms = until_ms
