"""The forecast against known values, step by step, and against the method written down once more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import cbrt, exp, sin, sqrt
from random import Random

import pytest

from tests.core.plain_forecast import plain_forecast
from tests.makers import utc
from usage_tui.core.cycle import Cycle
from usage_tui.core.days import Days, days_of, hour_factors, weekday_factors, without_spikes
from usage_tui.core.forecast import HOUR, Analysis, analyse, fan, forecast, reached_at
from usage_tui.core.pace import blended_pace, jump
from usage_tui.core.spread import Z_OF_TENTH, Spread, chance_above, factor, spread_of

ENDED = utc(2026, 11, 22, 10)
EVEN = (1.0,) * 7


def a_cycle(days_passed: float, days_left: float) -> Cycle:
    """Make a cycle around `ENDED`."""
    return Cycle(ENDED - timedelta(days=days_passed), ENDED + timedelta(days=days_left), is_assumed=False)


def whole_days(*spends: float) -> Days:
    """Make days that were all seen, the latest first."""
    return Days(spends, (1.0,) * len(spends), (1.0,) * len(spends))


def weekly_hours(seed: int, days: int, *, unevenness: float = 0.5) -> list[float | None]:
    """Make hours with a week, a day and noise."""
    random = Random(seed)  # noqa: S311 -- the same series each time
    return [
        random.lognormvariate(5, unevenness) * (0.3 if day % 7 > 4 else 1.0) * (1.5 if 8 <= hour < 18 else 0.6)
        for day in range(days)
        for hour in range(24)
    ]


def grown(seed: int) -> list[float | None]:
    """Make steady hours that grow by half a percent a day."""
    hours = weekly_hours(seed, 60, unevenness=0.1)
    return [None if hour is None else hour * 1.005 ** (age // 24) for age, hour in enumerate(hours)]


def with_holes(seed: int) -> list[float | None]:
    """Make hours with long gaps and a backfill."""
    hours = weekly_hours(seed, 90)
    hours[300:420] = [None] * 120
    hours[1900:1950] = [None] * 50
    hours[1000] = 1e6
    return hours


def jumped(seed: int) -> list[float | None]:
    """Make hours of which the last three days are four times as dear."""
    hours = weekly_hours(seed, 40, unevenness=0.2)
    return hours[:-72] + [None if hour is None else 4 * hour for hour in hours[-72:]]


@pytest.mark.parametrize(
    "hours",
    [
        weekly_hours(1, 100),
        weekly_hours(2, 12),
        weekly_hours(3, 57, unevenness=0.05)[5:],
        weekly_hours(4, 35, unevenness=2.0),
        grown(5),
        with_holes(6),
        jumped(7),
        [None] * 200 + weekly_hours(8, 6)[-100:],
    ],
    ids=["season", "fortnight", "steady", "bursts", "growth", "holes", "jump", "installed"],
)
@pytest.mark.parametrize("unseen", [0.0, 5_000.0])
def test_the_method_comes_to_what_it_comes_to_when_written_plainly(hours: list[float | None], unseen: float) -> None:
    cycle = a_cycle(11, 19 - 7 / 24)
    used = sum(hour or 0.0 for hour in hours[-11 * 24 :]) + unseen
    ceiling = 2.4 * used
    analysis = analyse(hours, ENDED, cycle_started_at=cycle.started_at, spent=used)
    coming = forecast(analysis, used=used, ceiling=ceiling, cycle=cycle, now=ENDED)
    assert coming is not None
    padded = [None] * max(0, 11 * 24 - len(hours)) + hours
    low, likely, high, chance = plain_forecast(padded, 11 * 24, used, ceiling, 19 * 24 - 7)
    assert (coming.total_p10, coming.total_p50, coming.total_p90) == pytest.approx((low, likely, high))
    assert coming.chance == pytest.approx(chance)


def test_unknown_hours_of_the_cycle_share_what_passed_unseen() -> None:
    hours = [7.0, None, 1.0, None, None, 3.0]
    days = days_of(hours, 2.5, 4, ())
    assert days == Days((1.0 + 2.5 + 2.5 + 3.0 + 7.0,), (5 / 24,), (3 / 24,))
    assert days_of(hours, 2.5, 4, {3}).spend == (13.5,)
    assert days_of(hours, 2.0, 30, ()).spend == (11.0 + 2.0 * 21, 2.0 * 6)
    assert days_of(hours, None, 30, ()) == Days((11.0,), (3 / 24,), (3 / 24,))


def test_what_passed_unseen_is_what_the_counter_says_beyond_the_hours() -> None:
    analysis = analyse([None, 5.0, None, 5.0], ENDED, cycle_started_at=ENDED - 10 * HOUR, spent=58)
    assert analysis.known_days == pytest.approx(10 / 24)
    assert analysis.pace is not None
    assert analysis.pace.reference == pytest.approx(58 / 10 * 24)
    assert analyse([None, 5.0], ENDED, cycle_started_at=ENDED - 10 * HOUR, spent=1).pace is not None


def test_days_go_back_at_most_a_hundred() -> None:
    assert len(days_of([1.0] * 3000, None, 0, ()).spend) == 100
    assert len(days_of([1.0], 1.0, 9000, ()).spend) == 100


def test_older_hours_of_a_long_cycle_tell_how_much_of_it_was_seen() -> None:
    analysis = analyse([2.0] * 24 * 200, ENDED, cycle_started_at=ENDED - 300 * 24 * HOUR, spent=2.0 * 24 * 200)
    assert analysis.pace is not None
    assert analysis.pace.reference == pytest.approx(48)


@pytest.mark.parametrize(
    ("spends", "largest"),
    [
        ((1.0, 2.0, 90.0, 1.0), 6.0),
        ((1.0, 2.0, 90.0), 6.0),
        ((1.0, 2.0, 5.0), 5.0),
        ((1.0, 90.0), 90.0),
        ((0.0, 0.0, 90.0), 90.0),
    ],
)
def test_a_backfill_counts_as_three_times_the_second_largest_day(spends: tuple[float, ...], largest: float) -> None:
    assert max(without_spikes(whole_days(*spends)).spend) == largest


def test_each_four_weeks_have_their_own_backfill_among_seen_days() -> None:
    days = whole_days(*[1.0] * 27, 50.0, *[1.0] * 10, 70.0)
    assert [spend for spend in without_spikes(days).spend if spend != 1.0] == [3.0, 3.0]
    days = whole_days(*[1.0] * 27, 40.0, 50.0, *[1.0] * 10)
    assert [spend for spend in without_spikes(days).spend if spend != 1.0] == [3.0, 3.0]
    unseen = Days((90.0, 1.0, 1.0, 1.0), (1.0,) * 4, (0.5, 1.0, 1.0, 1.0))
    assert without_spikes(unseen) == unseen


def test_weekdays_are_drawn_to_the_mean_by_one_more_day() -> None:
    assert weekday_factors(whole_days(5.0)) == EVEN
    days = whole_days(*[30.0, *[10.0] * 6] * 4)
    factors = weekday_factors(days)
    assert sum(factors) == pytest.approx(7)
    assert factors[0] / factors[1] == pytest.approx(_drawn(30, days) / _drawn(10, days), rel=0.02)
    assert weekday_factors(whole_days(0.0, 0.0)) == weekday_factors(Days((), (), ())) == EVEN


def _drawn(spend: float, days: Days) -> float:
    """Say roughly what four days of a weekday and one of the mean come to."""
    mean = sum(days.spend) / len(days.spend)
    return (3.6 * spend + mean) / (3.6 * mean + mean)


def test_hours_of_the_day_begin_with_the_one_that_comes() -> None:
    factors = hour_factors(([8.0] + [1.0] * 23) * 30)
    assert factors.index(max(factors)) == 0
    assert sum(factors) == pytest.approx(24)
    assert max(factors) == pytest.approx(8 * 24 / 31, rel=0.05)
    assert hour_factors([None, 0.0]) == (1.0,) * 24


def test_the_same_spend_every_day_is_the_pace() -> None:
    pace = blended_pace(whole_days(*[240.0] * 60), EVEN)
    assert pace is not None
    assert pace.reference == pytest.approx(240)
    assert pace.unevenness == pytest.approx(0.1 / 35.5)
    assert pace.credits == pytest.approx(240)
    assert (pace.split, pace.strayed) == pytest.approx((0, 0))
    assert pace.fortnights == pytest.approx((1 - 0.98**43) / 0.02 / 14)
    assert pace.weights == pytest.approx((1 / 3,) * 3)
    assert blended_pace(whole_days(0.0, 0.0), EVEN) is None
    assert blended_pace(Days((), (), ()), EVEN) is None


def test_growth_goes_on_where_the_last_weeks_and_those_before_show_it() -> None:
    def credits_a_day(*days: float) -> float:
        pace = blended_pace(whole_days(*days), EVEN)
        assert pace is not None
        return pace.credits

    grows = [1000.0 * 0.99**day for day in range(90)]
    falls = [1000.0 * 1.01**day for day in range(90)]
    lately = credits_a_day(*grows[:45])
    assert 1.03 * lately < credits_a_day(*grows) < 1.1 * lately
    assert credits_a_day(*grows[:38], *[grows[38]] * 52) == pytest.approx(lately, rel=0.01)
    assert credits_a_day(*falls) == pytest.approx(credits_a_day(*falls[:45]), rel=0.01)


def test_the_memory_that_would_have_predicted_the_last_weeks_counts_most() -> None:
    stepped = blended_pace(whole_days(*[300.0] * 14, *[100.0] * 60), EVEN)
    restless = blended_pace(whole_days(*[100.0, 20.0, 40.0] * 25), EVEN)
    assert stepped is not None
    assert restless is not None
    assert stepped.weights[0] > stepped.weights[1] > stepped.weights[2]
    assert restless.weights[0] < restless.weights[2]


@pytest.mark.parametrize(
    ("new", "old", "pace"),
    [
        ((400.0, 420.0, 380.0), (100.0,) * 5, 400.0),
        ((400.0, 420.0, 380.0), (100.0,) * 4, None),
        ((100.0, 1000.0, 110.0), (100.0,) * 10, None),
        ((20.0, 20.0, 20.0), (100.0,) * 10, None),
        ((140.0, 140.0, 140.0), (100.0,) * 10, None),
        ((141.0, 141.0, 141.0), (100.0,) * 10, 141.0),
        ((400.0, 400.0, 400.0), (0.0, 300.0) * 10, None),
        ((5.0, 5.0, 5.0), (0.0,) * 10, 5.0),
        ((260.0, 260.0, 260.0), (50.0, 150.0) * 5, 260.0),
        ((250.0, 250.0, 250.0), (50.0, 150.0) * 5, None),
        ((170.0, 170.0, 500.0), (50.0, 150.0) * 5, None),
        ((141.0, 141.0, 141.0), (*[100.0] * 25, 1e6), 141.0),
        ((141.0, 141.0, 141.0), (*[100.0] * 24, 1e6), None),
    ],
)
def test_a_jump_is_upwards_plain_and_three_days_long(
    new: tuple[float, ...], old: tuple[float, ...], pace: float | None
) -> None:
    assert jump(whole_days(*new, *old), EVEN) == pace


def test_a_jump_takes_three_quarters_of_the_weight() -> None:
    pace = blended_pace(whole_days(400.0, 400.0, 400.0, *[100.0] * 40), EVEN)
    assert pace is not None
    assert pace.weights[3] == 0.75
    assert sum(pace.weights) == pytest.approx(1)
    unseen = Days((400.0,) * 3 + (100.0,) * 40, (1.0,) * 43, (0.4,) + (1.0,) * 42)
    assert jump(unseen, EVEN) is None


def test_the_range_is_as_wide_as_that_of_a_gamma_around_the_pace() -> None:
    """Chi-squared of 20 degrees of freedom, from its table: the gamma of mean 1 and variance .1, times 20."""
    low, middle, high = (cbrt(20 * factor(0.1, z)) for z in (-Z_OF_TENTH, 0.0, Z_OF_TENTH))
    assert [low - middle, high - middle] == pytest.approx(
        [cbrt(12.443) - cbrt(19.337), cbrt(28.412) - cbrt(19.337)], rel=0.002
    )
    assert factor(0.1, 0.0) == 1
    assert factor(6.0, -Z_OF_TENTH) == 0.0


def test_the_middle_of_what_is_very_uncertain_lies_below_the_pace() -> None:
    assert factor(0.12, 0.0) == 1
    assert 1 > factor(0.5, 0.0) > factor(1.0, 0.0) > 0.7


@pytest.mark.parametrize("variance", [0.001, 0.1, 1.0, 5.9])
def test_the_chance_of_a_quantile_is_the_quantiles(variance: float) -> None:
    assert chance_above(factor(variance, 0.0), variance) == pytest.approx(0.5)
    assert chance_above(factor(variance, Z_OF_TENTH), variance) == pytest.approx(0.1)
    assert chance_above(0.0, 0.01) == pytest.approx(1.0)


def test_variance_falls_with_the_days_ahead_and_the_days_known() -> None:
    spread = Spread(unevenness=0.5, effective_days=10.0, days=20.0, split=0.03)
    assert spread.variance(5.0) == pytest.approx(0.5 * (1 / 5 + 1 / 10) + 0.1 / 20 + 0.03 * 5 / 7)
    assert spread.variance(70.0) == pytest.approx(0.5 * (1 / 70 + 1 / 10) + 0.1 / 20 + 0.03)
    assert spread.variance(0.01) == 6.0


def narrowing(*days: float) -> float:
    """Say how much narrower than that of others as uneven the range of such days is."""
    pace = blended_pace(whole_days(*days), EVEN)
    assert pace is not None
    usual: float = 2.7 * pace.unevenness**0.75
    return spread_of(pace, len(days)).unevenness / usual


def test_an_account_whose_fortnights_came_as_promised_has_a_narrower_range() -> None:
    random = Random(1)  # noqa: S311 -- the same series each time
    even_out = [100.0 * random.lognormvariate(0, 0.25) for _ in range(90)]
    assert narrowing(*even_out) < narrowing(*even_out[:24]) < narrowing(*even_out[:17]) == 1


def test_fortnights_tell_less_where_days_differ_very_much() -> None:
    assert narrowing(*[130.0, 70.0] * 40) < 0.4 < narrowing(*[350.0, *[1.0] * 6] * 12)


def test_an_account_whose_fortnights_strayed_has_no_narrower_range() -> None:
    waves = [100.0 * exp(0.5 * sin(day / 8)) for day in range(90)]
    grows = [100.0 * 0.98**day for day in range(90)]
    assert narrowing(*waves) == 1
    assert narrowing(*grows) == 1


def an_analysis(hours: Sequence[float | None] | None = None) -> Analysis:
    """Make the analysis of hours, or of a credit an hour for 60 days."""
    return analyse([1.0] * 60 * 24 if hours is None else hours, ENDED)


def test_a_run_out_is_where_the_middle_of_the_forecast_meets_the_ceiling() -> None:
    analysis, cycle = an_analysis(), a_cycle(10, 20)
    coming = forecast(analysis, used=240, ceiling=500, cycle=cycle, now=ENDED)
    assert coming is not None
    assert coming.run_out_p50 is not None
    assert coming.run_out_p10 is not None
    passed = (coming.run_out_p50 - ENDED) / HOUR
    assert passed == pytest.approx(260, rel=0.01)
    steps = fan(
        analysis, used=240, cycle=Cycle(cycle.started_at, coming.run_out_p50, is_assumed=False), now=ENDED, steps=1
    )
    assert steps[-1].p50 == pytest.approx(500, rel=1e-4)
    steps = fan(
        analysis, used=240, cycle=Cycle(cycle.started_at, coming.run_out_p10, is_assumed=False), now=ENDED, steps=1
    )
    assert steps[-1].p90 == pytest.approx(500, rel=1e-4)


def test_a_ceiling_that_lasts_has_no_run_out() -> None:
    coming = forecast(an_analysis(), used=240, ceiling=2000, cycle=a_cycle(10, 20), now=ENDED)
    assert coming is not None
    assert (coming.run_out_p50, coming.run_out_p10) == (None, None)
    assert coming.chance == pytest.approx(0.02, abs=0.001)


def test_nobody_is_told_what_is_certain_while_days_remain() -> None:
    analysis = an_analysis()
    sure = forecast(analysis, used=240, ceiling=241, cycle=a_cycle(10, 20), now=ENDED)
    later = forecast(analysis, used=240, ceiling=241, cycle=a_cycle(10, 3.5), now=ENDED)
    fresh = forecast(analyse([1.0] * 12, ENDED), used=12, ceiling=10**6, cycle=a_cycle(0.5, 30), now=ENDED)
    assert sure is not None
    assert later is not None
    assert fresh is not None
    assert (sure.chance, later.chance) == (0.99, 0.995)
    assert fresh.chance == pytest.approx(0.02 + 0.2 * 0.92004, abs=1e-4)


def test_the_running_hour_is_used_already_and_not_expected_again() -> None:
    analysis, cycle = an_analysis(), a_cycle(10, 20)
    begun = forecast(analysis, used=240, ceiling=None, cycle=cycle, now=ENDED)
    later = forecast(analysis, used=240.5, ceiling=None, cycle=cycle, now=ENDED + HOUR / 2)
    assert begun is not None
    assert later is not None
    assert later.total_p50 == pytest.approx(begun.total_p50, rel=1e-3)
    assert begun.chance is None


def test_weekends_ahead_are_where_weekends_were() -> None:
    hours: list[float | None] = [10.0 if (age // 24) % 7 < 5 else 0.0 for age in range(70 * 24)]
    analysis = an_analysis(hours)
    week = fan(analysis, used=0, cycle=a_cycle(1, 7), now=ENDED, steps=7)
    spent = [after.p90 - before.p90 for before, after in pairwise(week)]
    assert min(spent[:5]) > 5 * max(spent[5:])


@pytest.mark.parametrize(
    ("used", "ceiling", "now"),
    [
        (500.0, 500.0, ENDED),
        (501.0, 500.0, ENDED),
        (0.0, 0.0, ENDED),
        (100.0, 500.0, ENDED - timedelta(days=10, seconds=1)),
        (100.0, 500.0, ENDED + timedelta(days=20)),
    ],
)
def test_there_is_no_forecast_for_what_is_spent_nor_outside_of_the_cycle(
    used: float, ceiling: float, now: datetime
) -> None:
    assert forecast(an_analysis(), used=used, ceiling=ceiling, cycle=a_cycle(10, 20), now=now) is None


@pytest.mark.parametrize("hours", [[], [None], [None] * 500, [0.0], [0.0] * 500, [None, 0.0] * 300])
@pytest.mark.parametrize("spent", [None, 0.0])
def test_there_is_no_forecast_from_nothing(hours: list[float | None], spent: float | None) -> None:
    cycle = a_cycle(10, 20)
    analysis = analyse(hours, ENDED, cycle_started_at=cycle.started_at, spent=spent)
    assert forecast(analysis, used=5, ceiling=100, cycle=cycle, now=ENDED) is None
    assert fan(analysis, used=5, cycle=cycle, now=ENDED, steps=5) == ()


def test_an_annual_cycle_is_forecast_to_its_end() -> None:
    coming = forecast(an_analysis(), used=10, ceiling=8600, cycle=a_cycle(0.5, 365), now=ENDED)
    assert coming is not None
    assert coming.total_p50 == pytest.approx(10 + 365 * 24, rel=0.02)
    assert coming.run_out_p50 is not None
    assert coming.run_out_p50 == pytest.approx(ENDED + 8590 * HOUR, abs=timedelta(days=8))


def test_idle_days_are_whole_days_without_spend_up_to_now() -> None:
    assert an_analysis([5.0] + [0.0] * 71).idle_days == 2
    assert an_analysis([5.0] + [0.0] * 72).idle_days == 3
    assert an_analysis([0.0] * 72 + [5.0]).idle_days == 0
    assert an_analysis([0.0] * 50 + [None] + [0.0] * 30).idle_days == 1


@pytest.mark.parametrize(
    ("hours", "spent", "ceiling", "reached"),
    [
        ([4.0, 4.0, 4.0, 4.0], 16.0, 10.0, ENDED - 2 * HOUR),
        ([4.0, 4.0, 4.0, 4.0], 16.0, 16.0, ENDED - HOUR),
        ([4.0, 4.0, 4.0, 4.0], 16.0, 8.0, ENDED - 3 * HOUR),
        ([4.0, 4.0, 4.0, 4.0], 16.0, 17.0, ENDED),
        ([4.0, None, None, 4.0], 16.0, 7.0, ENDED - 3 * HOUR),
        ([4.0, 4.0], 100.0, 20.0, None),
    ],
)
def test_a_ceiling_is_spent_since_the_hour_that_came_to_it(
    hours: list[float | None], spent: float, ceiling: float, reached: datetime | None
) -> None:
    started = ENDED - 4 * HOUR
    assert reached_at(hours, ENDED, cycle_started_at=started, spent=spent, ceiling=ceiling) == reached


def test_paused_hours_have_no_part_in_what_passed_unseen() -> None:
    hours = [6.0, None, None, 6.0]
    started = ENDED - 4 * HOUR
    assert reached_at(hours, ENDED, cycle_started_at=started, spent=20.0, ceiling=11.0, paused={1}) == ENDED - 2 * HOUR
    paused = analyse(hours, ENDED, cycle_started_at=started, spent=20.0, paused={1, 2})
    assert paused.known_days == pytest.approx(2 / 24)
    assert analyse(hours, ENDED, cycle_started_at=started, spent=20.0).known_days == pytest.approx(4 / 24)


def test_unevenness_is_measured_against_the_weekday_and_the_reference() -> None:
    pace = blended_pace(whole_days(*[150.0, 50.0] * 40), EVEN)
    assert pace is not None
    assert sqrt(pace.unevenness) == pytest.approx(0.5, abs=0.02)


def test_a_run_out_lies_in_the_hour_that_spends() -> None:
    analysis, cycle = an_analysis(([1.0] * 5 + [480.0] + [1.0] * 18) * 60), a_cycle(10, 20)
    coming = forecast(analysis, used=5000, ceiling=7700, cycle=cycle, now=ENDED + HOUR / 4)
    assert coming is not None
    assert coming.run_out_p50 is not None
    assert (coming.run_out_p50 - ENDED) // HOUR % 24 == 5
    until = Cycle(cycle.started_at, coming.run_out_p50, is_assumed=False)
    points = fan(analysis, used=5000, cycle=until, now=ENDED + HOUR / 4, steps=1)
    assert points[0].p90 == 5000
    assert points[-1].p50 == pytest.approx(7700, abs=3)
