"""`usage-tui status`: one look at each account."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from usage_tui.commands.accounts_in_force import accounts_in_force
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import code_of_views, complain
from usage_tui.commands.options import common_options, pass_common
from usage_tui.core.status import status_report
from usage_tui.core.status_table import status_table


@click.command()
@click.option("--json", "is_json", is_flag=True, help="Print JSON (schema usage-tui/status/1).")
@common_options
@pass_common
def status(common: Common, *, is_json: bool) -> int:
    """Look at each account once, and print a table.

    Where a collector or a monitor runs, what that saw a moment ago is shown; else the service is asked, and the answer
    stored.

    Ends with 0 where every account answered, even one whose credits are used up; with 69 where one could not be
    reached or did not answer properly, 77 where a key was refused, 78 where one could not be read: the gravest counts.

    \b
    Examples:
      usage-tui status
      usage-tui status --account production --json | jq '.accounts[0].credits.remaining'
    """
    from usage_tui.commands.desk_in_force import desk_in_force  # noqa: PLC0415 - `--help` does without
    from usage_tui.commands.look import look_at  # noqa: PLC0415 - likewise
    from usage_tui.commands.printing import Printer  # noqa: PLC0415 - likewise

    with accounts_in_force(common) as force, desk_in_force(common, force) as desk:
        views = look_at(force.accounts, force.config.plan, force.config.zone, desk)
    now = datetime.now(UTC)
    printer = Printer()
    if is_json:
        printer.json(status_report(views, now))
    else:
        for line in status_table(views, now, force.config.zone, printer.width):
            printer.line(line)
        for view in views:
            if view.error is not None:
                complain(f"{view.name}: {view.error}")
    return code_of_views(views, now)
