"""The exit codes that errors and the states of accounts end with."""

from __future__ import annotations

import pytest

from tests.makers import NOW, a_last_poll, a_view, a_waiting_view
from usage_tui.commands.complaints import code_of_views
from usage_tui.core.account import AccountState


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([AccountState.OK], 0),
        ([AccountState.EXHAUSTED], 0),
        ([AccountState.OK, AccountState.UNREACHABLE], 69),
        ([AccountState.INVALID], 69),
        ([AccountState.UNAUTHORIZED, AccountState.UNREACHABLE], 77),
    ],
)
def test_gravest_account_gives_the_exit_code(states: list[AccountState], code: int) -> None:
    views = [a_view(last_poll=a_last_poll(state)) for state in states]
    assert code_of_views(views, NOW) == code
    assert code_of_views([*views, a_waiting_view(key_error="no key")], NOW) == 78


def test_account_that_nothing_was_heard_of_is_no_success() -> None:
    assert code_of_views([a_waiting_view()], NOW) == 69
    assert code_of_views([], NOW) == 0
