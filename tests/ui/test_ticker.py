"""Ticks come where nothing was shown lately, at the middle of a second, and one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.makers import NOW
from usage_tui.ui.ticker import Ticker

pytestmark = pytest.mark.anyio


class Loop:
    """Notes what is to be called, and when."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.handles: list[asyncio.TimerHandle] = []

    def call_later(self, delay: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        self.delays.append(delay)
        self.handles.append(asyncio.TimerHandle(0.0, callback, (), asyncio.get_running_loop()))
        return self.handles[-1]


@pytest.mark.parametrize(("shown_at", "tick_at"), [(0.0, 1.5), (0.5, 1.5), (0.6, 1.5), (0.61, 2.5), (0.9, 2.5)])
async def test_tick_comes_at_the_middle_of_a_second_when_nothing_was_shown_for_most_of_one(
    shown_at: float, tick_at: float
) -> None:
    loop = Loop()
    Ticker(lambda: datetime.fromtimestamp(1_000 + shown_at, UTC), lambda: None, loop.call_later).put_off()
    assert loop.delays == [pytest.approx(tick_at - shown_at)]


async def test_ticks_that_are_put_off_are_one() -> None:
    loop = Loop()
    ticker = Ticker(lambda: NOW, lambda: None, loop.call_later)
    for _ in range(3):
        ticker.put_off()
    assert [handle.cancelled() for handle in loop.handles] == [True, True, False]
