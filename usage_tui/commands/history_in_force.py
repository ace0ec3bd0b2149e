"""Opens the stored history that a command works on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from msgspec import Struct

from usage_tui.commands.accounts_in_force import accounts_in_force, nearest_names
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import complain
from usage_tui.commands.demo_past import demo_past
from usage_tui.core.account import Account
from usage_tui.core.wording import harmless
from usage_tui.services.clock import SystemClock
from usage_tui.services.config import Config, folded, load_config
from usage_tui.services.history_accounts import StoredAccount, stored_accounts, stored_of
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.log_file import keep_log
from usage_tui.services.paths import StateFolder, state_folder


class HistoryInForce(Struct, frozen=True):
    """The folder and the file of the history, and the config."""

    folder: StateFolder
    file: HistoryFile
    config: Config

    def stored(self) -> list[StoredAccount]:
        """Read all accounts that are stored; none where there is no history yet."""
        if not self.folder.history.exists():
            return []
        with self.file.reading() as connection:
            return stored_accounts(connection)

    def asked_for(self, name: str | None) -> list[StoredAccount]:
        """Choose the stored accounts of a name, whatever the case; all of them without one.

        Raises:
            click.UsageError: neither the config nor the history has such an account.
        """
        stored = self.stored()
        if name is None:
            return stored
        found = [account for account in stored if folded(account.name) == folded(name)]
        if found:
            return found
        configured = next((each for each in self.config.accounts if folded(each.name) == folded(name)), None)
        if configured is None:
            raise no_account(name, self.config.accounts, stored)
        if not stored:
            return []
        with self.file.reading() as connection:
            return stored_of(connection, configured, self.folder, os.environ)


@contextmanager
def history_in_force(common: Common) -> Iterator[HistoryInForce]:
    """Open the history until the end.

    Raises:
        ConfigError: the config is wrong; that there is none is all right.
    """
    with _config_and_folder(common) as (config, folder):
        file = HistoryFile(folder, SystemClock(), complain)
        try:
            yield HistoryInForce(folder, file, config)
        finally:
            file.close()


@contextmanager
def _config_and_folder(common: Common) -> Iterator[tuple[Config, StateFolder]]:
    """Give the user's own, or those of the demo, whose folder is filled first and removed at the end."""
    if not common.is_demo:
        folder = state_folder(os.environ)
        config = load_config(common.config, os.environ)
        keep_log(folder.log)
        yield config, folder
        return
    with accounts_in_force(Common(is_demo=True)) as force, demo_past(force, is_whole=True) as folder:
        yield force.config, folder


def no_account(name: str, accounts: Sequence[Account], stored: Sequence[StoredAccount]) -> click.UsageError:
    """Word that neither the config nor the history has an account of this name; the nearest names are said."""
    known: dict[str, Account | StoredAccount] = {folded(account.name): account for account in stored}
    known.update({folded(account.name): account for account in accounts})
    nearest = nearest_names(name, list(known.values())) if known else "nothing is stored yet"
    return click.UsageError(f"There is no account {harmless(name, 64)}; {nearest}.")
