"""The HTTP client, against a real server that misbehaves on purpose."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import h11
import pytest
from psutil import Process

from tests.services.hostile_server import (
    FIXTURES,
    FREE,
    PATIENCE_SECONDS,
    Answer,
    HostileServer,
    Line,
    answer,
    drip,
    endless,
    hang,
    kept,
    raw,
    then_close,
)
from usage_tui import __version__
from usage_tui.core.account import ApiKey
from usage_tui.core.errors import AnswerInvalid, ConfigError, ServiceError, Unreachable
from usage_tui.services.http import LARGEST_BODY_BYTES, HttpAnswer, HttpClient
from usage_tui.services.http_connection import HttpConnection
from usage_tui.services.tls import Tls

pytestmark = pytest.mark.anyio

KEY = "5ecret0key0of0thirty2two0letters"
CERTIFICATE = FIXTURES / "loopback.pem"
FAR_SECONDS = 20.0
NEAR_SECONDS = 0.15


@asynccontextmanager
async def a_client(
    base_url: str, *, timeout_seconds: float = FAR_SECONDS, keepalive_seconds: float | None = 30.0
) -> AsyncIterator[HttpClient]:
    client = HttpClient(
        base_url,
        api_key=ApiKey(KEY),
        timeout_seconds=timeout_seconds,
        keepalive_seconds=keepalive_seconds,
        tls=Tls(),
    )
    try:
        yield client
    finally:
        await client.close()


async def got(*script: Answer, timeout_seconds: float = FAR_SECONDS) -> HttpAnswer:
    """What the client makes of one answer."""
    with HostileServer(script) as server:
        async with a_client(server.base_url, timeout_seconds=timeout_seconds) as client:
            return await client.get("/account")


async def fault_of(*script: Answer, timeout_seconds: float = FAR_SECONDS) -> ServiceError:
    """What the client raises at one answer."""
    with HostileServer(script) as server:
        async with a_client(server.base_url, timeout_seconds=timeout_seconds) as client:
            return await raised_by(client)


async def raised_by(client: HttpClient) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await client.get("/account")
    return caught.value


@pytest.fixture
def closed_port() -> int:
    """A port of loopback that nobody serves."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
    return port


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port of loopback where connections are taken and never spoken on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield door.getsockname()[1]


async def test_an_answer_is_given_with_status_reason_headers_body_and_time() -> None:
    given = await got(answer(b"hello", status=404, reason="Not Here", headers=[("SERVER", "one"), ("X-Thing", "two")]))
    assert (given.status, given.reason, given.body) == (404, "Not Here", b"hello")
    assert given.headers == {"server": "one"}
    assert 0 < given.seconds < FAR_SECONDS


async def test_the_request_carries_key_and_names_itself_and_wants_no_compression() -> None:
    with HostileServer() as server:
        async with a_client(server.base_url) as client:
            await client.get("/account/urlcost", {"url": "https://example.com/?a=b&c"})
    (request,) = server.requests
    assert request.key == KEY
    assert request.target == f"/account/urlcost?url=https%3A%2F%2Fexample.com%2F%3Fa%3Db%26c&api_key={KEY}"
    assert request.headers["user-agent"] == f"usage-tui/{__version__}"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["host"] == f"127.0.0.1:{server.port}"


async def test_a_base_url_with_a_path_keeps_it() -> None:
    with HostileServer() as server:
        async with a_client(f"{server.base_url}/gateway/") as client:
            await client.get("/account")
    assert server.requests[0].path == "/gateway/account"


async def test_reason_and_headers_with_escape_sequences_are_made_harmless() -> None:
    given = await got(raw(b"HTTP/1.1 200 O\xc2\x9bK\r\nServer: a\x9b31mb\r\nContent-Length: 0\r\n\r\n"))
    assert given.reason.isprintable()
    assert given.headers["server"] == r"a\x9b31mb"


@pytest.mark.parametrize(
    "address", ["", "ftp://example.com", "https://", "http://[::1", "http://host:port", "//example.com"]
)
async def test_a_base_url_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="base_url"):
        async with a_client(address):
            pass


async def test_a_slow_drip_is_cut_off_at_the_deadline() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    fault = await fault_of(drip(head + b"x" * 100_000, 0.01), timeout_seconds=NEAR_SECONDS)
    assert isinstance(fault, Unreachable)
    assert "did not answer within 0.15 s; check the network and base_url." in str(fault)


