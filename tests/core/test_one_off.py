"""One-off days are the user's own days, midnight to midnight, and what was spent on them is told from the rest."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import utc
from usage_tui.core.one_off import OneOffDays, spent_in, without
from usage_tui.core.rollup import epoch_ms

BERLIN = ZoneInfo("Europe/Berlin")


def hours_of(day: date, zone: tzinfo, begin: datetime, count: int = 24 * 400) -> list[datetime]:
    """Give the hours of a day among those from `begin` on."""
    indexes, _ = OneOffDays((day,), zone).hours(epoch_ms(begin), count)
    return [begin + timedelta(hours=index) for index in sorted(indexes)]


@pytest.mark.parametrize(
    ("day", "zone", "first", "hours"),
    [
        (date(2026, 11, 12), ZoneInfo("UTC"), utc(2026, 11, 12), 24),
        (date(2026, 11, 12), BERLIN, utc(2026, 11, 11, 23), 24),
        (date(2026, 3, 29), BERLIN, utc(2026, 3, 28, 23), 23),
        (date(2026, 10, 25), BERLIN, utc(2026, 10, 24, 22), 25),
        (date(2026, 11, 12), ZoneInfo("America/New_York"), utc(2026, 11, 12, 5), 24),
        (date(2026, 11, 12), ZoneInfo("Asia/Kolkata"), utc(2026, 11, 11, 18), 25),
        (date(2026, 9, 6), ZoneInfo("America/Santiago"), utc(2026, 9, 6, 4), 23),
    ],
    ids=str,
)
def test_a_day_is_from_midnight_to_midnight_in_the_zone(day: date, zone: tzinfo, first: datetime, hours: int) -> None:
    found = hours_of(day, zone, utc(2026, 1, 1))
    assert (found[0], len(found)) == (first, hours)
    assert found[-1] - found[0] == timedelta(hours=hours - 1)


def test_machines_own_zone_is_meant_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    import time  # noqa: PLC0415 - only this test sets the machine's zone

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        indexes, _ = OneOffDays((date(2026, 11, 12),)).hours(epoch_ms(utc(2026, 11, 12)), 100)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (min(indexes), max(indexes)) == (5, 28)


def test_only_days_that_lie_in_the_hours_are_counted_and_each_once() -> None:
    days = (date(2026, 11, 11), date(2026, 11, 12), date(2026, 11, 12), date(2026, 11, 20), date(2026, 11, 1))
    indexes, count = OneOffDays(days, ZoneInfo("UTC")).hours(epoch_ms(utc(2026, 11, 11, 20)), 10)
    assert (indexes, count) == (frozenset(range(10)), 2)
    assert OneOffDays().hours(epoch_ms(utc(2026, 11, 11)), 10) == (frozenset(), 0)


def test_hours_left_out_are_unknown_and_the_others_as_they_were() -> None:
    assert without([1.0, None, 3.0], frozenset({2})) == [1.0, None, None]
    assert without([1.0, None, 3.0], frozenset()) == [1.0, None, 3.0]


@pytest.mark.parametrize(
    ("indexes", "counted", "first", "spent", "credits_found"),
    [
        ([2, 3], [1, 1, 50, 60, 1], 0, 113, 110),
        ([2, 3], [1, None, None, None, 80], 0, 81, 40),  # nobody looked for four hours: half of what came then
        ([0, 1], [None, None, None, 10], 0, 40, 20),  # before the first look, of which the counter alone tells
        ([0], [None, 5, 5], -7, 45, 40 / 9),  # the cycle began seven hours before the hours do
        ([0, 1], [90, 90, 5, 5], 2, 10, 0),  # of the cycle before
        ([1], [None, None, None], 0, 30, 10),
        ([1], [5, -3, 5], 0, 7, 0),  # a correction
        ([1], [5, 400, 5], 0, 0, 0),
        ([], [5, 400, 5], 0, 410, 0),
    ],
)
def test_what_was_spent_in_hours_is_what_was_counted_there(
    indexes: list[int], counted: list[float | None], first: int, spent: float, credits_found: float
) -> None:
    assert spent_in(indexes, counted, first=first, spent=spent) == pytest.approx(credits_found)


@given(
    st.lists(st.none() | st.floats(-100, 1e6), max_size=60),
    st.sets(st.integers(0, 59)),
    st.integers(-50, 70),
    st.floats(0, 1e8),
)
def test_hours_never_take_more_than_was_spent(
    counted: list[float | None], indexes: set[int], first: int, spent: float
) -> None:
    some = spent_in(indexes & set(range(len(counted))), counted, first=first, spent=spent)
    assert 0 <= some <= spent
    rest = spent_in(set(range(first, len(counted))) - indexes, counted, first=first, spent=spent)
    assert some + rest <= spent * 1.000001 + sum(max(0.0, each or 0.0) for each in counted)
