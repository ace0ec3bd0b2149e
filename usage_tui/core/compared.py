"""A range of the history and the like one before it: both as long, both in whole minutes or hours."""

from __future__ import annotations

from msgspec import Struct

from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, ReadSpans, TimeSpan, folded
from usage_tui.core.stretch import step_for

_STEPS = 28


class Compared(Struct, frozen=True):
    """What a range up to `until_ms` came to, and the like one before it; None where one was not seen at its ends."""

    until_ms: int
    now: TimeSpan | None
    before: TimeSpan | None


def compare(read: ReadSpans, length_ms: int, last_ms: int) -> Compared:
    """Read so much time up to the last whole minute, or hour where it is a day or more, and as much before that."""
    whole_ms = HOUR_MS if length_ms >= DAY_MS else MINUTE_MS
    until_ms = last_ms // whole_ms * whole_ms
    step_ms = step_for(length_ms, _STEPS, whole_ms)
    now, before = (_whole(read, end_ms - length_ms, end_ms, step_ms) for end_ms in (until_ms, until_ms - length_ms))
    return Compared(until_ms, now, before)


def _whole(read: ReadSpans, begin_ms: int, end_ms: int, step_ms: int) -> TimeSpan | None:
    """Read a stretch as one span; None where it was not seen at its ends, or is not kept so finely."""
    spans = read(begin_ms, end_ms, step_ms)
    if not spans or spans[0].start_ms >= begin_ms + step_ms or spans[-1].start_ms < end_ms - 2 * step_ms:
        return None
    is_cut = spans[0].has_gap and not read(begin_ms - step_ms, begin_ms, step_ms)
    if is_cut or any(span.covered_ms > step_ms for span in spans):
        return None
    return folded(spans, end_ms)[0]
