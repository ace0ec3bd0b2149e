from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import utc
from usage_tui.core.budget import Budget, BudgetState, DaySpend

WITHIN, NEAR, OVER, UNKNOWN = BudgetState.WITHIN, BudgetState.NEAR, BudgetState.OVER, BudgetState.UNKNOWN
TODAY = utc(2026, 11, 22)


@pytest.mark.parametrize(
    ("used", "state"), [(0, WITHIN), (799, WITHIN), (800, NEAR), (999, NEAR), (1000, OVER), (1001, OVER)]
)
def test_near_begins_at_80_percent_and_over_at_the_ceiling(used: int, state: BudgetState) -> None:
    standing = Budget(credits=1000).standing(used, 5000, None)
    assert (standing.state, standing.used_share) == (state, used / 1000)


@given(st.integers(1, 99), st.integers(1, 10**6))
def test_near_begins_exactly_at_its_share_whatever_the_rounding(percent: int, hundredth: int) -> None:
    budget = Budget(near_at=percent / 100)
    assert budget.state(percent * hundredth, 100 * hundredth) is NEAR
    assert budget.state(percent * hundredth - 1, 100 * hundredth) is WITHIN


def test_the_share_at_which_near_begins_is_the_users() -> None:
    assert Budget(credits=1000, near_at=0.7).standing(700, None, None).state is NEAR
    assert Budget(credits=1000, near_at=1.0).standing(999, None, None).state is WITHIN
    assert Budget(credits=1000, near_at=0.0).standing(0, None, None).state is NEAR


def test_without_a_budget_the_plans_limit_is_the_ceiling() -> None:
    standing = Budget().standing(900, 1000, None)
    assert (standing.ceiling, standing.is_plan_limit, standing.state) == (1000, True, NEAR)


def test_a_budget_above_the_limit_is_taken_as_it_is() -> None:
    standing = Budget(credits=2000).standing(1000, 1000, None)
    assert (standing.ceiling, standing.is_plan_limit, standing.state) == (2000, False, WITHIN)


@pytest.mark.parametrize(("used", "left"), [(0, 1000), (400, 600), (1000, 0), (1400, 0), (None, None)])
def test_what_is_left_of_the_ceiling_is_never_below_nothing(used: int | None, left: int | None) -> None:
    assert Budget(credits=1000).standing(used, 5000, None).left == left
    assert Budget().standing(used, 1000, None).left == left
    assert Budget().standing(used, None, None).left is None


@pytest.mark.parametrize(("used", "limit"), [(None, 1000), (10, None), (None, None)])
def test_what_is_not_known_has_no_state_and_no_share(used: int | None, limit: int | None) -> None:
    standing = Budget().standing(used, limit, None)
    assert (standing.state, standing.used_share, standing.ceiling) == (UNKNOWN, None, limit)


@pytest.mark.parametrize("budget", [Budget(), Budget(credits=0)])
def test_a_ceiling_of_nothing_is_over_from_the_start_and_has_no_share(budget: Budget) -> None:
    standing = budget.standing(0, 0, None)
    assert (standing.ceiling, standing.state, standing.used_share) == (0, OVER, None)


@pytest.mark.parametrize(("spent", "state"), [(0, WITHIN), (79, WITHIN), (80, NEAR), (100, OVER), (250, OVER)])
def test_a_whole_day_stands_against_the_daily_ceiling(spent: int, state: BudgetState) -> None:
    today = DaySpend(spent, TODAY, is_whole=True)
    standing = Budget(daily_credits=100).standing(5, 1000, today)
    assert (standing.daily_state, standing.daily_share, standing.today) == (state, spent / 100, today)
    assert standing.state is WITHIN


@pytest.mark.parametrize(("spent", "state"), [(0, UNKNOWN), (80, UNKNOWN), (99, UNKNOWN), (100, OVER)])
def test_a_partly_seen_day_is_a_lower_bound_that_can_only_say_over(spent: int, state: BudgetState) -> None:
    standing = Budget(daily_credits=100).standing(5, 1000, DaySpend(spent, TODAY, is_whole=False))
    assert (standing.daily_state, standing.daily_share) == (state, spent / 100)


def test_the_days_budget_uses_the_same_share_for_near() -> None:
    budget = Budget(daily_credits=100, near_at=0.5)
    assert budget.standing(5, 1000, DaySpend(50, TODAY, is_whole=True)).daily_state is NEAR


def test_a_day_without_a_ceiling_or_without_samples_has_no_state() -> None:
    spent = DaySpend(10, TODAY, is_whole=True)
    for standing in (Budget().standing(5, 1000, spent), Budget(daily_credits=100).standing(5, 1000, None)):
        assert (standing.daily_state, standing.daily_share) == (UNKNOWN, None)


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.floats(0, 1))
def test_a_state_never_gets_better_with_spend(spent: int, ceiling: int, near_at: float) -> None:
    budget, order = Budget(near_at=near_at), [WITHIN, NEAR, OVER]
    assert order.index(budget.state(spent, ceiling)) <= order.index(budget.state(spent + 1, ceiling))
