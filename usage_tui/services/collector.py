"""Polls all accounts, in an event loop and a thread of its own, and publishes what it sees of each."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import tzinfo
from functools import partial
from random import Random

from usage_tui.core.account import Account, PollPlan
from usage_tui.core.view import AccountView, Wanted
from usage_tui.services.clock import Clock
from usage_tui.services.connection import Connect
from usage_tui.services.desk import Desk
from usage_tui.services.loop import CollectorLoop
from usage_tui.services.outside import Outside
from usage_tui.services.pacer import Pacer
from usage_tui.services.poller import Poller
from usage_tui.services.timetable import Timetable, first_delay, timetables

PAUSE_SECONDS = 1.0
GRACE_SECONDS = 0.25
CANCEL_SECONDS = 1.0
_Command = Callable[[], Awaitable[None]]
_log = logging.getLogger("usage_tui.collector")


class Collector:
    """Polls accounts from `start` to `stop`. Its methods may be called from any thread, and none of them fails.

    `publish` is called in the collector's own thread with each new view, the first before any poll; it must not block.
    """

    def __init__(
        self,
        accounts: Sequence[Account],
        plan: PollPlan,
        *,
        connect: Connect,
        publish: Callable[[AccountView], None],
        zone: tzinfo | None,
        clock: Clock,
        random: Random,
        desk: Desk,
    ) -> None:
        self._accounts = tuple(accounts)
        self._plan = plan
        self._zone = zone
        self._random = random
        self._desk = desk
        self._outside = Outside(connect, desk, publish, clock, desk.alerts)
        self._shown: frozenset[str] = frozenset()
        self._pollers: dict[str, Poller] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._commands: asyncio.Queue[_Command] = asyncio.Queue()
        self._is_paused = False
        self._is_stopping = False
        self._loop: CollectorLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to poll. To be called once."""
        self._loop = CollectorLoop()
        self._thread = threading.Thread(target=self._work, args=(self._loop,), name="usage-tui collector", daemon=True)
        self._thread.start()

    def stop(self, timeout_seconds: float) -> None:
        """End all polls and the thread; return when that is done, or the time is over."""
        if self._thread is not None:
            self._post(self._end)
            self._thread.join(timeout_seconds)

    def show(self, *names: str | None) -> None:
        """Poll these accounts, and no others, as the ones on the screen; None is no account."""
        self._post(partial(self._show, frozenset(name for name in names if name is not None)))

    def refresh(self, *names: str) -> None:
        """Poll these accounts at once, even those that are being left alone after a fault."""
        self._post(partial(self._refresh, names))

    def replan(self, accounts: Sequence[Account], plan: PollPlan, zone: tzinfo | None) -> None:
        """Take up a changed config: what did not change goes on, and keeps what it saw."""
        self._post(partial(self._replan, tuple(accounts), plan, zone))

    def pause(self) -> None:
        """Stop polling, and give all accounts up; return when no poll is in flight, or after a second."""
        is_paused = threading.Event()
        self._post(partial(self._pause, is_paused))
        if self._thread is not None:
            is_paused.wait(PAUSE_SECONDS)

    def resume(self) -> None:
        """Poll again after a pause: what is on the screen at once, the others soon."""
        self._post(self._resume)

    def _post(self, command: _Command) -> None:
        """Have a command carried out in the collector's thread, after those before it."""
        if self._loop is None:
            self._commands.put_nowait(command)
            return
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._commands.put_nowait, command)

    def _work(self, loop: CollectorLoop) -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(self._obey())

    async def _obey(self) -> None:
        """Set up all accounts, then carry out commands until told to stop."""
        self._desk.watch(self._wake)
        await _carry_out(partial(self._replan, self._accounts, self._plan, self._zone))
        while not self._is_stopping:
            await _carry_out(await self._commands.get())
        self._outside.alerts.close()
        await _carry_out(self._desk.close)

    async def _end(self) -> None:
        self._is_stopping = True
        await self._halt(list(self._tasks), GRACE_SECONDS)

    async def _pause(self, is_paused: threading.Event) -> None:
        self._is_paused = True
        await self._halt(list(self._tasks), PAUSE_SECONDS - GRACE_SECONDS)
        await self._desk.rest()
        is_paused.set()

    async def _resume(self) -> None:
        self._is_paused = False
        for index, (name, poller) in enumerate(self._pollers.items()):
            is_shown = name in self._shown
            poller.restart(0.0 if is_shown else first_delay(index, len(self._pollers), self._plan))
        self._launch()

    async def _show(self, names: frozenset[str]) -> None:
        self._shown = names
        for name, timetable in self._timetables().items():
            self._pollers[name].retime(timetable)
        self._tell_desk()

    async def _refresh(self, names: Sequence[str]) -> None:
        for name in names:
            if (poller := self._pollers.get(name)) is not None:
                self._desk.want(poller.account, Wanted(is_shown=name in self._shown, refresh_asked=True))

    async def _replan(self, accounts: Sequence[Account], plan: PollPlan, zone: tzinfo | None) -> None:
        self._accounts, self._plan, self._zone = tuple(accounts), plan, zone
        same = {
            account.name
            for account in accounts
            if account.name in self._pollers and _has_same_service(account, self._pollers[account.name].account)
        }
        await self._halt([name for name in self._tasks if name not in same], GRACE_SECONDS)
        for name, poller in self._pollers.items():
            if name not in same:
                self._desk.forget(poller.account)
        tables = self._timetables()
        new = [account for account in accounts if account.name not in same]
        made = {
            account.name: self._make_poller(account, tables[account.name], first_delay(index, len(new), plan))
            for index, account in enumerate(new)
        }
        self._pollers = {name: made.get(name) or self._pollers[name] for name in tables}
        for account in accounts:
            poller = self._pollers[account.name]
            poller.replan(account, plan, zone)
            poller.retime(tables[account.name])
            poller.publish()
        self._tell_desk()
        self._launch()

    def _make_poller(self, account: Account, timetable: Timetable, delay_seconds: float) -> Poller:
        first_due = self._outside.clock.monotonic() + delay_seconds
        pacer = Pacer(timetable.background, first_due, self._random)
        return Poller(account, self._plan, self._zone, timetable=timetable, pacer=pacer, outside=self._outside)

    def _timetables(self) -> dict[str, Timetable]:
        return timetables([account.name for account in self._accounts], self._shown, self._plan)

    def _tell_desk(self) -> None:
        for name, poller in self._pollers.items():
            self._desk.want(poller.account, Wanted(is_shown=name in self._shown))

    def _launch(self) -> None:
        """Run all pollers that do not run, unless paused."""
        if self._is_paused:
            return
        for name, poller in self._pollers.items():
            if name not in self._tasks:
                self._tasks[name] = poller.start()

    async def _halt(self, names: Sequence[str], grace_seconds: float) -> None:
        """End these pollers' tasks; a poll that is in flight after the grace is cut off."""
        tasks = [self._tasks.pop(name) for name in names]
        if not tasks:
            return
        for name in names:
            self._pollers[name].finish()
        _, late = await asyncio.wait(tasks, timeout=grace_seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=CANCEL_SECONDS)

    def _wake(self, name: str) -> None:
        """Have an account's poller look at what is wanted; for the desk, from whichever thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._wake_poller, name)

    def _wake_poller(self, name: str) -> None:
        if (poller := self._pollers.get(name)) is not None:
            poller.wake()


async def _carry_out(command: _Command) -> None:
    """Do what was asked; a failure is logged by its type alone, for its text and its frames may hold a key."""
    try:
        await command()
    except Exception as error:  # noqa: BLE001 -- the collector never dies
        failed = type(error).__name__
    else:
        return
    _log.error("a command to the collector failed (%s)", failed)


def _has_same_service(one: Account, other: Account) -> bool:
    """Whether what was seen of one account is true of the other as well: the same key at the same place."""
    return (one.key_source, one.base_url, one.allow_insecure) == (
        other.key_source,
        other.base_url,
        other.allow_insecure,
    )
