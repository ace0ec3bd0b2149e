"""Asks the service what URLs would cost, one after the other over one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from usage_tui.core.account import Account, PollPlan
from usage_tui.core.errors import KeyRefused, ServiceError
from usage_tui.core.estimate import Price
from usage_tui.core.prices import price
from usage_tui.services.connection import ClientTerms, ServiceConnection
from usage_tui.services.loop import CollectorLoop

KEEPALIVE_SECONDS = 30.0
MOST_REFUSALS = 3


def ask_prices(
    account: Account,
    urls: Sequence[str],
    parameters: Mapping[str, str],
    plan: PollPlan,
    connect: ServiceConnection,
) -> list[Price]:
    """Give the price of a request for each URL; the usual one where the service does not say.

    Where it did not say three times in a row, it is not asked again.

    Raises:
        KeyRefused: the service refused the key.
        KeyUnavailable: the key cannot be read.
        ConfigError: the account cannot be asked.
    """
    with asyncio.Runner(loop_factory=CollectorLoop) as runner:
        return runner.run(_ask(account, urls, parameters, plan, connect))


async def _ask(
    account: Account,
    urls: Sequence[str],
    parameters: Mapping[str, str],
    plan: PollPlan,
    connect: ServiceConnection,
) -> list[Price]:
    service = await connect(account, ClientTerms(plan.timeout_seconds, KEEPALIVE_SECONDS))
    prices: list[Price] = []
    refusals = 0
    try:
        for url in urls:
            said: int | None = None
            if refusals < MOST_REFUSALS:
                try:
                    said = await service.cost_of(url, parameters)
                except KeyRefused:
                    raise
                except ServiceError:
                    refusals += 1
                else:
                    refusals = 0
            prices.append(Price(price(url, parameters), is_documented=True) if said is None else Price(said))
    finally:
        await service.close()
    return prices
