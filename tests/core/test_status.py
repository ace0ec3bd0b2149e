"""What scripts are told of an account: every member always there, and what is not known null, never 0."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.makers import NOW, a_last_poll, a_snapshot, a_view, a_waiting_view, utc
from usage_tui.core.account import AccountState
from usage_tui.core.budget import Budget, DaySpend
from usage_tui.core.cycle import Cycle
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.status import account_report, sample_report, status_report


def test_known_account_is_told_as_in_the_contract() -> None:
    today = DaySpend(61_220, utc(2026, 11, 22), is_whole=True)
    budget = Budget(2_000_000, 80_000, 0.7).standing(1_412_700, 3_000_000, today)
    report = status_report([a_view(budget=budget)], NOW + timedelta(seconds=0.94))
    assert json.loads(json.dumps(report)) == {
        "schema": "usage-tui/status/1",
        "generated_at": "2026-11-22T10:42:07Z",
        "accounts": [
            {
                "name": "production",
                "state": "ok",
                "simulated": False,
                "sampled_at": "2026-11-22T10:42:07Z",
                "age_seconds": 0.9,
                "error": None,
                "concurrency": {"in_use": 62, "limit": 100, "burst": 0},
                "credits": {"used": 1_412_700, "limit": 3_000_000, "remaining": 1_587_300},
                "failed": 9_041,
                "cycle": {
                    "started_at": "2026-11-03T10:00:00Z",
                    "resets_at": "2026-12-03T10:00:00Z",
                    "assumed": False,
                    "due": False,
                },
                "budget": {
                    "credits": 2_000_000,
                    "used_share": 0.7064,
                    "state": "near",
                    "spent_today": 61_220,
                    "daily_credits": 80_000,
                    "daily_state": "near",
                },
                "forecast": {
                    "ceiling": None,
                    "total_p10": None,
                    "total_p50": None,
                    "total_p90": None,
                    "run_out_probability": None,
                    "run_out_p50": None,
                    "run_out_p10": None,
                },
            }
        ],
    }


def numbers_in(value: object) -> list[object]:
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers_in(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_unknown_is_null_and_never_zero() -> None:
    empty = Snapshot(concurrency=3)
    for view in (a_waiting_view(), a_view(empty, cycle=None, budget=Budget())):
        report = account_report(view, NOW)
        assert numbers_in(report) in ([], [0.0, 3])
        assert set(report) == set(account_report(a_view(), NOW))
        assert report["budget"]["state"] == report["budget"]["daily_state"] == "unknown"


def test_spend_of_a_day_that_was_seen_in_part_is_not_told() -> None:
    today = DaySpend(5, utc(2026, 11, 22, 9), is_whole=False)
    budget = Budget(daily_credits=80_000).standing(1, 10, today)
    assert account_report(a_view(budget=budget), NOW)["budget"]["spent_today"] is None


def test_without_a_budget_the_plans_limit_is_the_budget() -> None:
    budget = account_report(a_view(a_snapshot(used=5, limit=10)), NOW)["budget"]
    assert (budget["credits"], budget["used_share"], budget["daily_credits"]) == (10, 0.5, None)


def test_sample_has_the_members_of_an_account_and_whether_it_is_stored() -> None:
    view = a_view(is_simulated=True, cycle=Cycle(utc(2026, 11, 3), utc(2026, 12, 3), is_assumed=True))
    report = sample_report(view, NOW)
    assert report == {"schema": "usage-tui/sample/1", **account_report(view, NOW), "stored": False}
    assert report["simulated"] is True
    assert report["cycle"]["assumed"] is True


def test_error_and_state_are_those_of_the_last_poll() -> None:
    failed = a_last_poll(AccountState.UNREACHABLE, error="It did not answer.")
    report = account_report(a_view(last_poll=failed), NOW)
    assert (report["state"], report["error"]) == ("unreachable", "It did not answer.")
    assert report["credits"]["used"] == 1_412_700
