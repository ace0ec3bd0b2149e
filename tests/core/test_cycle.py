from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import utc
from usage_tui.core.cycle import Cycle, CyclePlan, Period, add_months, current_cycle

MONTHLY, YEARLY = CyclePlan(), CyclePlan(Period.YEAR)
NOW = utc(2026, 11, 22, 10)


def test_a_cycle_is_a_month_from_the_start_that_the_service_said() -> None:
    assert current_cycle(MONTHLY, utc(2026, 11, 3, 10), None, NOW) == Cycle(
        utc(2026, 11, 3, 10), utc(2026, 12, 3, 10), is_assumed=False
    )


def test_an_annual_cycle_is_a_year() -> None:
    assert current_cycle(YEARLY, utc(2026, 2, 3), None, NOW) == Cycle(
        utc(2026, 2, 3), utc(2027, 2, 3), is_assumed=False
    )


def test_nothing_that_tells_a_start_means_no_cycle() -> None:
    assert current_cycle(MONTHLY, None, None, NOW) is None


@pytest.mark.parametrize(
    ("plan", "said", "started_at", "resets_at"),
    [
        (MONTHLY, utc(2026, 8, 3), utc(2026, 11, 3), utc(2026, 12, 3)),
        (MONTHLY, utc(2025, 11, 30), utc(2026, 10, 30), utc(2026, 11, 30)),
        (MONTHLY, utc(2020, 12, 22, 10), utc(2026, 11, 22, 10), utc(2026, 12, 22, 10)),
        (MONTHLY, utc(2020, 12, 22, 10, 0, 1), utc(2026, 10, 22, 10, 0, 1), utc(2026, 11, 22, 10, 0, 1)),
        (YEARLY, utc(2020, 12, 1), utc(2025, 12, 1), utc(2026, 12, 1)),
        (YEARLY, utc(2024, 2, 29), utc(2026, 2, 28), utc(2027, 2, 28)),
    ],
)
def test_an_older_start_is_moved_by_whole_periods_and_marked_as_assumed(
    plan: CyclePlan, said: datetime, started_at: datetime, resets_at: datetime
) -> None:
    assert current_cycle(plan, said, None, NOW) == Cycle(started_at, resets_at, is_assumed=True)


def test_a_cycle_renews_at_its_very_end() -> None:
    said = utc(2026, 10, 22, 10)
    before = current_cycle(MONTHLY, said, None, NOW - timedelta(microseconds=1))
    after = current_cycle(MONTHLY, said, None, NOW)
    assert before == Cycle(said, NOW, is_assumed=False)
    assert after == Cycle(NOW, utc(2026, 12, 22, 10), is_assumed=True)


@pytest.mark.parametrize(
    ("now", "started_at", "resets_at"),
    [
        (utc(2026, 2, 10), utc(2026, 1, 31), utc(2026, 2, 28)),
        (utc(2026, 3, 10), utc(2026, 2, 28), utc(2026, 3, 31)),
        (utc(2026, 4, 10), utc(2026, 3, 31), utc(2026, 4, 30)),
        (utc(2028, 2, 29), utc(2028, 2, 29), utc(2028, 3, 31)),
    ],
)
def test_the_31st_stays_the_31st_where_a_month_has_one(
    now: datetime, started_at: datetime, resets_at: datetime
) -> None:
    cycle = current_cycle(MONTHLY, utc(2025, 12, 31), None, now)
    assert cycle == Cycle(started_at, resets_at, is_assumed=True)


def test_a_leap_day_comes_back_in_leap_years() -> None:
    cycle = current_cycle(YEARLY, utc(2024, 2, 29), None, utc(2028, 6, 1))
    assert cycle is not None
    assert cycle.started_at == utc(2028, 2, 29)


def test_a_start_in_the_future_is_believed_when_the_service_said_it() -> None:
    cycle = current_cycle(MONTHLY, utc(2027, 1, 5), None, NOW)
    assert cycle == Cycle(utc(2027, 1, 5), utc(2027, 2, 5), is_assumed=False)
    assert cycle.elapsed_share(NOW) == 0.0


@pytest.mark.parametrize("anchor", [utc(2026, 11, 3), utc(2020, 1, 3), utc(2026, 12, 3), utc(2031, 7, 3)])
def test_an_anchor_may_be_any_renewal_and_its_cycle_is_assumed(anchor: datetime) -> None:
    cycle = current_cycle(CyclePlan(anchor=anchor), None, None, NOW)
    assert cycle == Cycle(utc(2026, 11, 3), utc(2026, 12, 3), is_assumed=True)


def test_what_the_service_said_wins_over_anchor_and_seen_reset() -> None:
    plan = CyclePlan(anchor=utc(2026, 11, 10))
    cycle = current_cycle(plan, utc(2026, 11, 3), utc(2026, 11, 20), NOW)
    assert cycle == Cycle(utc(2026, 11, 3), utc(2026, 12, 3), is_assumed=False)


def test_a_seen_reset_is_an_assumed_start() -> None:
    cycle = current_cycle(MONTHLY, None, utc(2026, 11, 20, 9), NOW)
    assert cycle == Cycle(utc(2026, 11, 20, 9), utc(2026, 12, 20, 9), is_assumed=True)


@pytest.mark.parametrize(
    ("anchor", "seen", "started_at"),
    [
        (utc(2026, 11, 3), utc(2026, 11, 20), utc(2026, 11, 20)),
        (utc(2026, 11, 3), utc(2026, 10, 20), utc(2026, 11, 3)),
        (utc(2026, 12, 3), utc(2026, 11, 20), utc(2026, 11, 20)),
        (utc(2026, 11, 3), NOW, NOW),
    ],
)
def test_the_younger_of_anchor_and_seen_reset_tells_the_start_unless_it_is_to_come(
    anchor: datetime, seen: datetime, started_at: datetime
) -> None:
    cycle = current_cycle(CyclePlan(anchor=anchor), None, seen, NOW)
    assert cycle is not None
    assert (cycle.started_at, cycle.is_assumed) == (started_at, True)


