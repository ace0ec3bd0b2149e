"""The demo as commands see it: a stored past of its accounts for as long as they need one, and what it is not for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from usage_tui.commands.common import Common
from usage_tui.commands.complaints import complain

if TYPE_CHECKING:
    from usage_tui.commands.accounts_in_force import InForce
    from usage_tui.services.paths import StateFolder
    from usage_tui.services.report_desk import ReportDesk

FLEETING = "The demo's history is made anew each time, and removed at the end"
SIMULATED = "All of this is simulated; --demo reads and changes none of your files."


@contextmanager
def demo_past(force: InForce, *, is_whole: bool = False) -> Iterator[StateFolder]:
    """Give the folder of the demo's history, filled as much as one look needs, or whole; it is removed at the end.

    Raises:
        HistoryUnavailable: the folder cannot be made.
    """
    from usage_tui.commands.demo_history import DemoHistory  # noqa: PLC0415 - only the demo needs it

    demo = DemoHistory(force.simulated, force.config.accounts)
    try:
        if is_whole:
            demo.fill()
        else:
            demo.fill_newest()
        yield demo.folder
    finally:
        demo.remove()


def fill_with_reports(desk: ReportDesk, now: datetime | None = None, seed: int = 1) -> None:
    """Store the reports of the simulated accounts, as they stand now.

    Raises:
        HistoryUnavailable: the temporary folder does not take them.
    """
    from usage_tui.demo.accounts import simulated_accounts  # noqa: PLC0415 - only the demo needs it
    from usage_tui.demo.seed_report import report_rows  # noqa: PLC0415 - likewise
    from usage_tui.demo.server import utc_now  # noqa: PLC0415 - likewise

    at = now or utc_now()
    for account in simulated_accounts(at, seed=seed):
        desk.put(account.name, report_rows(account, at), "simulated")


def say_if_simulated(common: Common) -> None:
    """Say on stderr that what is printed is simulated, where somebody looks at it and it does not say so itself."""
    if common.is_demo and sys.stdout is not None and sys.stdout.isatty():
        complain(SIMULATED)


def refuse_demo(common: Common, why: str) -> None:
    """Refuse to do in the demo what makes no sense there.

    Raises:
        click.UsageError: the demo is asked for.
    """
    if common.is_demo:
        import click  # noqa: PLC0415 - the monitor's demo does without

        raise click.UsageError(f"{why}; leave --demo out.")
