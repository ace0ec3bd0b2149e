from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import buckets
from usage_tui.core.series import (
    Bucket,
    ConcurrencySeries,
    ConcurrencySummary,
    CounterPoint,
    columns,
    merged,
    spend_per_minute,
    summarise,
)

START = 1_763_808_000  # a multiple of 5 s, and of everything else that a column may be wide


def series_of(
    *readings: tuple[float, int], width_seconds: int = 1, kept: int = 400, limit: int | None = 100, holds: float = 2.0
) -> ConcurrencySeries:
    """Make a series of (seconds after `START`, concurrency)."""
    series = ConcurrencySeries(width_seconds, kept)
    for at, concurrency in readings:
        series.add(START + at, concurrency, limit, holds)
    return series


def shown(series: ConcurrencySeries) -> list[tuple[int, int, float]]:
    """Give each bucket's start (seconds after `START`), peak and covered seconds."""
    return [(bucket.start - START, bucket.peak, bucket.covered_seconds) for bucket in series.buckets()]


def test_nothing_was_seen_of_an_empty_series() -> None:
    assert ConcurrencySeries(1, 400).buckets() == ()


def test_one_reading_shows_at_once_and_covers_no_time_yet() -> None:
    assert shown(series_of((0.5, 7))) == [(0, 7, 0.0)]


@pytest.mark.parametrize(("width", "at", "start"), [(1, 7.9, 7), (5, 7.9, 5), (5, 10.0, 10), (5, 9.999, 5)])
def test_buckets_are_aligned_to_the_clock(width: int, at: float, start: int) -> None:
    assert shown(series_of((at, 3), width_seconds=width)) == [(start, 3, 0.0)]


def test_a_reading_speaks_until_the_next_one() -> None:
    assert shown(series_of((0.25, 7), (1.25, 9))) == [(0, 7, 0.75), (1, 9, 0.25)]


def test_a_bucket_shows_its_peak_and_the_means_are_weighed_by_time() -> None:
    (bucket,) = series_of((0.0, 10), (1.0, 100), (2.0, 30), (4.0, 0), width_seconds=5).buckets()
    assert bucket == Bucket(
        START, 100, START + 1, 100, covered_seconds=4.0, saturated_seconds=1.0, request_seconds=10.0 + 100.0 + 2 * 30.0
    )
    assert bucket.is_saturated


def test_without_a_limit_nothing_is_saturated() -> None:
    first, *_ = series_of((0.0, 1000), (1.0, 0), limit=None).buckets()
    assert (first.saturated_seconds, first.is_saturated) == (0.0, False)


def test_a_gap_stays_a_gap_beyond_the_hold_time() -> None:
    assert shown(series_of((0.0, 7), (10.0, 9), holds=2.0)) == [(0, 7, 1.0), (1, 7, 1.0), (10, 9, 0.0)]


def test_a_wait_within_the_hold_time_is_no_gap() -> None:
    assert shown(series_of((0.0, 7), (3.0, 9), holds=3.0)) == [(0, 7, 1.0), (1, 7, 1.0), (2, 7, 1.0), (3, 9, 0.0)]


def test_the_last_reading_is_not_carried_beyond_itself() -> None:
    assert shown(series_of((0.0, 7), (1.0, 8), (2.0, 9)))[-1] == (2, 9, 0.0)


def test_a_clock_set_back_replaces_what_is_newer() -> None:
    series = series_of((0.0, 1), (1.0, 2), (2.0, 3), (3.0, 4), (1.5, 50), (2.5, 51))
    assert shown(series) == [(0, 1, 1.0), (1, 50, 1.0), (2, 51, 0.5)]


def test_a_clock_set_back_within_a_bucket_covers_nothing_twice() -> None:
    series = series_of((0.0, 1), (0.75, 2), (0.25, 3), (0.5, 4), (1.0, 5))
    assert shown(series) == [(0, 4, 1.0), (1, 5, 0.0)]


def test_a_clock_set_back_by_hours_leaves_nothing_of_the_wrong_time() -> None:
    series = series_of((7200.0, 1), (7201.0, 2), (0.0, 3), (1.0, 4))
    assert shown(series) == [(0, 3, 1.0), (1, 4, 0.0)]


def test_a_clock_set_forward_bridges_no_more_than_the_hold_time() -> None:
    assert shown(series_of((0.0, 1), (86_400.0, 2))) == [(0, 1, 1.0), (1, 1, 1.0), (86_400, 2, 0.0)]


def test_only_the_newest_buckets_are_kept() -> None:
    series = series_of(*((float(second), second) for second in range(1000)), kept=10)
    assert [bucket.start - START for bucket in series.buckets()] == list(range(990, 1000))


