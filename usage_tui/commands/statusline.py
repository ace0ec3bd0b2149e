"""`usage-tui statusline`: one short line for tmux or a shell prompt, from stored samples only."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from usage_tui.commands import statusline_answer
from usage_tui.commands.accounts_in_force import accounts_in_force, chosen
from usage_tui.commands.common import Common
from usage_tui.commands.demo_past import demo_past
from usage_tui.commands.exits import emit
from usage_tui.commands.options import common_options, pass_common
from usage_tui.core.painting import Colours
from usage_tui.core.status_format import FormatFault
from usage_tui.services.config import load_config
from usage_tui.services.paths import state_folder


@click.command()
@click.option("--format", "text", metavar="S", help="Print this text, with the fields named above filled in.")
@click.option(
    "--colour",
    type=click.Choice([colours.value for colours in Colours]),
    default=Colours.NONE.value,
    show_default=True,
    help="Write colours as tmux's styles, as ANSI sequences, or not at all.",
)
@common_options
@pass_common
def statusline(common: Common, *, text: str | None, colour: str) -> int:
    """Print one short line for tmux or a shell prompt, from stored samples only: never the network.

    Something has to collect: a monitor that is open, or `usage-tui collect`. Of several accounts the one that needs a
    look most is shown; name one with --account. A sample that is stale shows its age. Where nothing is stored yet it
    says so, and ends with 69.

    A format is literal text with fields in braces; {{ and }} are braces. Fields: name, state, age, concurrency,
    concurrency_limit, used, limit, remaining, used_percent, budget_percent, budget_state, run_out,
    run_out_probability, renews, failed_percent (of the last 15 min; a lower bound where requests cost more than one
    credit). What is not known is a dash; run_out is of the lower of budget and limit, as of the last hour.

    \b
    Examples:
      usage-tui statusline
      usage-tui statusline --account production --format '{concurrency}/{concurrency_limit} {used_percent}'
      set -g status-right '#(usage-tui statusline --colour tmux)'      # in ~/.tmux.conf
    """
    asked = statusline_answer.Asked(common.config, common.account, text, Colours(colour))
    try:
        if common.is_demo:
            line, code = _of_demo(common, asked)
        else:
            config = load_config(common.config, os.environ)
            accounts = chosen(config.accounts, common.account)
            folder = state_folder(os.environ)
            line, code = statusline_answer.answer(asked, config, accounts, folder, os.environ, datetime.now(UTC))
    except FormatFault as error:
        raise click.BadParameter(_sentence(str(error)), param_hint="'--format'") from None
    emit(line)
    return code


def _of_demo(common: Common, asked: statusline_answer.Asked) -> tuple[str, int]:
    """Look once at the simulated accounts, which nobody else does, and answer from what that stored.

    Raises:
        FormatFault: the format cannot be filled.
    """
    from usage_tui.commands.desk_in_force import KeptHistory  # noqa: PLC0415 - the demo alone looks
    from usage_tui.commands.look import look_at  # noqa: PLC0415 - likewise

    with accounts_in_force(common) as force, demo_past(force) as folder:
        look_at(force.accounts, force.config.plan, force.config.zone, KeptHistory(force.config, folder).desk)
        return statusline_answer.answer(asked, force.config, force.accounts, folder, os.environ, datetime.now(UTC))


def _sentence(words: str) -> str:
    return words if words.endswith("?") else f"{words}."
