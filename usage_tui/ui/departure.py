"""How a signal ends the monitor."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any

FORCED_AFTER_SECONDS = 1.5


class Departure:
    """Ends the monitor on a signal with 128 + n: in order where its loop still answers, by force where not.

    A loop that stands still, in a system call or in an editor that has the terminal, calls no handler of its own.
    `ask_to_exit` is called in the signal's handler with the exit code; `give_back` in a thread, before an end by force.
    """

    SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)

    def __init__(self, ask_to_exit: Callable[[int], None], give_back: Callable[[], None]) -> None:
        self._ask_to_exit = ask_to_exit
        self._give_back = give_back
        self._arrived: SimpleQueue[int | None] = SimpleQueue()
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Departure:
        threading.Thread(target=self._see_it_through, name="usage-tui departure", daemon=True).start()
        self._previous = {number: signal.signal(number, self._leave) for number in self.SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, previous in self._previous.items():
            signal.signal(number, previous)
        self._arrived.put(None)

    def _leave(self, number: int, _frame: FrameType | None) -> None:
        """Ask for the end; only what may be interrupted by itself may be called here."""
        self._arrived.put(number)
        self._ask_to_exit(128 + number)

    def _see_it_through(self) -> None:
        """Wait for a signal, then for the end; where that does not come, make it."""
        number = self._arrived.get()
        deadline = time.monotonic() + FORCED_AFTER_SECONDS
        newer = number
        while newer is not None:
            try:
                newer = self._arrived.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                self._give_back()
                os._exit(128 + (number or 0))
