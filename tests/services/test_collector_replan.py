"""A config that changes while the collector runs."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest

from tests.services.collecting import OFTEN, RARELY, at, collecting
from tests.services.hostile_server import HOBBY, PATIENCE_SECONDS, HostileServer, answer, hang
from usage_tui.core.account import Account, AccountState, ApiKey, KeyFromEnv, KeySource, PollPlan
from usage_tui.core.budget import Budget
from usage_tui.services.desk import LocalDesk

T = TypeVar("T")
DATED = {"requestCount": 401, "requestLimit": 1000, "subscriptionDate": "2026-01-05T10:00:00Z"}


def test_a_changed_budget_is_shown_at_once_and_keeps_what_was_seen() -> None:
    with HostileServer() as server, collecting([at(server)], RARELY) as (collector, watcher):
        watcher.wait_for_state(AccountState.OK)
        collector.replan([at(server, budget=Budget(credits=500))], RARELY, None)
        view = watcher.wait_for_ceiling(500)
    assert view.snapshot.used == 401
    assert len(server.requests) == 1


def test_other_one_off_days_have_the_hours_looked_over_at_once() -> None:
    asked = threading.Semaphore(0)

    class AskedDesk(LocalDesk):
        async def consult(self, account: Account, question: Callable[[sqlite3.Connection, int], T]) -> T | None:
            asked.release()
            return await super().consult(account, question)

    with HostileServer([answer(DATED)]) as server, collecting([at(server)], RARELY, desk=AskedDesk()) as (collector, _):
        assert asked.acquire(timeout=PATIENCE_SECONDS)
        collector.replan([at(server)], RARELY, None)
        collector.replan([at(server, one_off_days=(date(2026, 11, 12),))], RARELY, None)
        assert asked.acquire(timeout=PATIENCE_SECONDS)
    assert len(server.requests) == 1


def test_an_account_whose_service_changed_starts_anew_after_the_old_task_ended() -> None:
    with (
        HostileServer([hang()]) as old,
        HostileServer([answer(HOBBY)]) as new,
        collecting([at(old)]) as (collector, watcher),
    ):
        old.wait_for(1)
        collector.replan([at(new)], OFTEN, None)
        view = watcher.wait_for_state(AccountState.OK)
        assert view.snapshot.used == 2613
        assert not any(view.last_poll for view in watcher.views if view.snapshot.used != 2613)


def test_an_account_whose_key_source_changed_is_asked_with_the_new_key() -> None:
    def key_of(source: KeySource) -> ApiKey:
        assert isinstance(source, KeyFromEnv)
        return ApiKey(source.variable)

    with (
        HostileServer() as server,
        collecting([at(server, key_source=KeyFromEnv("ONE"))], RARELY, key_of=key_of) as (collector, watcher),
    ):
        watcher.wait_for_state(AccountState.OK)
        collector.replan([at(server, key_source=KeyFromEnv("TWO"))], RARELY, None)
        server.wait_for(2)
    assert [request.key for request in server.requests] == ["ONE", "TWO"]


def test_a_removed_account_is_polled_and_shown_no_more_and_an_added_one_is() -> None:
    with HostileServer() as gone, HostileServer() as stays, HostileServer() as comes:
        accounts = [at(gone, "gone"), at(stays)]
        with collecting(accounts, show=("gone", "production", "new")) as (collector, watcher):
            watcher.wait_for_state(AccountState.OK, "gone")
            watcher.wait_for_state(AccountState.OK)
            collector.replan([at(stays), at(comes, "new")], OFTEN, None)
            watcher.wait_for_state(AccountState.OK, "new")
            seen, after = len(gone.requests), len(watcher.views)
            comes.wait_for(10)
            assert len(gone.requests) == seen
            assert "gone" not in {view.name for view in watcher.views[after:]}
    assert {request.connection for request in stays.requests} == {1}


@pytest.mark.usefixtures("no_waits")
def test_a_changed_timeout_holds_from_the_next_poll_on() -> None:
    quick = PollPlan(interval_seconds=0.02, background_seconds=3600.0, timeout_seconds=0.1)
    with HostileServer([answer(), hang()]) as server, collecting([at(server)], RARELY) as (collector, watcher):
        watcher.wait_for_state(AccountState.OK)
        collector.replan([at(server)], quick, None)
        view = watcher.wait_for_state(AccountState.UNREACHABLE)
    assert view.error is not None
    assert "within 0.1 s" in view.error
