"""A collector under test: short intervals, real sockets, a viewer that can wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from tests.makers import an_account
from tests.services.hostile_server import PATIENCE_SECONDS, HostileServer
from usage_tui.core.account import Account, AccountState, ApiKey, KeySource, PollPlan
from usage_tui.core.view import AccountView
from usage_tui.services.clock import SystemClock
from usage_tui.services.collector import Collector
from usage_tui.services.connection import ServiceConnection
from usage_tui.services.desk import Desk, LocalDesk

KEY = "5ecret0key0of0thirty2two0letters"
RARELY = PollPlan(interval_seconds=3600.0, background_seconds=3600.0, timeout_seconds=PATIENCE_SECONDS)
OFTEN = PollPlan(interval_seconds=0.02, background_seconds=3600.0, timeout_seconds=PATIENCE_SECONDS)
STOP_SECONDS = 5.0


@dataclass
class Watcher:
    """A viewer that keeps all views, and can wait for one."""

    views: list[AccountView] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, view: AccountView) -> None:
        with self.changed:
            self.views.append(view)
            self.changed.notify_all()

    def wait_for(self, is_awaited: Callable[[AccountView], bool], *, after: int = 0) -> AccountView:
        """Give the first view of its kind, of those after the first `after`."""
        found: list[AccountView] = []

        def is_there() -> bool:
            found[:] = [view for view in self.views[after:] if is_awaited(view)][:1]
            return bool(found)

        with self.changed:
            assert self.changed.wait_for(is_there, PATIENCE_SECONDS), [view.error for view in self.views[-3:]]
        return found[0]

    def wait_for_ceiling(self, ceiling: int) -> AccountView:
        """Give the first view with a budget of so many credits."""
        return self.wait_for(lambda view: view.budget is not None and view.budget.ceiling == ceiling)

    def wait_for_state(self, state: AccountState, name: str = "production", *, after: int = 0) -> AccountView:
        """Give the first view of an account whose last poll ended in a state."""
        return self.wait_for(
            lambda view: view.name == name and view.last_poll is not None and view.last_poll.state is state, after=after
        )


def read_key(_: KeySource) -> ApiKey:
    return ApiKey(KEY)


@contextmanager
def collecting(
    accounts: Sequence[Account],
    plan: PollPlan = OFTEN,
    *,
    show: Sequence[str] = ("production",),
    key_of: Callable[[KeySource], ApiKey] = read_key,
    desk: Desk | None = None,
    publish: Callable[[AccountView], None] | None = None,
    order: Callable[[Collector], None] | None = None,
) -> Iterator[tuple[Collector, Watcher]]:
    """Run a collector, and stop it; that it stops in time is asserted every time. `order` comes before the start."""
    watcher = Watcher()
    collector = Collector(
        accounts,
        plan,
        connect=ServiceConnection(key_of),
        publish=publish or watcher,
        zone=None,
        clock=SystemClock(),
        random=Random(1),  # noqa: S311 -- jitter
        desk=desk or LocalDesk(),
    )
    collector.show(*show)
    if order is not None:
        order(collector)
    collector.start()
    try:
        yield collector, watcher
    finally:
        collector.stop(STOP_SECONDS)
        assert "usage-tui collector" not in {thread.name for thread in threading.enumerate()}


def at(server: HostileServer, name: str = "production", **changes: object) -> Account:
    return an_account(name, base_url=server.base_url, **changes)  # type: ignore[arg-type]  # what a test varies
