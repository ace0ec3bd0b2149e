"""The time a chart shows: steps that fit its columns, cycles and the ones before them, an axis of round times."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import CYCLE, NOW, a_snapshot, utc
from usage_tui.core.cycle import Cycle
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, TimeSpan, epoch_ms
from usage_tui.core.stretch import Stretch, axis, cycle_before, of_cycle, recent, step_for

NOW_MS = epoch_ms(NOW)


def words(shown: Stretch, columns: int, zone: timezone | ZoneInfo | None = None, *, is_live: bool = False) -> str:
    """Give the text of an axis."""
    return "".join(span.text for span in axis(shown, columns, zone or UTC, is_live=is_live))


@given(seconds=st.integers(1, 400 * 86_400), columns=st.integers(1, 400), now_ms=st.integers(0, 2**42))
def test_last_seconds_fit_the_columns_and_end_with_now(seconds: int, columns: int, now_ms: int) -> None:
    shown = recent(seconds, now_ms, columns, least_step_ms=1000)
    assert len(range(shown.begin_ms, shown.end_ms, shown.step_ms)) <= max(columns, -(-seconds // (336 * 3600)))
    assert shown.begin_ms % shown.step_ms == shown.end_ms % shown.step_ms == 0
    assert shown.end_ms - shown.begin_ms >= 1000 * seconds
    assert shown.begin_ms <= shown.until_ms == now_ms < shown.end_ms


def test_step_is_the_shortest_that_fits_and_never_shorter_than_told() -> None:
    assert step_for(24 * HOUR_MS, 96) == 15 * MINUTE_MS
    assert step_for(24 * HOUR_MS, 95) == 20 * MINUTE_MS
    assert step_for(600_000, 600, least_ms=15_000) == 15_000


def test_closer_look_lies_around_its_moment_and_not_after_now() -> None:
    centre_ms = NOW_MS - 5 * DAY_MS
    shown = recent(86_400, NOW_MS, 96, least_step_ms=1000, centre_ms=centre_ms)
    assert abs((shown.begin_ms + shown.end_ms) / 2 - centre_ms) <= shown.step_ms
    assert shown.until_ms == shown.end_ms
    assert recent(86_400, NOW_MS, 96, least_step_ms=1000, centre_ms=NOW_MS - HOUR_MS).until_ms == NOW_MS


def test_cycle_ends_with_now_or_with_its_renewal() -> None:
    past, whole = (of_cycle(CYCLE, NOW_MS, 100, has_future=has_future) for has_future in (False, True))
    assert (past.begin_ms, past.end_ms, past.until_ms) == (epoch_ms(CYCLE.started_at), NOW_MS, NOW_MS)
    assert (whole.end_ms, whole.until_ms) == (epoch_ms(CYCLE.resets_at), NOW_MS)


def test_clock_before_the_cycle_makes_a_stretch_of_some_length() -> None:
    shown = of_cycle(CYCLE, epoch_ms(CYCLE.started_at) - DAY_MS, 100, has_future=False)
    assert shown.end_ms > shown.begin_ms


def a_span(at_ms: int, *, said: bool = True, has_reset: bool = False) -> TimeSpan:
    start = utc(2026, 10, 20, 6) if said else None
    return TimeSpan(at_ms, a_snapshot(cycle_started_at=start), has_reset=has_reset)


def test_cycle_before_begins_when_its_samples_said() -> None:
    before = cycle_before(CYCLE, [a_span(epoch_ms(CYCLE.started_at) - HOUR_MS)])
    assert before == Cycle(utc(2026, 10, 20, 6), CYCLE.started_at, is_assumed=False)


def test_sample_that_says_the_new_start_too_early_is_not_believed() -> None:
    early = TimeSpan(epoch_ms(CYCLE.started_at) - HOUR_MS, a_snapshot(cycle_started_at=CYCLE.started_at))
    assert cycle_before(CYCLE, [early]).started_at == utc(2026, 10, 3, 10)


def test_cycle_before_begins_with_the_last_reset_where_nobody_said() -> None:
    starts = [epoch_ms(utc(2026, 10, day)) for day in (5, 12, 20)]
    spans = [a_span(at_ms, said=False, has_reset=number < 2) for number, at_ms in enumerate(starts)]
    assert cycle_before(CYCLE, spans).started_at == utc(2026, 10, 12)


def test_cycle_before_is_assumed_where_nothing_was_seen_of_it() -> None:
    assert cycle_before(CYCLE, []) == Cycle(utc(2026, 10, 3, 10), CYCLE.started_at, is_assumed=True)
    annual = Cycle(utc(2026, 3, 1), utc(2027, 3, 1), is_assumed=False)
    assert cycle_before(annual, []).started_at == utc(2025, 3, 1)


def test_axis_names_round_times_of_the_users_day_at_their_cells() -> None:
    midnight_ms = epoch_ms(utc(2026, 11, 22))
    shown = Stretch(midnight_ms - 12 * HOUR_MS, midnight_ms + 12 * HOUR_MS, 15 * MINUTE_MS, midnight_ms + 12 * HOUR_MS)
    text = words(shown, 96)
    assert text.index("22 Nov") == 48
    assert text.index("06:00") == 72
    there = words(shown, 96, ZoneInfo("Asia/Kolkata"))
    assert there.index("22 Nov") == 26


def test_axis_stays_right_over_a_change_of_the_clocks() -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin_ms = epoch_ms(utc(2026, 10, 24, 12))
    text = words(Stretch(begin_ms, begin_ms + 48 * HOUR_MS, HOUR_MS, begin_ms + 48 * HOUR_MS), 96, zone)
    assert (text.index("25 Oct"), text.index("26 Oct")) == (20, 70)


@pytest.mark.parametrize("columns", [1, 2, 3, 5, 9, 33, 110])
@pytest.mark.parametrize("length_ms", [600_000, HOUR_MS, DAY_MS, 7 * DAY_MS, 31 * DAY_MS, 366 * DAY_MS])
def test_axis_is_as_wide_as_the_plot_and_its_labels_stand_apart(columns: int, length_ms: int) -> None:
    begin_ms = NOW_MS - length_ms + 1000
    text = words(Stretch(begin_ms, NOW_MS + 1000, 1000, NOW_MS), columns, is_live=True)
    assert len(text) == columns
    assert ("now" in text) == (columns >= 3)
    assert columns < 33 or len(text.split("  ")) > 2


def test_now_stands_where_time_has_come_to() -> None:
    shown = of_cycle(CYCLE, NOW_MS, 100, has_future=True)
    passed = (NOW - CYCLE.started_at) / timedelta(days=30)
    assert abs(words(shown, 100, is_live=True).index("now") + 1 - 100 * passed) <= 1
