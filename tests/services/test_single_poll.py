"""One look at each account, over real sockets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from tests.makers import a_snapshot, an_account
from tests.services.hostile_server import HOBBY, PATIENCE_SECONDS, HostileServer, answer, hang
from usage_tui.core.account import Account, AccountState, ApiKey, KeySource, PollPlan
from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.rollup import Reading
from usage_tui.core.view import AccountView, LastPoll
from usage_tui.services.clock import SystemClock
from usage_tui.services.connection import ClientTerms, Connect, ServiceConnection
from usage_tui.services.desk import Desk, LocalDesk
from usage_tui.services.single_poll import poll_once
from usage_tui.services.usage_api import UsageAnswer


def look(
    accounts: Sequence[Account],
    *,
    key_of: Callable[[KeySource], ApiKey] = lambda _: ApiKey("key"),
    connect: Connect | None = None,
    desk: Desk | None = None,
    within_seconds: float = PATIENCE_SECONDS,
) -> list[AccountView]:
    return poll_once(
        accounts,
        PollPlan(timeout_seconds=PATIENCE_SECONDS),
        connect=connect or ServiceConnection(key_of),
        zone=None,
        clock=SystemClock(),
        desk=desk or LocalDesk(),
        within_seconds=within_seconds,
    )


def state_of(view: AccountView) -> AccountState | None:
    return view.last_poll.state if view.last_poll else None


def test_each_account_is_polled_once_and_given_in_order() -> None:
    with (
        HostileServer() as one,
        HostileServer([answer(HOBBY)]) as two,
        HostileServer([answer("", status=401)]) as three,
    ):
        accounts = [an_account(name, base_url=at.base_url) for name, at in (("c", three), ("a", one), ("b", two))]
        views = look(accounts)
    assert [(view.name, state_of(view), view.snapshot.used) for view in views] == [
        ("c", AccountState.UNAUTHORIZED, None),
        ("a", AccountState.OK, 401),
        ("b", AccountState.OK, 2613),
    ]
    assert [len(server.requests) for server in (one, two, three)] == [1, 1, 1]


def test_no_account_is_no_view() -> None:
    assert look([]) == []


class Crowd:
    """Stands for a service, and counts how many ask at a time."""

    def __init__(self) -> None:
        self.present = self.most = 0

    async def __call__(self, account: Account, terms: ClientTerms) -> Crowd:  # noqa: ARG002 -- all are alike
        return self

    async def fetch(self) -> UsageAnswer:
        self.present += 1
        self.most = max(self.most, self.present)
        for _ in range(100):
            await asyncio.sleep(0)
        self.present -= 1
        return UsageAnswer(a_snapshot(), 0.01, is_simulated=False)

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("count", "most"), [(10, 10), (120, 50)])
def test_accounts_are_polled_at_the_same_time_but_no_more_than_the_bound(count: int, most: int) -> None:
    crowd = Crowd()
    views = look([an_account(f"account {number}") for number in range(count)], connect=crowd)
    assert {state_of(view) for view in views} == {AccountState.OK}
    assert crowd.most == most


def test_an_account_that_does_not_answer_in_time_says_so_and_keeps_nobody_waiting() -> None:
    with HostileServer() as good, HostileServer([hang()]) as bad:
        accounts = [an_account("good", base_url=good.base_url), an_account("bad", base_url=bad.base_url)]
        views = look(accounts, within_seconds=0.5)
    assert [state_of(view) for view in views] == [AccountState.OK, AccountState.UNREACHABLE]
    assert views[1].error == "The service did not answer for bad within 0.5 s; try again."


def test_a_key_that_is_not_read_in_time_is_said() -> None:
    go = threading.Event()

    def hang_for_ever(_: KeySource) -> ApiKey:
        go.wait(PATIENCE_SECONDS)
        return ApiKey("key")

    (view,) = look([an_account()], key_of=hang_for_ever, within_seconds=0.2)
    go.set()
    assert view.last_poll is None
    assert view.error == "The key of production was not read within 0.2 s; check its source."


def test_a_key_that_is_not_there_is_said() -> None:
    def fail(_: KeySource) -> ApiKey:
        raise KeyUnavailable("No key in KEY; set it.")

    (view,) = look([an_account()], key_of=fail)
    assert (view.key_error, view.last_poll) == ("No key in KEY; set it.", None)


def test_what_a_look_brings_is_committed() -> None:
    class Storing(LocalDesk):
        async def commit(self, account: Account, last_poll: LastPoll, reading: Reading | None) -> bool:
            return (account.name, last_poll.state, reading is not None) == ("production", AccountState.OK, True)

    with HostileServer() as server:
        (view,) = look([an_account(base_url=server.base_url)], desk=Storing())
    assert view.is_stored
