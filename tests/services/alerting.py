"""Alerts under test: a channel that keeps what it is sent, and a history that alerts are kept in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from random import Random

from tests.services.collecting import KEY, Watcher, at, read_key
from tests.services.hostile_server import PATIENCE_SECONDS, HostileServer
from usage_tui.core.account import PollPlan
from usage_tui.core.alert_log import AlertBody
from usage_tui.core.errors import DeliveryFailed
from usage_tui.services.alert_book import AlertBook
from usage_tui.services.alert_keeper import AlertKeeper, AlertTerms
from usage_tui.services.channels import Channel
from usage_tui.services.clock import Clock, SystemClock
from usage_tui.services.collector import Collector
from usage_tui.services.config_schema import AlertSettings, HistorySettings, NotifySettings
from usage_tui.services.connection import ServiceConnection
from usage_tui.services.history import History
from usage_tui.services.paths import StateFolder
from usage_tui.services.shared_desk import SharedDesk

ONLY_BUDGET = AlertSettings(
    budget_used=(0.4, 0.8), run_out_probability=None, saturated=None, failure_rate=None, spend=None, key_refused=False,
    exhausted=False, stale_seconds=86_400.0,
)  # fmt: skip


@dataclass
class KeptChannel:
    """Keeps what it is sent; it fails for the first `failures` times, and waits for `gate` before it answers."""

    name: str = "kept"
    place: str = "this test"
    failures: int = 0
    is_final: bool = False
    gate: threading.Event | None = None
    bodies: list[AlertBody] = field(default_factory=list)
    tries: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def send(self, body: AlertBody) -> None:
        """Take an alert."""
        with self.changed:
            self.tries += 1
            is_failing, self.failures = self.failures > 0, self.failures - 1
            self.changed.notify_all()
        if self.gate is not None:
            self.gate.wait(PATIENCE_SECONDS)
        if is_failing:
            raise DeliveryFailed("The test refuses it.", is_final=self.is_final)
        with self.changed:
            self.bodies.append(body)
            self.changed.notify_all()

    def wait_for(self, count: int) -> list[AlertBody]:
        """Wait until so many alerts have arrived."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.bodies) >= count, PATIENCE_SECONDS), self.bodies
        return self.bodies

    def wait_for_tries(self, count: int) -> None:
        """Wait until something was tried so many times."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.tries >= count, PATIENCE_SECONDS)


@dataclass
class Alerting:
    """A collector with alerts, as a process of its own."""

    collector: Collector
    watcher: Watcher
    book: AlertBook
    keeper: AlertKeeper
    history: History


@contextmanager
def alerting(
    server: HostileServer,
    folder: StateFolder,
    channels: Sequence[Channel] = (),
    *,
    settings: AlertSettings = ONLY_BUDGET,
    plan: PollPlan,
    clock: Clock | None = None,
    zone: tzinfo = UTC,
    ring: Callable[[Sequence[AlertBody]], None] | None = None,
) -> Iterator[Alerting]:
    """Run a collector that watches one account for alerts."""
    clock = clock or SystemClock()
    history = History(folder, clock, HistorySettings())
    desk = SharedDesk(history, folder, clock, {"USAGE_TUI_TEST_KEY": KEY})
    book = AlertBook(history, desk, clock)
    book.ring = ring
    account = at(server)
    keeper = AlertKeeper(book, clock, AlertTerms(settings, (account,), zone), lambda _: channels)
    desk.keep_alerts(keeper, book.look)
    watcher = Watcher()
    collector = Collector(
        [account],
        plan,
        connect=ServiceConnection(read_key),
        publish=watcher,
        zone=zone,
        clock=clock,
        random=Random(1),  # noqa: S311 -- jitter
        desk=desk,
    )
    collector.show("production")
    collector.start()
    try:
        yield Alerting(collector, watcher, book, keeper, history)
    finally:
        collector.stop(PATIENCE_SECONDS)


def notify(**changes: object) -> NotifySettings:
    """Make settings of who is told."""
    return NotifySettings(**changes)  # type: ignore[arg-type]  # what a test varies
