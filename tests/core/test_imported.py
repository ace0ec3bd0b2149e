"""What imported rows come to."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from usage_tui.core.hourly import spend_by_hour
from usage_tui.core.imported import as_kept, marked, step_width, with_intervals
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, Reading, TimeSpan
from usage_tui.core.snapshot import Snapshot

BEGIN_MS = 1_795_000_000_000 // (24 * HOUR_MS) * 24 * HOUR_MS
LATER_MS = BEGIN_MS + 1000 * HOUR_MS


def a_step(start_ms: int, *, spend: int = 0, used: int | None = None) -> TimeSpan:
    return TimeSpan(start_ms, Snapshot(used=used), spend=spend)


def test_an_interval_is_the_time_to_the_nearer_neighbour() -> None:
    moments = [0, 1000, 2000, 17_000, 32_000, 900_000, 900_050]
    found = with_intervals(Reading(BEGIN_MS + at, 0, Snapshot()) for at in moments)
    assert [reading.interval_ms for reading in found] == [1000, 1000, 1000, 15_000, 15_000, 200, 200]
    (alone,) = with_intervals([Reading(BEGIN_MS, 0, Snapshot())])
    assert alone.interval_ms == 1000


@pytest.mark.parametrize(
    ("least", "common", "covered", "width"),
    [
        (HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS),
        (2 * HOUR_MS, HOUR_MS, 5000, HOUR_MS),
        (15_000, 15_000, 15_000, 15_000),
        (300_000, 60_000, 60_000, MINUTE_MS),
        (None, 24 * HOUR_MS, HOUR_MS, HOUR_MS),
        (None, 24 * HOUR_MS, 8000, HOUR_MS),
        (None, 24 * HOUR_MS, 2 * HOUR_MS, 24 * HOUR_MS),
        (None, 7 * MINUTE_MS, 8000, MINUTE_MS),
        (None, 7000, 1000, None),
        (MINUTE_MS, MINUTE_MS, HOUR_MS, None),
    ],
)
def test_the_width_of_steps_is_told_by_their_times_and_what_they_cover(
    least: int | None, common: int, covered: int, width: int | None
) -> None:
    assert step_width(least, common, covered) == width


def test_gaps_and_resets_between_steps_are_marked() -> None:
    steps = [a_step(BEGIN_MS + hour * HOUR_MS, used=used) for hour, used in ((0, 100), (1, 200), (3, 250), (4, 20))]
    found = list(marked(steps, HOUR_MS))
    assert [step.has_gap for step in found] == [False, False, True, False]
    assert [step.has_reset for step in found] == [False, False, False, True]


def test_a_day_is_shared_out_evenly_and_its_counters_grow() -> None:
    day = replace(a_step(BEGIN_MS, spend=100, used=1100), covered_ms=24 * HOUR_MS, request_ms=7, lowest=1, highest=5)
    hours = as_kept([day], 24 * HOUR_MS, LATER_MS)
    assert len(hours) == 24
    assert (sum(hour.spend for hour in hours), sum(hour.request_ms for hour in hours)) == (100, 7)
    used = [hour.last.used or 0 for hour in hours]
    assert used == sorted(used)
    assert used[-1] == 1100
    assert {hour.covered_ms for hour in hours} == {HOUR_MS}


def test_a_reset_in_a_day_lies_where_its_counters_begin() -> None:
    day = replace(a_step(BEGIN_MS, spend=2400, used=1200), has_reset=True)
    hours = as_kept([day], 24 * HOUR_MS, LATER_MS)
    assert [hour.has_reset for hour in hours] == [True] + [False] * 23
    used = [hour.last.used or 0 for hour in hours]
    assert (used[0], used[-1]) == (0, 1200)
    assert used == sorted(used)


def test_a_day_that_is_not_over_is_shared_out_up_to_now() -> None:
    hours = as_kept([a_step(BEGIN_MS, spend=100)], 24 * HOUR_MS, BEGIN_MS + 5 * HOUR_MS)
    assert [hour.spend for hour in hours] == [20] * 5


def test_hours_of_which_the_spend_alone_is_known_serve_the_forecast() -> None:
    steps = [replace(a_step(BEGIN_MS + hour * HOUR_MS, spend=hour), covered_ms=HOUR_MS) for hour in range(3)]
    assert spend_by_hour(steps, BEGIN_MS, BEGIN_MS + 4 * HOUR_MS).spends == (0, 1, 2, None)
