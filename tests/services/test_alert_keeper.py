"""Alerts from the poll to the channel: once, whatever ends, takes over or is asked again meanwhile."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from msgspec.structs import replace

from tests.services.alerting import ONLY_BUDGET, Alerting, KeptChannel, alerting, notify
from tests.services.collecting import RARELY, at
from tests.services.hostile_server import PATIENCE_SECONDS, Answer, HostileServer, answer
from tests.services.stored import SetClock, rows
from usage_tui.core.account import AccountState, PollPlan
from usage_tui.core.alert_log import AlertBody, DeliveryStatus
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.view import AccountView
from usage_tui.services import history as history_module
from usage_tui.services.alert_keeper import AlertTerms
from usage_tui.services.clock import SystemClock
from usage_tui.services.paths import StateFolder
from usage_tui.services.webhook_channel import WebhookChannel

OFTEN = PollPlan(interval_seconds=0.2, background_seconds=3600.0, timeout_seconds=PATIENCE_SECONDS)


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


def used(credits_used: int) -> Answer:
    return answer({"concurrentRequests": 1, "requestCount": credits_used, "requestLimit": 1000})


def polled(seen: Alerting, credits_used: int) -> AccountView:
    """Poll once more after the first poll, and give the view that followed."""
    seen.watcher.wait_for_state(AccountState.OK)
    seen.collector.refresh("production")
    return seen.watcher.wait_for(lambda view: view.snapshot.used == credits_used)


def wait_for(is_so: Callable[[], object]) -> None:
    waited = threading.Event()
    for _ in range(round(PATIENCE_SECONDS / 0.02)):
        if is_so():
            return
        waited.wait(0.02)
    raise AssertionError("not in time")


def has_resolved(seen: Alerting) -> bool:
    """Say whether the newest alert is over."""
    return seen.book.read().records[0].resolved_at is not None


def is_put_down(folder: StateFolder) -> bool:
    """Say whether an alert is in the history, once that has been made."""
    with suppress(sqlite3.OperationalError):
        return bool(rows(folder, "SELECT message FROM alerts"))
    return False


def settled(seen: Alerting, count: int) -> list[tuple[Any, ...]]:
    """Wait until so many deliveries have ended, and give them."""
    ended = [DeliveryStatus.SENT, DeliveryStatus.FAILED]
    wait_for(lambda: sum(way.status in ended for each in seen.book.read().records for way in each.deliveries) >= count)
    return [(way.channel, way.status) for each in seen.book.read().records for way in each.deliveries]


def test_what_fires_is_stored_and_arrives_once(folder: StateFolder) -> None:
    channel = KeptChannel()
    with (
        HostileServer([used(500), used(501), used(502)]) as server,
        alerting(server, folder, [channel], plan=RARELY) as seen,
    ):
        seen.watcher.wait_for_state(AccountState.OK)
        (body,) = channel.wait_for(1)
        polled(seen, 501)
        polled(seen, 502)
        assert (("kept", DeliveryStatus.SENT)) in settled(seen, 1)
        (record,) = seen.book.read().records
    assert body == AlertBody(
        account="production",
        rule="budget_used",
        state="firing",
        threshold=0.4,
        value=0.5,
        message="production: 50.0 % of the plan's credits are used, 500 of 1,000 credits.",
        at=body.at,
    )
    assert (record.message, record.resolved_at) == (body.message, None)
    assert channel.bodies == [body]


def test_a_restart_fires_nothing_again(folder: StateFolder) -> None:
    channel = KeptChannel()
    with HostileServer([used(500), used(510)]) as server:
        with alerting(server, folder, [channel], plan=RARELY) as seen:
            channel.wait_for(1)
            settled(seen, 1)
        with alerting(server, folder, [channel], plan=RARELY) as seen:
            seen.watcher.wait_for(lambda view: view.snapshot.used == 510)
            polled(seen, 510)
            assert len(seen.book.read().records) == 1
    assert len(channel.bodies) == 1


def test_who_takes_over_fires_nothing_again_and_tells_what_comes_next(folder: StateFolder) -> None:
    first, second = KeptChannel(), KeptChannel()
    with (
        HostileServer([used(500), used(510), used(900)]) as server,
        alerting(server, folder, [first], plan=RARELY) as holder,
    ):
        first.wait_for(1)
        settled(holder, 1)
        with alerting(server, folder, [second], plan=RARELY) as follower:
            follower.watcher.wait_for(lambda view: view.alert is not None)
            holder.collector.stop(PATIENCE_SECONDS)
            follower.watcher.wait_for(lambda view: view.snapshot.used == 510)
            polled(follower, 900)
            (body,) = second.wait_for(1)
    assert body.threshold == 0.8
    assert len(first.bodies) == 1


def test_a_follower_shows_what_the_holder_saw_and_tells_nobody(folder: StateFolder) -> None:
    first, second = KeptChannel(), KeptChannel()
    with HostileServer([used(500)]) as server, alerting(server, folder, [first], plan=RARELY):
        first.wait_for(1)
        with alerting(server, folder, [second], plan=RARELY) as follower:
            view = follower.watcher.wait_for(lambda view: view.alert is not None)
    assert view.alert is not None
    assert view.alert.found == "budget 50.0 % used"
    assert second.bodies == []


def test_recovery_is_recorded_and_told_where_that_is_wanted(folder: StateFolder) -> None:
    for number, (is_wanted, states) in enumerate(((False, ["firing"]), (True, ["firing", "resolved"]))):
        channel, place = KeptChannel(), StateFolder(folder.path / str(number))
        settings = replace(ONLY_BUDGET, notify=notify(on_recovery=is_wanted))
        with (
            HostileServer([used(500), used(10)]) as server,
            alerting(server, place, [channel], settings=settings, plan=RARELY) as seen,
        ):
            channel.wait_for(1)
            polled(seen, 10)
            channel.wait_for(len(states))
            wait_for(partial(has_resolved, seen))
        assert [body.state for body in channel.bodies] == states


def test_what_is_muted_is_recorded_and_told_to_nobody(folder: StateFolder) -> None:
    channel = KeptChannel()
    with (
        HostileServer([used(10), used(500), used(900)]) as server,
        alerting(server, folder, [channel], plan=RARELY) as seen,
    ):
        seen.watcher.wait_for_state(AccountState.OK)
        until = seen.book.cycle_mute("production", None)
        assert until is not None
        assert timedelta(minutes=59) < until - SystemClock().now() <= timedelta(hours=1)
        polled(seen, 500)
        wait_for(lambda: seen.book.read().records)
        (record,) = seen.book.read().records
        assert record.was_muted
        assert record.deliveries == ()
        longer = [seen.book.cycle_mute("production", None) for _ in range(3)]
        left = [None if each is None else round((each - SystemClock().now()) / timedelta(hours=1)) for each in longer]
        assert left == [8, 24, None]
        polled(seen, 900)
        channel.wait_for(1)
    assert [body.threshold for body in channel.bodies] == [0.8]


def test_an_account_of_which_nothing_is_known_cannot_be_muted(folder: StateFolder) -> None:
    with (
        HostileServer([used(10)]) as server,
        alerting(server, folder, plan=RARELY) as seen,
        pytest.raises(HistoryUnavailable, match="Nothing was seen of elsewhere yet"),
    ):
        seen.book.cycle_mute("elsewhere", None)


def test_a_rule_can_be_muted_alone(folder: StateFolder) -> None:
    channel = KeptChannel()
    settings = replace(ONLY_BUDGET, exhausted=True)
    with (
        HostileServer([used(10), used(1000)]) as server,
        alerting(server, folder, [channel], settings=settings, plan=RARELY) as seen,
    ):
        seen.watcher.wait_for_state(AccountState.OK)
        seen.book.cycle_mute("production", "budget_used")
        polled(seen, 1000)
        channel.wait_for(1)
        assert [(mute.account, mute.rule) for mute in seen.book.read().mutes] == [("production", "budget_used")]
    assert [body.rule for body in channel.bodies] == ["exhausted"]


def test_quiet_hours_hold_back_until_they_end(folder: StateFolder) -> None:
    channel = KeptChannel()
    all_day = replace(ONLY_BUDGET, notify=notify(quiet_hours=("00:00-00:00",)))
    with HostileServer([used(500), used(510), used(520), used(530), used(540)]) as server:
        with alerting(server, folder, [channel], settings=all_day, plan=RARELY) as seen:
            seen.watcher.wait_for(lambda view: view.snapshot.used == 500)
            wait_for(lambda: seen.book.read().records)
            polled(seen, 510)
            (record,) = seen.book.read().records
            assert {way.status for way in record.deliveries} == {DeliveryStatus.HELD}
        assert channel.bodies == []
        with alerting(server, folder, [channel], plan=RARELY) as seen:
            (body,) = channel.wait_for(1)
            wait_for(lambda: seen.book.read().records[0].deliveries[-1].status is DeliveryStatus.SENT)
            before = seen.book.serial
            polled(seen, 530)
            polled(seen, 540)
            seen.book.read()
            assert seen.book.serial == before, "what was let go once is let go again with each poll"
    assert body.value == 0.5
    assert body.message.startswith(f"{record.message} That was ")


def test_what_quiet_hours_held_back_is_told_when_the_disk_takes_that_again(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "RETRY_SECONDS", 0.0)
    channel = KeptChannel()
    all_day = replace(ONLY_BUDGET, notify=notify(quiet_hours=("00:00-00:00",)))
    with (
        HostileServer([used(500)]) as server,
        alerting(server, folder, [channel], settings=all_day, plan=OFTEN) as seen,
    ):
        wait_for(lambda: seen.book.read().records)
        with FileLock(folder.history_lock):
            seen.keeper.replan(AlertTerms(ONLY_BUDGET, (at(server),), UTC))
            for _ in range(3):
                seen.watcher.wait_for(lambda view: not view.is_stored, after=len(seen.watcher.views))
        (body,) = channel.wait_for(1)
    assert body.value == 0.5


def test_what_is_over_before_quiet_hours_end_is_not_told(folder: StateFolder) -> None:
    channel = KeptChannel()
    all_day = replace(ONLY_BUDGET, notify=notify(quiet_hours=("00:00-00:00",)))
    with HostileServer([used(500), used(10), used(900)]) as server:
        with alerting(server, folder, [channel], settings=all_day, plan=RARELY) as seen:
            seen.watcher.wait_for(lambda view: view.snapshot.used == 500)
            polled(seen, 10)
            wait_for(lambda: seen.book.read().records[0].resolved_at)
        with alerting(server, folder, [channel], plan=RARELY) as seen:
            (body,) = channel.wait_for(1)
    assert body.threshold == 0.8


def test_a_delivery_that_fails_is_recorded(folder: StateFolder) -> None:
    channel = KeptChannel(failures=1, is_final=True)
    with HostileServer([used(500)]) as server, alerting(server, folder, [channel], plan=RARELY) as seen:
        wait_for(lambda: seen.book.read().records and seen.book.read().records[0].failed)
        (way,) = seen.book.read().records[0].failed
    assert (way.channel, way.error) == ("kept", "The test refuses it.")


def test_what_was_not_delivered_before_the_end_is_delivered_by_the_next(folder: StateFolder) -> None:
    gate = threading.Event()
    stuck, free = KeptChannel(gate=gate), KeptChannel()
    with HostileServer([used(500)]) as server:
        with alerting(server, folder, [stuck], plan=RARELY):
            stuck.wait_for_tries(1)
        with alerting(server, folder, [free], plan=RARELY):
            (body,) = free.wait_for(1)
    gate.set()
    assert body.value == 0.5


def test_what_was_not_delivered_within_an_hour_is_given_up_and_said(folder: StateFolder) -> None:
    stuck, free = KeptChannel(failures=100), KeptChannel()
    with HostileServer([used(500)]) as server:
        with alerting(server, folder, [stuck], plan=RARELY):
            stuck.wait_for_tries(1)
        connection = sqlite3.connect(folder.history)
        with connection:
            connection.execute("UPDATE alert_deliveries SET made_at = made_at - 3700000")
        connection.close()
        with alerting(server, folder, [free], plan=RARELY) as seen:
            seen.watcher.wait_for_state(AccountState.OK)
            (lost,) = seen.book.read().records[0].failed
    assert lost.error == "Nothing ran that could send it within an hour."
    assert free.bodies == []


def test_an_acknowledged_alert_is_no_longer_shown(folder: StateFolder) -> None:
    with HostileServer([used(500), used(501)]) as server, alerting(server, folder, plan=RARELY) as seen:
        wait_for(lambda: seen.book.newest("production"))
        before = seen.book.serial
        seen.book.acknowledge(seen.book.read().records[0].number)
        assert seen.book.serial > before
        assert seen.book.newest("production") is None
        assert seen.book.read().records[0].acknowledged_at is not None
        assert polled(seen, 501).alert is None


def test_an_alert_that_goes_on_is_shown_unless_it_is_muted_now(folder: StateFolder) -> None:
    clock = SetClock()
    with (
        HostileServer([used(10), used(500), used(501)]) as server,
        alerting(server, folder, plan=RARELY, clock=clock) as seen,
    ):
        seen.watcher.wait_for_state(AccountState.OK)
        seen.book.cycle_mute("production", None)
        polled(seen, 500)
        wait_for(lambda: seen.book.read().records)
        assert seen.book.newest("production") is None
        clock.advance(3601.0)
        assert polled(seen, 501).alert == seen.book.newest("production") is not None
        seen.book.cycle_mute("production", "budget_used")
        assert seen.book.newest("production") is None
        seen.watcher.wait_for(lambda view: view.alert is None, after=len(seen.watcher.views) - 1)


def test_of_several_monitors_one_rings(folder: StateFolder) -> None:
    rung: list[AlertBody] = []
    with (
        HostileServer([used(10), used(500), used(501)]) as server,
        alerting(server, folder, plan=RARELY, ring=rung.extend) as first,
        alerting(server, folder, plan=RARELY, ring=rung.extend) as second,
    ):
        polled(first, 500)
        wait_for(lambda: rung)
        second.watcher.wait_for(lambda view: view.alert is not None)
        polled(first, 501)
        second.watcher.wait_for(lambda view: view.snapshot.used == 501)
        assert rows(folder, "SELECT channel, status FROM alert_deliveries") == [("terminal", "sent")]
    assert len(rung) == 1


def test_a_monitor_that_opens_later_does_not_ring_for_what_another_rang_for(folder: StateFolder) -> None:
    rung: list[AlertBody] = []
    with HostileServer([used(500), used(501)]) as server:
        with alerting(server, folder, plan=RARELY, ring=rung.extend):
            wait_for(lambda: rung)
        with alerting(server, folder, plan=RARELY, ring=rung.extend) as seen:
            seen.watcher.wait_for(lambda view: view.snapshot.used == 501)
            seen.book.read()
    assert len(rung) == 1


def test_changed_rules_and_channels_are_taken_up(folder: StateFolder) -> None:
    channel = KeptChannel()
    off = replace(ONLY_BUDGET, budget_used=())
    with (
        HostileServer([used(500), used(501)]) as server,
        alerting(server, folder, [channel], settings=off, plan=RARELY) as seen,
    ):
        seen.watcher.wait_for_state(AccountState.OK)
        seen.keeper.replan(replace(seen.keeper._terms, settings=ONLY_BUDGET))
        polled(seen, 501)
        channel.wait_for(1)


def test_a_disk_that_refuses_keeps_nobody_from_being_told_and_later_nobody_is_told_again(folder: StateFolder) -> None:
    folder.path.write_text("a file where the folder should be")
    channel = KeptChannel()
    rung: list[AlertBody] = []
    with HostileServer([used(500), used(500)]) as server:
        with alerting(server, folder, [channel], plan=OFTEN, ring=rung.extend) as seen:
            (body,) = channel.wait_for(1)
            server.wait_for(4)
            folder.path.unlink()
            wait_for(lambda: is_put_down(folder))
        with alerting(server, folder, [channel], plan=OFTEN) as seen:
            seen.watcher.wait_for_state(AccountState.OK)
            assert len(seen.book.read().records) == 1
    assert body.value == 0.5
    assert len(channel.bodies) == len(rung) == 1


def test_a_webhook_that_hangs_delays_no_poll_and_no_end(folder: StateFolder) -> None:
    clock = SystemClock()
    moments: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as hanging, HostileServer([used(500)]) as server:
        webhook = WebhookChannel(f"http://127.0.0.1:{hanging.getsockname()[1]}/", PATIENCE_SECONDS)
        with alerting(server, folder, [webhook], plan=OFTEN) as seen:
            hanging.settimeout(PATIENCE_SECONDS)
            connection, _ = hanging.accept()
            for _ in range(8):
                begun = len(seen.watcher.views)
                seen.watcher.wait_for(lambda _view: True, after=begun)
                moments.append(clock.monotonic())
            ending = clock.monotonic()
        took = clock.monotonic() - ending
        connection.close()
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert max(*waits, took) < PATIENCE_SECONDS / 2
