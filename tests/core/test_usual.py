"""What is usual for an hour comes from hours that were watched, and from nothing else."""

from __future__ import annotations

from usage_tui.core.rollup import HOUR_MS, TimeSpan
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.usual import Usual, usual

HOUR = 1_795_000_000_000 // HOUR_MS * HOUR_MS
WEEK_MS, DAY_MS = 168 * HOUR_MS, 24 * HOUR_MS


def an_hour(start: int, spend: int, failed: int = 0, *, covered_ms: int = HOUR_MS, has_gap: bool = False) -> TimeSpan:
    """Make an hour with `failed` as its counter at the end."""
    return TimeSpan(start, Snapshot(failed=failed), spend=spend, covered_ms=covered_ms, has_gap=has_gap)


def by_start(*spans: TimeSpan) -> dict[int, TimeSpan]:
    return {span.start_ms: span for span in spans}


def test_same_hour_of_the_weeks_before_counts_with_its_median() -> None:
    hours = by_start(*(an_hour(HOUR - week * WEEK_MS, spend) for week, spend in enumerate([80, 9000, 100], start=1)))
    assert usual(hours, HOUR).spend_per_hour == 100


def test_eight_weeks_count_and_the_ninth_does_not() -> None:
    def spend(*weeks: int) -> float | None:
        return usual(by_start(*(an_hour(HOUR - week * WEEK_MS, 10 * week) for week in weeks)), HOUR).spend_per_hour

    assert (spend(7, 8), spend(8, 9)) == (75, None)


def test_same_hour_of_the_days_before_counts_until_two_weeks_were_seen() -> None:
    hours = by_start(*(an_hour(HOUR - day * DAY_MS, spend) for day, spend in enumerate([10, 20, 40], start=1)))
    assert usual(hours, HOUR).spend_per_hour == 20


def test_two_days_are_not_enough_to_say_what_is_usual() -> None:
    assert usual(by_start(*(an_hour(HOUR - day * DAY_MS, 10) for day in (1, 2))), HOUR) == Usual()
    assert usual({}, HOUR) == Usual()


def test_hour_that_was_hardly_watched_says_nothing() -> None:
    hours = by_start(*(an_hour(HOUR - week * WEEK_MS, 50, covered_ms=HOUR_MS // 2) for week in (1, 2, 3)))
    assert usual(hours, HOUR) == Usual()


def test_hour_that_took_over_the_spend_of_a_gap_says_nothing() -> None:
    starts = [HOUR - week * WEEK_MS for week in (1, 2, 3)]
    after_gaps = by_start(*(an_hour(start, 5000, has_gap=True) for start in starts))
    assert usual(after_gaps, HOUR) == Usual()
    watched = {start - HOUR_MS: an_hour(start - HOUR_MS, 50) for start in starts}
    assert usual(after_gaps | watched, HOUR).spend_per_hour == 5000


def test_failed_share_is_that_of_all_those_hours_together() -> None:
    hours: dict[int, TimeSpan] = {}
    for week, (spend, failed) in enumerate([(90, 10), (180, 20)], start=1):
        start = HOUR - week * WEEK_MS
        hours |= by_start(an_hour(start - HOUR_MS, 0, 1000), an_hour(start, spend, 1000 + failed))
    assert usual(hours, HOUR).failed_share == 0.1


def test_counters_that_a_reset_set_back_begin_at_nothing() -> None:
    hours: dict[int, TimeSpan] = {}
    for week in (1, 2):
        start = HOUR - week * WEEK_MS
        renewed = TimeSpan(start, Snapshot(failed=10), spend=90, covered_ms=HOUR_MS, has_reset=True)
        hours |= by_start(an_hour(start - HOUR_MS, 0, 9000), renewed)
    assert usual(hours, HOUR).failed_share == 0.1
