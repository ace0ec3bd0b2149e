"""Limits that scripts set: strictly beyond is crossed, and what is not known is said."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.makers import NOW, a_last_poll, a_snapshot, a_view, a_waiting_view
from usage_tui.core.account import AccountState
from usage_tui.core.guard import Limits, Verdict, verdict
from usage_tui.core.outlook import Evidence, Outlook, Prospect
from usage_tui.core.view import AccountView


def crossed(limits: Limits, view: AccountView, now: datetime = NOW) -> tuple[str, ...]:
    found = verdict(view, limits, now)
    assert found.unknown == ()
    return found.crossed


def test_least_credits_are_crossed_below_them_only() -> None:
    view = a_view(a_snapshot(used=2_000_000))
    assert crossed(Limits(min_credits=1_000_000), view) == ()
    assert crossed(Limits(min_credits=1_000_001), view) == (
        "production: remaining credits 1,000,000, below --min-credits 1,000,001",
    )


def test_credits_that_the_service_says_are_left_count_before_the_difference() -> None:
    view = a_view(a_snapshot(used=0, credits_left=5))
    assert crossed(Limits(min_credits=6), view) == ("production: remaining credits 5, below --min-credits 6",)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_exactly_at_a_percentage_is_within_it(used: int, limit: int) -> None:
    view = a_view(a_snapshot(used=used, limit=limit, concurrency=used, concurrency_limit=limit))
    exact = Fraction(100 * used, limit)
    assert verdict(view, Limits(max_used=exact, max_concurrency=exact), NOW) == Verdict()
    just_below = exact - Fraction(1, 10**9)
    assert len(crossed(Limits(max_used=just_below, max_concurrency=just_below), view)) == 2


@pytest.mark.parametrize("percent", range(1, 100))
def test_failure_share_of_a_whole_percentage_is_within_it(percent: int) -> None:
    view = a_view(a_snapshot(), failed_share=percent / 100)
    assert crossed(Limits(max_failure_rate=Fraction(percent)), view) == ()
    assert len(crossed(Limits(max_failure_rate=Fraction(percent) - Fraction(1, 100)), view)) == 1


def test_run_out_is_that_of_the_lower_ceiling() -> None:
    outlook = Outlook(
        Evidence.FULL,
        limit=Prospect(3_000_000, is_limit=True, run_out_probability=0.1),
        budget=Prospect(2_000_000, is_limit=False, run_out_probability=0.92),
    )
    view = replace(a_view(), outlook=outlook)
    assert crossed(Limits(max_run_out_probability=Fraction("0.92")), view) == ()
    assert crossed(Limits(max_run_out_probability=Fraction("0.5")), view) == (
        "production: run-out probability 0.92, above --max-run-out-probability 0.5",
    )


def test_ceiling_that_is_spent_already_is_sure() -> None:
    outlook = Outlook(Evidence.FULL, limit=Prospect(1, is_limit=True, is_spent=True))
    view = replace(a_view(), outlook=outlook)
    assert len(crossed(Limits(max_run_out_probability=Fraction("0.99")), view)) == 1


EVERY = Limits(1, Fraction(50), Fraction("0.5"), Fraction(50), Fraction(50))


@pytest.mark.parametrize(
    "view",
    [
        a_waiting_view(),
        replace(a_view(), key_error="no key"),
        a_view(last_poll=a_last_poll(AccountState.UNREACHABLE, error="no")),
        a_view(at=NOW - timedelta(seconds=121)),
    ],
    ids=["waiting", "keyless", "unreachable", "stale"],
)
def test_nothing_is_known_without_a_fresh_sample(view: AccountView) -> None:
    found = verdict(view, EVERY, NOW)
    assert found.crossed == ()
    assert len(found.unknown) == 5
    assert found.unknown[0] == "production: --min-credits needs the remaining credits, and that is not known."


def test_fields_that_the_service_left_out_are_not_known() -> None:
    view = a_view(a_snapshot(limit=None, concurrency_limit=None), failed_share=None)
    assert [line.split()[1] for line in verdict(view, EVERY, NOW).unknown] == [
        "--min-credits",
        "--max-used",
        "--max-concurrency",
        "--max-failure-rate",
        "--max-run-out-probability",
    ]


def test_service_that_says_the_credits_are_used_up_leaves_none() -> None:
    view = replace(a_waiting_view(), last_poll=a_last_poll(AccountState.EXHAUSTED, error="used up"))
    assert crossed(Limits(min_credits=1), view) == ("production: remaining credits 0, below --min-credits 1",)
