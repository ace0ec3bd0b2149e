"""What commands without a screen do with a config that changed while they run."""

from __future__ import annotations

import click

from usage_tui.commands.accounts_in_force import InForce, chosen
from usage_tui.commands.complaints import complain
from usage_tui.core.errors import ConfigError
from usage_tui.services.config import Config


def taken_up(change: Config | ConfigError, name: str | None) -> InForce | None:
    """Give a changed config with the accounts that were asked for; say why where the last one stays in force.

    A file that an editor is still writing has no account for a moment, and ends nothing.
    """
    fault: Exception
    if isinstance(change, ConfigError):
        fault = change
    else:
        try:
            return InForce(change, chosen(change.accounts, name))
        except (ConfigError, click.UsageError) as error:
            fault = error
    complain(f"{fault}\nThe last config stays in force.")
    return None
