"""A server on loopback that answers as it is told to, however badly."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

FIXTURES = Path(__file__).parent.parent / "fixtures"
FREE = (FIXTURES / "account_free.json").read_bytes()
HOBBY = (FIXTURES / "account_hobby.json").read_bytes()
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came; `connection` counts the connections, the first is 1."""

    connection: int
    target: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    @property
    def key(self) -> str | None:
        """The API key that it brought."""
        return parse_qs(urlsplit(self.target).query).get("api_key", [None])[0]


@dataclass(frozen=True, slots=True)
class Line:
    """The way back to who asked; `released` is set when the server is closed, or told to let go."""

    socket: socket.socket
    released: threading.Event

    def send(self, content: bytes) -> None:
        """Send, unless the other side is gone."""
        self.socket.sendall(content)


Answer = Callable[[Line], bool]
"""Answers one request; gives whether the connection is kept."""


def answer(
    body: bytes | str | object = FREE,
    *,
    status: int = 200,
    reason: str = "OK",
    headers: Sequence[tuple[str, str]] = (),
) -> Answer:
    """Answer properly; what is neither bytes nor text is sent as JSON."""
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    head = "".join(f"{name}: {text}\r\n" for name, text in (*headers, ("Content-Length", str(len(content)))))

    def send(line: Line) -> bool:
        line.send(f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode("latin-1") + content)
        return True

    return send


def then_close(inner: Answer) -> Answer:
    """Answer, then close without having said so."""

    def send(line: Line) -> bool:
        inner(line)
        return False

    return send


def raw(content: bytes = b"") -> Answer:
    """Send just these bytes, then close."""

    def send(line: Line) -> bool:
        line.send(content)
        return False

    return send


def kept(content: bytes) -> Answer:
    """Send just these bytes, and keep the connection."""

    def send(line: Line) -> bool:
        line.send(content)
        return True

    return send


def hang(content: bytes = b"") -> Answer:
    """Send these bytes, then nothing, with the connection open until released."""

    def send(line: Line) -> bool:
        line.send(content)
        line.released.wait(PATIENCE_SECONDS)
        return False

    return send


def drip(content: bytes, every_seconds: float) -> Answer:
    """Send a byte at a time, for as long as somebody listens."""

    def send(line: Line) -> bool:
        for index in range(len(content)):
            line.send(content[index : index + 1])
            if line.released.wait(every_seconds):
                return False
        return False

    return send


def endless(head: bytes, chunk: bytes) -> Answer:
    """Send a head, then the same chunk until nobody listens."""

    def send(line: Line) -> bool:
        line.send(head)
        while not line.released.is_set():
            line.send(chunk)
        return False

    return send


def held(inner: Answer, arrived: threading.Event, go: threading.Event) -> Answer:
    """Say that the request arrived, then wait for leave to answer it."""

    def send(line: Line) -> bool:
        arrived.set()
        go.wait(PATIENCE_SECONDS)
        return inner(line)

    return send


@dataclass
class HostileServer:
    """Serves a script of answers, the last one again and again; a context manager.

    With `tls` the connections are encrypted. Requests are counted as they come in.
    """

    script: Sequence[Answer] = field(default_factory=lambda: [answer()])
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        self.requests: list[Seen] = []
        self.in_flight = self.most_in_flight = self.connections = 0
        self._released = threading.Event()
        self._changed = threading.Condition()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.listen(0)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def base_url(self) -> str:
        """Where it is served."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def listen(self, port: int) -> None:
        """Open the door, on a port of the system's choice where it is 0."""
        self._released.clear()
        self._door = socket.create_server(("127.0.0.1", port))
        self.port: int = self._door.getsockname()[1]
        self._start(self._welcome, self._door)

    def close(self) -> None:
        """Close the door and cut all connections."""
        self._released.set()
        with self._changed:
            sockets = [self._door, *self._sockets]
        for each in sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
        self._threads.clear()

    def wait_for(self, count: int) -> None:
        """Wait until so many requests came."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.requests) >= count, PATIENCE_SECONDS), "too few requests"

    def _start(self, work: Callable[[socket.socket], None], of: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(of,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _welcome(self, door: socket.socket) -> None:
        with door:
            while True:
                try:
                    caller, _ = door.accept()
                except OSError:
                    return
                if self._released.is_set():
                    caller.close()
                    return
                if self.tls is not None:
                    caller = self.tls.wrap_socket(caller, server_side=True, do_handshake_on_connect=False)
                with self._changed:
                    self._sockets.add(caller)
                self._start(self._serve, caller)

    def _serve(self, caller: socket.socket) -> None:
        try:
            if isinstance(caller, ssl.SSLSocket):
                caller.do_handshake()
            with self._changed:
                self.connections += 1
                number = self.connections
            with caller.makefile("rb") as asked:
                while self._serve_one(number, Line(caller, self._released), asked.readline):
                    pass
        except OSError:
            return
        finally:
            with self._changed:
                self._sockets.discard(caller)
            caller.close()

    def _serve_one(self, number: int, line: Line, readline: Callable[[], bytes]) -> bool:
        method, _, target = readline().decode("latin-1").partition(" ")
        if method != "GET":  # the other side is gone, or speaks TLS: any bytes
            return False
        headers = {}
        while (header := readline().strip()) != b"":
            name, _, text = header.decode("latin-1").partition(": ")
            headers[name.lower()] = text
        with self._changed:
            self.requests.append(Seen(number, target.split(" ")[0], headers))
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            act = self.script[min(len(self.requests), len(self.script)) - 1]
            self._changed.notify_all()
        try:
            return act(line)
        finally:
            with self._changed:
                self.in_flight -= 1
