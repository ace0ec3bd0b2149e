"""Minutes and hours: what they come to is exactly what the readings say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, Reading, TimeSpan, folded, minutes, spent_between
from usage_tui.core.snapshot import Snapshot

BEGIN_MS = 1_795_000_000_000 // HOUR_MS * HOUR_MS
END_MS = BEGIN_MS + 2 * HOUR_MS


@st.composite
def marked_readings(draw: st.DrawFn) -> list[Reading]:
    """Make readings with gaps, resets, corrections and missing fields, marked as the history marks them."""
    steps = draw(st.lists(st.integers(1, 400_000), min_size=1, max_size=60))
    counts = st.none() | st.integers(0, 5000)
    at_ms, before, counted, made = BEGIN_MS + draw(st.integers(-200_000, 1000)), None, None, []
    for step in steps:
        at_ms += step
        snapshot = Snapshot(concurrency=draw(st.none() | st.integers(0, 120)), concurrency_limit=100, used=draw(counts))
        reading = Reading(at_ms, draw(st.sampled_from([1000, 15_000, 90_000])), snapshot).after(before, counted)
        made.append(reading)
        before = reading
        counted = reading if snapshot.used is not None else counted
    return made


def rolled(
    readings: list[Reading], begin_ms: int = BEGIN_MS - HOUR_MS, end_ms: int = END_MS + 7 * HOUR_MS
) -> list[TimeSpan]:
    earlier = [reading for reading in readings if reading.at_ms < begin_ms]
    counted = [reading for reading in earlier if reading.snapshot.used is not None]
    later = [reading for reading in readings if reading.at_ms >= end_ms][:1]
    return minutes(
        [*(reading for reading in readings if begin_ms <= reading.at_ms < end_ms), *later],
        before=earlier[-1] if earlier else None,
        counted=counted[-1] if counted else None,
        begin_ms=begin_ms,
        end_ms=end_ms,
    )


@given(marked_readings())
def test_the_spend_of_all_minutes_is_the_spend_from_reading_to_reading(readings: list[Reading]) -> None:
    counted = [reading for reading in readings if reading.snapshot.used is not None]
    steps = (spent_between(one.snapshot, two.snapshot, has_reset=two.has_reset) for one, two in pairwise(counted))
    assert sum(span.spend for span in rolled(readings)) == sum(steps)


@given(marked_readings())
def test_what_minutes_cover_and_integrate_is_what_readings_speak_for(readings: list[Reading]) -> None:
    spans = rolled(readings)
    ends = [*(two.at_ms for two in readings[1:]), END_MS * 2]
    held = [
        (min(end, reading.holds_until_ms) - reading.at_ms, reading.snapshot.concurrency)
        for reading, end in zip(readings, ends, strict=True)
        if reading.snapshot.concurrency is not None
    ]
    assert sum(span.covered_ms for span in spans) == sum(lasted for lasted, _ in held)
    assert sum(span.request_ms for span in spans) == sum(lasted * count for lasted, count in held if count)
    assert sum(span.saturated_ms for span in spans) == sum(lasted for lasted, count in held if count and count >= 95)
    assert all(0 <= span.covered_ms <= MINUTE_MS for span in spans)


@given(marked_readings(), st.lists(st.integers(0, 119), max_size=5))
def test_minutes_are_the_same_in_however_many_steps_they_are_rolled_up(
    readings: list[Reading], cuts: list[int]
) -> None:
    edges = [BEGIN_MS - HOUR_MS, *(BEGIN_MS + cut * MINUTE_MS for cut in sorted(set(cuts))), END_MS + 7 * HOUR_MS]
    stepwise = [span for begin, end in pairwise(edges) for span in rolled(readings, begin, end)]
    assert stepwise == rolled(readings)


@given(marked_readings())
def test_hours_add_up_to_their_minutes(readings: list[Reading]) -> None:
    spans = rolled(readings)
    hours = folded(spans, HOUR_MS)
    assert sum(hour.spend for hour in hours) == sum(span.spend for span in spans)
    assert sum(hour.covered_ms for hour in hours) == sum(span.covered_ms for span in spans)
    highs = [span.highest for span in spans if span.highest is not None]
    assert max((hour.highest for hour in hours if hour.highest is not None), default=None) == max(highs, default=None)
    lows = [span.lowest for span in spans if span.lowest is not None]
    assert min((hour.lowest for hour in hours if hour.lowest is not None), default=None) == min(lows, default=None)


def test_a_reset_counts_what_the_new_counter_shows() -> None:
    assert spent_between(Snapshot(used=900), Snapshot(used=40), has_reset=True) == 40


def test_a_correction_takes_credits_back() -> None:
    assert spent_between(Snapshot(used=1000), Snapshot(used=995), has_reset=False) == -5


def test_time_that_nothing_speaks_for_has_no_minute() -> None:
    first = Reading(BEGIN_MS, 1000, Snapshot(concurrency=5, used=10))
    later = Reading(BEGIN_MS + 10 * MINUTE_MS, 1000, Snapshot(concurrency=5, used=70)).after(first, first)
    spans = rolled([first, later])
    assert [(span.start_ms - BEGIN_MS) // MINUTE_MS for span in spans] == [0, 10]
    assert [span.has_gap for span in spans] == [False, True]
    assert [span.spend for span in spans] == [0, 60]


def test_a_gap_within_an_hour_does_not_lie_before_it() -> None:
    first = Reading(BEGIN_MS, 1000, Snapshot(concurrency=5, used=10))
    later = Reading(BEGIN_MS + 10 * MINUTE_MS, 1000, Snapshot(concurrency=5, used=70)).after(first, first)
    spans = rolled([first, later])
    assert [(hour.spend, hour.has_gap) for hour in folded(spans, HOUR_MS)] == [(60, False)]
    assert [(hour.spend, hour.has_gap) for hour in folded(spans[1:], HOUR_MS)] == [(60, True)]


@pytest.mark.parametrize(("late_ms", "has_gap"), [(2000, False), (2001, True)])
def test_a_reading_speaks_for_two_of_its_intervals(late_ms: int, has_gap: bool) -> None:
    first = Reading(BEGIN_MS, 1000, Snapshot(concurrency=5))
    assert Reading(BEGIN_MS + late_ms, 1000, Snapshot(concurrency=5)).after(first, None).has_gap is has_gap
