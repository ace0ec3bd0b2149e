"""What goes wrong around the collector, and what it makes of that."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable

import pytest

from tests.makers import an_account
from tests.services.collecting import KEY, at, collecting
from tests.services.hostile_server import HOBBY, PATIENCE_SECONDS, HostileServer, answer, hang, raw
from usage_tui.core.account import AccountState, ApiKey, KeyFromEnv, KeySource, PollPlan
from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.view import AccountView
from usage_tui.services import connection


@pytest.mark.usefixtures("no_waits")
def test_a_service_that_comes_back_is_polled_again_by_itself() -> None:
    with HostileServer() as server, collecting([at(server)]) as (_, watcher):
        watcher.wait_for_state(AccountState.OK)
        port = server.port
        server.close()
        gone = watcher.wait_for_state(AccountState.UNREACHABLE)
        assert gone.sample is not None
        server.listen(port)
        watcher.wait_for_state(AccountState.OK, after=len(watcher.views))


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (answer("no", status=429), AccountState.UNREACHABLE),
        (answer("no", status=500), AccountState.UNREACHABLE),
        (raw(), AccountState.UNREACHABLE),
        (answer("no credits", status=403), AccountState.EXHAUSTED),
        (answer("who are you", status=403), AccountState.INVALID),
        (answer("<html>"), AccountState.INVALID),
        (answer(b"x" * 2_000_000), AccountState.INVALID),
        (raw(b"garbage\r\n\r\n"), AccountState.INVALID),
    ],
)
def test_a_fault_keeps_the_last_sample_and_heals_by_itself(fault: Callable[..., bool], state: AccountState) -> None:
    with HostileServer([answer(), fault, fault, answer(HOBBY)]) as server, collecting([at(server)]) as (_, watcher):
        broken = watcher.wait_for_state(state)
        assert broken.snapshot.used == 401
        assert broken.error
        healed = watcher.wait_for(lambda view: view.snapshot.used == 2613)
    assert healed.error is None


@pytest.mark.usefixtures("no_waits")
def test_after_a_deadline_the_account_is_polled_over_a_new_connection() -> None:
    plan = PollPlan(interval_seconds=0.02, background_seconds=3600.0, timeout_seconds=0.1)
    with HostileServer([answer(), hang(), answer()]) as server, collecting([at(server)], plan) as (_, watcher):
        watcher.wait_for_state(AccountState.UNREACHABLE)
        server.wait_for(3)
    assert [request.connection for request in server.requests[:3]] == [1, 1, 2]


def test_faults_are_backed_off_from() -> None:
    with HostileServer([answer("", status=500)]) as server, HostileServer() as clockwork:
        accounts = [at(server), at(clockwork, "staging")]
        with collecting(accounts, show=("production", "staging")) as (_, watcher):
            view = watcher.wait_for_state(AccountState.UNREACHABLE)
            clockwork.wait_for(len(clockwork.requests) + 10)
    assert len(server.requests) == 1
    assert view.last_poll is not None
    assert 0.9 < (view.last_poll.next_at - view.last_poll.at).total_seconds() <= 1.25


@pytest.mark.usefixtures("no_waits")
def test_a_refused_key_is_read_again_before_the_next_poll() -> None:
    keys = iter(["old", "new"])
    with (
        HostileServer([answer("bad key", status=401), answer()]) as server,
        collecting([at(server)], key_of=lambda _: ApiKey(next(keys))) as (_, watcher),
    ):
        watcher.wait_for_state(AccountState.UNAUTHORIZED)
        watcher.wait_for_state(AccountState.OK)
    assert [request.key for request in server.requests[:2]] == ["old", "new"]


def test_a_refused_key_is_left_alone_for_a_minute() -> None:
    with HostileServer([answer("bad key", status=401)]) as server, collecting([at(server)]) as (_, watcher):
        view = watcher.wait_for_state(AccountState.UNAUTHORIZED)
    assert view.last_poll is not None
    assert (view.last_poll.next_at - view.last_poll.at).total_seconds() == pytest.approx(60, abs=0.5)


@pytest.mark.usefixtures("no_waits")
def test_a_key_that_is_not_there_is_said_and_tried_again() -> None:
    tries: list[int] = []

    def come_late(_: KeySource) -> ApiKey:
        tries.append(1)
        if len(tries) < 3:
            raise KeyUnavailable("The environment variable KEY is not set; set it.")
        return ApiKey(KEY)

    with HostileServer() as server, collecting([at(server)], key_of=come_late) as (_, watcher):
        missing = watcher.wait_for(lambda view: view.key_error is not None)
        assert missing.error == "The environment variable KEY is not set; set it."
        assert missing.last_poll is None
        assert watcher.wait_for_state(AccountState.OK).error is None


def test_a_key_that_is_read_for_ever_holds_nobody_up() -> None:
    go = threading.Event()

    def hang_for_one(source: KeySource) -> ApiKey:
        if source == KeyFromEnv("SLOW"):
            go.wait(PATIENCE_SECONDS)
        return ApiKey(KEY)

    with HostileServer() as server:
        accounts = [at(server), at(server, "slow", key_source=KeyFromEnv("SLOW"))]
        with collecting(accounts, show=("slow", "production"), key_of=hang_for_one) as (_, watcher):
            watcher.wait_for_state(AccountState.OK)
    go.set()


def test_a_key_that_is_read_for_ever_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LONGEST_KEY_READ_SECONDS", 0.1)
    go = threading.Event()

    def read_for_ever(_: KeySource) -> ApiKey:
        go.wait(PATIENCE_SECONDS)
        return ApiKey(KEY)

    with HostileServer() as server, collecting([at(server)], key_of=read_for_ever) as (_, watcher):
        view = watcher.wait_for(lambda view: view.key_error is not None)
        go.set()
        watcher.wait_for_state(AccountState.OK)
    assert view.error == "The key of production was not read within 0.1 s; check what its api_key setting names."


def test_a_name_that_is_looked_up_for_ever_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, go = threading.Event(), threading.Event()

    def look_up_for_ever(*_: object) -> list[object]:
        asked.set()
        go.wait(PATIENCE_SECONDS)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up_for_ever)
    with HostileServer() as server:
        lost = [an_account(f"lost {number}", base_url="https://nowhere.invalid") for number in range(40)]
        with collecting([*lost, at(server)], show=("production", "lost 1", "lost 2")) as (_, watcher):
            assert asked.wait(PATIENCE_SECONDS)
            watcher.wait_for_state(AccountState.OK)
            assert sum(thread.name == "usage-tui call" for thread in threading.enumerate()) == 1
    go.set()


@pytest.mark.usefixtures("no_waits")
def test_what_nobody_foresaw_is_shown_logged_by_its_type_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []

    def break_once(_: KeySource) -> ApiKey:
        tries.append(1)
        if len(tries) == 1:
            raise LookupError(f"something about {KEY}")
        return ApiKey(KEY)

    with HostileServer() as server, collecting([at(server)], key_of=break_once) as (_, watcher):
        broken = watcher.wait_for_state(AccountState.INVALID)
        watcher.wait_for_state(AccountState.OK)
    assert broken.error == "The poll of production failed inside usage-tui (LookupError); see the log."
    assert "account production: its poll failed (LookupError)" in caplog.text
    assert KEY not in caplog.text


def test_an_account_that_may_not_be_asked_says_why() -> None:
    with collecting([an_account(base_url="http://192.0.2.1")]) as (_, watcher):
        view = watcher.wait_for_state(AccountState.INVALID)
    assert view.is_insecure
    assert view.error is not None
    assert "unencrypted" in view.error


@pytest.mark.usefixtures("no_waits")
def test_the_log_holds_no_key_even_when_everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    script = [answer(KEY, status=401), answer(KEY, status=500), raw(), answer({"requestCount": KEY}), answer()]
    with HostileServer(script) as server, collecting([at(server)]) as (_, watcher):
        watcher.wait_for_state(AccountState.OK)
    assert KEY not in caplog.text
    assert not any(KEY in repr(view) for view in watcher.views)


def test_a_viewer_that_fails_does_not_stop_the_polling(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: AccountView) -> None:
        raise RuntimeError("the viewer is gone")

    with HostileServer() as server, collecting([at(server)], publish=fail):
        server.wait_for(5)
    assert "account production: its view was not taken (RuntimeError)" in caplog.text
