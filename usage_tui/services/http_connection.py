"""One HTTP/1.1 connection over asyncio's own streams: what httpx speaks inside, without its pool and its layers.

Those take three times as long for each request, and a cancelled one can block the pool for good.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
from typing import Any

import httpcore

HAPPY_EYEBALLS_SECONDS = 0.25
_ERRNO = re.compile(r"\[Errno (\d+)\]")


async def connect(
    url: httpcore.URL, context: ssl.SSLContext | None, keepalive_seconds: float | None
) -> httpcore.AsyncHTTP11Connection:
    """Connect to the origin of a URL, over TLS where there is a context.

    Raises:
        OSError: that failed; it has the system's number and words, or the TLS library's.
    """
    host = url.host.decode("ascii")
    try:
        reader, writer = await asyncio.open_connection(
            host,
            url.origin.port,
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
        return httpcore.AsyncHTTP11Connection(url.origin, _Stream(reader, writer), keepalive_seconds)
    raise OSError(number, os.strerror(number)) if number else OSError()


class _Stream(httpcore.AsyncNetworkStream):
    """asyncio's two ends of a connection as httpcore takes them; the deadline is the asker's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 -- httpcore's
        """Read what there is."""
        return await self._reader.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 -- likewise
        """Write all of it."""
        self._writer.write(buffer)
        await self._writer.drain()

    async def aclose(self) -> None:
        """Close at once: what was asked is answered, or given up."""
        self._writer.transport.abort()
        await asyncio.sleep(0)

    def get_extra_info(self, info: str) -> Any:
        """Say whether the other side said something unasked, which is that it closes."""
        return info == "is_readable" and self._reader.at_eof()
