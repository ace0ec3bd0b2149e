"""How the polls of several accounts are spread over time."""

from __future__ import annotations

from collections import Counter

import pytest

from usage_tui.core.account import PollPlan
from usage_tui.services.timetable import timetables

PLAN = PollPlan()


def ticks(count: int, shown: tuple[str, ...] = ()) -> list[float]:
    """Give when each of some accounts is polled within one interval of the background."""
    tables = timetables([f"account-{number}" for number in range(count)], shown, PLAN)
    return [table.background.next_at(0) for table in tables.values()]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 30])
def test_as_many_accounts_as_there_are_slots_are_polled_one_by_one(count: int) -> None:
    assert len(set(ticks(count))) == count


@pytest.mark.parametrize("count", [40, 100, 1000])
def test_many_accounts_share_slots_evenly(count: int) -> None:
    slots = Counter(ticks(count))
    assert len(slots) == PLAN.background_seconds / 0.5
    assert max(slots.values()) - min(slots.values()) <= 1


@pytest.mark.parametrize(("count", "seconds"), [(1, 30.0), (200, 30.0), (201, None)])
def test_connections_are_kept_for_two_intervals_but_not_those_of_too_many(count: int, seconds: float | None) -> None:
    tables = timetables([f"account-{number}" for number in range(count)], (), PLAN)
    assert {table.terms.keepalive_seconds for table in tables.values()} == {seconds}


@pytest.mark.parametrize("count", [2, 5, 100])
def test_polls_of_the_background_fall_on_half_seconds_where_those_of_the_screen_fall_too(count: int) -> None:
    assert all(tick % 0.5 == 0 for tick in ticks(count))
    shown = timetables(["one", "other"], ("one",), PLAN)["one"].shown
    assert shown.next_at(0.2) % 0.5 == 0
