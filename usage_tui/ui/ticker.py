"""When the screen is looked at anew although nothing arrived: ages and the clock go on."""

from __future__ import annotations

from asyncio import TimerHandle
from collections.abc import Callable
from datetime import datetime

TICK_SECONDS = 1.0
TICKS_AT = 0.5  # of a second: polls are made at its start, and what they bring is shown without a tick
LATELY_SECONDS = 0.9


class Ticker:
    """Calls for a tick once a second; while it is put off all the time, never. `call_later` is an event loop's."""

    def __init__(
        self,
        now: Callable[[], datetime],
        tick: Callable[[], object],
        call_later: Callable[[float, Callable[[], object]], TimerHandle],
    ) -> None:
        self._now = now
        self._tick = tick
        self._call_later = call_later
        self._next: TimerHandle | None = None

    def put_off(self) -> None:
        """Have the next tick come only when nothing was shown lately."""
        if self._next is not None:
            self._next.cancel()
        until_tick = (TICKS_AT - LATELY_SECONDS - self._now().timestamp()) % TICK_SECONDS
        self._next = self._call_later(LATELY_SECONDS + until_tick, self._tick)
