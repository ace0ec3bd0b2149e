"""A wait that can be ended early."""

from __future__ import annotations

import asyncio

import pytest

from tests.services.hostile_server import PATIENCE_SECONDS
from usage_tui.services.rest import Rest

pytestmark = pytest.mark.anyio
FOR_EVER_SECONDS = 1e6


async def test_an_end_that_came_before_the_wait_counts_until_it_is_forgotten() -> None:
    rest = Rest()
    rest.end()
    await asyncio.wait_for(rest.wait(FOR_EVER_SECONDS), PATIENCE_SECONDS)
    rest.forget_ends()
    waiting = asyncio.create_task(rest.wait(FOR_EVER_SECONDS))
    await asyncio.sleep(0)
    assert not waiting.done()
    rest.end()
    await asyncio.wait_for(waiting, PATIENCE_SECONDS)


async def test_a_wait_ends_by_itself() -> None:
    rest = Rest()
    await asyncio.wait_for(rest.wait(0.0), PATIENCE_SECONDS)
