"""One HTTP/1.1 connection over asyncio's own streams: h11, which httpx speaks inside, without the layers around it.

Those take three times as long for each request, and a cancelled one can block httpx's pool for good.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
import time
from math import inf

import h11

HAPPY_EYEBALLS_SECONDS = 0.25
LARGEST_HEAD_BYTES = 100 * 1024
_READ_BYTES = 64 * 1024
_ERRNO = re.compile(r"\[Errno (\d+)\]")


async def connect(
    host: str, port: int, context: ssl.SSLContext | None, keepalive_seconds: float | None
) -> HttpConnection:
    """Connect to a port of a host, over TLS where there is a context.

    Raises:
        OSError: that failed; it has the system's number and words, or the TLS library's.
    """
    try:
        reader, writer = await asyncio.open_connection(
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
        return HttpConnection(reader, writer, keepalive_seconds)
    raise OSError(number, os.strerror(number)) if number else OSError()


class HttpConnection:
    """Asks one question after the other; the deadline is the asker's, and so is to close it after a fault.

    It is kept for `keepalive_seconds` after an answer; None is without an end.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, keepalive_seconds: float | None
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._keepalive_seconds = keepalive_seconds
        self._expires_at = inf
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=LARGEST_HEAD_BYTES)

    @property
    def is_ready(self) -> bool:
        """Whether it takes a question: the last answer was read, not too long ago, and the service did not close."""
        is_idle = self._protocol.states == {h11.CLIENT: h11.IDLE, h11.SERVER: h11.IDLE}
        return is_idle and time.monotonic() <= self._expires_at and not self._reader.at_eof()

    async def ask(self, request: h11.Request) -> h11.Response:
        """Send a question that has no body, and read the head of the answer.

        Raises:
            h11.RemoteProtocolError: what came is no HTTP, or the service closed.
            OSError: the connection broke.
        """
        for event in (request, h11.EndOfMessage()):
            self._writer.write(self._protocol.send(event) or b"")
        await self._writer.drain()
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
        if self._protocol.states == {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
            self._protocol.start_next_cycle()
            self._expires_at = inf if self._keepalive_seconds is None else time.monotonic() + self._keepalive_seconds
        else:
            await self.close()
        return b""

    async def close(self) -> None:
        """Close at once: what was asked is answered, or given up."""
        self._writer.transport.abort()
        await asyncio.sleep(0)

    async def _next_event(self) -> object:
        """Read up to what h11 makes an event of."""
        while (event := self._protocol.next_event()) is h11.NEED_DATA:
            received = await self._reader.read(_READ_BYTES)
            if not received and self._protocol.their_state is h11.SEND_RESPONSE:
                raise h11.RemoteProtocolError("disconnected before an answer")
            self._protocol.receive_data(received)
        return event
