"""Opens what a command looks at: the accounts of the config, or those of the simulated service."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from usage_tui.commands.common import Common
from usage_tui.core.account import Account
from usage_tui.core.errors import ConfigError
from usage_tui.core.wording import harmless
from usage_tui.services.config import Config, folded, load_config
from usage_tui.services.log_file import keep_log
from usage_tui.services.paths import state_folder

if TYPE_CHECKING:
    from usage_tui.demo.accounts import SimulatedAccount
    from usage_tui.services.history_accounts import StoredAccount

NO_ACCOUNTS = (
    "There is no account yet: add one with `usage-tui account add NAME`, or look around with `usage-tui --demo`."
)


class InForce(Struct, frozen=True):
    """The config in force, and those of its accounts that were asked for.

    `simulated` is what stands behind each of the config's accounts where the service is a simulated one.
    """

    config: Config
    accounts: tuple[Account, ...]
    simulated: tuple[SimulatedAccount, ...] = ()


@contextmanager
def accounts_in_force(
    common: Common, *, name: str | None = None, load: Callable[[], Config] | None = None
) -> Iterator[InForce]:
    """Read the config, or start the simulated service until the end; keep the log from here on.

    `name` is of the one account that is wanted, if not `--account` says so; `load` reads the config another way.

    Raises:
        ConfigError: the config is wrong, or there is no account.
        click.UsageError: no account is of that name.
    """
    if common.is_demo:
        from usage_tui.demo.accounts import simulated_accounts  # noqa: PLC0415 - only the demo needs it
        from usage_tui.demo.server import SimulatedService, demo_accounts, utc_now  # noqa: PLC0415 - likewise

        keep_log(None)
        with SimulatedService(simulated_accounts(utc_now())) as service:
            accounts = demo_accounts(service)
            yield InForce(Config(accounts=accounts), chosen(accounts, name or common.account), service.accounts)
        return
    config = load() if load is not None else load_config(common.config, os.environ)
    keep_log(state_folder(os.environ).log)
    yield InForce(config, chosen(config.accounts, name or common.account))


def chosen(accounts: Sequence[Account], name: str | None) -> tuple[Account, ...]:
    """Choose the account of this name, whatever the case; all of them without one.

    Raises:
        ConfigError: there is no account at all.
        click.UsageError: there is none; with the nearest names.
    """
    if not accounts:
        raise ConfigError(NO_ACCOUNTS)
    if name is None:
        return tuple(accounts)
    found = tuple(account for account in accounts if folded(account.name) == folded(name))
    if found:
        return found
    import click  # noqa: PLC0415 - the monitor does without, unless the name is wrong

    raise click.UsageError(f"There is no account {harmless(name, 64)}; {nearest_names(name, accounts)}.")


def nearest_names(name: str, accounts: Sequence[Account | StoredAccount]) -> str:
    """Word the account names that are nearest to one that is none, or all of them."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a wrong name needs it

    names = {folded(account.name): account.name for account in accounts}
    near = [names[match] for match in get_close_matches(folded(name), list(names), 3, 0.4)]
    if near:
        return f"the nearest are {', '.join(near)}" if len(near) > 1 else f"the nearest is {near[0]}"
    return f"there are {', '.join(list(names.values())[:10])}"
