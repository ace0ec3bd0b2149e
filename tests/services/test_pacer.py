"""When an account is polled next, in plain numbers."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.account import PollPlan
from usage_tui.services.pacer import Cadence, Instant, Pacer
from usage_tui.services.timetable import first_delay, timetables

WALL = 1_790_000_000.25


class Still(Random):
    """Randomness that always draws the same share."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def random(self) -> float:
        return self._share


def at(seconds: float) -> Instant:
    """The moment `seconds` after both clocks were read first."""
    return Instant(seconds, WALL + seconds)


def a_pacer(cadence: Cadence = Cadence(1.0), *, jitter: float = 0.0) -> Pacer:  # noqa: B008 -- frozen
    return Pacer(cadence, 0.0, Still(jitter))


def test_the_first_poll_is_due_when_it_was_said() -> None:
    assert Pacer(Cadence(15.0), 3.5, Still(0)).due == 3.5


def test_polls_keep_to_whole_intervals_of_the_wall_clock() -> None:
    pacer = a_pacer()
    pacer.begin(at(0.0))
    pacer.succeed(at(0.04))
    assert pacer.due == pytest.approx(0.75)
    pacer.begin(at(0.76))
    pacer.succeed(at(0.8))
    assert pacer.due == pytest.approx(1.75)


def test_ticks_that_pass_while_a_poll_runs_are_skipped() -> None:
    pacer = a_pacer()
    pacer.begin(at(0.75))
    pacer.succeed(at(4.3))
    assert pacer.due == pytest.approx(4.75)


def test_a_tick_right_after_a_late_poll_is_skipped() -> None:
    pacer = a_pacer()
    pacer.begin(at(0.70))
    pacer.succeed(at(0.74))
    assert pacer.due == pytest.approx(1.75)


def test_a_phase_moves_the_ticks() -> None:
    pacer = a_pacer(Cadence(10.0, 0.5))
    pacer.begin(at(0.0))
    pacer.succeed(at(0.1))
    assert (WALL + pacer.due) % 10 == pytest.approx(5.0)


def test_a_wall_clock_that_was_set_makes_no_wait_longer_than_one_and_a_half_intervals() -> None:
    pacer = a_pacer(Cadence(15.0))
    pacer.begin(at(0.0))
    pacer.succeed(Instant(0.1, WALL - 86_400))
    assert 7.5 <= pacer.due <= 22.5


@given(st.floats(0.2, 60), st.floats(0, 0.99), st.floats(0, 1e6), st.floats(0, 100), st.floats(1e9, 3e9))
def test_the_next_poll_comes_neither_at_once_nor_later_than_due(
    seconds: float, phase: float, started: float, lasted: float, wall: float
) -> None:
    pacer = Pacer(Cadence(seconds, phase), started, Still(0))
    pacer.begin(Instant(started, wall))
    ended = started + lasted
    pacer.succeed(Instant(ended, wall + lasted))
    slack = 1e-5
    assert pacer.due >= max(started + seconds / 2, ended) - slack
    assert pacer.due <= max(started + seconds / 2, ended) + seconds + slack


@pytest.mark.parametrize(("jitter", "waits"), [(0.0, [1, 2, 4, 8, 16, 24, 24]), (1.0, [1.25, 2.5, 5, 10, 20, 30, 30])])
def test_faults_double_the_wait_up_to_half_a_minute(jitter: float, waits: list[float]) -> None:
    pacer = a_pacer(jitter=jitter)
    seen = []
    for _ in waits:
        pacer.begin(at(100.0))
        pacer.fail(at(105.0))
        seen.append(pacer.due - 105.0)
    assert seen == pytest.approx(waits)


def test_a_fault_of_an_account_that_is_polled_rarely_does_not_make_it_polled_often() -> None:
    pacer = a_pacer(Cadence(300.0))
    for _ in range(100):
        pacer.fail(at(0.0))
    assert pacer.due == pytest.approx(300 / 1.25)


def test_a_good_answer_ends_the_back_off() -> None:
    pacer = a_pacer()
    for _ in range(5):
        pacer.fail(at(0.0))
    pacer.begin(at(10.75))
    pacer.succeed(at(10.8))
    assert pacer.due == pytest.approx(11.75)
    pacer.fail(at(11.75))
    assert pacer.due == pytest.approx(12.75)


def test_a_refused_key_waits_a_minute() -> None:
    pacer = a_pacer(jitter=1.0)
    pacer.begin(at(0.0))
    pacer.refuse(at(0.5))
    assert pacer.due == 60.5


def test_a_refresh_comes_at_once_out_of_a_back_off() -> None:
    pacer = a_pacer()
    pacer.refuse(at(0.0))
    pacer.hurry(3.0)
    assert pacer.due == 3.0


def test_an_account_that_comes_on_the_screen_is_polled_at_once_if_its_sample_is_old() -> None:
    pacer = a_pacer(Cadence(15.0))
    pacer.begin(at(0.0))
    pacer.succeed(at(0.1))
    pacer.change(Cadence(1.0), at(1.0))
    assert pacer.due == 1.0


