"""What holds for every forecast, whatever was spent."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isclose, isfinite

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from tests.makers import utc
from usage_tui.core.cycle import Cycle
from usage_tui.core.forecast import HOUR, Analysis, Forecast, analyse, fan, forecast

ENDED = utc(2026, 11, 22, 10)
DAY = 24 * HOUR
AMOUNTS = st.sampled_from([0.0, 0.0, 1.0, 40.0, 2500.0]) | st.floats(0, 1e9) | st.integers(0, 10**6).map(float)
HOURS = st.lists(st.none() | AMOUNTS, max_size=400) | st.builds(
    lambda amounts, times: amounts * times, st.lists(st.none() | AMOUNTS, min_size=1, max_size=60), st.integers(1, 40)
)
CYCLES = st.builds(
    lambda elapsed, left: Cycle(ENDED - elapsed, ENDED + left, is_assumed=False),
    st.timedeltas(timedelta(0), 400 * DAY),
    st.timedeltas(HOUR, 366 * DAY),
)
MINUTES = st.integers(0, 59).map(lambda minutes: ENDED + timedelta(minutes=minutes))


def analysed(hours: list[float | None], cycle: Cycle, unseen: float | None) -> tuple[Analysis, float]:
    """Analyse hours of which the cycle's counter passed `unseen` credits more than they tell; and give its count."""
    cycle_hours = int(-((cycle.started_at - ENDED) // HOUR))
    known = sum(hour or 0.0 for hour in hours[max(0, len(hours) - cycle_hours) :])
    spent = known + (unseen or 0.0)
    return analyse(hours, ENDED, cycle_started_at=cycle.started_at, spent=None if unseen is None else spent), spent


@given(HOURS, CYCLES, st.none() | AMOUNTS, AMOUNTS, st.none() | AMOUNTS, MINUTES)
def test_a_forecast_is_in_order_in_bounds_and_never_before_now(
    hours: list[float | None], cycle: Cycle, unseen: float | None, running: float, room: float | None, now: datetime
) -> None:
    analysis, spent = analysed(hours, cycle, unseen)
    used = spent + running
    ceiling = None if room is None else used + room
    coming = forecast(analysis, used=used, ceiling=ceiling, cycle=cycle, now=now)
    if coming is None:
        assert analysis.pace is None or ceiling == used or not cycle.started_at <= now < cycle.resets_at
        return
    assert used <= coming.total_p10 <= coming.total_p50 <= coming.total_p90 < float("inf")
    assert all(isfinite(number) for number in astuple(coming) if isinstance(number, float))
    if coming.chance is not None:
        nearness = min(1.0, (cycle.resets_at - now) / (7 * DAY))
        assert 0.02 * nearness <= coming.chance <= 1 - 0.01 * nearness
    for run_out in (coming.run_out_p10, coming.run_out_p50):
        assert run_out is None or now <= run_out <= cycle.resets_at
    if coming.run_out_p50 is not None:
        assert coming.run_out_p10 is not None
        assert coming.run_out_p10 <= coming.run_out_p50


@given(HOURS, CYCLES, AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_higher_ceiling_is_never_likelier_nor_sooner_reached(
    hours: list[float | None], cycle: Cycle, unseen: float, room: float, more: float
) -> None:
    analysis, used = analysed(hours, cycle, unseen)
    lower, higher = (
        forecast(analysis, used=used, ceiling=used + 1 + add, cycle=cycle, now=ENDED) for add in (room, room + more)
    )
    if lower is None or higher is None or lower.chance is None or higher.chance is None:
        return
    assert higher.chance <= lower.chance
    for sooner, later in ((lower.run_out_p10, higher.run_out_p10), (lower.run_out_p50, higher.run_out_p50)):
        assert later is None or (sooner is not None and sooner <= later)


@given(HOURS, CYCLES, AMOUNTS, AMOUNTS, st.sampled_from([0.5, 4.0, 1024.0]))
def test_credits_counted_in_another_unit_change_nothing_but_the_unit(
    hours: list[float | None], cycle: Cycle, unseen: float, room: float, unit: float
) -> None:
    one, used = analysed(hours, cycle, unseen)
    other, _ = analysed([None if hour is None else unit * hour for hour in hours], cycle, unit * unseen)
    here = forecast(one, used=used, ceiling=used + room, cycle=cycle, now=ENDED)
    there = forecast(other, used=unit * used, ceiling=unit * (used + room), cycle=cycle, now=ENDED)
    assert (here is None) == (there is None)
    if here is None or there is None or here.chance is None or there.chance is None:
        return
    assert isclose(unit * here.total_p50, there.total_p50)
    assert isclose(unit * here.total_p90, there.total_p90)
    assert isclose(here.chance, there.chance, rel_tol=1e-6)


@given(HOURS, CYCLES, AMOUNTS, MINUTES, st.integers(1, 40))
def test_the_fan_goes_from_what_is_used_to_the_forecast(
    hours: list[float | None], cycle: Cycle, unseen: float, now: datetime, steps: int
) -> None:
    analysis, used = analysed(hours, cycle, unseen)
    coming = forecast(analysis, used=used, ceiling=None, cycle=cycle, now=now)
    points = fan(analysis, used=used, cycle=cycle, now=now, steps=steps)
    if coming is None:
        assert points == ()
        return
    assert len(points) == steps + 1
    assert astuple(points[0]) == (now, used, used, used)
    assert points[-1].at == cycle.resets_at
    assert _totals(coming) == astuple(points[-1])[1:]
    assert all(used <= point.p10 <= point.p50 <= point.p90 for point in points)


def _totals(coming: Forecast) -> tuple[float, float, float]:
    return coming.total_p10, coming.total_p50, coming.total_p90