async def test_a_header_that_never_ends_is_cut_off_at_the_deadline() -> None:
    fault = await fault_of(hang(b"HTTP/1.1 200 OK\r\nX-Thing: "), timeout_seconds=NEAR_SECONDS)
    assert "did not answer within" in str(fault)


async def test_a_service_that_says_wait_without_end_is_cut_off_at_the_deadline() -> None:
    fault = await fault_of(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), timeout_seconds=NEAR_SECONDS)
    assert "did not answer within" in str(fault)


async def test_a_body_of_one_mebibyte_is_taken() -> None:
    given = await got(answer(b"x" * LARGEST_BODY_BYTES))
    assert len(given.body) == LARGEST_BODY_BYTES


async def test_a_body_of_more_is_refused() -> None:
    fault = await fault_of(answer(b"x" * (LARGEST_BODY_BYTES + 1)))
    assert isinstance(fault, AnswerInvalid)
    assert "more than 1 MiB" in str(fault)


async def test_an_endless_body_is_refused_while_it_is_read() -> None:
    fault = await fault_of(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536))
    assert "more than 1 MiB" in str(fault)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip", "\x9b31m"])
async def test_a_compressed_body_is_refused_unread(encoding: str) -> None:
    fault = await fault_of(hang(b"HTTP/1.1 200 OK\r\nContent-Encoding: " + encoding.encode("latin-1") + b"\r\n\r\n"))
    assert isinstance(fault, AnswerInvalid)
    assert "compressed" in str(fault)
    assert str(fault).isprintable()


async def test_an_encoding_of_identity_is_taken() -> None:
    assert (await got(answer(FREE, headers=[("Content-Encoding", "Identity")]))).body == FREE


async def test_a_redirect_is_not_followed() -> None:
    with HostileServer() as elsewhere:
        location = ("Location", f"{elsewhere.base_url}/account")
        given = await got(answer(b"", status=302, reason="Found", headers=[location]))
    assert given.status == 302
    assert elsewhere.requests == []


async def test_cookies_are_not_sent_back() -> None:
    with HostileServer([answer(headers=[("Set-Cookie", "session=1; Path=/")])]) as server:
        async with a_client(server.base_url) as client:
            await client.get("/account")
            await client.get("/account")
    assert [request.headers.get("cookie") for request in server.requests] == [None, None]


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with HostileServer() as proxy, HostileServer() as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.base_url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        async with a_client(server.base_url) as client:
            await client.get("/account")
    assert (len(proxy.requests), len(server.requests)) == (0, 1)


async def test_a_kept_connection_is_used_again() -> None:
    with HostileServer() as server:
        async with a_client(server.base_url) as client:
            for _ in range(3):
                await client.get("/account")
    assert [request.connection for request in server.requests] == [1, 1, 1]


async def test_without_keep_alive_each_request_has_its_connection() -> None:
    with HostileServer() as server:
        async with a_client(server.base_url, keepalive_seconds=None) as client:
            await client.get("/account")
            await client.get("/account")
    assert [request.connection for request in server.requests] == [1, 2]
    assert server.requests[0].headers["connection"] == "close"


async def test_a_kept_connection_that_the_service_closed_is_replaced_unseen() -> None:
    with HostileServer([then_close(answer())]) as server:
        async with a_client(server.base_url) as client:
            for _ in range(3):
                assert (await client.get("/account")).status == 200
    assert [request.connection for request in server.requests] == [1, 2, 3]


async def test_a_kept_connection_that_closes_under_a_request_is_replaced_once() -> None:
    with HostileServer([answer(), raw(), answer()]) as server:
        async with a_client(server.base_url) as client:
            await client.get("/account")
            assert (await client.get("/account")).status == 200
    assert [request.connection for request in server.requests] == [1, 1, 2]


async def test_no_broken_answer_on_a_kept_connection_is_asked_for_again() -> None:
    for broken, kind in ((b"garbage\r\n\r\n", AnswerInvalid), (b"HTTP/1.1 200 OK\r\nContent-", Unreachable)):
        with HostileServer([answer(), raw(broken), answer()]) as server:
            async with a_client(server.base_url) as client:
                await client.get("/account")
                assert isinstance(await raised_by(client), kind)
        assert [request.connection for request in server.requests] == [1, 1]


async def test_a_second_answer_to_one_request_is_never_taken_for_the_next_one() -> None:
    twice = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold" * 2
    with HostileServer([kept(twice), answer(b"new")]) as server:
        async with a_client(server.base_url) as client:
            assert [(await client.get("/account")).body for _ in range(3)] == [b"old", b"new", b"new"]
    assert [request.connection for request in server.requests] == [1, 2, 2]


