"""What a command that stays does with a config that changed while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from usage_tui.commands.accounts_in_force import InForce, chosen
from usage_tui.commands.desk_in_force import KeptHistory
from usage_tui.core.account import Account
from usage_tui.core.errors import ConfigError
from usage_tui.services.collector import Collector
from usage_tui.services.config import Config
from usage_tui.services.config_watch import ConfigWatch


def changed_config(changes: ConfigWatch, name: str | None, say: Callable[[str], None]) -> InForce | None:
    """Look whether the config changed, and give what is in force from now on; None where the last one is.

    `name` is of the one account that is wanted. A config that is wrong, or without accounts, is refused, and said why:
    a file that an editor is still writing has none for a moment, and ends nothing.
    """
    import click  # noqa: PLC0415 - the monitor's first frame does without

    change = changes.poll()
    if change is None:
        return None
    try:
        return _in_force(change, name)
    except (ConfigError, click.UsageError) as fault:
        say(f"{fault}\nThe last good config stays in force.")
    return None


def _in_force(change: Config | ConfigError, name: str | None) -> InForce:
    if isinstance(change, ConfigError):
        raise change
    if not change.accounts:
        raise ConfigError("The config has no account any more.")
    return InForce(change, chosen(change.accounts, name))


def take_up(config: Config, accounts: Sequence[Account], collector: Collector, kept: KeptHistory | None) -> None:
    """Have a changed config kept by what collects some of its accounts, and by what stores, if something does."""
    collector.replan(accounts, config.plan, config.zone)
    if kept is not None:
        kept.replan(config)
