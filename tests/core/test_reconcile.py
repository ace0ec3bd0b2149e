"""A report beside the counters: agreement, differences and what they may mean, and days without samples."""

from __future__ import annotations

from tests.makers import a_snapshot
from usage_tui.core.reconcile import Meaning, agreement, agreement_line, compared_days, compared_lines
from usage_tui.core.rollup import DAY_MS, TimeSpan

FIRST = 20_700


def seen(day: int, spend: int, *, watched: float = 1.0, has_gap: bool = False, has_reset: bool = False) -> TimeSpan:
    return TimeSpan(
        (FIRST + day) * DAY_MS,
        a_snapshot(),
        covered_ms=int(watched * DAY_MS),
        spend=spend,
        has_gap=has_gap,
        has_reset=has_reset,
    )


def findings(reported: dict[int, int], *spans: TimeSpan) -> list[Meaning]:
    days = compared_days({FIRST + day: credit for day, credit in reported.items()}, spans)
    return [day.meaning for day in days]


def test_a_day_agrees_within_a_hundredth() -> None:
    assert findings({0: 10_000, 1: 10_000}, seen(0, 10_090), seen(1, 10_150)) == [Meaning.AGREES, Meaning.UNFINISHED]


def test_a_day_without_samples_is_said_to_be_one_and_compared_with_nothing() -> None:
    days = compared_days({FIRST: 500, FIRST + 2: 500}, [seen(0, 500)])
    assert [day.meaning for day in days] == [Meaning.AGREES, Meaning.NO_SAMPLES, Meaning.NO_SAMPLES]
    assert days[2].difference is None
    assert agreement(days).without_samples == 2
    assert "2 days have no samples" in agreement_line(agreement(days), 120)[-1].text


def test_what_a_difference_may_mean_is_named() -> None:
    assert findings({0: 1, 1: 1}, seen(0, 900, has_reset=True), seen(1, 1)) == [Meaning.RESET, Meaning.AGREES]
    assert findings({0: 900, 1: 1}, seen(0, 500, watched=0.6), seen(1, 1)) == [Meaning.PARTLY_WATCHED, Meaning.AGREES]
    assert findings({0: 900, 1: 1}, seen(0, 500), seen(1, 1)) == [Meaning.REPORT_MORE, Meaning.AGREES]
    assert findings({0: 500, 1: 1}, seen(0, 900), seen(1, 1)) == [Meaning.REPORT_LESS, Meaning.AGREES]
    assert findings({0: 500}, seen(0, 900)) == [Meaning.UNFINISHED]
    assert findings({0: 5, 2: 5}, seen(0, 5), seen(1, 900), seen(2, 5))[1] is Meaning.NOT_REPORTED


def test_the_first_day_after_a_gap_holds_what_was_spent_in_it() -> None:
    assert findings({0: 500, 1: 500, 2: 500}, seen(0, 500), seen(2, 1000, has_gap=True)) == [
        Meaning.AGREES,
        Meaning.NO_SAMPLES,
        Meaning.AFTER_GAP,
    ]


def test_days_that_make_up_for_each_other_are_told_of_as_of_another_zone() -> None:
    assert findings({0: 900, 1: 500, 2: 1}, seen(0, 500), seen(1, 900), seen(2, 1))[:2] == [Meaning.SHIFTED] * 2


def test_sums_are_of_the_days_that_were_watched_whole() -> None:
    days = compared_days(
        {FIRST: 1000, FIRST + 1: 700, FIRST + 2: 1000}, [seen(0, 1000), seen(1, 300, watched=0.4), seen(2, 1000)]
    )
    found = agreement(days)
    assert (found.compared, found.agreeing, found.reported, found.collected) == (2, 2, 2000, 2000)
    assert "agree on 2 of 2 days" in agreement_line(found, 120)[0].text


def test_nothing_that_was_watched_whole_is_said_in_words() -> None:
    line = agreement_line(agreement(compared_days({FIRST: 5}, [])), 120)
    assert "cannot be compared" in line[0].text


def test_the_table_has_a_line_a_day_with_its_meaning() -> None:
    lines = compared_lines(compared_days({FIRST: 1200}, [seen(0, 900)]))
    words = "".join(span.text for span in lines[1])
    assert "2026-09-04 Fri" in words
    assert "+300" in words
    assert "report has more" in words