def test_a_very_long_hold_is_no_more_work_than_the_series_is_long() -> None:
    series = series_of((0.0, 7), (1e9, 9), kept=3, holds=1e9)
    assert shown(series) == [(999_999_998, 7, 1.0), (999_999_999, 7, 1.0), (1_000_000_000, 9, 0.0)]


STEPS = st.one_of(
    st.floats(0, 3), st.floats(0, 100), st.floats(-3, 0), st.floats(-200, 0), st.sampled_from([0.0, 1.0, 5.0, -1.0])
)
READINGS = st.lists(st.tuples(STEPS, st.integers(0, 200), st.none() | st.integers(0, 150), st.floats(0, 40)))


@given(READINGS, st.sampled_from([1, 5, 60]), st.sampled_from([3, 400]))
def test_whatever_the_clock_does_buckets_are_ordered_aligned_bounded_and_covered_once(
    readings: list[tuple[float, int, int | None, float]], width: int, kept: int
) -> None:
    series = ConcurrencySeries(width, kept)
    at = float(START)
    for step, concurrency, limit, holds in readings:
        at += step
        series.add(at, concurrency, limit, holds)
        seen = series.buckets()
        assert len(seen) <= kept
        assert all(bucket.start % width == 0 for bucket in seen)
        assert all(earlier.start < later.start for earlier, later in pairwise(seen))
        assert seen[-1].start <= at < seen[-1].start + width
        for bucket in seen:
            assert bucket.start <= bucket.peak_at < bucket.start + width
            assert 0 <= bucket.saturated_seconds <= bucket.covered_seconds <= width
            assert 0 <= bucket.request_seconds <= bucket.peak * width


@given(
    st.lists(st.tuples(st.floats(0, 30), st.integers(0, 200)), min_size=1), st.floats(0, 10), st.sampled_from([1, 5])
)
def test_covered_time_is_the_time_that_readings_speak_for(
    readings: list[tuple[float, int]], holds: float, width: int
) -> None:
    series = ConcurrencySeries(width, 10_000)
    at = float(START)
    times = []
    for step, concurrency in readings:
        at += step
        times.append(at)
        series.add(at, concurrency, 100, holds)
    spoken_for = sum(min(later - earlier, holds) for earlier, later in pairwise(times))
    assert sum(bucket.covered_seconds for bucket in series.buckets()) == pytest.approx(spoken_for, abs=1e-4)
    peaks = [bucket.peak for bucket in series.buckets()]
    assert max(peaks) == max(concurrency for _, concurrency in readings)
    assert set(peaks) <= {concurrency for _, concurrency in readings}


def test_two_buckets_fold_into_one_with_the_limit_of_the_peak() -> None:
    one = Bucket(START, 5, START, 10, covered_seconds=1.0, saturated_seconds=0.25, request_seconds=5.0)
    other = Bucket(START + 1, 8, START + 1, 20, covered_seconds=0.5, saturated_seconds=0.5, request_seconds=4.0)
    assert merged(one, other) == Bucket(START, 8, START + 1, 20, 1.5, 0.75, 9.0)


def test_columns_fold_buckets_and_leave_gaps() -> None:
    seen = buckets([1, 2, 3, None, None, None, 7, 8, None, 9], start=START)
    folded = columns(seen, START, width_seconds=3, count=3)
    assert [column and (column.start - START, column.peak, column.covered_seconds) for column in folded] == [
        (0, 3, 3.0),
        None,
        (6, 8, 2.0),
    ]


def test_columns_leave_out_what_lies_before_and_after() -> None:
    seen = buckets([1, 2, 3, 4, 5], start=START)
    assert [column and column.peak for column in columns(seen, START + 1, width_seconds=1, count=3)] == [2, 3, 4]


def test_a_summary_names_the_first_peak_and_weighs_by_covered_time() -> None:
    seen = (*buckets([10, 100, 100], start=START), None, Bucket(START + 9, 0, START + 9, 100, 2.0, 0.0, 0.0))
    assert summarise(seen) == ConcurrencySummary(
        peak=100, peak_at=START + 1, mean=210 / 5, saturated_share=2 / 5, covered_seconds=5.0
    )


def test_a_peak_keeps_its_moment_however_wide_the_column() -> None:
    readings = [(float(second), 90 if second in (95, 97) else 10) for second in range(120)]
    folded = columns(series_of(*readings, width_seconds=5).buckets(), START, width_seconds=50, count=3)
    summary = summarise(folded)
    assert summary is not None
    assert (summary.peak, summary.peak_at) == (90, START + 95)