@pytest.mark.parametrize("tls", [None, "loopback"])
async def test_what_comes_unasked_on_a_kept_connection_is_never_taken_for_an_answer(
    tls: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    farewell = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    go, gone = threading.Event(), threading.Event()

    def answer_then_say_farewell(line: Line) -> bool:
        answer()(line)
        go.wait(PATIENCE_SECONDS)
        line.send(farewell)
        gone.set()
        return False

    with HostileServer([answer_then_say_farewell, answer()], server_tls() if tls else None) as server:
        async with a_client(server.base_url) as client:
            await client.get("/account")
            go.set()
            await asyncio.to_thread(gone.wait, PATIENCE_SECONDS)
            assert (await client.get("/account")).status == 200
    assert [request.connection for request in server.requests] == [1, 2]


async def test_a_body_without_a_length_ends_where_the_service_closes() -> None:
    assert (await got(raw(b"HTTP/1.1 200 OK\r\n\r\nall of it"))).body == b"all of it"


async def test_a_new_connection_that_closes_is_a_fault_at_once() -> None:
    with HostileServer([raw(), answer()]) as server:
        async with a_client(server.base_url) as client:
            fault = await raised_by(client)
    assert len(server.requests) == 1
    assert "closed the connection before it had answered" in str(fault)


async def test_a_connection_dropped_in_the_body_is_a_fault() -> None:
    fault = await fault_of(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"))
    assert isinstance(fault, Unreachable)
    assert "closed the connection before it had answered" in str(fault)


async def test_a_chunked_body_that_breaks_off_is_a_fault() -> None:
    fault = await fault_of(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"))
    assert isinstance(fault, Unreachable)


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["another protocol", "binary", "length", "transfer encoding", "huge header", "chunk"],
)
async def test_what_is_no_http_is_invalid(garbage: bytes) -> None:
    fault = await fault_of(raw(garbage))
    assert isinstance(fault, AnswerInvalid)
    assert "is no HTTP; check base_url." in str(fault)


async def test_a_refused_connection_says_so(closed_port: int) -> None:
    async with a_client(f"http://127.0.0.1:{closed_port}") as client:
        fault = await raised_by(client)
    assert isinstance(fault, Unreachable)
    assert (
        str(fault)
        == f"127.0.0.1:{closed_port} could not be reached: connection refused; check the network and base_url."
    )


async def test_a_name_that_is_not_found_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", fail)
    async with a_client("http://nowhere.invalid") as client:
        fault = await raised_by(client)
    assert str(fault).startswith("nowhere.invalid could not be found (DNS: Name or service not known);")


async def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with HostileServer(tls=server_tls()) as server:
        async with a_client(server.base_url) as client:
            fault = await raised_by(client)
    assert isinstance(fault, Unreachable)
    assert "has no certificate that can be trusted (self" in str(fault)
    assert server.requests == []


async def test_a_certificate_of_a_trusted_root_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with HostileServer(tls=server_tls()) as server:
        async with a_client(server.base_url) as client:
            await client.get("/account")
            await client.get("/account")
    assert [request.connection for request in server.requests] == [1, 1]


async def test_a_certificate_of_another_host_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with HostileServer(tls=server_tls()) as server:
        async with a_client(f"https://127.0.0.2:{server.port}") as client:
            fault = await raised_by(client)
    assert isinstance(fault, Unreachable)
    assert server.requests == []


async def test_a_service_without_tls_is_told_from_a_bad_certificate() -> None:
    def answer_plainly() -> None:
        caller, _ = door.accept()
        with caller:
            caller.recv(65536)
            caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as door:
        answering = asyncio.create_task(asyncio.to_thread(answer_plainly))
        async with a_client(f"https://127.0.0.1:{door.getsockname()[1]}") as client:
            fault = await raised_by(client)
        await answering
    assert isinstance(fault, Unreachable)
    assert "could not be spoken to over TLS" in str(fault)


async def test_a_handshake_that_hangs_leaves_no_connection_behind(deaf_port: int) -> None:
    async with a_client(f"https://127.0.0.1:{deaf_port}", timeout_seconds=NEAR_SECONDS) as client:
        fault = await raised_by(client)
        assert "did not answer within" in str(fault)
        assert [each for each in Process().net_connections("tcp") if deaf_port in each.raddr[1:]] == []


async def test_the_next_request_after_a_cancelled_one_has_a_connection_of_its_own() -> None:
    with HostileServer([hang(), answer()]) as server:
        async with a_client(server.base_url) as client:
            cut_off = asyncio.create_task(client.get("/account"))
            await asyncio.to_thread(server.wait_for, 1)
            cut_off.cancel()
            with pytest.raises(asyncio.CancelledError):
                await cut_off
            assert (await client.get("/account")).status == 200
    assert [request.connection for request in server.requests] == [1, 2]


@pytest.mark.parametrize("broken", [raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), raw(b"garbage\r\n\r\n")])
async def test_the_next_request_after_a_broken_one_has_a_connection_of_its_own(broken: Answer) -> None:
    with HostileServer([broken, answer()]) as server:
        async with a_client(server.base_url) as client:
            await raised_by(client)
            assert (await client.get("/account")).status == 200
    assert [request.connection for request in server.requests] == [1, 2]


async def test_a_connection_kept_for_too_long_is_not_used_again() -> None:
    with HostileServer() as server:
        async with a_client(server.base_url, keepalive_seconds=0.0) as client:
            await client.get("/account")
            await client.get("/account")
    assert [request.connection for request in server.requests] == [1, 2]


async def test_closing_leaves_no_connection_open() -> None:
    with HostileServer() as server:
        async with a_client(server.base_url) as client:
            await client.get("/account")
        ours = [each for each in Process().net_connections("tcp") if server.port in each.raddr[1:]]
    assert [each.status for each in ours if each.status not in ("TIME_WAIT", "FIN_WAIT2")] == []


async def test_what_nobody_foresaw_is_a_fault_that_names_only_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*asked: object) -> h11.Response:
        raise LookupError(f"all about {asked}")

    monkeypatch.setattr(HttpConnection, "ask", fail)
    with HostileServer() as server:
        async with a_client(server.base_url) as client:
            fault = await raised_by(client)
    assert "(LookupError)" in str(fault)
    assert KEY not in everything_about(fault)


