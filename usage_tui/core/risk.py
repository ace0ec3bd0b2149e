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


def risk(view: AccountView, now: datetime) -> tuple[int, int, float, str]:
    """Give what rows are sorted by: the state's gravity, the budget's, the share of credits used, the name."""
    state = view.state(now)
    budget = view.budget
    return (
        _STATE_RISK.index(state) if state in _STATE_RISK else len(_STATE_RISK),
        _BUDGET_RISK.index(budget.state) if budget is not None and budget.state in _BUDGET_RISK else len(_BUDGET_RISK),
        -(budget.used_share or 0.0) if budget is not None else 0.0,
        view.name.casefold(),
    )