def test_a_peak_that_is_held_was_seen_when_it_was_read() -> None:
    seen = series_of((3.5, 90), (20.0, 10), width_seconds=5, holds=12.0).buckets()
    assert [(bucket.start - START, bucket.peak_at - START) for bucket in seen] == [
        (0, 3),
        (5, 5),
        (10, 10),
        (15, 15),
        (20, 20),
    ]


def test_gaps_alone_have_no_summary() -> None:
    assert summarise([None, None]) is None
    assert summarise([]) is None


@pytest.mark.parametrize(("concurrency", "share"), [(7, 0.0), (95, 1.0)])
def test_a_single_reading_is_its_own_summary(concurrency: int, share: float) -> None:
    seen = series_of((0.5, concurrency)).buckets()
    assert summarise(seen) == ConcurrencySummary(concurrency, START, float(concurrency), share, 0.0)


def points(*steps: tuple[float, int], failed: int | None = 0) -> list[CounterPoint]:
    """Make the points of a counter: (seconds, credits used); the first is no change."""
    return [CounterPoint(at, used, failed, is_change=number > 0) for number, (at, used) in enumerate(steps)]


def pace(seen: list[CounterPoint], now: float, window: float = 300.0) -> float | None:
    """Give the pace at `now` of a counter that moves every 15 s."""
    return spend_per_minute(seen, now, window_seconds=window, refresh_seconds=15.0)


def test_the_pace_is_unknown_until_two_changes_were_seen() -> None:
    assert pace([], 0.0) is None
    assert pace(points((0, 1000)), 10.0) is None
    assert pace(points((0, 1000), (7, 1100)), 20.0) is None
    assert pace(points((0, 1000), (7, 1100), (22, 1150)), 22.0) == pytest.approx(200.0)


def test_between_two_changes_the_pace_stays() -> None:
    seen = points((0, 1000), (7, 1100), (22, 1150))
    assert pace(seen, 67.0) == pace(seen, 22.0)


def test_the_first_value_seen_does_not_inflate_the_pace() -> None:
    seen = points((14.9, 0), (15, 1000), (30, 1010))
    assert pace(seen, 30.0) == pytest.approx(40.0)


def test_a_change_that_was_seen_late_does_not_inflate_the_pace() -> None:
    assert pace(points((0, 1000), (27, 1010), (30, 1020)), 30.0) == pytest.approx(40.0)


def test_after_a_gap_the_pace_begins_anew() -> None:
    seen = [*points((0, 0), (15, 10), (30, 20)), CounterPoint(100, 5000, 0, is_change=False)]
    assert pace(seen, 100.0) is None
    seen.append(CounterPoint(101, 5010, 0, is_change=True))
    assert pace(seen, 101.0) is None
    seen.append(CounterPoint(116, 5020, 0, is_change=True))
    assert pace(seen, 116.0) == pytest.approx(40.0)


def test_a_counter_that_stands_for_three_refreshes_is_idle() -> None:
    assert pace(points((0, 1000)), 45.0) is None
    assert pace(points((0, 1000)), 45.1) == 0.0
    assert pace(points((0, 1000), (7, 1100)), 52.1) == 0.0


def test_idle_time_lowers_the_pace() -> None:
    seen = points((0, 0), (15, 0), (30, 100))
    assert pace(seen, 75.0) == pytest.approx(400.0)
    assert pace(seen, 75.1) == pytest.approx(60 * 100 / 60.1)


def test_the_pace_forgets_what_lies_before_its_window() -> None:
    seen = points((0, 0), (15, 100_000), (400, 100_010), (415, 100_020))
    assert pace(seen, 415.0) == pytest.approx(40.0)
    assert pace(seen, 415.0, window=15.0) == pytest.approx(40.0)
    assert pace(seen, 415.0, window=14.9) is None
    assert pace(seen, 716.0) == 0.0


def test_a_corrected_counter_is_no_negative_pace() -> None:
    assert pace(points((0, 1000), (15, 1000), (30, 995)), 30.0) == 0.0


@given(
    st.lists(st.tuples(st.floats(0.01, 400), st.integers(-50, 5000), st.booleans()), max_size=30),
    st.floats(0, 2000),
)
def test_the_pace_is_never_negative_nor_above_the_steepest_step(
    steps: list[tuple[float, int, bool]], later: float
) -> None:
    seen: list[CounterPoint] = []
    at, used = 0.0, 10_000
    for seconds, credits_spent, is_change in steps:
        at, used = at + seconds, used + credits_spent
        seen.append(CounterPoint(at, used, 0, is_change and bool(seen)))
    now = at + later
    found = pace(seen, now)
    if found is not None:
        steepest = max((60 * step / seconds for seconds, step, _ in steps[1:]), default=0.0)
        assert 0.0 <= found <= max(0.0, steepest) * (1 + 1e-9)