async def test_every_address_that_refuses_is_worded_as_one(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    async def two(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, closed_port)) for host in ("127.0.0.1", "127.0.0.2")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", two)
    async with a_client(f"http://two.invalid:{closed_port}") as client:
        fault = await raised_by(client)
    assert "could not be reached: connection refused" in str(fault)


FAULTS: dict[str, tuple[Answer, float]] = {
    "refused": (answer(b"no", status=401), FAR_SECONDS),
    "garbage": (raw(b"garbage\r\n\r\n"), FAR_SECONDS),
    "drop": (raw(), FAR_SECONDS),
    "drop in the body": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), FAR_SECONDS),
    "oversize": (answer(b"x" * (LARGEST_BODY_BYTES + 1)), FAR_SECONDS),
    "compressed": (answer(headers=[("Content-Encoding", "gzip")]), FAR_SECONDS),
    "deadline": (hang(), NEAR_SECONDS),
    "echo": (
        answer(KEY, status=302, reason=KEY, headers=[("Location", f"/?api_key={KEY}"), ("Set-Cookie", KEY)]),
        FAR_SECONDS,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_the_key_is_in_no_log_error_or_traceback(name: str, caplog: pytest.LogCaptureFixture) -> None:
    act, timeout_seconds = FAULTS[name]
    caplog.set_level(logging.DEBUG)
    with HostileServer([act]) as server:
        async with a_client(server.base_url, timeout_seconds=timeout_seconds) as client:
            assert KEY not in repr(client) + repr(vars(client))
            (outcome,) = await asyncio.gather(client.get("/account"), return_exceptions=True)
    if isinstance(outcome, BaseException):
        assert KEY not in everything_about(outcome)
    assert server.requests[0].key == KEY
    assert KEY not in caplog.text


async def test_the_key_is_in_no_frame_of_a_cancelled_request() -> None:
    with HostileServer([hang()]) as server:
        async with a_client(server.base_url) as client:
            cut_off = asyncio.create_task(client.get("/account"))
            await asyncio.to_thread(server.wait_for, 1)
            cut_off.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await cut_off
    assert KEY not in everything_about(caught.value)


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def everything_about(error: BaseException) -> str:
    """All that a crash report could print of an error: texts, causes, and the locals of every frame of the program."""
    told = [repr(error), *traceback.format_exception(error)]
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if not frame.f_code.co_filename.startswith(str(FIXTURES.parent)):
            told += [repr(value) for value in frame.f_locals.values()]
    told += [everything_about(before) for before in (error.__cause__, error.__context__) if before is not None]
    return "\n".join(told)
