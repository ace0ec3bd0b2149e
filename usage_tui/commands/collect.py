"""`usage-tui collect`: the collector without a screen, for a service manager."""

from __future__ import annotations

import os
import time
from random import Random
from typing import NoReturn

import click

from usage_tui.commands.accounts_in_force import InForce, accounts_in_force
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import complain
from usage_tui.commands.config_following import changed_config, take_up
from usage_tui.commands.desk_in_force import KeptHistory, pausing_when_stopped
from usage_tui.commands.options import common_options, pass_common
from usage_tui.core.view import AccountView
from usage_tui.services.clock import SystemClock
from usage_tui.services.collector import Collector
from usage_tui.services.config_watch import ConfigWatch
from usage_tui.services.connection import ServiceConnection
from usage_tui.services.desk import LocalDesk
from usage_tui.services.secrets import read_key

LOOK_SECONDS = 2.0
STOP_SECONDS = 3.0


@click.command()
@common_options
@pass_common
def collect(common: Common) -> NoReturn:
    """Poll the accounts and store what they say, until stopped; SIGTERM ends it with 0.

    Monitors and other commands on this machine follow it, and ask the service nothing. All accounts are polled: the one
    named with --account, and those that a monitor shows, every `interval_seconds`, the others every
    `background_seconds`. What goes wrong is said on stderr.

    \b
    Examples:
      usage-tui collect
      usage-tui collect --account production
    """
    clock = SystemClock()
    changes = None if common.is_demo else ConfigWatch(common.config, os.environ, clock)
    with accounts_in_force(common, load=changes.load if changes else None) as force:
        kept = None if common.is_demo else KeptHistory(force.config)
        faults = FaultLog()
        collector = Collector(
            force.config.accounts,
            force.config.plan,
            connect=ServiceConnection(read_key),
            publish=faults.take,
            zone=force.config.zone,
            clock=clock,
            random=Random(),  # noqa: S311 - spreads polls, guards nothing
            desk=kept.desk if kept else LocalDesk(),
        )
        _show(collector, force, common.account)
        collector.start()
        try:
            with pausing_when_stopped(collector):
                while True:
                    time.sleep(LOOK_SECONDS)
                    if changes and (changed := changed_config(changes, common.account, complain)):
                        take_up(changed.config, changed.config.accounts, collector, kept)
                        _show(collector, changed, common.account)
        finally:
            collector.stop(STOP_SECONDS)


class FaultLog:
    """Says on stderr what goes wrong with an account when it begins to, and when it is over."""

    def __init__(self) -> None:
        self._faults: dict[str, str] = {}

    def take(self, view: AccountView) -> None:
        """Take in a newer view of an account."""
        fault = view.error or view.standing.remark
        if fault == self._faults.get(view.name):
            return
        if fault is None:
            del self._faults[view.name]
            complain(f"{view.name}: all right again.")
        else:
            self._faults[view.name] = fault
            complain(f"{view.name}: {fault}")


def _show(collector: Collector, force: InForce, name: str | None) -> None:
    """Have the account that was named polled as the one on the screen; all others are polled as those behind it."""
    collector.show(force.accounts[0].name if name is not None else None)
