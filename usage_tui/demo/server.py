"""The simulated service: real HTTP on 127.0.0.1, from threads that sleep until somebody asks."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Event, Lock, Thread, current_thread
from types import TracebackType
from typing import Self

from usage_tui.core.account import Account, KeyInConfig
from usage_tui.demo.accounts import SimulatedAccount
from usage_tui.demo.api import SimulatedApi
from usage_tui.demo.wire import Answer, RequestRefused, read_request, written

HOST = "127.0.0.1"
_IDLE_SECONDS = 120.0
_LINGER_SECONDS = 1.0
_LINGER_BYTES = 1024 * 1024
_STOP_SECONDS = 0.1
_NO_ROOM_SECONDS = 0.1
_BACKLOG = 1024


def utc_now() -> datetime:
    """Give the machine's time in UTC."""
    return datetime.now(UTC)


class SimulatedService:
    """Serves accounts from `start` to `stop`, once; a scrape call lasts `seconds_per_call`."""

    def __init__(
        self,
        accounts: Sequence[SimulatedAccount],
        *,
        clock: Callable[[], datetime] = utc_now,
        port: int = 0,
        seconds_per_call: float = 2.0,
    ) -> None:
        self.accounts = tuple(accounts)
        self.port = port
        self._stopping = Event()
        self._api = SimulatedApi(
            self.accounts, clock=clock, pause=self._stopping.wait, seconds_per_call=seconds_per_call
        )
        self._lock = Lock()
        self._connections: dict[Thread, socket.socket] = {}
        self._listening: tuple[socket.socket, Thread] | None = None

    @property
    def base_url(self) -> str:
        """Where the service is, once it has started."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> str:
        """Listen, and give the base URL.

        Raises:
            OSError: the port is taken, or not ours to take.
        """
        listener = socket.create_server((HOST, self.port), backlog=_BACKLOG)
        self.port = listener.getsockname()[1]
        acceptor = Thread(target=self._accept, args=(listener,), name="simulated-service", daemon=True)
        acceptor.start()
        self._listening = (listener, acceptor)
        return self.base_url

    def stop(self) -> None:
        """End every connection and free the port; returns within 0.3 s."""
        if self._listening is None:
            return
        listener, acceptor = self._listening
        self._listening = None
        self._stopping.set()
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, self.port), timeout=_STOP_SECONDS).close()
        acceptor.join(_STOP_SECONDS)
        listener.close()
        with self._lock:
            serving = dict(self._connections)
        for connection in serving.values():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in serving:
            thread.join(_STOP_SECONDS / len(serving))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _accept(self, listener: socket.socket) -> None:
        """Give each connection a thread of its own until the service stops."""
        while not self._stopping.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                self._stopping.wait(_NO_ROOM_SECONDS)
                continue
            thread = Thread(target=self._serve, args=(connection,), name="simulated-connection", daemon=True)
            with self._lock:
                if self._stopping.is_set():
                    connection.close()
                    return
                try:
                    thread.start()
                except RuntimeError:  # the machine has no room for a further thread
                    connection.close()
                else:
                    self._connections[thread] = connection

    def _serve(self, connection: socket.socket) -> None:
        """Answer the requests of one connection, one after the other."""
        try:
            with connection, connection.makefile("rb") as stream, contextlib.suppress(OSError):
                connection.settimeout(_IDLE_SECONDS)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while not self._stopping.is_set():
                    try:
                        request = read_request(stream)
                    except RequestRefused as refused:
                        _refuse(connection, refused.status)
                        return
                    if request is None:
                        return
                    answer = self._api.answer(request)
                    connection.sendall(written(answer, is_last=request.is_last))
                    if request.is_last:
                        return
        finally:
            with self._lock:
                del self._connections[current_thread()]


def demo_accounts(service: SimulatedService) -> tuple[Account, ...]:
    """Give the accounts of a service that has started, as the config would name them."""
    return tuple(
        Account(
            name=account.name,
            key_source=KeyInConfig(account.key),
            base_url=service.base_url,
            budget=account.budget,
        )
        for account in service.accounts
    )


def _refuse(connection: socket.socket, status: HTTPStatus) -> None:
    """Answer a request that was not read to its end, so that the rest of it does not tear the answer down."""
    connection.sendall(written(Answer(status, f"{status.phrase}.".encode()), is_last=True))
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(_LINGER_SECONDS)
    left = _LINGER_BYTES
    while left > 0 and (passed := len(connection.recv(65_536))):
        left -= passed
