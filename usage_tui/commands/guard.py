"""`usage-tui guard`: is it all right to start a job?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction

import click

from usage_tui.commands.accounts_in_force import accounts_in_force
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import code_of_views, complain
from usage_tui.commands.demo_past import say_if_simulated
from usage_tui.commands.exits import ALL_RIGHT, FOUND_SOMETHING, NO_ANSWER, emit
from usage_tui.commands.options import common_options, pass_common
from usage_tui.core.guard import Limits, verdict

LONGEST_NUMBER = 40
Callback = Callable[[click.Context, click.Parameter, str | None], Fraction | None]


def _up_to(most: int) -> Callback:
    """Take a decimal number from 0 to `most` exactly as it is written."""

    def read(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Fraction | None:
        if text is None:
            return None
        is_plain = len(text) <= LONGEST_NUMBER and not set(text) - set("0123456789.")
        try:
            number = Fraction(text) if is_plain else None
        except ValueError:
            number = None
        if number is None or number > most:
            raise click.BadParameter(f"{text!r} is no number from 0 to {most}.")
        return number

    return read


_PERCENT = _up_to(100)


@click.command()
@click.option("--min-credits", type=click.IntRange(min=0), metavar="N", help="At least N credits remain.")
@click.option("--max-used", callback=_PERCENT, metavar="PERCENT", help="At most so much of the plan's credits is used.")
@click.option(
    "--max-run-out-probability",
    callback=_up_to(1),
    metavar="P",
    help="The lower of budget and limit is spent before the renewal with a probability of at most P, 0-1.",
)
@click.option(
    "--max-concurrency", callback=_PERCENT, metavar="PERCENT", help="At most so much of the limit is in flight."
)
@click.option(
    "--max-failure-rate",
    callback=_PERCENT,
    metavar="PERCENT",
    help="At most so much failed in the last 15 min: failed / (failed + credits used), "
    "a lower bound where requests cost more than one credit.",
)
@click.option("--fail-open", is_flag=True, help="Let pass what cannot be known, instead of ending with 69.")
@common_options
@pass_common
def guard(
    common: Common,
    /,
    *,
    fail_open: bool,
    min_credits: int | None,
    max_used: Fraction | None,
    max_run_out_probability: Fraction | None,
    max_concurrency: Fraction | None,
    max_failure_rate: Fraction | None,
) -> int:
    """Hold all accounts, or the one named with --account, against limits, for scripts: may a job start?

    Each limit that was crossed is a line on stdout; exactly at a limit is within it. Percentages take 0-100 with
    decimals. A running collector's sample is used where it is fresh; else the service is asked.

    Ends with 0 where all is within its limits, 1 where one was crossed, 69 where a value that is needed is not known
    (0 with --fail-open), 77 where a key was refused, 78 where one could not be read: the gravest counts.

    \b
    Examples:
      usage-tui guard --min-credits 50000 && ./scrape.sh
      usage-tui guard --account production --max-used 95 --max-concurrency 80
      usage-tui guard --max-failure-rate 10 --fail-open || exit 1
    """
    limits = Limits(min_credits, max_used, max_run_out_probability, max_concurrency, max_failure_rate)
    if limits == Limits():
        raise click.UsageError("Give at least one limit, such as --min-credits 50000.")
    from usage_tui.commands.desk_in_force import desk_in_force  # noqa: PLC0415 - `--help` does without
    from usage_tui.commands.look import look_at  # noqa: PLC0415 - likewise

    say_if_simulated(common)
    with accounts_in_force(common) as force, desk_in_force(common, force) as desk:
        views = look_at(force.accounts, force.config.plan, force.config.zone, desk)
    now = datetime.now(UTC)
    codes = [ALL_RIGHT]
    for view in views:
        found = verdict(view, limits, now)
        for line in found.crossed:
            emit(line)
        for line in found.unknown:
            complain(line)
        if found.unknown and view.error is not None:
            complain(f"{view.name}: {view.error}")
        codes.append(FOUND_SOMETHING if found.crossed else ALL_RIGHT)
        if found.unknown:
            code = max(code_of_views([view], now), NO_ANSWER)
            codes.append(ALL_RIGHT if fail_open and code == NO_ANSWER else code)
    return max(codes)
