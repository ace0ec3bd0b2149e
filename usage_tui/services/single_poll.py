"""One look at each account, for commands that end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import tzinfo
from random import Random

from usage_tui.core.account import Account, PollPlan
from usage_tui.core.view import AccountView
from usage_tui.services.alert_desk import AlertDesk, NoAlerts
from usage_tui.services.clock import Clock
from usage_tui.services.connection import Connect
from usage_tui.services.desk import Desk
from usage_tui.services.loop import CollectorLoop
from usage_tui.services.outside import Outside
from usage_tui.services.pacer import Pacer
from usage_tui.services.poller import Poller
from usage_tui.services.timetable import timetables

MOST_AT_ONCE = 50


def poll_once(
    accounts: Sequence[Account],
    plan: PollPlan,
    *,
    connect: Connect,
    zone: tzinfo | None,
    clock: Clock,
    desk: Desk,
    within_seconds: float,
    alerts: AlertDesk | None = None,
) -> list[AccountView]:
    """Look at each account once, all at the same time, and give their views in the same order.

    What a running collector saw a moment ago is taken as it is; the others are polled.
    Alerts are looked at only where their desk is given.
    It takes no longer than `within_seconds`; an account that has not answered by then says so in its view.
    """
    seen: dict[str, AccountView] = {}

    def keep(view: AccountView) -> None:
        seen[view.name] = view

    outside = Outside(connect, desk, keep, clock, alerts or NoAlerts())
    with asyncio.Runner(loop_factory=CollectorLoop) as runner:
        runner.run(_poll_all(accounts, plan, zone, outside, within_seconds))
    return [seen[account.name] for account in accounts]


async def _poll_all(
    accounts: Sequence[Account], plan: PollPlan, zone: tzinfo | None, outside: Outside, within_seconds: float
) -> None:
    outside.desk.watch(lambda _: None)
    tables = timetables([account.name for account in accounts], (), plan)
    pollers = [
        Poller(
            account,
            plan,
            zone,
            timetable=tables[account.name],
            pacer=Pacer(tables[account.name].shown, 0.0, Random(0)),  # noqa: S311 -- nothing is drawn for one poll
            outside=outside,
        )
        for account in accounts
    ]
    turns = asyncio.Semaphore(MOST_AT_ONCE)
    tasks = {asyncio.create_task(_take_turn(turns, poller)): poller for poller in pollers}
    _, late = await asyncio.wait(tasks, timeout=within_seconds) if tasks else (None, set())
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for task in late:
        await tasks[task].give_up(within_seconds)
    await asyncio.gather(*(poller.disconnect() for poller in pollers))
    outside.alerts.close()
    await outside.desk.close()


async def _take_turn(turns: asyncio.Semaphore, poller: Poller) -> None:
    async with turns:
        await poller.look()
