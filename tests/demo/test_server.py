"""The simulated service over real sockets."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.demo.calls import DEADLINE_SECONDS, call, call_on, connect, send_raw
from tests.demo.clock import NOW, StandingClock
from usage_tui import __version__
from usage_tui.core.snapshot import parse_snapshot
from usage_tui.demo.accounts import simulated_accounts
from usage_tui.demo.server import SimulatedService
from usage_tui.demo.wire import LARGEST_BODY_BYTES, LONGEST_LINE_BYTES, MOST_HEADERS

SERVER = f"usage-tui-simulated/{__version__}"
URL = {"url": "https://example.com/"}


def key(service: SimulatedService, number: int = 1) -> dict[str, str]:
    """Give the parameter that names an account: by default the quiet one, which has room for calls."""
    return {"api_key": service.accounts[number].key.reveal()}


def test_account_says_the_documented_fields(service: SimulatedService) -> None:
    reply = call(service.base_url, "/account", key(service, 0))
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("application/json")
    said = reply.json()
    assert set(said) == {
        "burst",
        "concurrencyLimit",
        "concurrentRequests",
        "failedRequestCount",
        "requestCount",
        "requestLimit",
        "subscriptionDate",
    }
    assert said["concurrencyLimit"] == 100
    assert said["requestLimit"] == 3_000_000
    assert 1_380_000 < said["requestCount"] < 1_480_000
    assert said["subscriptionDate"] == "2026-11-03T10:00:00.000Z"


def test_accounts_answer_in_the_different_forms_that_were_seen(service: SimulatedService) -> None:
    production, staging, acme = (call(service.base_url, "/account", key(service, number)) for number in range(3))
    assert staging.json()["requestLimit"] == "100000"
    assert "creditsLeft" not in production.json()
    assert acme.json()["payAsYouGoEnabled"] is False
    assert acme.json()["autoUpgradeEnabled"] is False
    assert acme.json()["creditsLeft"] == pytest.approx(1_000_000 - acme.json()["requestCount"], abs=200)
    for reply in (production, staging, acme):
        snapshot = parse_snapshot(reply.body)
        assert snapshot.used is not None
        assert snapshot.cycle_started_at is not None


def test_clock_is_the_injected_one(service: SimulatedService, clock: StandingClock) -> None:
    before = call(service.base_url, "/account", key(service, 0)).json()
    clock.advance(15)
    assert call(service.base_url, "/account", key(service, 0)).json()["requestCount"] > before["requestCount"]
    clock.now = NOW + timedelta(days=12)
    renewed = call(service.base_url, "/account", key(service, 0)).json()
    assert renewed["subscriptionDate"] == "2026-12-03T10:00:00.000Z"
    assert renewed["requestCount"] < 100_000


@pytest.mark.parametrize("parameters", [{}, {"api_key": ""}, {"api_key": "f" * 32}, {"api_key": "kä€"}])
@pytest.mark.parametrize("path", ["/account", "/account/urlcost", "/", "/structured/google/news"])
def test_bad_and_missing_keys_are_refused_as_text(
    service: SimulatedService, path: str, parameters: dict[str, str]
) -> None:
    reply = call(service.base_url, path, {**parameters, **URL})
    assert reply.status == 401
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.body == b"Unauthorized request, please make sure your API key is valid."


@pytest.mark.parametrize(
    ("parameters", "credits_"),
    [
        ({"url": "https://example.com"}, 1),
        ({"url": "https://example.com", "render": "true"}, 10),
        ({"url": "https://example.com", "ultra_premium": "true", "render": "true"}, 75),
        ({"url": "https://www.amazon.com/dp/B0?a=1&b=2"}, 5),
    ],
)
def test_urlcost_prices_a_url_and_costs_nothing(
    service: SimulatedService, clock: StandingClock, parameters: dict[str, str], credits_: int
) -> None:
    before = call(service.base_url, "/account", key(service)).json()["requestCount"]
    for _ in range(50):
        reply = call(service.base_url, "/account/urlcost", {**key(service), **parameters})
        assert (reply.status, reply.json()) == (200, {"credits": credits_})
    clock.advance(15)
    assert call(service.base_url, "/account", key(service)).json()["requestCount"] - before < 10


@pytest.mark.parametrize("path", ["/account/urlcost", "/"])
def test_call_without_a_url_is_told_so(service: SimulatedService, path: str) -> None:
    reply = call(service.base_url, path, key(service))
    assert reply.status == 400
    assert b"url" in reply.body


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_scrape_call_gets_a_simulated_page_and_costs_its_price_at_the_next_step(
    service: SimulatedService, clock: StandingClock, method: str
) -> None:
    before = call(service.base_url, "/account", key(service)).json()["requestCount"]
    parameters = {**key(service), "url": "https://example.com", "render": "true", "premium": "true"}
    for _ in range(40):
        reply = call(service.base_url, "/", parameters, method=method, body=b"a=1" if method != "GET" else b"")
        assert reply.status == 200
        assert b"Simulated" in reply.body
    assert call(service.base_url, "/account", key(service)).json()["requestCount"] == before
    clock.advance(15)
    after = call(service.base_url, "/account", key(service)).json()["requestCount"]
    assert 1000 <= after - before < 1010


def test_calls_count_in_flight_while_they_last_and_get_429_above_the_limit(clock: StandingClock) -> None:
    quiet = simulated_accounts(clock.now)[1]
    room = quiet.traffic.concurrency_limit - quiet.traffic.concurrency(clock.now.timestamp())
    parameters = {"api_key": quiet.key.reveal(), **URL}
    with SimulatedService([quiet], clock=clock, seconds_per_call=3600) as service, ThreadPoolExecutor(room) as callers:
        calls = [callers.submit(call, service.base_url, "/", parameters) for _ in range(room)]
        give_up_at = time.monotonic() + DEADLINE_SECONDS
        while call(service.base_url, "/account", parameters).json()["concurrentRequests"] < 20:
            assert time.monotonic() < give_up_at
        refused = call(service.base_url, "/", parameters)
        assert refused.status == 429
        assert "retry-after" not in refused.headers
        service.stop()
        assert all(ended.exception(DEADLINE_SECONDS) or ended.result().status == 200 for ended in calls)


def test_used_up_account_gets_403_that_speaks_of_credits(service: SimulatedService, clock: StandingClock) -> None:
    parameters = {**key(service), **URL, "ultra_premium": "true", "render": "true"}
    connection = connect(service.base_url)
    statuses = [call_on(connection, "/", parameters).status for _ in range(1200)]
    connection.close()
    assert set(statuses) == {200, 403}
    clock.advance(15)
    refused = call(service.base_url, "/", parameters)
    assert refused.status == 403
    assert b"credits" in refused.body
    assert parse_snapshot(call(service.base_url, "/account", parameters).body).is_exhausted


@pytest.mark.parametrize(
    "path", ["/accounts", "/account/other", "/jobs", "/structured/amazon", "/structured/x/y", "/%2e"]
)
def test_unknown_paths_are_not_found(service: SimulatedService, path: str) -> None:
    assert call(service.base_url, path, key(service)).status == 404


def test_account_takes_only_get(service: SimulatedService) -> None:
    assert call(service.base_url, "/account", key(service), method="POST", body=b"x").status == 405


@pytest.mark.parametrize("path", ["/account", "/account/urlcost", "/", "/nowhere"])
def test_every_answer_has_its_length_and_names_the_simulated_service(service: SimulatedService, path: str) -> None:
    for parameters in ({}, {**key(service), **URL}):
        reply = call(service.base_url, path, parameters)
        assert reply.headers["server"] == SERVER
        assert int(reply.headers["content-length"]) == len(reply.body) > 0
        assert "content-encoding" not in reply.headers


def test_connection_is_kept_for_many_requests_with_bodies_in_between(service: SimulatedService) -> None:
    connection = connect(service.base_url)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        assert call_on(connection, "/account", key(service)).status == 200
        assert call_on(connection, "/", {**key(service), **URL}, method="POST", body=b"x" * 200_000).status == 200
    assert connection.sock is first
    connection.close()


def test_pipelined_requests_are_answered_in_order(service: SimulatedService) -> None:
    known = f"/account?api_key={key(service)['api_key']}".encode()
    sent = b"GET /nowhere HTTP/1.1\r\n\r\nGET " + known + b" HTTP/1.1\r\nConnection: close\r\n\r\n"
    received = send_raw(service.base_url, sent)
    assert received.index(b" 404 ") < received.index(b" 200 ")


def test_old_clients_get_one_answer_a_connection(service: SimulatedService) -> None:
    assert send_raw(service.base_url, b"GET /nowhere HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 404 ")


def test_first_of_a_repeated_parameter_counts(service: SimulatedService) -> None:
    sent = f"GET /account?api_key={key(service)['api_key']}&api_key=x HTTP/1.0\r\n\r\n".encode()
    assert b" 200 OK" in send_raw(service.base_url, sent)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"x" * LONGEST_LINE_BYTES + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * LONGEST_LINE_BYTES + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * (MOST_HEADERS + 1) + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nnonsense\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY_BYTES + 1), 413),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"GET /?" + b"a=1&" * 101 + b" HTTP/1.0\r\n\r\n", 400),
        (b"GET //[half HTTP/1.0\r\n\r\n", 400),
        (b"HEAD /account HTTP/1.1\r\n\r\n", 405),
    ],
)
def test_requests_beyond_the_bounds_or_without_sense_are_refused_in_words(
    service: SimulatedService, sent: bytes, status: int
) -> None:
    received = send_raw(service.base_url, sent)
    assert received.startswith(b"HTTP/1.1 %d " % status)
    assert f"Server: {SERVER}\r\n".encode() in received
    assert call(service.base_url, "/account", key(service)).status == 200


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nshort"])
def test_client_that_leaves_early_disturbs_nobody(service: SimulatedService, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=DEADLINE_SECONDS) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    assert call(service.base_url, "/account", key(service)).status == 200


def test_listens_on_loopback_only(service: SimulatedService) -> None:
    assert service.base_url == f"http://127.0.0.1:{service.port}"


def test_stops_at_once_with_connections_open_and_a_call_under_way() -> None:
    service = SimulatedService(simulated_accounts(NOW), clock=StandingClock(), seconds_per_call=3600)
    service.start()
    threads = set(threading.enumerate())
    kept = [connect(service.base_url) for _ in range(20)]
    for connection in kept:
        assert call_on(connection, "/account", key(service)).status == 200
    kept[0].request("GET", f"/?api_key={key(service)['api_key']}&url=https://example.com")
    serving = set(threading.enumerate()) - threads
    began = time.monotonic()
    service.stop()
    assert time.monotonic() - began < DEADLINE_SECONDS / 2
    for thread in serving:
        thread.join(DEADLINE_SECONDS)
    assert not any(thread.is_alive() for thread in serving)
    for connection in kept:
        connection.close()
    with pytest.raises(ConnectionRefusedError):
        call(service.base_url, "/account", {})


def test_stopping_twice_or_before_the_start_is_no_fault() -> None:
    service = SimulatedService(simulated_accounts(NOW))
    service.stop()
    service.start()
    service.stop()
    service.stop()


def test_port_that_is_taken_is_not_shared(service: SimulatedService) -> None:
    with pytest.raises(OSError, match="in use"):
        SimulatedService(service.accounts, port=service.port).start()


def test_port_can_be_taken_again_right_after_a_stop() -> None:
    with SimulatedService(simulated_accounts(NOW)) as first:
        call(first.base_url, "/account", {})
    with SimulatedService(simulated_accounts(NOW), port=first.port) as second:
        assert call(second.base_url, "/account", {}).status == 401


def test_refusal_reaches_a_client_that_is_still_sending(service: SimulatedService) -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY_BYTES + 1)
    assert b" 413 " in send_raw(service.base_url, head + b"x" * 900_000)
