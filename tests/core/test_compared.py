"""A range is held against the one before where both were seen from end to end."""

from __future__ import annotations

import pytest

from usage_tui.core.compared import compare
from usage_tui.core.rollup import MINUTE_MS, TimeSpan
from usage_tui.core.snapshot import Snapshot

LENGTH_MS = 10 * MINUTE_MS


def a_minute(number: int, *, has_gap: bool = False) -> TimeSpan:
    """Make a minute of 5 credits; `has_gap` where some of them may be of the time before."""
    return TimeSpan(number * MINUTE_MS, Snapshot(used=1_000), spend=5, covered_ms=MINUTE_MS, has_gap=has_gap)


def spends_of(minutes: list[TimeSpan]) -> tuple[int | None, int | None]:
    """Give the spends of the last ten minutes up to the hundredth and of the ten before."""

    def read(begin_ms: int, end_ms: int, _step_ms: int) -> list[TimeSpan]:
        return [minute for minute in minutes if begin_ms <= minute.start_ms < end_ms]

    held = compare(read, LENGTH_MS, 100 * MINUTE_MS + 1)
    now, before = (None if span is None else span.spend for span in (held.now, held.before))
    return now, before


def test_both_ranges_are_as_long() -> None:
    assert spends_of([a_minute(number) for number in range(70, 101)]) == (50, 50)


@pytest.mark.parametrize(("first", "before"), [(79, 50), (80, None)])
def test_what_a_gap_hides_is_of_a_range_where_something_was_seen_before_it(first: int, before: int | None) -> None:
    seen = [a_minute(number, has_gap=number == 80) for number in range(first, 100)]
    assert spends_of(seen) == (50, before)


@pytest.mark.parametrize(("last", "now"), [(98, 45), (97, None)])
def test_a_range_that_was_not_seen_at_its_end_came_to_nothing_known(last: int, now: int | None) -> None:
    assert spends_of([a_minute(number) for number in range(70, last + 1)]) == (now, 50)
