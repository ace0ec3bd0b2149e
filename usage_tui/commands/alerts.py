"""`usage-tui alerts`: what fired, and whether the channels work."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from usage_tui.commands.accounts_in_force import accounts_in_force, chosen
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import complain
from usage_tui.commands.demo_past import demo_past, say_if_simulated
from usage_tui.commands.exits import ALL_RIGHT, FOUND_SOMETHING, emit
from usage_tui.commands.options import common_options, pass_common
from usage_tui.commands.printing import Printer
from usage_tui.core.alert_lines import list_lines
from usage_tui.core.alert_log import TERMINAL, TEST_RULE, AlertBody, AlertLog, log_report
from usage_tui.core.alert_words import TEST_MESSAGE
from usage_tui.core.alerts import AlertState
from usage_tui.core.errors import DeliveryFailed
from usage_tui.core.rollup import epoch_ms
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.wording import iso
from usage_tui.services.clock import SystemClock
from usage_tui.services.config import Config, load_config
from usage_tui.services.log_file import keep_log
from usage_tui.services.paths import StateFolder, state_folder

if TYPE_CHECKING:
    from usage_tui.services.channels import Channel

NAME_CELLS = 12
NO_TERMINAL = "not tried: stdout is no terminal"
RUNG = 'rung; where nothing was to be heard or seen, see "In tmux" in the README'


@click.group()
@common_options
def alerts() -> None:
    """See what fired, and try the channels that alerts are sent through.

    The rules and the channels are in the config, under [alerts] and [alerts.notify].
    """


@alerts.command(name="list")
@click.option("--json", "is_json", is_flag=True, help="Print JSON (schema usage-tui/alerts/1).")
@common_options
@pass_common
def list_alerts(common: Common, *, is_json: bool) -> int:
    """Print the alerts that fired, the newest last, and who could not be told.

    \b
    Examples:
      usage-tui alerts list
      usage-tui alerts list --json | jq '.alerts[] | select(.state == "firing")'
    """
    say_if_simulated(common)
    if common.is_demo:
        config, log = _of_demo(common)
    else:
        config = _config(common)
        names = None if common.account is None else [chosen(config.accounts, common.account)[0].name]
        log = _stored(state_folder(os.environ), names)
    now, printer = datetime.now(UTC), Printer()
    if is_json:
        printer.json(log_report(log, now))
        return ALL_RIGHT
    for line in list_lines(log, now, config.zone):
        printer.line(line)
    return ALL_RIGHT


@alerts.command(name="test", short_help="Send a test through every channel.")
@common_options
@pass_common
def try_channels(common: Common) -> int:
    """Send a test through every channel, whatever the hour, and say of each whether it arrived.

    Ends with 1 where one did not.

    \b
    Examples:
      usage-tui alerts test
    """
    config = _config(common)
    account = chosen(config.accounts, common.account)[0].name if config.accounts else "usage-tui"
    body = AlertBody(
        account=account,
        rule=TEST_RULE,
        state=AlertState.FIRING.value,
        threshold=None,
        value=None,
        message=TEST_MESSAGE,
        at=iso(datetime.now(UTC)),
    )
    printer, has_failed = Printer(), False
    for line, is_right in _tried(config, body):
        printer.line(line)
        has_failed |= not is_right
    return FOUND_SOMETHING if has_failed else ALL_RIGHT


def _config(common: Common) -> Config:
    if common.is_demo:
        return Config()
    config = load_config(common.config, os.environ)
    keep_log(state_folder(os.environ).log)
    return config


def _of_demo(common: Common) -> tuple[Config, AlertLog]:
    """Look once at the simulated accounts; give their config, and the alerts that fired at that."""
    from usage_tui.commands.desk_in_force import KeptHistory  # noqa: PLC0415 - `--help` does without
    from usage_tui.commands.look import look_at  # noqa: PLC0415 - likewise

    with accounts_in_force(common) as force, demo_past(force) as folder:
        desk = KeptHistory(force.config, folder).desk
        look_at(force.accounts, force.config.plan, force.config.zone, desk, desk.alerts)
        return force.config, _stored(folder, [account.name for account in force.accounts])


def _stored(folder: StateFolder, names: list[str] | None) -> AlertLog:
    """Read the stored alerts; where there is no history yet, none are made."""
    from usage_tui.services.alert_reader import select_log  # noqa: PLC0415 - `--help` does without
    from usage_tui.services.history_file import HistoryFile  # noqa: PLC0415 - likewise

    clock = SystemClock()
    if not folder.history.exists():
        return AlertLog()
    file = HistoryFile(folder, clock, complain)
    try:
        with file.reading() as connection:
            return select_log(connection, names, epoch_ms(clock.now()))
    finally:
        file.close()


def _tried(config: Config, body: AlertBody) -> Iterator[tuple[Line, bool]]:
    """Send through one channel after the other, and word how each went, and whether it is right."""
    from usage_tui.services.channels import channels  # noqa: PLC0415 - `--help` does without

    notify = config.alerts.notify
    if notify.terminal:
        is_rung = _ring(body)
        yield _worded(TERMINAL, "rung" if is_rung else "skipped", RUNG if is_rung else NO_TERMINAL), True
    made = channels(notify, config.accounts, os.environ)
    for channel in made:
        failure = _sent(channel, body)
        words = failure or channel.place
        yield _worded(channel.name, "failed" if failure else "sent", words, is_fault=failure is not None), not failure
    if not made and not notify.terminal:
        yield (Span("No channel is set up: see [alerts.notify] in the config.", Role.DIM),), True


def _worded(name: str, outcome: str, words: str, *, is_fault: bool = False) -> Line:
    role = Role.OVER if is_fault else Role.GOOD
    return (Span(f"{name:<{NAME_CELLS}}", Role.STRONG), Span(f"{outcome:<9}", role), Span(words))


def _sent(channel: Channel, body: AlertBody) -> str | None:
    """Send through a channel, once; give why that failed."""
    try:
        channel.send(body)
    except DeliveryFailed as failure:
        return str(failure)
    return None


def _ring(body: AlertBody) -> bool:
    """Ring this terminal; False where there is none."""
    from usage_tui.services.terminal_bell import bell_signal  # noqa: PLC0415 - only a test needs it

    if sys.stdout is None or not sys.stdout.isatty():
        return False
    emit(bell_signal([body.message], os.environ), end="")
    return True
