"""What goes to stderr, and the exit codes that our errors and the states of accounts end with."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime

from usage_tui.commands import exits
from usage_tui.core.account import AccountState
from usage_tui.core.errors import (
    ConfigError,
    ImportInvalid,
    KeyRefused,
    KeyUnavailable,
    ReportInvalid,
    SpendInvalid,
    UsageTuiError,
)
from usage_tui.core.view import AccountView
from usage_tui.core.wording import harmless

_LONGEST_LINE = 600


def complain(text: str) -> None:
    """Say something on stderr, line by line, harmless whatever it repeats."""
    for line in text.splitlines():
        print(harmless(line, _LONGEST_LINE), file=sys.stderr)


def code_of(error: UsageTuiError) -> int:
    """Give the exit code of one of our errors."""
    match error:
        case KeyRefused():
            return exits.KEY_REFUSED
        case ConfigError() | KeyUnavailable():
            return exits.CONFIG_WRONG
        case SpendInvalid() | ReportInvalid() | ImportInvalid():
            return exits.WRONG_USAGE
        case _:
            return exits.NO_ANSWER


def code_of_views(views: Iterable[AccountView], now: datetime) -> int:
    """Give the gravest of the accounts' exit codes; credits that are used up are no fault."""
    return max((_code_of_view(view, now) for view in views), default=exits.ALL_RIGHT)


def _code_of_view(view: AccountView, now: datetime) -> int:
    if view.key_error is not None:
        return exits.CONFIG_WRONG
    match view.state(now):
        case AccountState.OK | AccountState.EXHAUSTED:
            return exits.ALL_RIGHT
        case AccountState.UNAUTHORIZED:
            return exits.KEY_REFUSED
        case _:
            return exits.NO_ANSWER
