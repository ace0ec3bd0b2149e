"""The model of traffic: plausible, and the same for ever."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.clock import NOW
from usage_tui.demo.accounts import BURSTING, BUSY, QUIET
from usage_tui.demo.traffic import DAY_SECONDS, HOUR_SECONDS, Character, Traffic

AT = NOW.timestamp()
MONDAY = int(AT) // DAY_SECONDS - 6
CHARACTERS = {"busy": (BUSY, 100), "quiet": (QUIET, 20), "bursting": (BURSTING, 50)}
moments = st.integers(-10 * DAY_SECONDS, 400 * DAY_SECONDS).map(lambda seconds: AT + seconds)


def traffic(kind: str, seed: int = 7) -> Traffic:
    character, limit = CHARACTERS[kind]
    return Traffic(character, limit, seed=seed, credits_per_request_second=0.0125)


def seen(kind: str, start: float, seconds: int, step: int = 1) -> list[int]:
    model = traffic(kind)
    return [model.concurrency(start + second) for second in range(0, seconds, step)]


def week(kind: str) -> list[int]:
    return seen(kind, MONDAY * DAY_SECONDS, 7 * DAY_SECONDS, 60)


@pytest.mark.parametrize("kind", CHARACTERS)
def test_same_seed_and_moment_give_the_same_traffic_in_whatever_order_they_are_asked(kind: str) -> None:
    asked = [AT - 40 * DAY_SECONDS, AT, AT + 1, AT - 3_333]
    one, other = traffic(kind), traffic(kind)
    forwards = [(one.concurrency(at), one.spend_between(at, at + 12_345)) for at in asked]
    backwards = [(other.concurrency(at), other.spend_between(at, at + 12_345)) for at in reversed(asked)]
    assert forwards == backwards[::-1]


@pytest.mark.parametrize("kind", CHARACTERS)
def test_another_seed_gives_other_traffic(kind: str) -> None:
    one, other = traffic(kind, seed=1), traffic(kind, seed=2)
    assert one.spend_between(AT - DAY_SECONDS, AT) != other.spend_between(AT - DAY_SECONDS, AT)
    hour = range(0, HOUR_SECONDS, 10)
    assert [one.concurrency(AT + s) for s in hour] != [other.concurrency(AT + s) for s in hour]


@given(begin=moments, first=st.floats(0, 40 * DAY_SECONDS), second=st.floats(0, 3 * DAY_SECONDS))
def test_spends_of_adjoining_spans_add_up_and_are_never_negative(begin: float, first: float, second: float) -> None:
    model = traffic("bursting")
    middle, end = begin + first, begin + first + second
    one, other, whole = (
        model.spend_between(begin, middle),
        model.spend_between(middle, end),
        model.spend_between(begin, end),
    )
    assert min(one + other) >= 0
    assert (one.credits + other.credits, one.failed + other.failed) == whole


def test_hours_of_a_day_add_up_to_its_spend() -> None:
    model = traffic("busy")
    hours = [model.hourly_spend(24 * MONDAY + hour) for hour in range(24)]
    day = model.spend_between(MONDAY * DAY_SECONDS, (MONDAY + 1) * DAY_SECONDS)
    assert sum(hour.credits for hour in hours) == day.credits
    assert sum(hour.failed for hour in hours) == day.failed


@pytest.mark.parametrize("kind", CHARACTERS)
def test_spend_is_what_the_requests_in_flight_cost(kind: str) -> None:
    in_flight = week(kind)
    spent = traffic(kind).spend_between(MONDAY * DAY_SECONDS, (MONDAY + 7) * DAY_SECONDS).credits
    assert spent == pytest.approx(0.0125 * 60 * sum(in_flight), rel=0.06)


def test_spend_within_an_hour_follows_the_requests_in_flight() -> None:
    model = traffic("bursting")
    start = 24 * (MONDAY + 2) * HOUR_SECONDS + 12 * HOUR_SECONDS
    loads = [sum(model.concurrency(start + 300 * part + s) for s in range(300)) for part in range(12)]
    spends = [model.spend_between(start + 300 * part, start + 300 * (part + 1)).credits for part in range(12)]
    by_load = [spend for _, spend in sorted(zip(loads, spends, strict=True))]
    assert sum(by_load[-4:]) > 3 * sum(by_load[:4])


@pytest.mark.parametrize("kind", CHARACTERS)
def test_concurrency_moves_second_by_second_and_never_leaps_from_end_to_end(kind: str) -> None:
    _, limit = CHARACTERS[kind]
    steps = [abs(later - earlier) for earlier, later in pairwise(seen(kind, AT, HOUR_SECONDS))]
    assert max(steps) <= 0.2 * limit
    assert kind == "quiet" or sum(step > 0 for step in steps) > 0.05 * len(steps)


def test_busy_account_is_often_near_its_limit_and_never_above() -> None:
    in_flight = week("busy")
    assert max(in_flight) == 100
    assert 0.03 < sum(requests >= 95 for requests in in_flight) / len(in_flight) < 0.25
    assert sorted(in_flight)[len(in_flight) // 2] > 50


def test_busy_account_looks_busy_at_whatever_hour_one_starts() -> None:
    hours = [seen("busy", (24 * MONDAY + hour) * HOUR_SECONDS, HOUR_SECONDS, 30) for hour in range(7 * 24)]
    assert min(sum(hour) / len(hour) for hour in hours) > 35
    assert sum(max(hour) >= 95 for hour in hours) > 0.6 * len(hours)


def test_bursting_account_goes_above_its_limit_for_minutes_and_is_low_between() -> None:
    in_flight = week("bursting")
    assert 50 < max(in_flight) <= 62
    assert 0.02 < sum(requests > 50 for requests in in_flight) / len(in_flight) < 0.2
    assert sorted(in_flight)[len(in_flight) // 2] < 12


def test_bursts_come_every_day_and_several_times_an_hour_on_most() -> None:
    hours = [seen("bursting", (24 * MONDAY + hour) * HOUR_SECONDS, HOUR_SECONDS, 15) for hour in range(7 * 24)]
    assert sum(max(hour) > 25 for hour in hours) > 0.9 * len(hours)


def test_quiet_account_has_quiet_nights_nightly_batches_and_weekends() -> None:
    model = traffic("quiet")
    by_hour = [sum(model.hourly_spend(24 * (MONDAY + day) + hour).credits for day in range(5)) for hour in range(24)]
    assert by_hour[22] < by_hour[14] / 2
    assert by_hour[2] > 2 * by_hour[23]
    days = [
        model.spend_between(day * DAY_SECONDS, (day + 1) * DAY_SECONDS).credits for day in range(MONDAY, MONDAY + 70)
    ]
    working = [spend for number, spend in enumerate(days) if number % 7 < 5]
    weekend = [spend for number, spend in enumerate(days) if number % 7 >= 5]
    assert sum(weekend) / len(weekend) < 0.8 * sum(working) / len(working)


@pytest.mark.parametrize(("kind", "usual"), [("busy", 0.006), ("quiet", 0.012), ("bursting", 0.02)])
def test_failures_are_a_small_share_with_rare_hours_of_trouble(kind: str, usual: float) -> None:
    model = traffic(kind)
    spend = model.spend_between(AT - 60 * DAY_SECONDS, AT)
    assert spend.failed / (spend.failed + spend.credits) == pytest.approx(usual, rel=0.25)
    hours = [model.hourly_spend(24 * MONDAY - number) for number in range(60 * 24)]
    troubled = [hour for hour in hours if hour.failed > 4 * usual * hour.credits]
    assert 3 < len(troubled) < 100


def test_without_overshoot_and_bursts_a_character_stays_at_its_level() -> None:
    steady = Character(
        night_level=0.5,
        day_level=0.5,
        weekend_factor=1.0,
        batch_level=0.0,
        unevenness=0.0,
        wave=0.0,
        burst_chance=0.0,
        overshoot=0.0,
        failed_share=0.0,
    )
    model = Traffic(steady, 40, seed=1, credits_per_request_second=0.1)
    assert {model.concurrency(AT + 777 * number) for number in range(1000)} == {20}
    assert model.spend_between(AT, AT + HOUR_SECONDS) == pytest.approx((7200, 0), abs=1)
