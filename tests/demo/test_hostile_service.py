"""The test aid itself: it misbehaves as it is told to."""

from __future__ import annotations

import gzip
import socket
import time
from http.client import BadStatusLine, RemoteDisconnected

import pytest

from tests import hostile_service as hostile
from tests.demo.calls import DEADLINE_SECONDS, call, call_on, connect, send_raw
from tests.hostile_service import HostileService

REQUEST = b"GET /account HTTP/1.1\r\n\r\n"


def test_misdeeds_come_in_order_and_the_last_stays() -> None:
    with HostileService(hostile.says("500 Oops", b"x"), hostile.says("403 Forbidden", b"key")) as service:
        connection = connect(service.base_url)
        statuses = [call_on(connection, "/account", {"api_key": "k"}).status for _ in range(3)]
        assert statuses == [500, 403, 403]
        service.answer_with(hostile.says("200 OK", b"{}"))
        assert call_on(connection, "/account", {}).status == 200
        connection.close()
        assert service.heads[0].startswith("GET /account?api_key=k HTTP/1.1\r\n")
        assert len(service.heads) == 4


def test_each_misdeed_is_what_it_says() -> None:
    with HostileService(hostile.redirects("http://127.0.0.1:1/")) as service:
        assert call(service.base_url, "/", {}).headers["location"] == "http://127.0.0.1:1/"
        service.answer_with(hostile.gzipped(b"{}"))
        zipped = call(service.base_url, "/", {})
        assert zipped.headers["content-encoding"] == "gzip"
        assert gzip.decompress(zipped.body) == b"{}"
        service.answer_with(hostile.oversized(2000))
        large = call(service.base_url, "/", {})
        assert len(large.body) == 2000
        assert large.json()["requestCount"] == 1
        service.answer_with(hostile.dripping(b"slow", 0.001))
        assert call(service.base_url, "/", {}).body == b"slow"
        service.answer_with(hostile.delayed(0.001, hostile.says("200 OK", b"late")))
        assert call(service.base_url, "/", {}).body == b"late"
        service.answer_with(hostile.garbage())
        with pytest.raises(BadStatusLine):
            call(service.base_url, "/", {})
        service.answer_with(hostile.dropped())
        with pytest.raises(RemoteDisconnected):
            call(service.base_url, "/", {})
        service.answer_with(hostile.reset())
        with pytest.raises(ConnectionResetError):
            send_raw(service.base_url, REQUEST)


def test_ends_at_once_while_it_is_silent_and_dripping() -> None:
    began = time.monotonic()
    with HostileService(hostile.silent(), hostile.dripping(b"x" * 100, 3600)) as service:
        address = ("127.0.0.1", service.port)
        with socket.create_connection(address) as one, socket.create_connection(address) as other:
            one.sendall(REQUEST)
            other.sendall(REQUEST)
            while len(service.heads) < 2:
                assert time.monotonic() - began < DEADLINE_SECONDS
    assert time.monotonic() - began < DEADLINE_SECONDS
