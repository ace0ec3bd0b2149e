"""Blocking calls beside the collector's event loop."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import threading

import pytest

from usage_tui.services.loop import CollectorLoop, DaemonCalls

pytestmark = pytest.mark.anyio


async def test_a_call_gives_what_it_returns_and_raises_what_it_raises() -> None:
    calls = DaemonCalls()
    assert await calls.call("a", lambda: threading.current_thread().daemon) is True
    with pytest.raises(ValueError, match="nothing"):
        await calls.call("a", lambda: int("nothing"))


async def test_those_who_ask_while_a_call_runs_share_it() -> None:
    calls, go, made = DaemonCalls(), threading.Event(), []

    def work() -> int:
        made.append(1)
        go.wait(20)
        return len(made)

    asked = [asyncio.create_task(calls.call("same", work)) for _ in range(50)]
    assert await calls.call("other", lambda: "not held up") == "not held up"
    asked[0].cancel()
    go.set()
    assert set(await asyncio.gather(*asked[1:])) == {1}
    assert await calls.call("same", work) == 2


async def test_a_failure_that_nobody_waits_for_any_more_is_not_complained_of(caplog: pytest.LogCaptureFixture) -> None:
    calls, go = DaemonCalls(), threading.Event()

    def work() -> None:
        go.wait(20)
        raise LookupError

    asked = asyncio.create_task(calls.call("a", work))
    await calls.call("b", lambda: None)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    go.set()
    with pytest.raises(LookupError):
        await calls.call("a", work)
    gc.collect()
    assert caplog.records == []


def test_names_are_looked_up_in_a_thread_that_the_loops_end_does_not_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    go, asked = threading.Event(), threading.Event()

    def hang(*_: object) -> list[object]:
        asked.set()
        go.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)

    async def look_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await asyncio.get_running_loop().getaddrinfo("nowhere.invalid", 443)

    with asyncio.Runner(loop_factory=CollectorLoop) as runner:
        runner.run(look_up())
    assert asked.is_set()
    go.set()


def test_a_name_that_the_system_knows_is_found() -> None:
    async def look_up() -> list[object]:
        loop = asyncio.get_running_loop()
        return list(await loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))

    with asyncio.Runner(loop_factory=CollectorLoop) as runner:
        assert runner.run(look_up())


def test_what_nobody_caught_is_logged_by_its_type_alone(caplog: pytest.LogCaptureFixture) -> None:
    async def leave_behind() -> None:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": "something broke", "exception": ValueError("api_key=secret")})

    with asyncio.Runner(loop_factory=CollectorLoop) as runner:
        runner.run(leave_behind())
    assert [record.getMessage() for record in caplog.records] == ["something broke (ValueError)"]
    assert caplog.records[0].levelno == logging.ERROR
    assert caplog.records[0].exc_info is None
