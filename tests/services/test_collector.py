"""The collector, over real sockets: short intervals, events awaited, nothing slept."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from tests.services.collecting import OFTEN, RARELY, STOP_SECONDS, at, collecting
from tests.services.hostile_server import PATIENCE_SECONDS, HostileServer, answer, hang, held
from usage_tui.core.account import AccountState
from usage_tui.core.view import AccountView
from usage_tui.services import collector as collector_module
from usage_tui.services.clock import SystemClock
from usage_tui.services.collector import Collector


def test_every_account_waits_in_view_before_any_poll() -> None:
    with HostileServer([hang()]) as server, collecting([at(server), at(server, "staging")]) as (_, watcher):
        watcher.wait_for(lambda view: view.name == "staging")
        assert [(view.name, view.last_poll) for view in watcher.views] == [("production", None), ("staging", None)]


def test_the_account_on_the_screen_is_polled_at_its_interval() -> None:
    with HostileServer() as server, collecting([at(server)]) as (_, watcher):
        server.wait_for(5)
        view = watcher.wait_for_state(AccountState.OK)
    assert view.interval_seconds == 0.02
    assert view.snapshot.used == 401
    assert view.last_poll is not None
    assert view.last_poll.latency_seconds is not None
    assert view.last_poll.next_at > view.last_poll.at
    assert not view.is_stored
    assert [request.connection for request in server.requests] == [1] * len(server.requests)


def test_other_accounts_are_polled_soon_and_then_at_the_background_interval() -> None:
    began = SystemClock().now()
    with HostileServer() as server, HostileServer() as other:
        accounts = [at(server), at(other, "staging")]
        with collecting(accounts) as (_, watcher):
            view = watcher.wait_for_state(AccountState.OK, "staging")
            server.wait_for(len(server.requests) + 10)
    assert view.interval_seconds == 3600.0
    assert view.last_poll is not None
    assert (view.last_poll.at - began).total_seconds() < 5
    assert len(other.requests) == 1


def test_an_answer_that_says_used_up_is_a_sample_of_an_exhausted_account() -> None:
    spent = answer({"requestCount": 1000, "requestLimit": 1000})
    with HostileServer([spent]) as server, collecting([at(server)]) as (_, watcher):
        view = watcher.wait_for_state(AccountState.EXHAUSTED)
    assert (view.snapshot.used, view.error) == (1000, None)


def test_at_most_one_request_of_an_account_is_in_flight_and_missed_ticks_are_skipped() -> None:
    arrived, go = threading.Event(), threading.Event()
    slow = held(answer(), arrived, go)
    with HostileServer([slow, hang()]) as server, HostileServer() as clockwork:
        accounts = [at(server), at(clockwork, "staging")]
        with collecting(accounts, show=("production", "staging")) as (_, watcher):
            assert arrived.wait(PATIENCE_SECONDS)
            clockwork.wait_for(10)
            assert len(server.requests) == 1
            go.set()
            watcher.wait_for_state(AccountState.OK)
            server.wait_for(2)
            clockwork.wait_for(len(clockwork.requests) + 10)
            assert (len(server.requests), server.most_in_flight) == (2, 1)


def test_a_refresh_polls_at_once_out_of_a_back_off(caplog: pytest.LogCaptureFixture) -> None:
    with (
        HostileServer([answer("", status=401), answer()]) as server,
        collecting([at(server)], RARELY) as (collector, watcher),
    ):
        watcher.wait_for_state(AccountState.UNAUTHORIZED)
        collector.refresh("production")
        watcher.wait_for_state(AccountState.OK)
        collector.refresh("nobody")
        collector.refresh("production")
        server.wait_for(3)
    assert caplog.records == []


def test_a_refresh_during_a_poll_is_answered_by_that_poll() -> None:
    arrived, go = threading.Event(), threading.Event()
    with (
        HostileServer([held(answer(), arrived, go)]) as server,
        HostileServer() as other,
        collecting([at(server), at(other, "staging")], RARELY) as (collector, watcher),
    ):
        assert arrived.wait(PATIENCE_SECONDS)
        collector.refresh("production")
        collector.refresh("staging")
        other.wait_for(1)
        go.set()
        watcher.wait_for_state(AccountState.OK)
        watcher.wait_for_state(AccountState.OK, "staging")
        collector.refresh("staging")
        other.wait_for(2)
        assert len(server.requests) == 1


def test_an_account_that_comes_on_the_screen_is_polled_at_once() -> None:
    with HostileServer() as server, HostileServer() as other:
        accounts = [at(server), at(other, "staging")]
        with collecting(accounts) as (collector, watcher):
            watcher.wait_for_state(AccountState.OK, "staging")
            collector.show("staging")
            other.wait_for(5)
            watcher.wait_for(lambda view: view.name == "staging" and view.interval_seconds == 0.02)
            watcher.wait_for(lambda view: view.name == "staging", after=len(watcher.views))
            seen = len(server.requests)
            other.wait_for(len(other.requests) + 10)
            assert len(server.requests) <= seen + 1


def test_no_account_on_the_screen_leaves_all_in_the_background() -> None:
    with HostileServer() as server, HostileServer() as other:
        accounts = [at(server), at(other, "staging")]
        with collecting(accounts, show=("staging",)) as (collector, watcher):
            other.wait_for(3)
            collector.show(None)
            collector.refresh("production")
            after = len(watcher.views)
            watcher.wait_for(lambda view: view.name == "production", after=after)
            seen = len(other.requests)
            collector.refresh("production")
            server.wait_for(len(server.requests) + 1)
            assert len(other.requests) <= seen + 1


def test_a_pause_cuts_off_what_is_in_flight_and_a_resume_polls_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector_module, "PAUSE_SECONDS", 0.35)
    with HostileServer([hang(), answer()]) as server, collecting([at(server)], RARELY) as (collector, watcher):
        server.wait_for(1)
        collector.pause()
        collector.refresh("production")
        assert not any(view.last_poll for view in watcher.views)
        collector.resume()
        watcher.wait_for_state(AccountState.OK)
    assert len(server.requests) == 2


def test_a_stop_ends_a_request_that_hangs() -> None:
    with HostileServer([hang()]) as server, collecting([at(server)]):
        server.wait_for(1)


def test_an_order_that_comes_before_a_task_has_begun_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector_module, "GRACE_SECONDS", 10 * PATIENCE_SECONDS)
    with HostileServer() as old, HostileServer() as new:

        def change_at_once(collector: Collector) -> None:
            collector.replan([at(new)], OFTEN, None)

        with collecting([at(old)], order=change_at_once) as (_, watcher):
            watcher.wait_for_state(AccountState.OK)
            assert old.connections == 0


def test_a_stop_of_what_is_idle_takes_no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector_module, "GRACE_SECONDS", 10 * STOP_SECONDS)
    with HostileServer() as server, collecting([at(server)], RARELY) as (_, watcher):
        watcher.wait_for_state(AccountState.OK)


def test_a_stop_waits_no_longer_than_it_is_told_to() -> None:
    go, entered = threading.Event(), threading.Event()

    def block(_: AccountView) -> None:
        entered.set()
        go.wait(PATIENCE_SECONDS)

    with HostileServer() as server, collecting([at(server)], publish=block) as (collector, _):
        assert entered.wait(PATIENCE_SECONDS)
        before = SystemClock().monotonic()
        collector.stop(0.1)
        assert SystemClock().monotonic() - before < PATIENCE_SECONDS / 2
        go.set()


def test_a_collector_that_stopped_takes_orders_without_complaint() -> None:
    with HostileServer() as server, collecting([at(server)]) as (collector, watcher):
        watcher.wait_for_state(AccountState.OK)
        collector.stop(STOP_SECONDS)
        collector.show("production")
        collector.refresh("production")
        collector.replan([], OFTEN, None)
        collector.resume()


def test_importing_the_collector_does_not_import_httpx() -> None:
    program = (
        "import sys, usage_tui.services.collector, usage_tui.services.mailbox, usage_tui.services.single_poll;"
        "sys.exit('httpx' in sys.modules or 'certifi' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
