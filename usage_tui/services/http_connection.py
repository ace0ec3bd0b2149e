"""One HTTP/1.1 connection: h11, which httpx speaks inside, right above asyncio, without the layers around it.

Those take three times as long for each request, and a cancelled one can block httpx's pool for good.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
import time
from functools import partial
from math import inf
from typing import cast

import h11

HAPPY_EYEBALLS_SECONDS = 0.25
LARGEST_HEAD_BYTES = 100 * 1024
_READ_BYTES = 4096
_ERRNO = re.compile(r"\[Errno (\d+)\]")


async def connect(
    host: str, port: int, context: ssl.SSLContext | None, keepalive_seconds: float | None
) -> HttpConnection:
    """Connect to a port of a host, over TLS where there is a context.

    Raises:
        OSError: that failed; it has the system's number and words, or the TLS library's.
    """
    try:
        _, connection = await asyncio.get_running_loop().create_connection(
            partial(HttpConnection, keepalive_seconds),
            host,
            port,
            ssl=context,
            server_hostname=host if context else None,
            happy_eyeballs_delay=HAPPY_EYEBALLS_SECONDS,
        )
    except (ssl.SSLError, socket.gaierror):
        raise
    except asyncio.CancelledError:
        await asyncio.sleep(0)  # a handshake that is cut off is closed a turn later
        raise
    except OSError as error:
        number = error.errno or next((int(found) for found in _ERRNO.findall(str(error))), None)
    else:
        return connection
    raise OSError(number, os.strerror(number)) if number else OSError()


class HttpConnection(asyncio.BufferedProtocol):
    """Asks one question after the other; the deadline is the asker's, and so is to close it after a fault.

    It is kept for `keepalive_seconds` after an answer; None is without an end. What comes unasked spoils it, for it
    would pass for the next answer.
    """

    def __init__(self, keepalive_seconds: float | None) -> None:
        self.has_heard = False
        self._keepalive_seconds = keepalive_seconds
        self._expires_at = inf
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LARGEST_HEAD_BYTES)
        self._room = memoryview(bytearray(_READ_BYTES))
        self._news = asyncio.Event()
        self._is_over = False
        self._fault: Exception | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast(asyncio.Transport, transport)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - the base's own signature
        """Give room for what comes next: little, so that no head is far beyond its bound when it is looked at."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Take in what came; where nothing was asked, it is the last."""
        self.has_heard = True
        self._http.receive_data(bytes(self._room[:nbytes]))
        self._news.set()
        if self._http.our_state is h11.IDLE:
            self._transport.abort()

    def eof_received(self) -> None:
        """The service says no more."""
        self.connection_lost(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection ended, or with an exception, broke."""
        self._is_over = True
        self._fault = self._fault or exc
        self._news.set()

    @property
    def is_ready(self) -> bool:
        """Whether it takes a question: the last answer was read, not too long ago, and nothing came after it."""
        is_idle = self._http.states == {h11.CLIENT: h11.IDLE, h11.SERVER: h11.IDLE}
        is_silent = not self._is_over and not self._http.trailing_data[0]
        return is_idle and is_silent and time.monotonic() <= self._expires_at

    async def ask(self, *question: h11.Request | h11.Data) -> h11.Response:
        """Send a question, its head and what body it has, and read the head of the answer.

        `has_heard` says from then on whether anything of that came.

        Raises:
            h11.RemoteProtocolError: what came is no HTTP.
            OSError: the connection broke; ConnectionError, without a number: the service closed it.
        """
        self.has_heard = False
        self._transport.write(b"".join(self._http.send(event) or b"" for event in (*question, h11.EndOfMessage())))
        while not isinstance(head := await self._next_event(), h11.Response):
            continue
        return head

    async def next_part(self) -> bytes:
        """Read what comes next of the answer's body; nothing at its end.

        Raises:
            h11.RemoteProtocolError, OSError: as `ask`.
        """
        event = await self._next_event()
        if isinstance(event, h11.Data):
            return bytes(event.data)
        if self._http.states == {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
            self._http.start_next_cycle()
            self._expires_at = inf if self._keepalive_seconds is None else time.monotonic() + self._keepalive_seconds
        else:
            await self.close()
        return b""

    async def close(self) -> None:
        """Close at once: what was asked is answered, or given up."""
        self._transport.abort()
        await asyncio.sleep(0)

    async def _next_event(self) -> object:
        """Wait for what h11 makes an event of."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._is_over:
                return self._last_event()
            self._news.clear()
            await self._news.wait()
        return event

    def _last_event(self) -> object:
        """Give the end of an answer that lasts until the service closes; any other broke off."""
        if self._fault is not None:
            raise self._fault
        self._http.receive_data(b"")
        try:
            return self._http.next_event()
        except h11.RemoteProtocolError:
            raise ConnectionError from None