def test_an_account_that_comes_on_the_screen_keeps_a_fresh_sample() -> None:
    pacer = a_pacer(Cadence(15.0))
    pacer.begin(at(0.0))
    pacer.succeed(at(0.1))
    pacer.change(Cadence(1.0), at(0.5))
    assert pacer.due == pytest.approx(0.75)


def test_an_account_that_comes_on_the_screen_before_its_first_poll_is_polled_at_once() -> None:
    pacer = Pacer(Cadence(15.0), 9.0, Still(0))
    pacer.change(Cadence(1.0), at(0.5))
    assert pacer.due == 0.5


def test_an_account_that_is_spread_otherwise_before_its_first_poll_still_waits_for_its_turn() -> None:
    pacer = Pacer(Cadence(15.0), 9.0, Still(0))
    pacer.change(Cadence(15.0, 0.5), at(0.5))
    assert pacer.due == 9.0


def test_an_account_that_is_spread_otherwise_keeps_its_new_ticks_at_once() -> None:
    pacer = a_pacer(Cadence(15.0))
    pacer.begin(at(0.0))
    pacer.succeed(at(0.1))
    pacer.change(Cadence(15.0, 0.8), at(0.5))
    assert (WALL + pacer.due) % 15 == pytest.approx(12.0)
    assert pacer.due >= 7.5


def test_an_account_that_leaves_the_screen_is_polled_once_more_and_goes_back_to_its_own_ticks() -> None:
    pacer = a_pacer(Cadence(1.0))
    pacer.begin(at(0.0))
    pacer.succeed(at(0.1))
    due = pacer.due
    pacer.change(Cadence(15.0), at(0.2))
    assert pacer.due == due <= 1.5
    pacer.begin(at(due))
    pacer.succeed(at(due + 0.1))
    assert (WALL + pacer.due) % 15 == pytest.approx(0.0)
    assert pacer.due >= 7.5


def test_an_account_that_leaves_the_screen_stays_in_its_back_off() -> None:
    pacer = a_pacer(Cadence(1.0))
    pacer.begin(at(0.0))
    pacer.refuse(at(0.1))
    pacer.change(Cadence(15.0), at(0.2))
    assert pacer.due == pytest.approx(60.1)


def test_an_account_that_comes_on_the_screen_stays_in_its_back_off_until_it_is_refreshed() -> None:
    refused, failed = a_pacer(Cadence(15.0)), a_pacer(Cadence(15.0))
    for pacer in (refused, failed):
        pacer.begin(at(0.0))
    refused.refuse(at(0.1))
    for _ in range(4):
        failed.fail(at(0.1))
    for pacer, due in ((refused, 60.1), (failed, 8.1)):
        pacer.change(Cadence(1.0), at(2.0))
        assert pacer.due == pytest.approx(due)
        pacer.hurry(2.0)
        assert pacer.due == 2.0


def test_an_account_that_is_polled_rarely_and_comes_on_the_screen_waits_a_minute_at_most() -> None:
    pacer = a_pacer(Cadence(300.0))
    for _ in range(20):
        pacer.fail(at(0.0))
    pacer.change(Cadence(1.0), at(2.0))
    assert pacer.due == 60.0


@pytest.mark.parametrize(("count", "shown"), [(100, ["a0"]), (100, []), (40, ["a39"]), (20, []), (1000, ["a5"])])
def test_no_second_holds_more_than_a_fifth_of_a_windows_requests(count: int, shown: list[str]) -> None:
    plan = PollPlan(interval_seconds=1.0, background_seconds=15.0)
    names = [f"a{index}" for index in range(count)]
    tables = timetables(names, shown, plan)
    polls = []
    for index, name in enumerate(names):
        table = tables[name]
        pacer = Pacer(table.shown if name in shown else table.background, first_delay(index, count, plan), Still(0))
        while (due := pacer.due) < 60:
            polls.append(due)
            pacer.begin(at(due))
            pacer.succeed(at(due + 0.04))
    busiest = max(Counter(int(due) for due in polls).values())
    window = count + (14 if shown else 0)
    assert busiest <= window / 5
    for start in (15, 30, 45):
        assert sum(start <= due < start + 15 for due in polls) == pytest.approx(window, abs=max(2, count * 0.02))


def test_a_few_accounts_are_all_polled_within_a_moment_of_the_start() -> None:
    assert [first_delay(index, 3, PollPlan()) for index in range(3)] == [0.0, 0.25, 0.5]


def test_several_accounts_on_the_screen_share_the_interval() -> None:
    tables = timetables(["a", "b", "c"], ["a", "c"], PollPlan())
    assert [tables[name].shown.phase for name in "abc"] == [0.0, 0.0, 0.5]


def test_connections_are_kept_for_two_intervals_and_above_200_accounts_not_at_all() -> None:
    plan = PollPlan(timeout_seconds=7.0)
    (few,) = {table.terms for table in timetables([str(number) for number in range(200)], [], plan).values()}
    (many,) = {table.terms for table in timetables([str(number) for number in range(201)], [], plan).values()}
    assert (few.keepalive_seconds, few.timeout_seconds) == (30.0, 7.0)
    assert many.keepalive_seconds is None
