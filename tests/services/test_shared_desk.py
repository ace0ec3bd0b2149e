"""Collectors that share a history: two in this process are to each other as two processes are."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, timedelta
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from tests.makers import an_account
from tests.services.collecting import KEY, RARELY, Watcher, at, read_key
from tests.services.hostile_server import PATIENCE_SECONDS, Answer, HostileServer, answer
from tests.services.stored import NOW_MS, SetClock, a_database, a_poll_at, a_reading, rows
from usage_tui.core.account import AccountState, ApiKey, KeyFromCommand, KeyFromEnv, KeyInConfig, PollPlan
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, moment
from usage_tui.core.view import AccountView, Duty, LastPoll, Standing
from usage_tui.services.clock import SystemClock
from usage_tui.services.collector import Collector
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.connection import ServiceConnection
from usage_tui.services.fingerprint import fingerprint, shared_secret
from usage_tui.services.history import History
from usage_tui.services.history_reader import counters, last_hour
from usage_tui.services.history_rollup import roll_up
from usage_tui.services.history_rows import put_readings
from usage_tui.services.history_writing import put_poll, put_wanted
from usage_tui.services.paths import StateFolder
from usage_tui.services.seats import Seats
from usage_tui.services.shared_desk import SharedDesk

PLAN = PollPlan(interval_seconds=0.2, background_seconds=3600.0, timeout_seconds=PATIENCE_SECONDS)


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


def a_desk(folder: StateFolder) -> SharedDesk:
    clock = SystemClock()
    return SharedDesk(History(folder, clock, HistorySettings()), folder, clock, {"USAGE_TUI_TEST_KEY": KEY})


@contextmanager
def sharing(
    server: HostileServer, folder: StateFolder, plan: PollPlan = PLAN, *, is_shown: bool = True
) -> Iterator[tuple[Collector, Watcher]]:
    watcher = Watcher()
    collector = Collector(
        [at(server)],
        plan,
        connect=ServiceConnection(read_key),
        publish=watcher,
        zone=UTC,
        clock=SystemClock(),
        random=Random(1),  # noqa: S311 -- jitter
        desk=a_desk(folder),
    )
    collector.show("production" if is_shown else None)
    collector.start()
    try:
        yield collector, watcher
    finally:
        collector.stop(PATIENCE_SECONDS)


def is_followed(view: AccountView) -> bool:
    return view.standing.duty is Duty.FOLLOWING and view.sample is not None


def test_a_second_viewer_follows_and_costs_the_service_nothing(folder: StateFolder) -> None:
    with HostileServer() as server, sharing(server, folder, RARELY) as (_, first):
        collected = first.wait_for_state(AccountState.OK)
        with sharing(server, folder, RARELY) as (_, second):
            view = second.wait_for(is_followed)
            assert len(server.requests) == 1
    assert collected.standing.duty is Duty.COLLECTING
    assert collected.is_stored
    assert view.is_stored
    assert view.snapshot == collected.snapshot
    assert view.interval_seconds == collected.interval_seconds


def test_a_new_sample_reaches_a_follower(folder: StateFolder) -> None:
    with (
        HostileServer([answer({"concurrentRequests": 1}), answer({"concurrentRequests": 7})]) as server,
        sharing(server, folder, RARELY) as (holder, first),
    ):
        first.wait_for_state(AccountState.OK)
        with sharing(server, folder, RARELY) as (_, second):
            second.wait_for(is_followed)
            holder.refresh("production")
            view = second.wait_for(lambda view: view.snapshot.concurrency == 7)
    assert view.standing.duty is Duty.FOLLOWING


def test_a_failed_poll_reaches_a_follower(folder: StateFolder) -> None:
    with HostileServer([answer("", status=401)]) as server, sharing(server, folder, RARELY) as (_, first):
        error = first.wait_for_state(AccountState.UNAUTHORIZED).error
        with sharing(server, folder, RARELY) as (_, second):
            assert second.wait_for_state(AccountState.UNAUTHORIZED).error == error


def test_a_follower_has_what_it_shows_at_the_interval_of_the_screen(folder: StateFolder) -> None:
    with HostileServer() as server, sharing(server, folder, is_shown=False) as (_, first):
        first.wait_for_state(AccountState.OK)
        with sharing(server, folder) as (_, second):
            server.wait_for(5)
            second.wait_for(lambda view: view.interval_seconds == PLAN.interval_seconds)


def test_a_refresh_asked_by_a_follower_is_answered_once(folder: StateFolder) -> None:
    with HostileServer() as server, sharing(server, folder, RARELY) as (_, first):
        first.wait_for_state(AccountState.OK)
        with sharing(server, folder, RARELY) as (follower, second):
            seen = second.wait_for(is_followed).sample
            follower.refresh("production")
            second.wait_for(lambda view: view.sample != seen and is_followed(view))
            assert len(server.requests) == 2


def test_a_follower_takes_over_when_the_holder_ends(folder: StateFolder) -> None:
    with HostileServer() as server, sharing(server, folder, RARELY) as (holder, first):
        first.wait_for_state(AccountState.OK)
        with sharing(server, folder, RARELY) as (_, second):
            second.wait_for(is_followed)
            holder.stop(PATIENCE_SECONDS)
            second.wait_for(lambda view: view.standing.duty is Duty.COLLECTING)


def test_a_holder_that_pauses_leaves_the_account_to_others(folder: StateFolder) -> None:
    with HostileServer() as server, sharing(server, folder, RARELY) as (holder, first):
        first.wait_for_state(AccountState.OK)
        with sharing(server, folder, RARELY) as (_, second):
            second.wait_for(is_followed)
            holder.pause()
            second.wait_for(lambda view: view.standing.duty is Duty.COLLECTING)
            holder.resume()
            first.wait_for(is_followed)


@asynccontextmanager
async def holding(folder: StateFolder) -> AsyncIterator[SharedDesk]:
    """Give a desk that holds the account, at a time that stands still."""
    clock = SetClock(moment(NOW_MS))
    desk = SharedDesk(History(folder, clock, HistorySettings()), folder, clock, {"USAGE_TUI_TEST_KEY": KEY})
    desk.watch(lambda _: None)
    await desk.claim(an_account())
    try:
        yield desk
    finally:
        await desk.close()


@asynccontextmanager
async def following(
    folder: StateFolder, clock: SetClock, last_poll: LastPoll, wake: Callable[[str], None] = lambda _: None
) -> AsyncIterator[tuple[SharedDesk, SharedDesk]]:
    """Give a desk of an account that was polled last as is said, and the other one that holds it."""
    async with holding(folder) as holder:
        desk = SharedDesk(History(folder, clock, HistorySettings()), folder, clock, {"USAGE_TUI_TEST_KEY": KEY})
        desk.watch(wake)
        assert not await desk.claim(an_account())
        await holder.commit(an_account(), last_poll, None)
        await desk.catch_up(an_account(), moment(NOW_MS))
        try:
            yield desk, holder
        finally:
            await desk.close()


@pytest.mark.anyio
@pytest.mark.parametrize("seconds_ago", [0, 3600])
async def test_a_holder_that_is_overdue_is_named(folder: StateFolder, seconds_ago: int) -> None:
    clock = SetClock(moment(NOW_MS))
    async with following(folder, clock, a_poll_at(NOW_MS - 1000 * seconds_ago, pid=os.getpid())) as (desk, _):
        clock.advance(9.0)
        assert desk.standing(an_account(), 5.0).remark is None
        clock.advance(1.5)
        remark = f"collector stopped, pid {os.getpid()}: let it go on, or end it."
        assert desk.standing(an_account(), 5.0).remark == remark
        assert desk.standing(an_account(), 20.0).remark is None


@pytest.mark.anyio
async def test_a_holder_is_not_late_before_its_first_poll(folder: StateFolder) -> None:
    clock = SetClock(moment(NOW_MS))
    async with following(folder, clock, a_poll_at(NOW_MS, pid=os.getpid() + 1)) as (desk, _):
        clock.advance(3600.0)
        assert desk.standing(an_account(), 5.0) == Standing(Duty.FOLLOWING)


@pytest.mark.anyio
async def test_nobody_is_late_for_the_time_that_the_machine_slept(folder: StateFolder) -> None:
    clock = SetClock(moment(NOW_MS))
    seldom = replace(a_poll_at(NOW_MS, pid=os.getpid()), next_at=moment(NOW_MS + MINUTE_MS))
    async with following(folder, clock, seldom) as (desk, _):
        clock.at += timedelta(hours=8)
        clock.seconds += 50.0
        assert desk.standing(an_account(), 5.0) == Standing(Duty.FOLLOWING)


@pytest.mark.anyio
async def test_who_follows_is_woken_when_the_holder_leaves(folder: StateFolder) -> None:
    loop, woken = asyncio.get_running_loop(), asyncio.Event()

    def wake(_name: str) -> None:
        loop.call_soon_threadsafe(woken.set)

    async with following(folder, SetClock(moment(NOW_MS)), a_poll_at(NOW_MS), wake) as (_, holder):
        woken.clear()
        await holder.release(an_account())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await woken.wait()


@pytest.mark.anyio
@pytest.mark.parametrize(("left_ms", "is_shown"), [(1, True), (8000, True), (8001, False), (0, False)])
async def test_what_is_wanted_for_longer_than_anybody_asks_was_said_by_a_clock_that_is_set_back(
    folder: StateFolder, left_ms: int, is_shown: bool
) -> None:
    async with holding(folder) as desk:
        desk.put_down(an_account(), lambda connection, number: put_wanted(connection, number, NOW_MS + left_ms, 0))
        await desk.catch_up(an_account(), moment(NOW_MS))
        assert desk.wanted(an_account()).is_shown is is_shown


@pytest.mark.anyio
@pytest.mark.parametrize(("age_ms", "is_asked"), [(0, True), (10_000, True), (10_001, False)])
async def test_a_refresh_that_was_asked_long_ago_is_answered_no_more(
    folder: StateFolder, age_ms: int, is_asked: bool
) -> None:
    async with holding(folder) as desk:
        desk.put_down(an_account(), lambda connection, number: put_wanted(connection, number, 0, NOW_MS - age_ms))
        await desk.catch_up(an_account(), moment(NOW_MS))
        assert desk.wanted(an_account()).refresh_asked is is_asked
        assert not desk.wanted(an_account()).refresh_asked


@pytest.mark.anyio
async def test_after_a_clock_was_set_back_what_comes_next_is_news(folder: StateFolder) -> None:
    early, late = a_reading(NOW_MS), a_reading(NOW_MS + HOUR_MS)

    def set_back(connection: sqlite3.Connection, number: int) -> None:
        connection.execute("DELETE FROM samples WHERE account = ?", (number,))
        put_readings(connection, "samples", number, [early])

    async with holding(folder) as desk:
        desk.put_down(an_account(), lambda connection, number: put_readings(connection, "samples", number, [late]))
        assert (await desk.catch_up(an_account(), moment(NOW_MS))).readings == (late,)
        desk.put_down(an_account(), set_back)
        assert (await desk.catch_up(an_account(), moment(NOW_MS))).readings == (early,)


def test_the_first_of_accounts_with_one_key_gives_the_name(folder: StateFolder) -> None:
    seats = Seats(folder, {"USAGE_TUI_TEST_KEY": KEY})
    with a_database() as connection:
        first, second = (seats.number(connection, seats.of(an_account(name))) for name in ("first", "second"))
        assert first == second
        assert connection.execute("SELECT name FROM accounts WHERE id = ?", (first,)).fetchone() == ("first",)


def test_another_key_under_the_same_name_is_anotheran_account(folder: StateFolder) -> None:
    secret = shared_secret(folder.fingerprint_secret)
    assert secret == shared_secret(folder.fingerprint_secret)
    one, other = {"USAGE_TUI_TEST_KEY": "one"}, {"USAGE_TUI_TEST_KEY": "other"}
    by_env = an_account(key_source=KeyFromEnv("USAGE_TUI_TEST_KEY"))
    prints = {fingerprint(by_env, secret, one), fingerprint(by_env, secret, other), fingerprint(by_env, b"s", one)}
    assert len(prints) == 3
    assert fingerprint(an_account(key_source=KeyInConfig(ApiKey("one"))), secret, {}) == fingerprint(
        by_env, secret, one
    )
    assert fingerprint(an_account(key_source=KeyFromCommand(("false",))), secret, {}) not in prints


def test_words_of_a_command_that_are_split_otherwise_name_another_account(folder: StateFolder) -> None:
    secret = shared_secret(folder.fingerprint_secret)
    commands = (("pass", "show", "key"), ("pass", "showkey"), ("passshow", "key"))
    assert len({fingerprint(an_account(key_source=KeyFromCommand(words)), secret, {}) for words in commands}) == 3


@pytest.mark.anyio
async def test_nothing_is_put_down_of_an_account_that_is_not_polled_here(folder: StateFolder) -> None:
    desk, put_down = a_desk(folder), []
    desk.watch(lambda _: None)
    desk.put_down(an_account(), lambda _connection, number: put_down.append(number))
    await desk.claim(an_account())
    assert put_down == []
    desk.put_down(an_account(), lambda _connection, number: put_down.append(number))
    await desk.close()
    assert put_down == [1]


def test_no_file_holds_the_key(folder: StateFolder) -> None:
    with HostileServer() as server, sharing(server, folder, RARELY) as (_, watcher):
        watcher.wait_for_state(AccountState.OK)
    for path in folder.path.rglob("*"):
        assert KEY not in str(path)
        assert path.is_dir() or KEY.encode() not in path.read_bytes()


def test_where_no_file_can_be_it_goes_on_live_and_says_so(folder: StateFolder) -> None:
    folder.path.write_text("a file where the folder should be")
    with HostileServer() as server, sharing(server, folder) as (_, watcher):
        view = watcher.wait_for(lambda view: view.standing.remark is not None and view.sample is not None)
        server.wait_for(3)
    assert not view.is_stored


def test_a_restart_goes_on_with_the_charts_and_the_spend_of_today(folder: StateFolder) -> None:
    def counted(used: int) -> Answer:
        return answer({"concurrentRequests": 20_000 // used, "requestCount": used, "requestLimit": 10_000})

    with HostileServer([counted(500), counted(700), counted(1000)]) as server:
        with sharing(server, folder, RARELY) as (collector, watcher):
            watcher.wait_for_state(AccountState.OK)
            collector.refresh("production")
            before = watcher.wait_for(lambda view: view.snapshot.used == 700)
        with sharing(server, folder, RARELY) as (_, watcher):
            first = watcher.wait_for(lambda view: view.sample is not None)
            after = watcher.wait_for(lambda view: view.snapshot.used == 1000)
    assert first.snapshot == before.snapshot
    assert first.coarse
    assert max(bucket.peak for bucket in after.fine) == 40
    assert after.budget is not None
    assert after.budget.today is not None
    assert after.budget.today.credits == 500


def test_an_account_that_is_gone_from_the_config_and_comes_back_has_its_charts_again(folder: StateFolder) -> None:
    busy, idle = answer({"concurrentRequests": 40}), answer({"concurrentRequests": 2})
    with HostileServer([busy, idle]) as server, sharing(server, folder, RARELY) as (collector, watcher):
        watcher.wait_for_state(AccountState.OK)
        collector.replan([], RARELY, UTC)
        before = len(watcher.views)
        collector.replan([at(server)], RARELY, UTC)
        back = watcher.wait_for(lambda view: view.snapshot.concurrency == 2, after=before)
    assert max(bucket.peak for bucket in back.coarse) == 40


def test_counters_of_the_day_come_from_the_minutes_and_the_rest_from_samples() -> None:
    with a_database() as connection:
        for at_ms in range(NOW_MS, NOW_MS + 3 * 60 * MINUTE_MS, 15_000):
            put_poll(connection, 1, a_poll_at(at_ms), a_reading(at_ms, used=at_ms // 1000, interval_ms=15_000), at_ms)
        end_ms = NOW_MS + 3 * 60 * MINUTE_MS
        while roll_up(connection, 1, end_ms):
            pass
        readings = last_hour(connection, 1, end_ms)
        earlier = counters(connection, 1, NOW_MS, readings[0].at_ms)
    assert len(readings) == 240
    assert len(earlier) == 120
    assert earlier[0].snapshot.used == NOW_MS // 1000 + 45
    assert earlier[-1].at_ms == readings[0].at_ms - 1


def test_an_account_that_rests_for_long_shows_its_last_sample() -> None:
    with a_database() as connection:
        put_poll(connection, 1, a_poll_at(NOW_MS), a_reading(), NOW_MS)
        assert last_hour(connection, 1, NOW_MS + 90_000_000) == (a_reading(),)


def test_an_account_that_is_left_has_no_holder(folder: StateFolder) -> None:
    with HostileServer() as server, sharing(server, folder, RARELY) as (_, watcher):
        watcher.wait_for_state(AccountState.OK)
        assert rows(folder, "SELECT holder_pid FROM accounts") == [(os.getpid(),)]
    assert rows(folder, "SELECT holder_pid FROM accounts") == [(None,)]


@pytest.mark.anyio
async def test_a_sample_from_beside_the_holder_leaves_the_word_on_the_last_poll_to_the_holder(
    folder: StateFolder,
) -> None:
    holder, beside, account = a_desk(folder), a_desk(folder), an_account()
    for desk in (holder, beside):
        desk.watch(lambda _: None)
    try:
        assert await holder.claim(account)
        assert await holder.commit(account, a_poll_at(NOW_MS, pid=1), a_reading())
        assert not await beside.claim(account)
        news = await beside.catch_up(account, moment(NOW_MS))
        assert news.last_poll == a_poll_at(NOW_MS, pid=1)
        assert await beside.commit(account, a_poll_at(NOW_MS + 9000, pid=2), a_reading(NOW_MS + 9000))
    finally:
        await holder.close()
        await beside.close()
    assert rows(folder, "SELECT at, pid FROM last_poll") == [(NOW_MS, 1)]
    assert rows(folder, "SELECT at FROM samples") == [(NOW_MS,), (NOW_MS + 9000,)]


@pytest.mark.anyio
async def test_others_are_looked_for_seldom_only_while_every_account_is_polled_here(folder: StateFolder) -> None:
    clock = SystemClock()
    history = History(folder, clock, HistorySettings())
    here, beside = SharedDesk(history, folder, clock, {"USAGE_TUI_TEST_KEY": KEY}), a_desk(folder)
    ours, theirs = an_account("ours"), an_account("theirs", base_url="http://127.0.0.1:2")
    awaited = []
    for desk in (here, beside):
        desk.watch(lambda _: None)
    try:
        assert await beside.claim(theirs)
        for account in (ours, theirs):
            await here.claim(account)
            awaited.append(history.awaits_others)
        await beside.release(theirs)
        for settle in (here.claim, here.release):
            await settle(theirs)
            awaited.append(history.awaits_others)
    finally:
        await here.close()
        await beside.close()
    assert awaited == [False, True, False, True]
