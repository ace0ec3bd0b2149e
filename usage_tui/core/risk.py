"""Which account needs a look most."""

from __future__ import annotations

from datetime import datetime

from usage_tui.core.account import AccountState
from usage_tui.core.budget import BudgetState
from usage_tui.core.view import AccountView

_STATE_RISK = (
    AccountState.UNAUTHORIZED,
    AccountState.EXHAUSTED,
    AccountState.INVALID,
    AccountState.UNREACHABLE,
    AccountState.STALE,
)
_BUDGET_RISK = (BudgetState.OVER, BudgetState.NEAR)


def risk(view: AccountView, now: datetime) -> tuple[int, bool, float, int, float, str]:
    """Give what accounts are sorted by: the state's gravity, whether the budget is over, the chance that it runs out.

    The chance counts in tenths, so that rows do not change places all the time; then come the budget's state, the share
    that is used, and the name.
    """
    state = view.state(now)
    budget = view.budget
    budget_state = budget.state if budget is not None else BudgetState.UNKNOWN
    return (
        _STATE_RISK.index(state) if state in _STATE_RISK else len(_STATE_RISK),
        budget_state is not BudgetState.OVER,
        -round(run_out_chance(view) or 0.0, 1),
        _BUDGET_RISK.index(budget_state) if budget_state in _BUDGET_RISK else len(_BUDGET_RISK),
        -(budget.used_share or 0.0) if budget is not None else 0.0,
        view.name.casefold(),
    )


def run_out_chance(view: AccountView) -> float | None:
    """Give the chance that the lower of budget and limit is spent before the renewal, 0–1, if that may be said."""
    return view.prospect.chance if view.prospect is not None else None
