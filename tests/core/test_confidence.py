"""What may be said with so little seen, to the word of the table."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.makers import utc
from usage_tui.core.confidence import chance_in_words, evidence, likely_words, reason, short_chance
from usage_tui.core.forecast import analyse
from usage_tui.core.outlook import Evidence

ENDED = utc(2026, 11, 22, 10)


def said(
    seen_hours: int, *, cycle_days: float = 60, used: float | None = None, spend: float = 5.0, earlier: bool = False
) -> Evidence:
    """Say what may be said after so many hours with spend, in a cycle that began so many days ago."""
    started = ENDED - timedelta(hours=seen_hours // 2) if earlier else ENDED - timedelta(days=cycle_days)
    analysis = analyse([spend] * seen_hours, ENDED, cycle_started_at=started, spent=used)
    return evidence(analysis, started)


@pytest.mark.parametrize(
    ("days", "seen"),
    [
        (0.1, Evidence.LEARNING),
        (23 / 24, Evidence.LEARNING),
        (1, Evidence.ROUGH),
        (71 / 24, Evidence.ROUGH),
        (3, Evidence.NO_WEEKEND),
        (167 / 24, Evidence.NO_WEEKEND),
        (7, Evidence.THIS_CYCLE),
        (335 / 24, Evidence.THIS_CYCLE),
        (14, Evidence.FULL),
        (100, Evidence.FULL),
    ],
)
def test_the_longer_was_seen_the_more_is_said(days: float, seen: Evidence) -> None:
    assert said(round(24 * days)) is seen


def test_where_nothing_was_used_nothing_is_said() -> None:
    assert said(24 * 30, spend=0.0) is Evidence.LEARNING


def test_an_earlier_cycle_lets_all_be_said() -> None:
    assert said(24 * 8) is Evidence.THIS_CYCLE
    assert said(24 * 8, earlier=True) is Evidence.FULL


@pytest.mark.parametrize(
    ("seen_hours", "seen"),
    [
        (0, Evidence.LEARNING),
        (1, Evidence.ROUGH),
        (23, Evidence.ROUGH),
        (24, Evidence.NO_WEEKEND),
        (24 * 7, Evidence.FULL),
    ],
)
def test_what_the_counter_says_of_the_time_before_counts_as_seen_in_total_only(seen_hours: int, seen: Evidence) -> None:
    assert said(seen_hours, cycle_days=19, used=9000) is seen


def test_a_cycle_that_has_just_begun_is_learnt_whatever_its_first_hour_cost() -> None:
    assert said(2, cycle_days=2 / 24, used=9000) is Evidence.LEARNING


def test_each_step_but_the_last_has_its_reason() -> None:
    assert [reason(seen) for seen in Evidence] == [
        "learning",
        "rough",
        "no weekend seen yet",
        "from this cycle only",
        "",
    ]


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "very unlikely"),
        (0.1, "very unlikely"),
        (0.3, "unlikely"),
        (0.5, "about even"),
        (0.8, "likely"),
        (1.0, "very likely"),
    ],
)
def test_a_chance_has_words(chance: float, words: str) -> None:
    assert chance_in_words(chance) == words


@pytest.mark.parametrize(
    ("seen", "short", "likely"),
    [
        (Evidence.LEARNING, "", ""),
        (Evidence.ROUGH, "", ""),
        (Evidence.NO_WEEKEND, "very likely", "very likely"),
        (Evidence.THIS_CYCLE, "92 %", "92 % likely"),
        (Evidence.FULL, "92 %", "92 % likely"),
    ],
)
def test_a_chance_is_said_as_far_as_what_was_seen_allows(seen: Evidence, short: str, likely: str) -> None:
    assert (short_chance(seen, 0.92), likely_words(seen, 0.92)) == (short, likely)
    assert short_chance(seen, None) == likely_words(seen, None) == ""


def test_began_at_is_of_the_first_hour_that_was_seen() -> None:
    began: datetime | None = analyse([None, None, 5.0, None], ENDED).began_at
    assert began == ENDED - timedelta(hours=2)
