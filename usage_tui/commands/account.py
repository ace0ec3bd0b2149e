"""`usage-tui account`: the accounts in the config, added, listed, removed and tried."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from usage_tui.commands.accounts_in_force import accounts_in_force, chosen
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import code_of_views, complain
from usage_tui.commands.demo_past import refuse_demo, say_if_simulated
from usage_tui.commands.exits import emit
from usage_tui.commands.key_input import KEY_COMMAND, asked_key, split_key_command
from usage_tui.commands.options import common_options, complete_account, pass_common
from usage_tui.core import wording
from usage_tui.core.account import (
    SERVICE_URL,
    Account,
    KeyFromCommand,
    KeyFromEnv,
    KeyFromFile,
    KeyFromKeyring,
    KeyInConfig,
    KeySource,
    is_insecure,
)
from usage_tui.core.signs import state_sign
from usage_tui.core.spans import cells
from usage_tui.core.view import AccountView
from usage_tui.services.config import load_config
from usage_tui.services.config_file import ConfigFile
from usage_tui.services.config_values import base_url_fault, name_fault, variable_fault
from usage_tui.services.key_file import forget_key
from usage_tui.services.paths import config_place, state_folder
from usage_tui.services.secrets import KEYRING_SECONDS, checked_key, source_kind

_HELP_OPTIONS = frozenset({"-h", "--help"})


class _AddCommand(click.Command):
    """A command whose `--key-command` takes several words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the key command out, and let click read the rest."""
        ours = frozenset(name for parameter in self.params for name in parameter.opts) | _HELP_OPTIONS
        try:
            rest, words = split_key_command(args, ours - {KEY_COMMAND})
        except ValueError as error:
            raise click.UsageError(f"{KEY_COMMAND} cannot be read: {error}.", ctx) from None
        left = super().parse_args(ctx, rest)
        ctx.params["key_command"] = words
        return left


def _checked_name(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    if fault := name_fault(name):
        raise click.BadParameter(f"it {fault}.")
    return name


def _checked_variable(_context: click.Context, _parameter: click.Parameter, name: str | None) -> str | None:
    if name is not None and (fault := variable_fault(name)):
        raise click.BadParameter(f"it {fault}.")
    return name


def _checked_url(_context: click.Context, _parameter: click.Parameter, url: str) -> str:
    if fault := base_url_fault(url):
        raise click.BadParameter(f"it {fault}.")
    if is_insecure(url):
        raise click.BadParameter("it sends the key unencrypted to another machine; write https://.")
    return url.rstrip("/")


@click.group()
@common_options
def account() -> None:
    """Add, list, remove or try the accounts in the config."""


@account.command(cls=_AddCommand, short_help="Add an account; its key is tried at once.")
@click.argument("name", callback=_checked_name)
@click.option("--key-env", metavar="VAR", callback=_checked_variable, help="The key is in this environment variable.")
@click.option(
    KEY_COMMAND,
    metavar="CMD…",
    help="This command prints the key; one quoted word, or several up to the next option of usage-tui.",
)
@click.option("--keyring", is_flag=True, help="Keep the key in the OS key store, or use the one that is there.")
@click.option(
    "--base-url",
    metavar="URL",
    default=SERVICE_URL,
    callback=_checked_url,
    help="Ask this service, instead of ScraperAPI's.",
)
@common_options
@pass_common
def add(
    common: Common, name: str, *, key_env: str | None, key_command: tuple[str, ...], keyring: bool, base_url: str
) -> None:
    """Add an account to the config; its key is tried at once, and a refused one is not saved.

    Without an option for the key, it is asked for, hidden, or read from stdin where that is no terminal. It is then
    kept in a file of its own, readable by you alone, and the config names that file.

    \b
    Examples:
      usage-tui account add production
      pass show scraperapi | usage-tui account add production
      usage-tui account add staging --key-env STAGING_KEY
      usage-tui account add client-acme --key-command pass show scraperapi/acme
    """
    from usage_tui.commands.account_adding import add_account, is_taken  # noqa: PLC0415 - `--help` does without

    if sum(map(bool, (key_env, key_command, keyring))) > 1:
        raise click.UsageError("Give one of --key-env, --key-command and --keyring.")
    state = state_folder(os.environ)
    file = ConfigFile(_config_path(common), state)
    if is_taken(file, name):
        raise click.UsageError(f"The config has an account {name} already; choose another name.")
    source: KeySource
    if key_env:
        source = KeyFromEnv(key_env)
    elif key_command:
        source = KeyFromCommand(key_command)
    else:
        source = (_kept_in_keyring(name) if keyring else None) or KeyInConfig(asked_key(name))
    emit(add_account(file, state, name, source, base_url=base_url, is_for_keyring=keyring))


@account.command("list", short_help="List the accounts, without keys.")
@common_options
@pass_common
def list_accounts(common: Common) -> None:
    """List the accounts: name, where the key comes from, and the service if it is another one. No key is shown.

    \b
    Example:
      usage-tui account list
    """
    with accounts_in_force(common) as force:
        rows = [
            (entry.name, source_kind(entry.key_source), entry.base_url if entry.base_url != SERVICE_URL else "")
            for entry in force.accounts
        ]
    widths = [max(cells(row[column]) for row in rows) for column in range(2)]
    say_if_simulated(common)
    for name, kind, url in rows:
        padded = [text + " " * (width - cells(text)) for text, width in zip((name, kind), widths, strict=True)]
        emit("  ".join([*padded, url]).rstrip())


@account.command(short_help="Remove an account, and its own key file.")
@click.argument("name", shell_complete=complete_account)
@common_options
@pass_common
def remove(common: Common, name: str) -> None:
    """Remove an account from the config, and the key file that `account add` made for it.

    \b
    Example:
      usage-tui account remove staging
    """
    path = _config_path(common)
    accounts = load_config(path, {}).accounts if path.exists() else ()
    (gone,) = chosen(accounts, name)
    state = state_folder(os.environ)
    ConfigFile(path, state).remove_account(gone.name)
    others = {entry.key_source for entry in accounts if entry is not gone}
    emit(f"{gone.name} was removed from {wording.harmless(str(path), 300)}.{_forget(gone, others, state.keys)}")


@account.command(short_help="Try the key of one account, or of all.")
@click.argument("name", required=False, shell_complete=complete_account)
@common_options
@pass_common
def test(common: Common, name: str | None) -> int:
    """Try the key of one account, or of all; ends as `status` does.

    \b
    Examples:
      usage-tui account test
      usage-tui account test production && ./scrape.sh
    """
    from usage_tui.commands.look import look_at  # noqa: PLC0415 - `--help` does without
    from usage_tui.services.desk import LocalDesk  # noqa: PLC0415 - likewise

    with accounts_in_force(common, name=name) as force:
        views = look_at(force.accounts, force.config.plan, force.config.zone, LocalDesk())
    now = datetime.now(UTC)
    for view in views:
        _print_trial(view, now)
    return code_of_views(views, now)


def _print_trial(view: AccountView, now: datetime) -> None:
    if view.error is not None:
        complain(f"{view.name}: {view.error}")
        return
    latency = view.last_poll.latency_seconds if view.last_poll else None
    took = f", answered in {wording.latency(latency)}" if latency is not None else ""
    simulated = ", simulated" if view.is_simulated else ""
    emit(f"{view.name}: key accepted, {state_sign(view, now)[1]}{simulated}{took}")


def _config_path(common: Common) -> Path:
    refuse_demo(common, "The demo has no config to change")
    return config_place(common.config, os.environ).path


def _kept_in_keyring(name: str) -> KeySource | None:
    """Say where the OS key store has a key for an account of this name already."""
    from usage_tui.commands.account_adding import KEYRING_SERVICE  # noqa: PLC0415 - `--help` does without
    from usage_tui.services.key_store import stored_key  # noqa: PLC0415 - likewise

    stored = stored_key(KEYRING_SERVICE, name, KEYRING_SECONDS)
    if not stored:
        return None
    checked_key(stored, "the key store")
    return KeyFromKeyring(KEYRING_SERVICE, name)


def _forget(gone: Account, others: set[KeySource], keys: Path) -> str:
    """Delete a removed account's own key file; give a remark on where its key is now."""
    match gone.key_source:
        case KeyFromFile(path) as source if source not in others and forget_key(keys, Path(path).expanduser()):
            return " Its key file was deleted."
        case KeyFromFile() | KeyFromKeyring():
            return f" Its key was left where it is: {source_kind(gone.key_source)}."
        case _:
            return ""
