"""`usage-tui history`: the stored samples, exported, imported and pruned."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from usage_tui.commands.common import Common
from usage_tui.commands.demo_past import FLEETING, refuse_demo, say_if_simulated
from usage_tui.commands.exits import emit
from usage_tui.commands.options import common_options, pass_common
from usage_tui.commands.time_option import read_moment


@click.group()
@common_options
def history() -> None:
    """Export, import or prune the stored samples."""


@history.command("export", short_help="Write stored samples as CSV or JSON.")
@click.option(
    "--since",
    callback=read_moment,
    metavar="T",
    help="Begin here: an ISO 8601 time (UTC), or so long ago: 90m, 7d.",
)
@click.option("--until", callback=read_moment, metavar="T", help="End before this time.")
@click.option("--step", type=click.Choice(["15s", "1m", "5m", "1h", "1d"]), help="Write a row for each step of time.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@common_options
@pass_common
def export_history(
    common: Common, *, since: datetime | None, until: datetime | None, step: str | None, form: str
) -> None:
    """Write stored samples to stdout, one account after the other; times are UTC.

    Samples are kept for days, minutes for months and hours for ever: what lies further back needs a --step, of 1h in
    the end. A step holds minimum, mean and maximum of the requests in flight, the counters as last seen, the credits
    spent, and for how many of its seconds anything is known; both ends of the range are extended to whole steps.

    \b
    Examples:
      usage-tui history export --since 24h > day.csv
      usage-tui history export --account production --step 1h --format json | jq 'map(.spend) | add'
    """
    from usage_tui.commands.history_exporting import export  # noqa: PLC0415 - imports SQLite

    say_if_simulated(common)
    export(common, since, until, step, form)


@history.command("import", short_help="Bring in what `history export` wrote.")
@click.argument("file", type=click.Path(path_type=Path))
@common_options
@pass_common
def import_history(common: Common, *, file: Path) -> None:
    """Bring in a CSV or JSON file that `history export` wrote, or one with the columns time and spend.

    Rows go to the accounts that the file names, or all to the one of --account. What is stored already stays as it is.
    A file that is wrong anywhere changes nothing, and ends with 2. Times without a zone are UTC; they may be epoch
    seconds. With time and spend, a row holds the credits spent in the interval that starts there.

    \b
    Examples:
      usage-tui history import day.csv
      usage-tui history import bills.csv --account production
    """
    refuse_demo(common, FLEETING)
    from usage_tui.commands.history_importing import import_file  # noqa: PLC0415 - imports SQLite

    emit(import_file(common, file))


@history.command(short_help="Forget now what is older than it is kept.")
@common_options
@pass_common
def prune(common: Common) -> None:
    """Forget samples and minutes that are older than `raw_days` and `minute_days` of the config; hours stay.

    A collector or monitor does so by itself, as time goes on, for the accounts that it polls; this does it now, for all
    accounts, also those that the config names no more, or for the one of --account.

    \b
    Example:
      usage-tui history prune
    """
    refuse_demo(common, FLEETING)
    from usage_tui.commands.history_pruning import prune_history  # noqa: PLC0415 - imports SQLite

    emit(prune_history(common))
