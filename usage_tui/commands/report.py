"""`usage-tui report`: the domain report imported, shown, and held against what was collected."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from usage_tui.commands.accounts_in_force import InForce, accounts_in_force
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import complain
from usage_tui.commands.demo_past import FLEETING, demo_past, fill_with_reports, refuse_demo
from usage_tui.commands.exits import ALL_RIGHT, emit
from usage_tui.commands.options import common_options, pass_common
from usage_tui.commands.printing import Printer
from usage_tui.commands.progress import progress_bar
from usage_tui.commands.streams import write_for_programs
from usage_tui.core import report_chart
from usage_tui.core.errors import DatesUndecided
from usage_tui.core.plot import GUTTER_CELLS, framed
from usage_tui.core.reconcile import agreement, agreement_line, compared_lines
from usage_tui.core.report import Field, Grouping, Order, Place
from usage_tui.core.report_chart import ReportChart
from usage_tui.core.report_dates import DateOrder
from usage_tui.core.report_headers import told_column
from usage_tui.core.report_json import comparison_report, entries_csv, entries_report
from usage_tui.core.report_table import columns_for, heading, label_cells, report_title, row
from usage_tui.core.report_words import bad_row_lines, covered_line, filled_in_line, mapping_lines, replaced_words
from usage_tui.core.spans import Role, Span
from usage_tui.services.clock import SystemClock
from usage_tui.services.config import folded
from usage_tui.services.paths import StateFolder, state_folder

if TYPE_CHECKING:
    from usage_tui.core.account import Account
    from usage_tui.services.report_desk import ReportDesk
    from usage_tui.services.report_import import Imported

WIDTH_WITHOUT_TERMINAL = 130
LEAST_WIDTH, CHART_ROWS = 60, 8
MOST_ENTRIES = 100_000
NO_REPORT = (
    "{name} has no report yet: download the domain report from the dashboard's Monitoring & Stats, then "
    "`usage-tui report import FILE`."
)


@click.group()
@common_options
def report() -> None:
    """Import the service's domain report, and see where the credits go.

    The report is a file that the dashboard of the service lets you download (Monitoring & Stats): which domains were
    scraped on which date, with which parameters, and what that cost.
    """


def _told(_context: click.Context, _parameter: click.Parameter, pairs: tuple[str, ...]) -> Mapping[str, Field]:
    """Take what columns mean, by their folded headers."""
    told: dict[str, Field] = {}
    for pair in pairs:
        column = told_column(pair)
        if column is None:
            raise click.BadParameter(f"{pair!r} is not COLUMN=FIELD with one of the fields {', '.join(Field)}.")
        told |= column
    return told


@report.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--map",
    "told",
    multiple=True,
    callback=_told,
    metavar="COLUMN=FIELD",
    help="Say what a column means: domain, date, parameters, requests, credits, failed, cancelled or account. "
    "Remembered for the next file.",
)
@click.option(
    "--date-format",
    metavar="F",
    help="How dates are written, as for strptime: %d/%m/%Y is 22/11/2026, %m/%d/%Y 11/22/2026.",
)
@click.option("--skip-bad-rows", is_flag=True, help="Store the other rows where some are wrong.")
@click.option(
    "--backfill",
    "fills_in",
    is_flag=True,
    help="Fill the days before the first sample in from the report: its credits, evenly over each day, marked as such.",
)
@common_options
@pass_common
def import_report(
    common: Common,
    /,
    *,
    file: Path,
    told: Mapping[str, Field],
    date_format: str | None,
    skip_bad_rows: bool,
    fills_in: bool,
) -> int:
    """Import a domain report: CSV (commas, semicolons, tabs; UTF-8, UTF-16) or XLSX.

    Columns are recognised by their headers, in any order. Nothing is stored unless every row is sound. The same domain,
    date and parameters twice in a file add up; a later file replaces the days that it has rows of.

    \b
    Examples:
      usage-tui report import domains.csv --account production
      usage-tui report import domains.csv --map 'Spent=credits' --date-format %d/%m/%Y
    """
    refuse_demo(common, FLEETING)
    from usage_tui.services.report_import import RowsBad  # noqa: PLC0415 - `--help` does without SQLite

    printer = Printer()
    with _desk(common) as (desk, accounts):
        only = accounts[0].name if common.account is not None else None
        terms = replace(desk.terms(only), told=told, date_format=date_format)
        try:
            try:
                with progress_bar("importing") as progress:
                    done = desk.run(file, terms, progress, skips_bad_rows=skip_bad_rows)
            except DatesUndecided as undecided:
                terms = replace(terms, date_order=_asked_order(undecided))
                with progress_bar("importing") as progress:
                    done = desk.run(file, terms, progress, skips_bad_rows=skip_bad_rows)
        except RowsBad as fault:
            if fault.count > 1:
                complain("\n".join(bad_row_lines(str(file), fault.bad, fault.count)))
            raise
        names = {number: folded_name for folded_name, number in terms.accounts.items()}
        shown = {folded(account.name): account.name for account in desk.accounts}
        _tell(printer, done, {number: shown[name] for number, name in names.items()})
        for each in done.covered if fills_in else ():
            printer.line(filled_in_line(shown[names[each.account]], desk.fill_in(each.account)))
    return ALL_RIGHT


def _asked_order(undecided: DatesUndecided) -> DateOrder:
    """Ask in which order day and month stand, where somebody can answer.

    Raises:
        DatesUndecided: nobody can.
    """
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise undecided
    answer: str = click.prompt(
        f"{undecided.example} can be read two ways. Which comes first, day or month",
        type=click.Choice([str(each) for each in DateOrder]),
        err=True,
    )
    return DateOrder(answer)


def _tell(printer: Printer, done: Imported, names: Mapping[int, str]) -> None:
    """Say what was read, and what was stored."""
    printer.line((Span(f"{done.name}: {done.form}, {done.row_count:,} rows", Role.DIM),))
    for line in mapping_lines(done.columns, done.order):
        printer.line(line)
    for each in done.covered:
        stored = covered_line(names[each.account], each.first_day, each.last_day, each.day_count, each.credits)
        replaced = replaced_words(each.replaced_days, each.replaced_rows)
        printer.line((*stored, Span(f"; {replaced}" if replaced else "", Role.DIM)))
    if done.left_out:
        printer.line((Span(f"{done.left_out:,} rows are left out: sums, or of other accounts", Role.DIM),))
    if done.bad_count:
        complain("\n".join(bad_row_lines(done.name, done.bad, done.bad_count)))
        complain(f"{done.name}: {done.bad_count:,} bad rows are left out.")


@report.command(short_help="Show which domains, dates or parameters the credits went to.")
@click.option(
    "--by",
    type=click.Choice([str(each) for each in Grouping]),
    default=Grouping.DOMAIN.value,
    show_default=True,
    help="Add up by this.",
)
@click.option(
    "--sort",
    type=click.Choice([str(each) for each in Order]),
    default=None,
    help="Sort by this; the largest first, labels in order.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Show the first N; without it, all.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON (schema usage-tui/report/1).")
@click.option("--csv", "is_csv", is_flag=True, help="Print CSV, safe to open in a spreadsheet.")
@common_options
@pass_common
def show(common: Common, /, *, by: str, sort: str | None, limit: int | None, is_json: bool, is_csv: bool) -> int:
    """Show which domains, dates or parameters the credits went to; on a terminal with a chart.

    Credits per success are credits for each request that succeeded. The trend is the last seven whole days of the
    report against the seven before; that of a date is against the same weekday before. Where days of the two are
    missing, or were not over yet when they were imported, there is none.

    \b
    Examples:
      usage-tui report show --limit 20
      usage-tui report show --by date --json | jq '.accounts[0].rows[0]'
    """
    if is_json and is_csv:
        raise click.UsageError("--json and --csv do not go together.")
    printer = Printer()
    place = Place(Grouping(by))
    order = Order(sort) if sort else Order.LABEL if place.by is Grouping.DATE else Order.CREDITS
    shown: list[dict[str, Any]] = []
    with _desk(common) as (desk, accounts):
        for account in accounts:
            page = desk.page(account.name, place, order, is_turned=False, part="", most=limit or MOST_ENTRIES)
            if is_json or is_csv:
                shown.append(entries_report(account.name, place, page))
            elif page is None:
                complain(NO_REPORT.format(name=account.name))
            else:
                width = printer.width if printer.is_terminal else WIDTH_WITHOUT_TERMINAL
                columns = columns_for(width)
                label = label_cells(columns, width)
                printer.line(report_title(account.name, place, page, width, is_simulated=common.is_demo))
                if printer.is_terminal and width >= LEAST_WIDTH and page.entries:
                    _print_chart(printer, ReportChart(page, place.by, order), width)
                printer.line(heading(columns, label, place.by, order, is_turned=False))
                for entry in page.entries:
                    printer.line(row(entry, columns, label, page.total.credits))
    if is_json:
        printer.json({"schema": "usage-tui/report/1", "accounts": shown})
    elif is_csv:
        write_for_programs()
        emit(entries_csv(shown, place.by), end="")
    return ALL_RIGHT


def _print_chart(printer: Printer, chart: ReportChart, width: int) -> None:
    """Print the chart over a table, with an empty line before and after it."""
    from usage_tui.services.plotting import drawn  # noqa: PLC0415 - plotext, which only a chart needs

    plot = report_chart.plot(chart, width - GUTTER_CELLS, CHART_ROWS)
    for line in ((), report_chart.title_line(chart, plot, width), *framed(plot, drawn(plot), None), ()):
        printer.line(line)


@report.command()
@click.option("--json", "is_json", is_flag=True, help="Print JSON (schema usage-tui/reconcile/1).")
@common_options
@pass_common
def reconcile(common: Common, /, *, is_json: bool) -> int:
    """Hold the report's credits of each day against the spend that was collected.

    Days are of UTC. A day without samples is said to be one. What a difference may mean stands beside it.

    \b
    Example:
      usage-tui report reconcile --account production
    """
    printer = Printer()
    shown: list[dict[str, Any]] = []
    with _desk(common) as (desk, accounts):
        for account in accounts:
            days = desk.compared(account.name)
            if is_json:
                shown.append(comparison_report(account.name, days))
            elif not days:
                complain(NO_REPORT.format(name=account.name))
            else:
                width = printer.width if printer.is_terminal else WIDTH_WITHOUT_TERMINAL
                simulated = (Span("  simulated", Role.DIM),) if common.is_demo else ()
                printer.line((Span(account.name, Role.STRONG), *simulated))
                for line in compared_lines(days):
                    printer.line(line)
                printer.line(agreement_line(agreement(days), width))
    if is_json:
        printer.json({"schema": "usage-tui/reconcile/1", "accounts": shown})
    return ALL_RIGHT


@contextmanager
def _desk(common: Common) -> Iterator[tuple[ReportDesk, tuple[Account, ...]]]:
    """Give the desk of reports, and the accounts that are meant; the demo's reports are simulated."""
    from usage_tui.services.report_desk import ReportDesk  # noqa: PLC0415 - `--help` does without SQLite

    with accounts_in_force(common) as force, _folder(common, force) as folder:
        desk = ReportDesk(folder, SystemClock(), os.environ, force.config.accounts, complain)
        try:
            if common.is_demo:
                fill_with_reports(desk)
            yield desk, force.accounts
        finally:
            desk.close()


def _folder(common: Common, force: InForce) -> AbstractContextManager[StateFolder]:
    return demo_past(force, is_whole=True) if common.is_demo else nullcontext(state_folder(os.environ))
