"""Estimates: a job against credits, budget, concurrency and what lies ahead, in numbers and in words."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

import pytest
from msgspec.structs import replace

from tests.makers import CYCLE, NOW, a_snapshot, a_view
from usage_tui.core.budget import Budget
from usage_tui.core.estimate import Estimate, Price, estimate
from usage_tui.core.estimate_words import estimate_lines, estimate_report
from usage_tui.core.forecast import analyse
from usage_tui.core.job import Job, Requests
from usage_tui.core.outlook import Evidence, Outlook, Prospect
from usage_tui.core.spans import Line
from usage_tui.core.view import AccountView

URL = "https://example.com/a?key=secret"


def made(
    view: AccountView, *jobs: tuple[int, int], seconds: float | None = None, is_documented: bool = False
) -> Estimate:
    """Make the estimate of `count` requests at `price` credits each."""
    job = Job(tuple(Requests(f"{URL}{number}", count) for number, (count, _) in enumerate(jobs)))
    return estimate(view, job, [Price(price, is_documented) for _, price in jobs], NOW, seconds)


def words(lines: list[Line]) -> str:
    return "\n".join("".join(span.text for span in line) for line in lines)


def test_total_is_the_sum_over_all_urls() -> None:
    found = made(a_view(), (1000, 10), (5, 25))
    assert (found.requests, found.credits) == (1005, 10_125)


@pytest.mark.parametrize(("count", "fits"), [(1_587_300, True), (1_587_301, False)])
def test_job_fits_the_credits_left_up_to_the_last(count: int, fits: bool) -> None:
    found = made(a_view(), (count, 1))
    assert (found.fits_credits, found.fits_budget, found.fits) == (fits, None, fits)


@pytest.mark.parametrize(("count", "fits"), [(587_300, True), (587_301, False)])
def test_budget_of_the_users_own_has_to_cover_it_too(count: int, fits: bool) -> None:
    found = made(a_view(budget=Budget(2_000_000)), (count, 1))
    assert (found.fits_credits, found.fits_budget, found.fits) == (True, fits, fits)


def test_credits_that_are_not_known_leave_it_open_unless_the_budget_says_no() -> None:
    unknown = a_snapshot(limit=None)
    assert made(a_view(unknown), (1, 1)).fits is None
    assert made(a_view(unknown, budget=Budget(1_412_701)), (2, 1)).fits is False


@pytest.mark.parametrize(
    ("count", "seconds", "lasts"), [(38, 2.0, 2.0), (39, 2.0, 4.0), (1, 2.0, 2.0), (38_000, 0.5, 500.0)]
)
def test_duration_is_at_the_concurrency_that_is_free(count: int, seconds: float, lasts: float) -> None:
    assert made(a_view(), (count, 1), seconds=seconds).duration_seconds == lasts


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.05, "about 50 ms,"),
        (90, "about 1 min 30 s,"),
        (5_856, "about 1 h 38 min,"),
        (13_334, "about 3 h 42 min,"),
        (1_333_334, "about 15.4 days,"),
    ],
)
def test_duration_is_worded_no_more_precisely_than_it_is_known(seconds: float, words: str) -> None:
    lines = estimate_lines(made(a_view(), (1, 1), seconds=seconds), UTC)
    assert words in "".join(span.text for line in lines for span in line)


def test_no_duration_without_free_concurrency_or_time_of_a_request() -> None:
    assert made(a_view(), (1, 1)).duration_seconds is None
    full = made(a_view(a_snapshot(concurrency=101)), (1, 1), seconds=1)
    assert (full.free, full.duration_seconds) == (0, None)
    assert "No request is free at the moment" in words(estimate_lines(full, UTC))


def with_outlook(spend_per_hour: float, evidence: Evidence = Evidence.FULL, used: int = 1_412_700) -> AccountView:
    """Make a view of an account that spent evenly for five weeks."""
    hours = [spend_per_hour] * (35 * 24)
    ended_at = NOW.replace(minute=0, second=0)
    analysis = analyse(hours, ended_at, cycle_started_at=CYCLE.started_at, spent=float(used))
    limit = Prospect(3_000_000, is_limit=True)
    return replace(a_view(a_snapshot(used=used)), outlook=Outlook(evidence, limit=limit, analysis=analysis))


def test_run_out_moves_nearer_with_the_job() -> None:
    view = with_outlook(4000.0)
    small, large = made(view, (900_000, 1)), made(view, (1_300_000, 1))
    assert small.after is not None
    assert large.after is not None
    assert small.after.run_out_p50 is not None
    assert large.after.run_out_p50 is not None
    assert NOW < large.after.run_out_p50 < small.after.run_out_p50 < CYCLE.resets_at
    hours = (small.after.run_out_p50 - NOW) / timedelta(hours=1)
    assert 0.7 < hours / ((3_000_000 - 1_412_700 - 900_000) / 4000.0) < 1.1
    assert "fits, but then the limit runs out about " in words(estimate_lines(small, UTC))


def test_run_out_that_was_coming_is_said_to_move() -> None:
    view = with_outlook(4000.0)
    coming = Prospect(3_000_000, is_limit=True, run_out_p50=NOW + timedelta(days=10))
    view = replace(view, outlook=replace(view.outlook, limit=coming) if view.outlook else None)
    text = words(estimate_lines(made(view, (900_000, 1)), UTC))
    assert re.search(
        r"fits, but then the limit's run-out moves to about \w+ \d+ \w+ \d\d:\d\d from Wed 2 Dec 10:42: ", text
    )


def test_job_that_takes_everything_is_said_to() -> None:
    text = words(estimate_lines(made(with_outlook(10.0), (1_587_300, 1)), UTC))
    assert "the limit would be spent at once" in text


def test_chance_has_no_number_while_no_weekend_was_seen() -> None:
    job = (900_000, 1)
    assert " % likely" in words(estimate_lines(made(with_outlook(4000.0), job), UTC))
    assert ": very likely" in words(estimate_lines(made(with_outlook(4000.0, Evidence.NO_WEEKEND), job), UTC))


def test_nothing_is_said_of_the_run_out_while_learning() -> None:
    assert "RUN-OUT" not in words(estimate_lines(made(with_outlook(4000.0, Evidence.LEARNING), (900_000, 1)), UTC))
    assert "RUN-OUT" not in words(estimate_lines(made(a_view(), (1, 1)), UTC))


def test_words_give_the_answer_first_and_no_query() -> None:
    view = a_view(budget=Budget(2_000_000))
    assert words(estimate_lines(made(view, (1000, 10), (2000, 25), seconds=2.0), UTC)).splitlines() == [
        "production: fits · 60,000 credits for 3,000 requests",
        "          2,000 × 25  https://example.com/a?…",
        "          1,000 × 10  https://example.com/a?…",
        "CREDITS   1,527,300 of the 1,587,300 remaining would be left",
        "BUDGET    527,300 of the 587,300 below 2,000,000 would be left",
        "TAKES     about 2 min 38 s, with 38 of 100 requests free now",
    ]


def test_one_credit_and_one_request_are_worded_so() -> None:
    assert words(estimate_lines(made(a_view(), (1, 1)), UTC)).startswith("production: fits · 1 credit for 1 request\n")


def test_words_say_by_how_much_it_does_not_fit_and_what_the_prices_are_from() -> None:
    view = a_view(a_snapshot(is_pay_as_you_go=True))
    text = words(estimate_lines(made(view, (1_600_000, 1), is_documented=True), UTC))
    assert text.startswith("production: does not fit · 1,600,000 credits for 1,600,000 requests")
    assert "CREDITS   12,700 more than the 1,587,300 remaining" in text
    assert "1,600,000 × 1, usual price" in text
    assert "The service did not say every price itself" in text
    assert "goes on beyond its limit" in text


def test_many_urls_are_summed_up() -> None:
    text = words(estimate_lines(made(a_view(), *((1, 1) for _ in range(15))), UTC))
    assert "and 5 more URLs for 5 credits" in text


def test_report_has_every_member_and_no_query() -> None:
    report = estimate_report(made(a_view(budget=Budget(2_000_000)), (10, 5), seconds=1.0), NOW)
    assert report == {
        "schema": "usage-tui/estimate/1",
        "generated_at": "2026-11-22T10:42:07Z",
        "account": "production",
        "requests": 10,
        "credits": 50,
        "fits": True,
        "urls": [
            {
                "url": "https://example.com/a?…",
                "count": 10,
                "credits_each": 5,
                "credits": 50,
                "price_from": "service",
            }
        ],
        "remaining": 1_587_300,
        "fits_credits": True,
        "budget": {"credits": 2_000_000, "left": 587_300, "fits": True},
        "concurrency": {"free": 38, "limit": 100},
        "duration_seconds": 1.0,
        "run_out": {
            "before": {"ceiling": None, "probability": None, "p50": None, "p10": None},
            "after": {"ceiling": None, "probability": None, "p50": None, "p10": None},
        },
        "notes": [],
    }