def test_the_elapsed_share_is_where_an_even_pace_would_stand() -> None:
    cycle = Cycle(utc(2026, 11, 1), utc(2026, 12, 1), is_assumed=False)
    assert cycle.elapsed_share(utc(2026, 11, 16)) == 0.5
    assert cycle.elapsed_share(utc(2026, 10, 1)) == 0.0
    assert cycle.elapsed_share(utc(2027, 1, 1)) == 1.0


@pytest.mark.parametrize(
    ("moment", "months", "moved"),
    [
        (utc(2026, 1, 31, 7), 1, utc(2026, 2, 28, 7)),
        (utc(2028, 1, 31), 1, utc(2028, 2, 29)),
        (utc(2026, 3, 31), -1, utc(2026, 2, 28)),
        (utc(2026, 1, 15), -1, utc(2025, 12, 15)),
        (utc(2026, 12, 15), 1, utc(2027, 1, 15)),
        (utc(2026, 6, 15), 0, utc(2026, 6, 15)),
        (utc(2024, 2, 29), 12, utc(2025, 2, 28)),
        (utc(2026, 5, 31), 13, utc(2027, 6, 30)),
    ],
)
def test_months_are_added_by_the_calendar(moment: datetime, months: int, moved: datetime) -> None:
    assert add_months(moment, months) == moved


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31)).map(lambda naive: naive.replace(tzinfo=NOW.tzinfo))  # noqa: DTZ001 - hypothesis takes naive bounds


@given(st.sampled_from(Period), MOMENTS | st.none(), MOMENTS | st.none(), MOMENTS | st.none(), MOMENTS)
def test_now_lies_in_the_cycle_unless_the_service_says_it_is_to_come(
    period: Period, anchor: datetime | None, said: datetime | None, seen: datetime | None, now: datetime
) -> None:
    cycle = current_cycle(CyclePlan(period, anchor), said, seen, now)
    if cycle is None:
        assert (anchor, said, seen) == (None, None, None)
        return
    if said is not None and said > now:
        assert cycle.started_at == said
    else:
        assert cycle.started_at <= now < cycle.resets_at
    days = (cycle.resets_at - cycle.started_at).days
    assert 28 <= days <= 31 if period is Period.MONTH else 364 <= days <= 367
    share = cycle.elapsed_share(now)
    assert share is not None
    assert 0.0 <= share <= 1.0
    assert cycle.is_assumed == (said is None or cycle.started_at != said)


ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
    ]
).map(ZoneInfo)


@given(st.sampled_from(Period), MOMENTS, MOMENTS, ZONES, ZONES)
def test_zones_change_no_cycle(period: Period, start: datetime, now: datetime, one: ZoneInfo, other: ZoneInfo) -> None:
    plain = current_cycle(CyclePlan(period, anchor=start), None, None, now)
    assert current_cycle(CyclePlan(period, start.astimezone(one)), None, None, now.astimezone(other)) == plain
    said = current_cycle(CyclePlan(period), start, None, now)
    assert current_cycle(CyclePlan(period), start.astimezone(one), None, now.astimezone(other)) == said


@given(st.sampled_from(Period), MOMENTS, MOMENTS)
def test_each_cycle_begins_where_the_one_before_ends_at_the_same_time_of_day(
    period: Period, start: datetime, now: datetime
) -> None:
    plan = CyclePlan(period, anchor=start)
    cycle = current_cycle(plan, None, None, now)
    assert cycle is not None
    after = current_cycle(plan, None, None, cycle.resets_at)
    before = current_cycle(plan, None, None, cycle.started_at - timedelta(microseconds=1))
    assert after is not None
    assert before is not None
    assert (before.resets_at, after.started_at) == (cycle.started_at, cycle.resets_at)
    for moment in (cycle.started_at, cycle.resets_at):
        assert moment.timetz() == start.timetz()
        assert moment.day == min(start.day, monthrange(moment.year, moment.month)[1])
        assert period is Period.MONTH or moment.month == start.month


@given(
    st.sampled_from(Period),
    MOMENTS,
    st.timedeltas(timedelta(0), timedelta(days=27)),
    st.timedeltas(timedelta(0), timedelta(days=27)),
)
def test_an_upgrade_ends_the_cycle_and_begins_a_whole_one(
    period: Period, start: datetime, upgraded_after: timedelta, passed: timedelta
) -> None:
    upgraded = start + upgraded_after
    cycle = current_cycle(CyclePlan(period, anchor=start), upgraded, start, upgraded + passed)
    assert cycle == Cycle(upgraded, add_months(upgraded, period.months), is_assumed=False)
    seen = current_cycle(CyclePlan(period, anchor=start), None, upgraded, upgraded + passed)
    assert seen == Cycle(upgraded, add_months(upgraded, period.months), is_assumed=True)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
def test_a_month_in_which_clocks_change_is_no_longer_for_it(zone: str) -> None:
    for month in (3, 10):
        start = datetime(2026, month, 10, 10, tzinfo=ZoneInfo(zone))
        cycle = current_cycle(MONTHLY, start, None, start + timedelta(days=1))
        assert cycle is not None
        assert (cycle.resets_at - cycle.started_at) == timedelta(days=31)
        assert cycle.elapsed_share(cycle.started_at + timedelta(days=15, hours=12)) == 0.5
