"""Stored hours as the forecast wants them: what each cost, None where that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from usage_tui.core.rollup import HOUR_MS, LEAST_COVERED_MS, TimeSpan, moment


class Hours(Struct, frozen=True):
    """Credits spent in each complete hour up to `ended_at`, oldest first; None is unknown.

    `paused` are the indexes of hours in which nothing could be spent, as the credits were used up.
    """

    spends: tuple[float | None, ...]
    paused: frozenset[int]
    ended_at: datetime


def spend_by_hour(spans: Iterable[TimeSpan], begin_ms: int, end_ms: int) -> Hours:
    """Take the spend of each hour from `begin_ms` to `end_ms`, both whole hours in epoch milliseconds.

    `spans` are of an hour each, in any order; an hour without one is unknown. So is one that was watched for less than
    three quarters of it, or that has the spend of hours before it which nobody watched. The hour of a reset costs
    what the counter came to since, and one whose counter was corrected downwards nothing.
    """
    by_start = {span.start_ms: span for span in spans}
    spends: list[float | None] = []
    paused = set()
    for index, start in enumerate(range(begin_ms, end_ms, HOUR_MS)):
        span = by_start.get(start)
        spend = None if span is None else _spend(span, by_start.get(start - HOUR_MS))
        if span is not None and span.last.is_exhausted and not spend:
            spend = None
            paused.add(index)
        spends.append(spend)
    return Hours(tuple(spends), frozenset(paused), moment(end_ms))


def is_spend_alone(span: TimeSpan) -> bool:
    """Say whether a span tells of neither counters nor requests: it was imported from a file of spend."""
    return span.last.used is None and span.lowest is None


def _spend(span: TimeSpan, before: TimeSpan | None) -> float | None:
    if span.covered_ms < LEAST_COVERED_MS or (span.last.used is None and not is_spend_alone(span)):
        return None
    if span.has_reset and span.last.used is not None:
        return float(max(0, min(span.last.used, span.spend)))
    if span.has_gap and (before is None or before.covered_ms < LEAST_COVERED_MS):
        return None
    return float(max(0, span.spend))
