"""The collector's event loop, and blocking calls that can hang without taking it, or the program's end, with them."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
_log = logging.getLogger("usage_tui.collector")


class DaemonCalls:
    """Blocking calls, each in a daemon thread of its own, at most one at a time for each subject.

    Whoever asks while one is running shares its outcome, so that one which never ends costs one thread. To be used
    from one event loop.
    """

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Future[Any]] = {}

    async def call(self, subject: Hashable, work: Callable[[], T]) -> T:
        """Give what `work` returns, or raise what it raises; the caller may stop waiting, the call goes on."""
        outcome: asyncio.Future[T] | None = self._running.get(subject)
        if outcome is None:
            outcome = asyncio.get_running_loop().create_future()
            outcome.add_done_callback(lambda _: self._running.pop(subject))
            self._running[subject] = outcome
            threading.Thread(target=_settle, args=(outcome, work), name="usage-tui call", daemon=True).start()
        return await asyncio.shield(outcome)


def _settle(outcome: asyncio.Future[T], work: Callable[[], T]) -> None:
    """Do the work in this thread, and hand its outcome to the loop that waits for it, if that still runs."""
    settle: Callable[[], None]
    try:
        settle = partial(outcome.set_result, work())
    except Exception as error:  # noqa: BLE001 -- whatever it is, it belongs to the caller
        settle = partial(outcome.set_exception, error)
    try:
        outcome.get_loop().call_soon_threadsafe(settle)
    except RuntimeError:
        return  # the loop has ended meanwhile


class CollectorLoop(asyncio.SelectorEventLoop):
    """An event loop whose name look-ups hang alone: asyncio's own share an executor that waits for them at the end.

    What goes wrong unseen is logged without tracebacks.
    """

    def __init__(self) -> None:
        super().__init__()
        self._look_ups = DaemonCalls()
        self.set_exception_handler(_log_fault)

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 -- asyncio's own name
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        """Look a name up in a thread of its own."""
        look_up = partial(socket.getaddrinfo, host, port, family, type, proto, flags)
        return await self._look_ups.call((host, port, family, type, proto, flags), look_up)


def _log_fault(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what nobody caught by its type alone, for its text and its frames may hold a key."""
    _log.error("%s (%s)", context["message"], type(context.get("exception")).__name__)
