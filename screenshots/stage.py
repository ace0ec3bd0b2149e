"""What the pictures show: a morning of polls of the simulated service, made over HTTP by a clock that is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from random import Random
from typing import TypeVar

from msgspec import structs

from screenshots.past import StageDesk
from usage_tui.core.account import Account, ApiKey, KeySource, PollPlan
from usage_tui.core.rollup import ReadSpans, folded
from usage_tui.core.view import AccountView
from usage_tui.demo.accounts import simulated_accounts
from usage_tui.demo.seed_history import SeedHistory
from usage_tui.demo.server import SimulatedService, demo_accounts
from usage_tui.services.alert_desk import NoAlerts
from usage_tui.services.connection import ClientTerms, Fetcher, ServiceConnection
from usage_tui.services.outside import Outside
from usage_tui.services.pacer import Pacer
from usage_tui.services.poller import Poller
from usage_tui.services.secrets import read_key
from usage_tui.services.timetable import timetables
from usage_tui.services.usage_api import UsageAnswer

T = TypeVar("T")
SEED = 6
NOW = datetime(2026, 11, 22, 10, 40, 24, tzinfo=UTC)
SINCE = datetime(2026, 11, 21, 23, 59, 45, tzinfo=UTC)
CLOSELY = timedelta(minutes=11)
ASLEEP = (timedelta(seconds=220), timedelta(seconds=170))
LATENCY_SECONDS = 0.038
LOOSE_SECONDS, BACKGROUND_SECONDS = 30, 15
STEADY_PORT = "8311"
WRONG_KEY = ApiKey("refused")


class StageClock:
    """A clock that stands where it is set; it is right for services and screen alike."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Tell the time in UTC."""
        return self.at

    def monotonic(self) -> float:
        """Tell the seconds since the epoch."""
        return self.at.timestamp()


@dataclass(frozen=True, slots=True)
class Views:
    """The accounts as they stand when all is well, and as they stand once the first one's key is refused."""

    well: tuple[AccountView, ...]
    refused: tuple[AccountView, ...]


@dataclass(frozen=True, slots=True)
class _SteadyFetcher:
    """Asks the service, and gives each answer the same latency: the real one differs from run to run."""

    fetcher: Fetcher

    async def fetch(self) -> UsageAnswer:
        return replace(await self.fetcher.fetch(), latency_seconds=LATENCY_SECONDS)

    async def close(self) -> None:
        await self.fetcher.close()


def look_back(name: str, question: Callable[[ReadSpans], T], /) -> T:
    """Answer a question on what would be stored of a simulated account."""
    account = next(each for each in simulated_accounts(NOW, seed=SEED) if each.name == name)
    seed = SeedHistory(account, NOW)
    minutes = list(seed.minutes())
    hours = (hour for hour in chain(seed.older_hours(), seed.newer_hours()) if hour.start_ms < minutes[0].start_ms)
    spans = [*hours, *minutes]
    return question(
        lambda begin_ms, end_ms, step_ms: folded(
            (span for span in spans if begin_ms <= span.start_ms < end_ms), step_ms
        )
    )


class _Locksmith:
    """Reads keys, until it is told to give a wrong one."""

    def __init__(self) -> None:
        self.is_wrong = False

    def read_key(self, source: KeySource) -> ApiKey:
        return WRONG_KEY if self.is_wrong else read_key(source)


async def collect(since: datetime = SINCE) -> Views:
    """Poll three accounts from `since` to `NOW`: the first one every second at the end, with a gap in it."""
    clock, simulated = StageClock(NOW), simulated_accounts(NOW, seed=SEED)
    desk = StageDesk(simulated, NOW)
    with SimulatedService(simulated, clock=clock.now) as service:
        locksmith, seen = _Locksmith(), dict[str, AccountView]()
        pollers = _pollers(demo_accounts(service), clock, locksmith, seen, desk)
        for at, names in _polls(since, list(pollers)):
            clock.at = at
            for name in names:
                await pollers[name].poll()
        clock.at = NOW
        for poller in pollers.values():
            await poller.look()
        well = _by_order(pollers, seen)
        first = next(iter(pollers.values()))
        await first.disconnect()
        locksmith.is_wrong = True
        await first.poll()
        for poller in pollers.values():
            await poller.disconnect()
    desk.close_history()
    return Views(well, tuple(_at_steady_port(view, service.port) for view in _by_order(pollers, seen)))


def _at_steady_port(view: AccountView, port: int) -> AccountView:
    """Give a view whose error names the service's port as one that is the same in every run."""
    if view.last_poll is None or view.last_poll.error is None:
        return view
    error = view.last_poll.error.replace(str(port), STEADY_PORT)
    return structs.replace(view, last_poll=structs.replace(view.last_poll, error=error))


def _by_order(pollers: dict[str, Poller], seen: dict[str, AccountView]) -> tuple[AccountView, ...]:
    return tuple(seen[name] for name in pollers)


def _pollers(
    accounts: Sequence[Account],
    clock: StageClock,
    locksmith: _Locksmith,
    seen: dict[str, AccountView],
    desk: StageDesk,
) -> dict[str, Poller]:
    """Make the pollers of the real collector; the first account is the one on the screen."""
    service = ServiceConnection(locksmith.read_key)

    async def connect(account: Account, terms: ClientTerms) -> Fetcher:
        return _SteadyFetcher(await service(account, terms))

    def keep(view: AccountView) -> None:
        seen[view.name] = view

    plan = PollPlan()
    shown = accounts[0].name
    tables = timetables([account.name for account in accounts], {shown}, plan)
    outside = Outside(connect, desk, keep, clock, NoAlerts())
    pollers = {}
    for account in accounts:
        table = tables[account.name]
        cadence = table.shown if account.name == shown else table.background
        pacer = Pacer(cadence, 0.0, Random(0))  # noqa: S311 - it spreads retries, and guards nothing
        pollers[account.name] = Poller(account, plan, UTC, timetable=table, pacer=pacer, outside=outside)
    return pollers


def _polls(since: datetime, names: Sequence[str]) -> Iterator[tuple[datetime, Sequence[str]]]:
    """Give the moments at which accounts are polled: in the last minutes as when watched, before them just the first.

    Half a minute apart is as loose as it may be for the day to count as seen.
    """
    closely_from = max(since, NOW - CLOSELY)
    for step in range(int((closely_from - since).total_seconds()) // LOOSE_SECONDS):
        yield since + timedelta(seconds=LOOSE_SECONDS * step), names[:1]
    for second in range(int((NOW - closely_from).total_seconds())):
        at = closely_from + timedelta(seconds=second)
        if ASLEEP[1] < NOW - at < ASLEEP[0]:
            continue
        yield at, names if second % BACKGROUND_SECONDS == 0 else names[:1]
