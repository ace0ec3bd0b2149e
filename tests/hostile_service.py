"""A service on loopback that misbehaves as it is told to, over real sockets.

with HostileService(says("500 Internal Server Error", b"oops"), dropped()) as service:
    …  # poll service.base_url: the first request gets the 500, every later one a closed connection
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
from collections import deque
from collections.abc import Callable
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
MEBIBYTE = 1024 * 1024
_HEAD_END = b"\r\n\r\n"
_WAIT_SECONDS = 1.0

Misdeed = Callable[[socket.socket, Event], bool]
"""Answers one request on a connection, and says whether that can be used on; the event is set when all shall end."""


def says(status: str, body: bytes, *headers: str) -> Misdeed:
    """Answer properly: a status such as `403 Forbidden`, a body, and headers such as `Location: /`."""
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""))

    def answer(connection: socket.socket, _ending: Event) -> bool:
        connection.sendall(head.encode("latin-1") + body)
        return True

    return answer


def redirects(location: str) -> Misdeed:
    """Send the client somewhere else."""
    return says("302 Found", b"", f"Location: {location}")


def gzipped(body: bytes) -> Misdeed:
    """Answer compressed, though nobody asked for it."""
    return says("200 OK", gzip.compress(body), "Content-Encoding: gzip")


def oversized(size: int = MEBIBYTE + 1) -> Misdeed:
    """Answer with JSON of `size` bytes."""
    return says("200 OK", b'{"requestCount":1,"pad":"' + b"x" * (size - 27) + b'"}')


def raw(sent: bytes) -> Misdeed:
    """Send bytes as they are, and close the connection."""

    def answer(connection: socket.socket, _ending: Event) -> bool:
        connection.sendall(sent)
        return False

    return answer


def garbage() -> Misdeed:
    """Answer with what is no HTTP."""
    return raw(b"\x00\xff\x1b]0;owned\x07 no HTTP at all\r\n\r\n")


def dropped() -> Misdeed:
    """Close the connection without an answer."""
    return raw(b"")


def reset() -> Misdeed:
    """Tear the connection down without an answer (RST)."""

    def answer(connection: socket.socket, _ending: Event) -> bool:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    return answer


def silent() -> Misdeed:
    """Keep the connection open, and never answer."""

    def answer(_connection: socket.socket, ending: Event) -> bool:
        ending.wait()
        return False

    return answer


def delayed(seconds: float, misdeed: Misdeed) -> Misdeed:
    """Wait before another misdeed."""

    def answer(connection: socket.socket, ending: Event) -> bool:
        return not ending.wait(seconds) and misdeed(connection, ending)

    return answer


def dripping(body: bytes, seconds_between: float) -> Misdeed:
    """Answer properly, but the body byte by byte."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    def answer(connection: socket.socket, ending: Event) -> bool:
        connection.sendall(head)
        for byte in body:
            if ending.wait(seconds_between):
                return False
            connection.sendall(bytes([byte]))
        return True

    return answer


class HostileService:
    """Answers each request with the next of its misdeeds; the last one stays in force."""

    def __init__(self, *misdeeds: Misdeed) -> None:
        self.heads: list[str] = []
        self._misdeeds = deque(misdeeds)
        self._lock = Lock()
        self._ending = Event()
        self._connections: dict[socket.socket, Thread] = {}
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = Thread(target=self._accept, daemon=True)

    @property
    def base_url(self) -> str:
        """Where the service is."""
        return f"http://{HOST}:{self.port}"

    def answer_with(self, *misdeeds: Misdeed) -> None:
        """Answer the requests from now on with these."""
        with self._lock:
            self._misdeeds = deque(misdeeds)

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        socket.create_connection((HOST, self.port), timeout=_WAIT_SECONDS).close()
        self._acceptor.join(_WAIT_SECONDS)
        self._listener.close()
        with self._lock:
            serving = dict(self._connections)
        for connection, thread in serving.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(_WAIT_SECONDS)

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._ending.is_set():
                connection.close()
                return
            thread = Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                self._connections[connection] = thread
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while head := _read_head(connection):
                with self._lock:
                    self.heads.append(head)
                    misdeed = self._misdeeds[0] if len(self._misdeeds) == 1 else self._misdeeds.popleft()
                if not misdeed(connection, self._ending):
                    return


def _read_head(connection: socket.socket) -> str:
    """Read a request's head, or nothing where the client has left."""
    head = b""
    while not head.endswith(_HEAD_END):
        chunk = connection.recv(65_536)
        if not chunk:
            return ""
        head += chunk
    return head.decode("latin-1")
