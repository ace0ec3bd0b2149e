"""`usage-tui estimate`: what a job would cost, and whether it fits."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from math import isnan
from pathlib import Path

import click

from usage_tui.commands.accounts_in_force import accounts_in_force
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import code_of_views, complain
from usage_tui.commands.demo_past import say_if_simulated
from usage_tui.commands.exits import ALL_RIGHT, FOUND_SOMETHING, NO_ANSWER
from usage_tui.commands.options import common_options, pass_common
from usage_tui.core.job import MOST_REQUESTS, Job, JobFault, job_of, parameters

LARGEST_FILE_BYTES = 10 * 1024 * 1024
LONGEST_CODE = 2


def _country(_context: click.Context, _parameter: click.Parameter, code: str | None) -> str | None:
    if code is not None and not (len(code) == LONGEST_CODE and code.isascii() and code.isalpha()):
        raise click.BadParameter("it needs two letters, such as us.")
    return code.lower() if code else None


def _finite(_context: click.Context, _parameter: click.Parameter, seconds: float | None) -> float | None:
    if seconds is not None and isnan(seconds):
        raise click.BadParameter("it is no number.")
    return seconds


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL…]")
@click.option(
    "--file",
    "path",
    metavar="F",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Read lines `url` or `url,count` from this file; - is stdin.",
)
@click.option(
    "--count",
    type=click.IntRange(1, MOST_REQUESTS),
    default=1,
    show_default=True,
    metavar="N",
    help="Ask for each URL so often, unless its line in the file says.",
)
@click.option("--render", is_flag=True, help="With JavaScript rendered.")
@click.option("--premium", is_flag=True, help="Through premium proxies.")
@click.option("--ultra-premium", is_flag=True, help="Through ultra premium proxies.")
@click.option("--country-code", metavar="C", callback=_country, help="From this country: two letters, such as us.")
@click.option(
    "--seconds-per-request",
    type=click.FloatRange(0, 86_400, min_open=True),
    callback=_finite,
    metavar="S",
    help="How long one request takes; says how long the job takes at the free concurrency.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON (schema usage-tui/estimate/1).")
@common_options
@pass_common
def estimate(
    common: Common,
    /,
    *,
    urls: tuple[str, ...],
    path: Path | None,
    count: int,
    country_code: str | None,
    seconds_per_request: float | None,
    is_json: bool,
    **flags: bool,
) -> int:
    """Say what a job would cost, whether the credits left and the budget cover it, and how long it takes.

    The service is asked what one request for each URL costs, which costs nothing; where it does not say, the usual
    price is taken and that is said. Nothing of the URLs is stored, and they are shown without their query.

    Ends with 0 where the job fits, 1 where it does not, 69 where the credits left are not known, 77 where the key was
    refused.

    \b
    Examples:
      usage-tui estimate https://example.com/page --count 20000
      usage-tui estimate --file urls.csv --render --seconds-per-request 12
      usage-tui estimate https://www.amazon.com/dp/B0 --count 500 --json | jq .fits
    """
    try:
        job = job_of(urls, count, _lines(path), parameters(country_code=country_code, **flags))
    except JobFault as error:
        where = f"{path}: " if path is not None and str(error).startswith("line") else ""
        raise click.UsageError(f"{where}{error}") from None
    return _estimate(common, job, seconds_per_request, is_json=is_json)


def _lines(path: Path | None) -> list[str]:
    """Read the file's lines."""
    if path is None:
        return []
    try:
        if str(path) == "-":
            content = sys.stdin.buffer.read(LARGEST_FILE_BYTES + 1)
        else:
            with path.open("rb") as file:
                content = file.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST_FILE_BYTES:
        raise click.UsageError(f"{path}: is larger than 10 MiB; give a line for each kind of page.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise click.UsageError(f"{path}: line {line}: is not UTF-8; save it in that encoding.") from None
    return text.split("\n")


def _estimate(common: Common, job: Job, seconds_per_request: float | None, *, is_json: bool) -> int:
    from usage_tui.commands.desk_in_force import desk_in_force  # noqa: PLC0415 - `--help` does without
    from usage_tui.commands.estimating import estimated  # noqa: PLC0415 - likewise
    from usage_tui.commands.printing import Printer  # noqa: PLC0415 - likewise
    from usage_tui.core.estimate_words import estimate_lines, estimate_report  # noqa: PLC0415 - likewise

    say_if_simulated(common)
    with accounts_in_force(common) as force:
        if len(force.accounts) > 1:
            names = ", ".join(account.name for account in force.accounts[:10])
            raise click.UsageError(f"There are several accounts; name one with --account: {names}.")
        with desk_in_force(common, force) as desk:
            view, made = estimated(force.accounts[0], force.config, desk, job, seconds_per_request)
        now = datetime.now(UTC)
    if made is None:
        complain(f"{view.name}: {view.error or 'the credits left are not known.'}")
        return max(code_of_views([view], now), NO_ANSWER)
    printer = Printer()
    if is_json:
        printer.json(estimate_report(made, now))
    else:
        for line in estimate_lines(made, force.config.zone):
            printer.line(line)
    if made.fits is None:
        return NO_ANSWER
    return ALL_RIGHT if made.fits else FOUND_SOMETHING
