"""A wait that can be ended early."""

from __future__ import annotations

import asyncio


class Rest:
    """Lets one task wait for some time or until the end is called, also where that came first; on one event loop."""

    def __init__(self) -> None:
        self._waiter: asyncio.Future[None] | None = None
        self._is_ended = False

    def end(self) -> None:
        """End the wait that goes on, or else the next one at once."""
        self._is_ended = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def forget_ends(self) -> None:
        """Let the next wait last, whatever was called before."""
        self._is_ended = False

    async def wait(self, seconds: float) -> None:
        """Wait; not at all where the end was called already."""
        if self._is_ended:
            return
        self._waiter = waiter = asyncio.get_running_loop().create_future()
        timer = asyncio.get_running_loop().call_later(seconds, self.end)
        try:
            await waiter
        finally:
            timer.cancel()
            self._waiter = None
