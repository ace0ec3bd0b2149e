"""Who polls an account, as its key comes, goes and changes; two desks in this process are as two processes are."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC
from pathlib import Path
from random import Random

import pytest

from tests.makers import an_account
from tests.services.collecting import KEY, RARELY, Watcher, at, collecting, read_key
from tests.services.hostile_server import PATIENCE_SECONDS, Answer, HostileServer, answer
from tests.services.stored import NOW_MS, SetClock, rows
from tests.services.test_history import wait_until
from usage_tui.core.account import (
    Account,
    AccountState,
    ApiKey,
    KeyFromCommand,
    KeyFromFile,
    KeyInConfig,
    KeySource,
)
from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.rollup import moment
from usage_tui.core.view import AccountView, Duty, Standing, Wanted
from usage_tui.services.alert_desk import NoAlerts
from usage_tui.services.clock import SystemClock
from usage_tui.services.collector import Collector
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.connection import ServiceConnection
from usage_tui.services.desk import LocalDesk
from usage_tui.services.history import History
from usage_tui.services.history_writing import put_wanted
from usage_tui.services.paths import StateFolder
from usage_tui.services.shared_desk import SharedDesk


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(KEY)
    path.chmod(0o600)
    return path


def a_history(folder: StateFolder) -> History:
    return History(folder, SetClock(moment(NOW_MS)), HistorySettings())


@asynccontextmanager
async def a_desk(folder: StateFolder, history: History | None = None) -> AsyncIterator[SharedDesk]:
    clock = SetClock(moment(NOW_MS))
    desk = SharedDesk(history or a_history(folder), folder, clock, {})
    desk.watch(lambda _: None)
    try:
        yield desk
    finally:
        await desk.close()


@contextmanager
def sharing(
    account: Account, folder: StateFolder, key_of: Callable[[KeySource], ApiKey]
) -> Iterator[tuple[Collector, Watcher]]:
    """Run a collector that shares the folder with others."""
    watcher, clock = Watcher(), SystemClock()
    collector = Collector(
        [account],
        RARELY,
        connect=ServiceConnection(key_of),
        publish=watcher,
        zone=UTC,
        clock=clock,
        random=Random(1),  # noqa: S311 -- jitter
        desk=SharedDesk(History(folder, clock, HistorySettings()), folder, clock, {}),
    )
    collector.start()
    try:
        yield collector, watcher
    finally:
        collector.stop(PATIENCE_SECONDS)


def of_key(key: str) -> Account:
    return an_account(key_source=KeyInConfig(ApiKey(key)))


@pytest.mark.usefixtures("no_waits")
def test_one_that_finds_no_key_leaves_the_account_to_one_that_does_and_follows_it(folder: StateFolder) -> None:
    def find_none(_: KeySource) -> ApiKey:
        raise KeyUnavailable("The key command pass failed; try it in a shell.")

    with HostileServer() as server:
        account = at(server, key_source=KeyFromCommand(("pass", "show")))
        with sharing(account, folder, find_none) as (_, without):
            without.wait_for(lambda view: view.key_error is not None)
            with sharing(account, folder, read_key) as (_, having):
                collected = having.wait_for_state(AccountState.OK)
                followed = without.wait_for_state(AccountState.OK)
    assert collected.standing.duty is Duty.COLLECTING
    assert (followed.standing.duty, followed.error) == (Duty.FOLLOWING, None)


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize("is_file", [False, True], ids=["command", "file"])
def test_a_key_that_is_lost_stays_told_and_nobody_is_named_as_the_one_who_polls(
    folder: StateFolder, key_file: Path, *, is_file: bool
) -> None:
    tries: list[KeySource] = []

    def find_once(source: KeySource) -> ApiKey:
        tries.append(source)
        if len(tries) > 1:
            raise KeyUnavailable("The key command pass failed; try it in a shell.")
        key_file.unlink()
        return ApiKey(KEY)

    with HostileServer([answer("", status=401)]) as server:
        account = at(server, key_source=KeyFromFile(str(key_file)) if is_file else KeyFromCommand(("pass", "show")))
        with sharing(account, folder, find_once) as (_, watcher):
            watcher.wait_for_state(AccountState.UNAUTHORIZED)
            wait_until(lambda: sum(view.key_error is not None for view in watcher.views) > 5)
    lost = [view for view in watcher.views if view.key_error is not None]
    assert watcher.views[-len(lost) :] == lost
    assert {view.standing for view in lost} == {Standing(Duty.ALONE)}


@pytest.mark.anyio
async def test_without_a_key_nothing_is_claimed_and_with_it_one_alone_polls(
    folder: StateFolder, key_file: Path
) -> None:
    account = an_account(key_source=KeyFromFile(str(key_file)))
    key_file.chmod(0o644)
    async with a_desk(folder) as one, a_desk(folder) as other:
        with pytest.raises(KeyUnavailable, match="chmod 600"):
            await one.claim(account)
        key_file.chmod(0o600)
        assert await other.claim(account)
        assert not await one.claim(account)


@pytest.mark.anyio
async def test_who_reads_a_key_anew_that_changed_leaves_the_old_one_and_follows_who_has_the_new_one(
    folder: StateFolder, key_file: Path
) -> None:
    account = an_account(key_source=KeyFromFile(str(key_file)))
    async with a_desk(folder) as one, a_desk(folder) as other:
        assert await one.claim(account)
        assert await one.claim(account)
        key_file.write_text("anotherkey")
        assert await other.claim(account)
        assert not await one.claim(account)
        for desk in (one, other):
            await desk.catch_up(account, moment(NOW_MS))
        assert rows(folder, "SELECT holder_pid FROM accounts ORDER BY id") == [(None,), (os.getpid(),)]
        assert await other.claim(of_key(KEY))


@pytest.mark.anyio
async def test_a_follower_reads_its_key_no_more_while_another_holds_the_account(
    folder: StateFolder, key_file: Path
) -> None:
    account = an_account(key_source=KeyFromFile(str(key_file)))
    async with a_desk(folder) as holder, a_desk(folder) as follower:
        assert await holder.claim(account)
        assert not await follower.claim(account)
        key_file.chmod(0o644)
        assert not await follower.claim(account)
        await holder.release(account)
        with pytest.raises(KeyUnavailable):
            await follower.claim(account)
        key_file.chmod(0o600)
        assert await holder.claim(account)


@pytest.mark.usefixtures("no_waits")
def test_a_key_that_became_another_accounts_takes_nothing_along(folder: StateFolder, key_file: Path) -> None:
    def counted(used: int, concurrency: int) -> Answer:
        return answer({"concurrentRequests": concurrency, "requestCount": used, "requestLimit": 10_000})

    def file_key(_: KeySource) -> ApiKey:
        return ApiKey(key_file.read_text())

    with HostileServer([counted(500, 40), answer("", status=401), counted(7, 2)]) as server:
        account = at(server, key_source=KeyFromFile(str(key_file)))
        with sharing(account, folder, file_key) as (collector, watcher):
            watcher.wait_for_state(AccountState.OK)
            key_file.write_text("anotherkey")
            collector.refresh("production")
            after = watcher.wait_for(lambda view: view.snapshot.used == 7)
    assert max(bucket.peak for bucket in after.coarse) == 2
    assert after.standing.duty is Duty.COLLECTING
    assert rows(folder, "SELECT account, used FROM samples ORDER BY account") == [(1, 500), (2, 7)]


@pytest.mark.usefixtures("no_waits")
def test_before_a_refused_key_is_read_anew_the_account_is_claimed_anew() -> None:
    class TakenOver(LocalDesk):
        claims = 0

        async def claim(self, account: Account) -> bool:  # noqa: ARG002 -- there is one
            self.claims += 1
            return self.claims == 1

    desk = TakenOver()
    with HostileServer([answer("", status=401)]) as server, collecting([at(server)], desk=desk) as (_, watcher):
        watcher.wait_for_state(AccountState.UNAUTHORIZED)
        wait_until(lambda: desk.claims > 1)
    assert len(server.requests) == 1


@pytest.mark.anyio
async def test_a_late_release_is_of_what_was_claimed_and_not_of_another_key_of_the_same_name(
    folder: StateFolder,
) -> None:
    old, new = of_key("old"), of_key("new")
    async with a_desk(folder) as desk, a_desk(folder) as other:
        assert await desk.claim(old)
        desk.forget(old)
        desk.want(new, Wanted(is_shown=True))
        assert await desk.claim(new)
        await desk.release(old)
        assert desk.wanted(new).is_shown
        assert desk.standing(new, 5.0).duty is Duty.COLLECTING
        assert not await other.claim(new)
        assert await other.claim(old)


@pytest.mark.anyio
async def test_what_is_put_down_late_of_another_key_of_the_same_name_takes_no_claim_away(folder: StateFolder) -> None:
    old, new, history = of_key("old"), of_key("new"), a_history(folder)
    async with a_desk(folder, history) as desk, a_desk(folder) as other:
        assert await desk.claim(new)
        numbers: list[int] = []
        history.store(lambda connection: numbers.append(desk.number(connection, old)), is_kept=True)
        await desk.catch_up(new, moment(NOW_MS))
        assert numbers == [2]
        assert desk.standing(new, 5.0).duty is Duty.COLLECTING
        assert not await other.claim(new)


class Looked(NoAlerts):
    """Alerts that count how often an account is looked at."""

    def __init__(self) -> None:
        self.views: list[AccountView] = []

    def look(self, account: Account, view: AccountView) -> None:  # noqa: ARG002 -- there is one
        self.views.append(view)


class KeyComesAndGoes(LocalDesk):
    """A desk that gives the first `claims` claims and finds no key later; others poll where it has a `duty`."""

    def __init__(self, claims: int, duty: Duty) -> None:
        super().__init__()
        self.alerts = self.looked = Looked()
        self.tries, self._claims, self._duty = 0, claims, duty

    async def claim(self, account: Account) -> bool:
        self.tries += 1
        if self.tries > self._claims:
            raise KeyUnavailable(f"The key of {account.name} is gone.")
        return True

    def standing(self, account: Account, patience_seconds: float) -> Standing:  # noqa: ARG002 -- the same for all
        return Standing(self._duty if self.tries > self._claims else Duty.COLLECTING)


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize(
    ("claims", "duty", "is_watched"),
    [(0, Duty.FOLLOWING, False), (1, Duty.FOLLOWING, False), (1, Duty.ALONE, True)],
    ids=["never had the key", "follows meanwhile", "nobody else is there"],
)
def test_without_a_key_alerts_are_kept_only_by_who_kept_them_last(claims: int, duty: Duty, *, is_watched: bool) -> None:
    desk = KeyComesAndGoes(claims, duty)
    with HostileServer([answer("", status=401)]) as server, collecting([at(server)], desk=desk) as (_, watcher):
        watcher.wait_for(lambda view: view.key_error is not None and view.standing.duty is duty)
        before = len(desk.looked.views)
        tries = desk.tries
        wait_until(lambda: desk.tries > tries + 3)
        assert (len(desk.looked.views) > before) is is_watched


@pytest.mark.anyio
async def test_a_refresh_that_a_follower_without_a_key_asks_reaches_who_polls(
    folder: StateFolder, key_file: Path
) -> None:
    account = an_account(key_source=KeyFromFile(str(key_file)))
    async with a_desk(folder) as holder, a_desk(folder) as follower:
        assert await holder.claim(account)
        await holder.catch_up(account, moment(NOW_MS))  # by now it is put down who holds the account
        assert not await follower.claim(account)
        await follower.catch_up(account, moment(NOW_MS))
        key_file.unlink()
        follower.want(account, Wanted(refresh_asked=True))
        assert follower.wanted(account).refresh_asked
        await follower.catch_up(account, moment(NOW_MS))
        await holder.catch_up(account, moment(NOW_MS))
        assert holder.wanted(account).refresh_asked


def test_a_claim_that_is_under_way_at_a_pause_is_given_up() -> None:
    class Slow(LocalDesk):
        is_claimed = is_released = False

        async def claim(self, account: Account) -> bool:  # noqa: ARG002 -- there is one
            self.is_claimed = True
            return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]  # it never comes

        async def release(self, account: Account) -> None:  # noqa: ARG002 -- there is one
            self.is_released = True

    desk = Slow()
    with HostileServer() as server, collecting([at(server)], desk=desk) as (collector, _):
        wait_until(lambda: desk.is_claimed)
        collector.pause()
        assert desk.is_released


@pytest.mark.anyio
async def test_every_refresh_that_is_asked_is_told_once(folder: StateFolder) -> None:
    account, told = of_key(KEY), []
    async with a_desk(folder) as desk:
        assert await desk.claim(account)
        for asked_ms in (NOW_MS - 2, NOW_MS - 1):

            def ask(connection: sqlite3.Connection, number: int, at_ms: int = asked_ms) -> None:
                put_wanted(connection, number, 0, at_ms)

            desk.put_down(account, ask)
            await desk.catch_up(account, moment(NOW_MS))
            told += [desk.wanted(account).refresh_asked, desk.wanted(account).refresh_asked]
    assert told == [True, False, True, False]
