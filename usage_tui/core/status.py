"""An account's view for scripts, as `status --json` and `watch --json` give it; what is not known is None."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from usage_tui.core.budget import BudgetState
from usage_tui.core.risk import run_out_chance
from usage_tui.core.view import AccountView
from usage_tui.core.wording import iso

STATUS_SCHEMA = "usage-tui/status/1"
SAMPLE_SCHEMA = "usage-tui/sample/1"


def status_report(views: Iterable[AccountView], now: datetime) -> dict[str, Any]:
    """Give what `status --json` prints."""
    return {
        "schema": STATUS_SCHEMA,
        "generated_at": iso(now),
        "accounts": [account_report(view, now) for view in views],
    }


def sample_report(view: AccountView, now: datetime) -> dict[str, Any]:
    """Give what `watch --json` prints of a new sample."""
    return {"schema": SAMPLE_SCHEMA, **account_report(view, now), "stored": view.is_stored}


def account_report(view: AccountView, now: datetime) -> dict[str, Any]:
    """Give one account; all its members are always there."""
    snapshot, cycle = view.snapshot, view.cycle
    age = view.age_seconds(now)
    return {
        "name": view.name,
        "state": view.state(now).value,
        "simulated": view.is_simulated,
        "sampled_at": iso(view.sample.at) if view.sample else None,
        "age_seconds": None if age is None else round(age, 1),
        "error": view.error,
        "concurrency": {
            "in_use": snapshot.concurrency,
            "limit": snapshot.concurrency_limit,
            "burst": snapshot.burst,
        },
        "credits": {"used": snapshot.used, "limit": snapshot.limit, "remaining": snapshot.remaining},
        "failed": snapshot.failed,
        "cycle": {
            "started_at": iso(cycle.started_at) if cycle else None,
            "resets_at": iso(cycle.resets_at) if cycle else None,
            "assumed": cycle.is_assumed if cycle else None,
            "due": cycle.is_due if cycle else None,
        },
        "budget": _budget_report(view),
        "forecast": _forecast_report(view),
    }


def _forecast_report(view: AccountView) -> dict[str, Any]:
    """Give what lies ahead of the lower ceiling; of one that is spent, that it is."""
    ahead, lower = view.outlook, view.prospect
    totals = (ahead.total_p10, ahead.total_p50, ahead.total_p90) if ahead is not None else (None, None, None)
    low, middle, high = (None if total is None else round(total) for total in totals)
    chance = run_out_chance(view)
    return {
        "ceiling": None if lower is None else "limit" if lower.is_limit else "budget",
        "total_p10": low,
        "total_p50": middle,
        "total_p90": high,
        "run_out_probability": None if chance is None else round(chance, 3),
        "run_out_p50": iso(lower.run_out_p50) if lower is not None else None,
        "run_out_p10": iso(lower.run_out_p10) if lower is not None else None,
    }


def _budget_report(view: AccountView) -> dict[str, Any]:
    """Give the budget; today's spend only where the whole day was seen."""
    budget = view.budget
    today = budget.today if budget else None
    share = budget.used_share if budget else None
    return {
        "credits": budget.ceiling if budget else None,
        "used_share": None if share is None else round(share, 4),
        "state": (budget.state if budget else BudgetState.UNKNOWN).value,
        "spent_today": today.credits if today is not None and today.is_whole else None,
        "daily_credits": budget.daily_credits if budget else None,
        "daily_state": (budget.daily_state if budget else BudgetState.UNKNOWN).value,
    }
