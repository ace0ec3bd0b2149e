"""The symbols, words and roles of states: a state is told by all three."""

from __future__ import annotations

from datetime import datetime

from usage_tui.core.account import AccountState
from usage_tui.core.budget import BudgetState
from usage_tui.core.spans import Role
from usage_tui.core.view import AccountView

STATES: dict[AccountState, tuple[str, str, Role]] = {
    AccountState.OK: ("●", "live", Role.GOOD),
    AccountState.STALE: ("◌", "stale", Role.NEAR),
    AccountState.UNAUTHORIZED: ("✗", "key refused", Role.OVER),
    AccountState.EXHAUSTED: ("■", "exhausted", Role.OVER),
    AccountState.UNREACHABLE: ("○", "unreachable", Role.OVER),
    AccountState.INVALID: ("✗", "invalid", Role.OVER),
    AccountState.WAITING: ("○", "waiting", Role.DIM),
}
BUDGET_STATES: dict[BudgetState, tuple[str, Role]] = {
    BudgetState.WITHIN: ("", Role.TEXT),
    BudgetState.NEAR: ("◆", Role.NEAR),
    BudgetState.OVER: ("▲", Role.OVER),
    BudgetState.UNKNOWN: ("", Role.DIM),
}
NO_KEY = ("✗", "no key", Role.OVER)


def budget_words(state: BudgetState) -> str:
    """Word a budget's state: symbol and word."""
    return f"{BUDGET_STATES[state][0]} {state}".strip()


def state_sign(view: AccountView, now: datetime) -> tuple[str, str, Role]:
    """Give the symbol, the word and the role of an account's state; one without a key cannot be asked."""
    return NO_KEY if view.key_error is not None else STATES[view.state(now)]
