"""What stored hours tell of spend, and what they do not."""

from __future__ import annotations

import pytest

from usage_tui.core.hourly import spend_by_hour
from usage_tui.core.rollup import HOUR_MS, LEAST_COVERED_MS, TimeSpan, moment
from usage_tui.core.snapshot import Snapshot


def a_span(
    hour: int,
    spend: int,
    *,
    used: int | None = 1000,
    limit: int | None = 5000,
    covered_ms: int = HOUR_MS,
    lowest: int | None = 3,
    has_gap: bool = False,
    has_reset: bool = False,
) -> TimeSpan:
    """Make the span of an hour that was watched throughout."""
    return TimeSpan(
        start_ms=hour * HOUR_MS,
        last=Snapshot(used=used, limit=limit),
        lowest=lowest,
        covered_ms=covered_ms,
        spend=spend,
        has_gap=has_gap,
        has_reset=has_reset,
    )


def test_an_hour_costs_what_the_counter_moved_and_one_without_a_span_is_unknown() -> None:
    hours = spend_by_hour([a_span(12, 7), a_span(10, 5)], 9 * HOUR_MS, 13 * HOUR_MS)
    assert hours.spends == (None, 5.0, None, 7.0)
    assert hours.ended_at == moment(13 * HOUR_MS)
    assert hours.paused == frozenset()


@pytest.mark.parametrize(
    ("span", "spend"),
    [
        (a_span(1, 5, covered_ms=LEAST_COVERED_MS), 5.0),
        (a_span(1, 5, covered_ms=LEAST_COVERED_MS - 1), None),
        (a_span(1, 0, used=None), None),
        (a_span(1, 5, used=None, lowest=None), 5.0),
        (a_span(1, -3), 0.0),
        (a_span(1, 900, used=40, has_reset=True), 40.0),
        (a_span(1, 40, used=4000, has_reset=True), 40.0),
        (a_span(1, -5, used=40, has_reset=True), 0.0),
        (a_span(1, 40, has_gap=True), None),
        (a_span(1, 900, used=40, has_gap=True, has_reset=True), 40.0),
    ],
)
def test_what_was_not_seen_of_an_hour_is_unknown_and_never_nothing(span: TimeSpan, spend: float | None) -> None:
    assert spend_by_hour([span], HOUR_MS, 2 * HOUR_MS).spends == (spend,)


@pytest.mark.parametrize(("covered_ms", "spend"), [(HOUR_MS, 40.0), (LEAST_COVERED_MS - 1, None)])
def test_a_short_gap_after_an_hour_that_was_watched_hides_nothing(covered_ms: int, spend: float | None) -> None:
    spans = [a_span(1, 5, covered_ms=covered_ms), a_span(2, 40, has_gap=True)]
    assert spend_by_hour(spans, 2 * HOUR_MS, 3 * HOUR_MS).spends == (spend,)


def test_hours_in_which_the_credits_were_used_up_are_unknown_and_paused() -> None:
    spans = [a_span(0, 100, used=5000), a_span(1, 0, used=5000), a_span(2, 0, used=4000)]
    hours = spend_by_hour(spans, 0, 3 * HOUR_MS)
    assert hours.spends == (100.0, None, 0.0)
    assert hours.paused == frozenset({1})
