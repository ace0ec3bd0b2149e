"""Adds an account: its key is tried against the service first, and a refused one is not saved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from usage_tui.commands.look import look_at
from usage_tui.core import wording
from usage_tui.core.account import (
    SERVICE_URL,
    Account,
    AccountState,
    KeyFromCommand,
    KeyFromEnv,
    KeyFromFile,
    KeyFromKeyring,
    KeyInConfig,
    KeySource,
    PollPlan,
)
from usage_tui.core.errors import ConfigError, KeyRefused, KeyUnavailable
from usage_tui.core.view import AccountView
from usage_tui.services.config import checked_settings
from usage_tui.services.config_file import ConfigFile, index_of
from usage_tui.services.config_text import read_text, shown_path
from usage_tui.services.config_values import name_fault
from usage_tui.services.desk import LocalDesk
from usage_tui.services.key_file import forget_key, keep_key
from usage_tui.services.key_store import store_key
from usage_tui.services.paths import StateFolder, config_place, state_folder
from usage_tui.services.secrets import KEYRING_SECONDS, checked_key

KEYRING_SERVICE = "usage-tui"


def add_account(
    file: ConfigFile,
    state: StateFolder,
    name: str,
    source: KeySource,
    *,
    base_url: str = SERVICE_URL,
    is_for_keyring: bool = False,
) -> str:
    """Try the key, then add the account to the config; give a remark on how that went.

    A key that `source` holds itself is kept in a file of its own that the config names, or in the OS key store.

    Raises:
        ConfigError: the config is wrong or cannot be written, or the name is taken or no name.
        KeyUnavailable: the source gives no key.
        KeyRefused: the service refused the key.
    """
    if fault := name_fault(name):
        raise ConfigError(f"The name {fault}.")
    if is_taken(file, name):
        raise ConfigError(f"{shown_path(file.path)}: has an account of this name already; choose another.")
    view = look_at([Account(name, source, base_url)], PollPlan(), None, LocalDesk())[0]
    if view.key_error is not None:
        raise KeyUnavailable(f"{view.key_error} Nothing was saved.")
    last_poll = view.last_poll
    if last_poll is not None and last_poll.state is AccountState.UNAUTHORIZED:
        raise KeyRefused(f"{last_poll.error} Nothing was saved.")
    if is_for_keyring and isinstance(source, KeyInConfig):
        store_key(KEYRING_SERVICE, name, source.key.reveal(), KEYRING_SECONDS)
        source = KeyFromKeyring(KEYRING_SERVICE, name)
    _save(file, state, name, source, base_url)
    return _remark(view, file)


def add_account_with_key(config: Path | None, environ: Mapping[str, str], name: str, key: str) -> str:
    """Add an account whose key was typed in, to the config that is in force; see `add_account`.

    Raises:
        ConfigError, KeyUnavailable, KeyRefused: as there.
    """
    state = state_folder(environ)
    file = ConfigFile(config_place(config, environ).path, state)
    return add_account(file, state, name, KeyInConfig(checked_key(key, "the field", "type it, or paste it")))


def is_taken(file: ConfigFile, name: str) -> bool:
    """Say whether the config has an account of this name, whatever the case.

    Raises:
        ConfigError: the config is wrong.
    """
    text = read_text(file.path)
    return text is not None and index_of(checked_settings(text), name) is not None


def _save(file: ConfigFile, state: StateFolder, name: str, source: KeySource, base_url: str) -> None:
    """Write the account into the config, its key first; where the config refuses, the key goes again."""
    key_path = None
    if isinstance(source, KeyInConfig):
        key_path = keep_key(state.keys, source.key, config=file.path.absolute(), name=name)
        source = KeyFromFile(str(key_path))
    settings: dict[str, Any] = {"name": name, **_source_setting(source)}
    if base_url != SERVICE_URL:
        settings["base_url"] = base_url
    try:
        file.add_account(settings)
    except BaseException:
        if key_path is not None:
            forget_key(state.keys, key_path)
        raise


def _source_setting(source: KeySource) -> dict[str, Any]:
    match source:
        case KeyFromEnv(variable):
            return {"api_key_env": variable}
        case KeyFromCommand(arguments):
            return {"api_key_command": list(arguments)}
        case KeyFromFile(path):
            return {"api_key_file": path}
        case KeyFromKeyring(service, username):
            return {"api_key_keyring": f"{service}/{username}"}
        case KeyInConfig():
            raise ValueError("a key is not written into the config")


def _remark(view: AccountView, file: ConfigFile) -> str:
    where = shown_path(file.path)
    if view.error is not None and view.sample is None:
        is_used_up = view.last_poll is not None and view.last_poll.state is AccountState.EXHAUSTED
        return f"{view.name} was added to {where}{'' if is_used_up else ', with its key untried'}: {view.error}"
    used, limit = wording.count(view.snapshot.used), wording.count(view.snapshot.limit)
    return f"{view.name} was added to {where}. Its key works: {used} of {limit} credits used."
