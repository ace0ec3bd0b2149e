"""Levels: each crossing fires once, in whatever series of values, and whenever the program is started again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.alert_rules import AlertRule
from usage_tui.core.alerts import Judgement, Level, Passed, Verdict, against, stepped, whether
from usage_tui.core.quiet_hours import is_quiet, quiet_hours

HEIGHTS = (0.8, 0.95, 1.0)
VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1.2)), max_size=60)


def found(value: float | None, heights: Sequence[float] = HEIGHTS) -> list[Judgement]:
    return [
        Judgement(Level(AlertRule.BUDGET_USED, height), against(value, height, 0.95 * height), value, height)
        for height in heights
    ]


def fired(values: Sequence[float | None], heights: Sequence[float] = HEIGHTS) -> list[list[float]]:
    passed: Passed = {}
    told = []
    for value in values:
        step = stepped(passed, found(value, heights))
        passed = step.passed
        told.append([each.level.height for each in step.fired])
    return told


def test_a_condition_true_at_the_first_sample_fires_once() -> None:
    assert fired([0.85, 0.86, 0.9]) == [[0.8], [], []]


def test_several_thresholds_passed_at_once_fire_the_highest() -> None:
    assert fired([0.2, 1.01, 1.02]) == [[], [1.0], []]


def test_thresholds_passed_one_after_the_other_fire_each() -> None:
    assert fired([0.8, 0.95, 1.0, 1.1]) == [[0.8], [0.95], [1.0], []]


def test_a_value_that_sways_about_its_threshold_fires_once() -> None:
    assert fired([0.81, 0.79, 0.81, 0.79, 0.81]) == [[0.8], [], [], [], []]


def test_after_a_recovery_it_fires_again() -> None:
    assert fired([0.81, 0.1, 0.81]) == [[0.8], [], [0.8]]


def test_a_value_recovers_below_its_lower_threshold_not_at_it() -> None:
    below = against(0.75, 0.8, 0.76), against(0.76, 0.8, 0.76), against(0.8, 0.8, 0.76)
    assert below == (Verdict.RECOVERED, Verdict.OPEN, Verdict.PASSED)


def test_the_unknown_neither_fires_nor_recovers() -> None:
    assert fired([None, 0.81, None, 0.81]) == [[], [0.8], [], []]


def test_a_lower_threshold_that_is_set_later_does_not_fire_below_a_higher_one() -> None:
    passed = stepped({}, found(0.85)).passed
    step = stepped(passed, found(0.85, (0.5, 0.8)))
    assert step.fired == ()
    assert step.dropped == ()
    assert set(step.passed) == {Level(AlertRule.BUDGET_USED, 0.5), Level(AlertRule.BUDGET_USED, 0.8)}


def test_a_threshold_that_is_taken_away_is_dropped_and_says_nothing() -> None:
    step = stepped(stepped({}, found(0.85)).passed, [])
    assert step.dropped == (Level(AlertRule.BUDGET_USED, 0.8),)
    assert (step.fired, step.resolved, dict(step.passed)) == ((), (), {})


def test_only_what_fired_is_told_to_be_over() -> None:
    step = stepped(stepped({}, found(0.96)).passed, found(0.1))
    assert [each.level.height for each in step.resolved] == [0.95]
    assert not step.passed


@given(VALUES)
def test_each_excursion_fires_exactly_once_for_any_series(values: list[float | None]) -> None:
    is_passed = False
    for value, told in zip(values, fired(values, (0.8,)), strict=True):
        crosses = not is_passed and value is not None and value >= 0.8
        assert told == ([0.8] if crosses else [])
        is_passed = value >= 0.8 or (is_passed and value >= 0.95 * 0.8) if value is not None else is_passed


@given(VALUES)
def test_of_several_thresholds_at_most_one_fires_at_once_and_none_below_what_was_passed(
    values: list[float | None],
) -> None:
    passed: Passed = {}
    for value in values:
        before = max((level.height for level in passed), default=0.0)
        step = stepped(passed, found(value))
        assert len(step.fired) <= 1
        still = max((level.height for level in passed if level in step.passed), default=0.0)
        assert all(each.level.height > still for each in step.fired)
        assert not step.resolved or before > 0
        passed = step.passed


@given(VALUES, st.sets(st.integers(0, 60)))
def test_a_restart_at_any_point_fires_nothing_twice_and_loses_nothing(
    values: list[float | None], restarts: set[int]
) -> None:
    stored: dict[tuple[str, float], bool] = {}
    passed: Passed = {}
    told = []
    for number, value in enumerate(values):
        if number in restarts:
            passed = {Level(AlertRule(rule), height): is_told for (rule, height), is_told in stored.items()}
        step = stepped(passed, found(value))
        passed = step.passed
        stored = {(level.rule.value, level.height): is_told for level, is_told in passed.items()}
        told.append([each.level.height for each in step.fired])
    assert told == fired(values)


@pytest.mark.parametrize(
    ("is_so", "verdict"), [(True, Verdict.PASSED), (False, Verdict.RECOVERED), (None, Verdict.OPEN)]
)
def test_what_is_unknown_stays_open(is_so: bool | None, verdict: Verdict) -> None:
    assert whether(is_so) is verdict


@pytest.mark.parametrize(
    ("hour", "minute", "is_in"), [(21, 59, False), (22, 0, True), (3, 0, True), (6, 59, True), (7, 0, False)]
)
def test_quiet_hours_go_over_midnight(hour: int, minute: int, is_in: bool) -> None:
    hours = quiet_hours(["22:00-07:00"])
    assert is_quiet(hours, datetime(2026, 11, 22, hour, minute, tzinfo=UTC), UTC) is is_in


@pytest.mark.parametrize(("hour", "minute", "is_in"), [(11, 59, False), (12, 0, True), (12, 59, True), (13, 0, False)])
def test_quiet_hours_end_before_the_minute_that_ends_them(hour: int, minute: int, is_in: bool) -> None:
    hours = quiet_hours(["12:00-13:00"])
    assert is_quiet(hours, datetime(2026, 11, 22, hour, minute, tzinfo=UTC), UTC) is is_in


def test_quiet_hours_are_of_the_clocks_of_the_user_on_both_sides_of_a_change_of_time() -> None:
    hours, berlin = quiet_hours(["06:00-07:00"]), ZoneInfo("Europe/Berlin")
    assert is_quiet(hours, datetime(2026, 10, 24, 4, 30, tzinfo=UTC), berlin)
    assert not is_quiet(hours, datetime(2026, 10, 24, 5, 30, tzinfo=UTC), berlin)
    assert is_quiet(hours, datetime(2026, 10, 25, 5, 30, tzinfo=UTC), berlin)
    assert not is_quiet(hours, datetime(2026, 10, 25, 4, 30, tzinfo=UTC), berlin)


def test_quiet_hours_that_end_when_they_begin_are_the_whole_day() -> None:
    assert is_quiet(quiet_hours(["08:00-08:00"]), datetime(2026, 11, 22, 3, tzinfo=UTC), UTC)
    assert not is_quiet((), datetime(2026, 11, 22, 3, tzinfo=UTC), UTC)
