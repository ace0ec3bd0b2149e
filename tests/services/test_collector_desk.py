"""The collector at its desk: claims, commits, and what viewers want."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.services.collecting import OFTEN, RARELY, Watcher, at, collecting
from tests.services.hostile_server import HostileServer, answer
from tests.services.stored import NOW_MS, a_poll_at, a_reading
from usage_tui.core.account import Account, AccountState
from usage_tui.core.budget import Budget
from usage_tui.core.rollup import Reading
from usage_tui.core.view import AccountView, LastPoll, Wanted
from usage_tui.services.desk import LocalDesk, News


class RecordingDesk(LocalDesk):
    """A desk that stores, and remembers what was done at it."""

    def __init__(self, *, refusals: int = 0) -> None:
        super().__init__()
        self.done: list[str] = []
        self.readings: list[Reading | None] = []
        self._refusals = refusals

    async def claim(self, account: Account) -> bool:
        self.done.append(f"claim {account.name}")
        self._refusals -= 1
        return self._refusals < 0

    async def release(self, account: Account) -> None:
        self.done.append(f"release {account.name}")

    async def commit(self, account: Account, last_poll: LastPoll, reading: Reading | None) -> bool:
        self.done.append(f"commit {account.name} {last_poll.state}")
        self.readings.append(reading)
        return True


def test_a_poll_is_committed_before_it_is_published() -> None:
    desk = RecordingDesk()
    watcher = Watcher()

    def publish(view: AccountView) -> None:
        desk.done.append(f"publish {view.last_poll.state if view.last_poll else 'waiting'}")
        watcher(view)

    with (
        HostileServer([answer(), answer("", status=500)]) as server,
        collecting([at(server)], desk=desk, publish=publish),
    ):
        view = watcher.wait_for_state(AccountState.OK)
        watcher.wait_for_state(AccountState.UNREACHABLE)
    assert desk.done == [
        "publish waiting",
        "claim production",
        "commit production ok",
        "publish ok",
        "commit production unreachable",
        "publish unreachable",
        "release production",
    ]
    assert view.is_stored
    assert [reading and reading.snapshot for reading in desk.readings] == [view.snapshot, None]


@pytest.mark.usefixtures("no_waits")
def test_an_account_that_somebody_else_polls_is_asked_for_again_until_it_is_free() -> None:
    desk = RecordingDesk(refusals=3)
    with HostileServer() as server, collecting([at(server)], RARELY, desk=desk) as (_, watcher):
        watcher.wait_for_state(AccountState.OK)
    assert desk.done[:5] == ["claim production"] * 4 + ["commit production ok"]


@pytest.mark.usefixtures("no_waits")
def test_of_what_others_saw_each_reading_that_is_news_is_told_however_many_come_at_once() -> None:
    readings = [a_reading(NOW_MS + 1000 * second, used=second) for second in range(1000)]
    news = [News(readings=tuple(readings[:10]), last_poll=a_poll_at(NOW_MS), is_first=True)]
    news.append(News(readings=tuple(readings[10:]), last_poll=a_poll_at(NOW_MS)))

    class Following(LocalDesk):
        async def claim(self, account: Account) -> bool:  # noqa: ARG002 -- another has it
            return False

        async def catch_up(self, account: Account, since: datetime) -> News:  # noqa: ARG002 -- what is left
            return news.pop(0) if news else News()

    with HostileServer() as server, collecting([at(server)], desk=Following()) as (_, watcher):
        watcher.wait_for(lambda view: view.snapshot.used == 999)
        told = [view.snapshot.used for view in watcher.views if view.sample is not None]
    assert list(dict.fromkeys(told)) == list(range(9, 1000))


def test_a_pause_gives_the_claim_up_and_a_resume_asks_for_it_again() -> None:
    desk = RecordingDesk()
    with HostileServer() as server, collecting([at(server)], RARELY, desk=desk) as (collector, watcher):
        watcher.wait_for_state(AccountState.OK)
        collector.pause()
        assert desk.done[-1] == "release production"
        collector.resume()
        server.wait_for(2)
    assert desk.done.count("claim production") == 2


def test_nothing_is_claimed_or_polled_during_a_pause_and_what_was_seen_stays() -> None:
    desk = RecordingDesk()
    with HostileServer() as server, collecting([at(server)], desk=desk) as (collector, watcher):
        watcher.wait_for_state(AccountState.OK)
        collector.pause()
        done = len(desk.done)
        for ceiling in (500, 600, 700):
            accounts = [at(server, budget=Budget(credits=ceiling)), at(server, "staging")]
            collector.replan(accounts, OFTEN, None)
            assert watcher.wait_for_ceiling(ceiling).snapshot.used == 401
        assert len(desk.done) == done
        collector.resume()
        watcher.wait_for_state(AccountState.OK, "staging")


class BrokenDesk(LocalDesk):
    """A desk at which everything fails, a claim only once."""

    def __init__(self) -> None:
        super().__init__()
        self._claims = 0

    async def claim(self, account: Account) -> bool:
        self._claims += 1
        if self._claims == 1:
            raise OSError(f"no lock for {account}")
        return True

    async def release(self, account: Account) -> None:
        raise OSError(f"no lock for {account}")

    async def commit(self, account: Account, last_poll: LastPoll, reading: Reading | None) -> bool:
        raise OSError(f"no disk for {account} {last_poll} {reading}")


@pytest.mark.usefixtures("no_waits")
def test_a_desk_that_fails_costs_no_sample(caplog: pytest.LogCaptureFixture) -> None:
    with HostileServer() as server, collecting([at(server)], desk=BrokenDesk()) as (_, watcher):
        view = watcher.wait_for_state(AccountState.OK)
        server.wait_for(3)
    assert view.sample is not None
    assert not view.is_stored
    assert "its poll was not stored (OSError)" in caplog.text


def test_a_desk_may_wake_the_collector_from_another_thread() -> None:
    desk = LocalDesk()
    with HostileServer() as server, collecting([at(server)], RARELY, desk=desk) as (_, watcher):
        watcher.wait_for_state(AccountState.OK)
        wanted = Wanted(is_shown=True, refresh_asked=True)
        desk.want(at(server), wanted)
        server.wait_for(2)
