"""What a span counts from where the one before it ends."""

from __future__ import annotations

from msgspec.structs import replace

from usage_tui.core.joined import joined
from usage_tui.core.rollup import HOUR_MS, TimeSpan
from usage_tui.core.snapshot import Snapshot


def at(hour: int, used: int | None, *, spend: int = 0, has_gap: bool = False, has_reset: bool = False) -> TimeSpan:
    return TimeSpan(hour * HOUR_MS, Snapshot(used=used), spend=spend, has_gap=has_gap, has_reset=has_reset)


def test_span_that_counted_from_nowhere_counts_from_the_one_before_it() -> None:
    found = joined(at(0, 1000), at(5, 1600, spend=100))
    assert found == at(5, 1600, spend=600, has_gap=True)


def test_counter_that_fell_in_between_was_reset_and_tells_what_was_spent_since() -> None:
    assert joined(at(0, 5000), at(5, 300, spend=100)) == at(5, 300, spend=300, has_gap=True, has_reset=True)


def test_reset_that_what_was_brought_shows_already_is_not_counted_again() -> None:
    after = at(5, 300, spend=300, has_gap=True, has_reset=True)
    brought = (at(2, 10, spend=10, has_reset=True), at(3, 200, spend=190))
    assert joined(brought[-1], after, brought) == at(5, 300, spend=100, has_gap=True)


def test_reset_after_what_was_brought_stays_where_it_was() -> None:
    after = at(5, 300, spend=300, has_gap=True, has_reset=True)
    brought = (at(2, 5100, spend=100), at(3, 5200, spend=100))
    assert joined(brought[-1], after, brought) == after


def test_spends_without_counters_are_taken_off_the_gap_that_they_fill_alone() -> None:
    brought = (at(2, None, spend=70), at(3, None, spend=900))
    assert joined(brought[-1], at(5, 300, spend=1000, has_gap=True), brought).spend == 30
    assert joined(brought[-1], at(5, 300, spend=500, has_gap=True), brought).spend == 0
    assert joined(brought[-1], at(5, 300, spend=500), brought).spend == 500


def test_span_that_counts_from_there_already_stays_as_it_is() -> None:
    after = at(1, 1600, spend=600)
    assert joined(at(0, 1000), after) is after
    assert joined(replace(at(0, 1000), spend=9), after) is after
