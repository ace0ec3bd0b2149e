"""The backtest: what it tries, what it looks at, and what the scores come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from tests.makers import utc
from usage_tui.core.backtest import LIMIT_FACTORS, SHARES, Trial, scores, trials
from usage_tui.core.backtest_report import backtest_report, backtest_table
from usage_tui.core.cycle import Cycle
from usage_tui.core.guess import METHODS, Guess, Origin, last_seven_days, ours, straight_line
from usage_tui.core.spend_record import HOUR, SpendRecord, cycles_of

START = utc(2026, 1, 5)


def a_record(hours: Sequence[float | None]) -> SpendRecord:
    """Make a record of a file: what is unknown counts for nothing."""
    return SpendRecord(START, tuple(hours), tuple(hour or 0.0 for hour in hours))


def a_cycle(first_day: int, days: int = 30) -> Cycle:
    """Make a cycle from a day of the record on."""
    return Cycle(START + timedelta(days=first_day), START + timedelta(days=first_day + days), is_assumed=True)


def an_origin(hours: Sequence[float | None], index: int, *, used: float, limits: tuple[float, ...] = ()) -> Origin:
    """Make an origin in the first thirty days of a record."""
    return Origin(a_record(hours), index, a_cycle(0), used, limits)


def test_a_cycle_is_tried_at_each_share_of_it() -> None:
    record = a_record([2.0] * 24 * 60)
    tried = list(trials(record, a_cycle(30), a_cycle(0)))
    assert [trial.elapsed for trial in tried] == list(SHARES)
    assert [trial.origin.index for trial in tried] == [720 + hours for hours in (21, 72, 180, 360, 540, 648)]
    assert [trial.origin.used for trial in tried] == [2.0 * hours for hours in (21, 72, 180, 360, 540, 648)]
    assert {trial.total for trial in tried} == {1440.0}
    assert {trial.limit for trial in tried} == {1440.0}
    assert tried[0].origin.limits == tuple(1440 * each for each in LIMIT_FACTORS)
    assert list(tried[-1].origin.limits) == pytest.approx([1440, 1584])
    assert tried[0].reached == (START + timedelta(days=57), START + timedelta(days=60), None)


def test_the_first_cycle_has_no_limit() -> None:
    tried = list(trials(a_record([2.0] * 24 * 30), a_cycle(0), None))
    assert {(trial.limit, trial.origin.limits, trial.reached) for trial in tried} == {(None, (), ())}
    assert scores(tried, "usage-tui").brier is None


@pytest.mark.parametrize(
    ("hours", "cycle"),
    [
        ([2.0] * 24 * 29, a_cycle(0)),
        ([0.0] * 24 * 30, a_cycle(0)),
        ([], a_cycle(0)),
    ],
)
def test_a_cycle_that_is_not_whole_or_came_to_nothing_is_left_out(hours: Sequence[float | None], cycle: Cycle) -> None:
    assert list(trials(a_record(hours), cycle, None)) == []


def test_a_cycle_whose_end_nobody_saw_or_whose_credits_were_used_up_is_left_out() -> None:
    record = a_record([2.0] * 24 * 30)
    unseen = replace(record, counted=(*record.counted[:-20], *[None] * 20))
    assert list(trials(unseen, a_cycle(0), None)) == []
    assert list(trials(replace(record, paused=frozenset({500})), a_cycle(0), None)) == []
    nearly = replace(record, counted=(*record.counted[:-10], *[None] * 10))
    assert len(list(trials(nearly, a_cycle(0), None))) == 6


def with_one_off_day(hours: Sequence[float], day: int, credits_an_hour: float) -> SpendRecord:
    """Make a record in which something else was spent on a day, which the user left out."""
    indexes = frozenset(range(24 * day, 24 * day + 24))
    counted = tuple(credits_an_hour if index in indexes else hour for index, hour in enumerate(hours))
    spends = tuple(None if index in indexes else hour for index, hour in enumerate(hours))
    return SpendRecord(START, spends, counted, one_off=indexes)


def test_a_one_off_day_is_in_the_total_and_in_no_methods_pace() -> None:
    record = with_one_off_day([2.0] * 24 * 60, 35, 500.0)
    tried = list(trials(record, a_cycle(30), a_cycle(0)))
    assert {trial.total for trial in tried} == {1392.0 + 12_000.0}
    for trial in tried:
        for guess in trial.guesses.values():
            assert guess.p50 - trial.origin.used == pytest.approx(trial.total - trial.origin.used, rel=0.002)


def test_a_gap_beside_a_one_off_day_has_no_part_of_it() -> None:
    record = with_one_off_day([2.0] * 24 * 60, 35, 500.0)
    gap = range(24 * 36, 24 * 37)
    record = replace(
        record,
        spends=tuple(None if index in gap else hour for index, hour in enumerate(record.spends)),
        counted=tuple(
            48.0 if index == gap[-1] else None if index in gap else hour for index, hour in enumerate(record.counted)
        ),
    )
    tried = list(trials(record, a_cycle(30), None))
    assert len(tried) == 4
    for trial in tried:
        assert trial.guesses["usage-tui"].p50 == pytest.approx(trial.total, abs=5)


def test_a_moment_before_a_one_off_day_of_its_cycle_is_not_tried() -> None:
    hours = [2.0] * 24 * 60
    assert [trial.elapsed for trial in trials(with_one_off_day(hours, 35, 9.0), a_cycle(30), None)] == list(SHARES)[2:]
    assert list(trials(with_one_off_day(hours, 59, 9.0), a_cycle(30), None)) == []
    assert len(list(trials(with_one_off_day(hours, 29, 9.0), a_cycle(30), None))) == 6


def test_what_was_spent_on_a_one_off_day_changes_no_guess_but_by_itself() -> None:
    hours = [float(hour % 24 + hour % 7) for hour in range(24 * 60)]
    for some, more in zip(
        trials(with_one_off_day(hours, 31, 9.0), a_cycle(30), None),
        trials(with_one_off_day(hours, 31, 900.0), a_cycle(30), None),
        strict=True,
    ):
        for name in METHODS:
            assert more.guesses[name].p50 - some.guesses[name].p50 == pytest.approx(24 * 891)


def test_a_moment_at_which_nobody_looked_is_not_tried() -> None:
    record = a_record([2.0] * 24 * 30)
    counted = tuple(None if 350 < index < 370 else hour for index, hour in enumerate(record.counted))
    tried = list(trials(replace(record, counted=counted), a_cycle(0), None))
    assert [trial.elapsed for trial in tried] == [0.03, 0.1, 0.25, 0.75, 0.9]


@given(
    st.lists(st.sampled_from([None, 0.0, 1.0, 50.0]) | st.floats(0, 1e6), min_size=24 * 4, max_size=24 * 4),
    st.integers(1, 5),
    st.floats(0, 1e6),
)
@settings(max_examples=30)
def test_no_method_looks_ahead_of_its_moment(hours: list[float | None], days: int, later: float) -> None:
    cycles = cycles_of(a_record(hours), days)
    for cycle, before in zip(cycles[1:], cycles, strict=False):
        for trial in trials(a_record(hours), cycle, before):
            index = trial.origin.index
            changed: list[float | None] = [*hours[:index], *[later] * (len(hours) - index)]
            again = replace(trial.origin, record=a_record(changed))
            for name, method in METHODS.items():
                guess = method(again)
                assert guess == trial.guesses[name]


@given(
    st.lists(st.sampled_from([None, 0.0, 1.0, 50.0]) | st.floats(0, 1e9), min_size=48, max_size=24 * 6),
    st.integers(1, 3),
)
@settings(max_examples=50)
def test_scores_are_finite_whatever_was_spent(hours: list[float | None], days: int) -> None:
    record = a_record(hours)
    cycles = cycles_of(record, days)
    tried = [
        trial
        for number, cycle in enumerate(cycles)
        for trial in trials(record, cycle, cycles[number - 1] if number else None)
    ]
    for name in METHODS:
        found = scores(tried, name)
        for value in astuple(found)[1:]:
            assert value is None or 0 <= value < float("inf")
    report = backtest_report(tried)
    assert len(report["forecasts"]) == len(tried)
    assert backtest_table(tried)


def test_the_straight_line_carries_the_cycles_mean_pace() -> None:
    guess = straight_line(an_origin([4.0] * 240, 240, used=960.0, limits=(1920.0, 3000.0)))
    assert guess.p50 == pytest.approx(2880)
    assert guess.p10 == guess.p90 == pytest.approx(2880)
    assert guess.chances == (1.0, 0.0)
    assert guess.run_outs == (START + timedelta(days=20), None)


def test_the_last_seven_days_carry_their_own_pace_as_far_as_they_are_known() -> None:
    hours: list[float | None] = [100.0] * 240 + [1.0] * 72 + [None] * 24 + [3.0] * 72
    guess = last_seven_days(an_origin(hours, len(hours), used=1000.0))
    assert guess.p50 == pytest.approx(1000 + 13 * 24 * 2.0)
    unknown = an_origin([None] * 240, 240, used=960.0)
    assert last_seven_days(unknown) == straight_line(unknown)


def test_the_simple_ranges_hold_as_often_as_days_are_uneven() -> None:
    hours: list[float | None] = [2.0 if age // 24 % 2 else 6.0 for age in range(240)]
    guess = straight_line(an_origin(hours, 240, used=960.0, limits=(2880.0,)))
    unevenness = 10 * 0.25 / 9
    deviation = 1920 * (unevenness * (1 / 20 + 1 / 10)) ** 0.5
    assert guess.p90 - guess.p50 == pytest.approx(1.28155 * deviation, rel=1e-4)
    assert guess.chances[0] == pytest.approx(0.5)


def test_ours_is_the_programs_own_forecast() -> None:
    guess = ours(an_origin([2.0] * 240, 240, used=480.0, limits=(900.0,)))
    assert guess is not None
    assert guess.p50 == pytest.approx(1440, rel=0.02)
    assert guess.run_outs[0] == pytest.approx(START + 450 * HOUR, abs=timedelta(hours=9))
    assert ours(an_origin([0.0] * 240, 240, used=0.0)) is None


def a_trial(guess: Guess, *, total: float, reached: tuple[datetime | None, ...] = ()) -> Trial:
    """Make a trial in which all methods guessed alike."""
    limits = (1000.0,) * len(reached)
    return Trial(
        an_origin([1.0] * 240, 240, used=100.0, limits=limits), 0.1, total, None, reached, dict.fromkeys(METHODS, guess)
    )


def test_scores_come_to_what_they_are_said_to_be() -> None:
    end = a_cycle(0).resets_at
    high = a_trial(Guess(80.0, 110.0, 130.0, (0.9,), (end - 10 * HOUR,)), total=100.0, reached=(end - 4 * HOUR,))
    low = a_trial(Guess(100.0, 150.0, 190.0, (0.2, 0.4), (None, None)), total=200.0, reached=(None, end - 20 * HOUR))
    found = scores([high, low], "usage-tui")
    assert found.n == 2
    assert found.mean_ape == pytest.approx((0.1 + 0.25) / 2)
    assert found.median_ape == pytest.approx(0.175)
    losses = ((0.1 * 20 + 0.5 * 10 + 0.1 * 30) / 300, (0.1 * 100 + 0.5 * 50 + 0.9 * 10) / 600)
    assert found.pinball == pytest.approx(sum(losses) / 2)
    assert found.coverage_80 == 0.5
    assert found.width_80 == pytest.approx((0.5 + 0.45) / 2)
    assert found.brier == pytest.approx((0.1**2 + 0.2**2 + 0.6**2) / 3)
    assert found.run_out_hours == pytest.approx((6 + 20) / 2)
    assert astuple(scores([], "usage-tui")) == (0, *[None] * 7)


def _table(tried: list[Trial]) -> list[str]:
    return ["".join(span.text for span in line) for line in backtest_table(tried)]


def test_the_table_names_another_method_where_that_was_better_and_all_where_they_are_alike() -> None:
    alike = a_trial(Guess(80.0, 110.0, 130.0, (), ()), total=100.0)
    lines = _table([alike])
    assert "Closest to the total: usage-tui and last-7-days and straight-line" in lines
    assert "Best chance of running out: unknown, for it takes two cycles" in lines
    better = replace(alike, guesses={**alike.guesses, "last-7-days": Guess(90.0, 101.0, 110.0, (), ())})
    assert "Closest to the total: last-7-days" in _table([better])
    assert "Best range: last-7-days" in _table([better])


def test_columns_keep_apart_however_far_off_a_method_is() -> None:
    far = a_trial(Guess(1e6, 1e9, 1e12, (), ()), total=1.0)
    row = next(line for line in _table([far]) if line.startswith("usage-tui "))
    assert row.split() == ["usage-tui", "1", *[">999", "%"] * 3, "0.0", "%", ">999", "%", "–", "–"]
    assert len(row) <= 80
