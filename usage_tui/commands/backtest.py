"""`usage-tui backtest`: how right the forecast would have been."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from usage_tui.commands import exits
from usage_tui.commands.common import Common
from usage_tui.commands.demo_past import say_if_simulated
from usage_tui.commands.options import common_options, pass_common
from usage_tui.commands.progress import progress_bar

if TYPE_CHECKING:
    from usage_tui.core.backtest import Trial
    from usage_tui.core.cycle import Cycle
    from usage_tui.core.spend_record import SpendRecord

    Histories = Sequence[tuple[SpendRecord, Sequence[Cycle]]]

LONGEST_CYCLE_DAYS = 3660


@click.command()
@click.option("--csv", "file", type=click.Path(path_type=Path), metavar="FILE", help="Read spend from this file.")
@click.option(
    "--cycle-days",
    type=click.IntRange(1, LONGEST_CYCLE_DAYS),
    metavar="N",
    help="Cut the file into cycles of so many days, instead of months.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON (schema usage-tui/backtest/1).")
@common_options
@pass_common
def backtest(common: Common, *, file: Path | None, cycle_days: int | None, is_json: bool) -> int:
    """Go through past cycles again, and say how right the forecast would have been.

    At 3, 10, 25, 50, 75 and 90 % of each whole cycle a forecast is made from what was known then, and held against what
    came. Two simpler methods are tried beside it: the pace of the last 7 days, and the straight line from the cycle's
    start. ERROR is by how much the total was off, PINBALL how far total and range were off together, IN RANGE how many
    totals lay within the 80 % range, BRIER the squared error of the chance that 0.9, 1 and 1.1 times the total of the
    cycle before is reached, RUN-OUT the median error of the run-out. Less is better.

    Without --csv, the stored cycles of all accounts are tried, or those of --account; one_off_days of the config are
    left out, and so is each forecast that one came after. A file has the columns time
    (ISO 8601 or epoch seconds) and spend (credits spent in the interval that starts
    there, 0 where there was nothing).

    Ends with 2 where the file is wrong, and with 69 where there is too little history to try anything.

    \b
    Examples:
      usage-tui backtest
      usage-tui backtest --csv spend.csv --cycle-days 30 --json
    """
    from usage_tui.commands.complaints import complain  # noqa: PLC0415 - `--help` does without
    from usage_tui.commands.printing import Printer  # noqa: PLC0415 - likewise
    from usage_tui.core.backtest_report import backtest_report, backtest_table  # noqa: PLC0415 - likewise

    if file is not None:
        if common.account is not None or common.is_demo:
            raise click.UsageError("--csv stands without --account and --demo.")
        histories, where = _of_file(file, cycle_days), f"{file}"
    elif cycle_days is not None:
        raise click.UsageError("--cycle-days needs --csv: stored cycles are as long as they were.")
    else:
        say_if_simulated(common)
        histories, where = _of_accounts(common), "the history"
    tried = _tried(histories)
    if not tried:
        complain(f"There is too little to try: {where} has no whole cycle in which something was spent.")
        return exits.NO_ANSWER
    printer = Printer()
    if is_json:
        printer.json(backtest_report(tried))
    else:
        for line in backtest_table(tried):
            printer.line(line)
    return exits.ALL_RIGHT


def _tried(histories: Histories) -> list[Trial]:
    """Try every cycle, with a bar on a terminal while that takes time."""
    from usage_tui.core.backtest import trials  # noqa: PLC0415 - `--help` does without

    tried: list[Trial] = []
    steps = [(record, cycle, before) for record, cycles in histories for cycle, before in _with_before(cycles)]
    with progress_bar("Trying cycles") as tell:
        for number, (record, cycle, before) in enumerate(steps, 1):
            tried += trials(record, cycle, before)
            tell(number / len(steps))
    return tried


def _with_before(cycles: Sequence[Cycle]) -> Iterator[tuple[Cycle, Cycle | None]]:
    """Give each cycle with the one before it, None where that is not known."""
    before: Cycle | None = None
    for cycle in cycles:
        yield cycle, before if before is not None and before.resets_at >= cycle.started_at else None
        before = cycle


def _of_file(file: Path, cycle_days: int | None) -> Histories:
    """Read a CSV file, and cut it into cycles."""
    from usage_tui.commands.complaints import complain  # noqa: PLC0415 - `--help` does without
    from usage_tui.core.errors import SpendInvalid  # noqa: PLC0415 - likewise
    from usage_tui.core.spend_csv import read_spend  # noqa: PLC0415 - likewise
    from usage_tui.core.spend_record import cycles_of  # noqa: PLC0415 - likewise

    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            record = read_spend(lines, str(file))
    except OSError as error:
        raise SpendInvalid(f"{file} cannot be read: {error.strerror}.") from None
    unknown = sum(hour is None for hour in record.spends)
    if unknown:
        complain(
            f"{file}: {unknown} of {len(record.spends)} hours are unknown, and count for nothing in the totals; "
            "where nothing was spent, write 0."
        )
    return [(record, cycles_of(record, cycle_days))]


def _of_accounts(common: Common) -> Histories:
    """Read the stored hours of the accounts that are asked for; those of the demo are simulated."""
    if common.is_demo:
        return _of_demo(common.account)
    from usage_tui.commands.accounts_in_force import chosen  # noqa: PLC0415 - `--help` does without
    from usage_tui.commands.history_in_force import history_in_force  # noqa: PLC0415 - likewise
    from usage_tui.core.one_off import OneOffDays  # noqa: PLC0415 - likewise
    from usage_tui.core.rollup import HOUR_MS, epoch_ms  # noqa: PLC0415 - likewise
    from usage_tui.core.spend_record import stored_record  # noqa: PLC0415 - likewise
    from usage_tui.services.clock import SystemClock  # noqa: PLC0415 - likewise
    from usage_tui.services.history_accounts import stored_of  # noqa: PLC0415 - likewise
    from usage_tui.services.history_range import spans  # noqa: PLC0415 - likewise

    end_ms = epoch_ms(SystemClock().now()) // HOUR_MS * HOUR_MS
    found: dict[int, tuple[SpendRecord, Sequence[Cycle]]] = {}
    with history_in_force(common) as force:
        accounts = chosen(force.config.accounts, common.account)
        if not force.folder.history.exists():
            return []
        with force.file.reading() as connection:
            for account in accounts:
                one_off = OneOffDays(account.one_off_days, force.config.zone)
                for stored in stored_of(connection, account, force.folder, os.environ):
                    hours = spans(connection, stored.id, 0, end_ms, HOUR_MS)
                    if hours:
                        found.setdefault(stored.id, stored_record(hours, account.cycle, one_off))
    return list(found.values())


def _of_demo(name: str | None) -> Histories:
    from usage_tui.core.wording import harmless  # noqa: PLC0415 - `--help` does without
    from usage_tui.demo.accounts import simulated_accounts  # noqa: PLC0415 - likewise
    from usage_tui.demo.past import past_cycles, past_record  # noqa: PLC0415 - likewise
    from usage_tui.demo.server import utc_now  # noqa: PLC0415 - likewise

    found = [account for account in simulated_accounts(utc_now()) if name in (None, account.name)]
    if not found:
        raise click.UsageError(f"The demo has no account {harmless(name or '', 64)}.")
    histories = []
    for account in found:
        cycles = past_cycles(account)
        histories.append((past_record(account.traffic, cycles[0].started_at, cycles[-1].resets_at), cycles))
    return histories
