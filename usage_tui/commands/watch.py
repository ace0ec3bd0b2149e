"""`usage-tui watch`: a line for each new sample, until interrupted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from queue import Empty, Full, Queue
from random import Random
from typing import NoReturn

import click

from usage_tui.commands.accounts_in_force import accounts_in_force
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import complain
from usage_tui.commands.config_following import changed_config, take_up
from usage_tui.commands.desk_in_force import KeptHistory, pausing_when_stopped
from usage_tui.commands.options import common_options, pass_common
from usage_tui.commands.printing import Printer
from usage_tui.core.account import Account
from usage_tui.core.snapshot import Sample
from usage_tui.core.status import sample_report
from usage_tui.core.status_table import sample_line
from usage_tui.core.view import AccountView
from usage_tui.services.clock import SystemClock
from usage_tui.services.collector import Collector
from usage_tui.services.config_watch import ConfigWatch
from usage_tui.services.connection import ServiceConnection
from usage_tui.services.desk import LocalDesk
from usage_tui.services.secrets import read_key

LOOK_SECONDS = 1.0
STOP_SECONDS = 2.0
MOST_UNREAD = 10_000


@click.command()
@click.option("--json", "is_json", is_flag=True, help="Print JSON Lines (schema usage-tui/sample/1).")
@common_options
@pass_common
def watch(common: Common, *, is_json: bool) -> NoReturn:
    """Print a line for each new sample, until interrupted.

    One account, the only one or the one named with --account, is polled every `interval_seconds`; several are polled
    every `background_seconds`. What goes wrong is said on stderr.

    \b
    Examples:
      usage-tui watch
      usage-tui watch --account production --json | jq --unbuffered .concurrency.in_use
    """
    clock = SystemClock()
    changes = None if common.is_demo else ConfigWatch(common.config, os.environ, clock)
    with accounts_in_force(common, load=changes.load if changes else None) as force:
        unread: Queue[AccountView] = Queue(MOST_UNREAD)
        kept = None if common.is_demo else KeptHistory(force.config)
        collector = Collector(
            force.accounts,
            force.config.plan,
            connect=ServiceConnection(read_key),
            publish=lambda view: _put(unread, view),
            zone=force.config.zone,
            clock=clock,
            random=Random(),  # noqa: S311 - spreads polls, guards nothing
            desk=kept.desk if kept else LocalDesk(),
        )
        _show(collector, force.accounts)
        collector.start()
        log = SampleLog(Printer(), force.config.zone, is_json=is_json, since=datetime.now(UTC))
        try:
            with pausing_when_stopped(collector):
                while True:
                    with suppress(Empty):
                        log.take(unread.get(timeout=LOOK_SECONDS), datetime.now(UTC))
                    if changes and (changed := changed_config(changes, common.account, complain)):
                        take_up(changed.config, changed.accounts, collector, kept)
                        _show(collector, changed.accounts)
                        log.zone = changed.config.zone
        finally:
            collector.stop(STOP_SECONDS)


class SampleLog:
    """Prints each account's samples made `since` a moment, and what goes wrong when it begins to."""

    def __init__(self, printer: Printer, zone: tzinfo | None, *, is_json: bool, since: datetime) -> None:
        self.zone = zone
        self._since = since
        self._printer = printer
        self._is_json = is_json
        self._samples: dict[str, Sample] = {}
        self._errors: dict[str, str] = {}

    def take(self, view: AccountView, now: datetime) -> None:
        """Take in a newer view of an account."""
        error = view.error or view.standing.remark
        if error is None:
            self._errors.pop(view.name, None)
        elif error != self._errors.get(view.name):
            self._errors[view.name] = error
            complain(f"{view.name}: {error}")
        if view.sample is None or view.sample.at < self._since or view.sample == self._samples.get(view.name):
            return
        self._samples[view.name] = view.sample
        if self._is_json:
            self._printer.json(sample_report(view, now), is_one_line=True)
        else:
            self._printer.line(sample_line(view, now, self.zone))


def _put(unread: Queue[AccountView], view: AccountView) -> None:
    """Hand a view over; where nobody has read for hours, it is dropped, not kept without bound."""
    try:
        unread.put_nowait(view)
    except Full:
        return


def _show(collector: Collector, accounts: Sequence[Account]) -> None:
    """Have a single account polled as the one on the screen, and several as those behind it."""
    collector.show(accounts[0].name if len(accounts) == 1 else None)
