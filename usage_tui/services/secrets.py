"""Gets an account's API key from where the config says that it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from usage_tui.core.account import (
    ApiKey,
    KeyFromCommand,
    KeyFromEnv,
    KeyFromFile,
    KeyFromKeyring,
    KeyInConfig,
    KeySource,
)
from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.wording import harmless
from usage_tui.services.config_values import key_fault
from usage_tui.services.masking import masked
from usage_tui.services.private_file import read_private_file

COMMAND_SECONDS = 10.0
KEYRING_SECONDS = 5.0


def read_key(
    source: KeySource,
    *,
    environ: Mapping[str, str] = os.environ,
    command_seconds: float = COMMAND_SECONDS,
    keyring_seconds: float = KEYRING_SECONDS,
) -> ApiKey:
    """Get the key; blocks for as long as a command or the OS key store takes, up to their deadlines in seconds.

    Raises:
        KeyUnavailable: the source gives no key, or what cannot be one.
    """
    match source:
        case KeyInConfig(key):
            return key
        case KeyFromEnv(variable):
            return _key_in_environment(variable, environ)
        case KeyFromFile(path):
            return checked_key(read_private_file(Path(path)), f"the file {harmless(path, 300)}")
        case KeyFromCommand(arguments):
            from usage_tui.services.key_command import first_line  # noqa: PLC0415 - only this source needs it

            return checked_key(first_line(arguments, command_seconds), f"the key command {shown_program(arguments)}")
        case KeyFromKeyring(service, username):
            from usage_tui.services.key_store import stored_key  # noqa: PLC0415 - only this source needs it

            entry = harmless(masked(f"{service}/{username}"))
            stored = stored_key(service, username, keyring_seconds)
            return checked_key(stored, f"the key store's entry {entry}", "put it there with `keyring set`")


def checked_key(text: str, origin: str, mend: str = "put it on the first line") -> ApiKey:
    """Make a key of the first line of `text`; `origin` says where it is from, `mend` how a key gets there.

    Raises:
        KeyUnavailable: it cannot be a key; the text is not repeated.
    """
    key = text.split("\n", 1)[0].strip()
    if not key:
        raise KeyUnavailable(f"{_capital(origin)} holds no key; {mend}.")
    if fault := key_fault(key):
        raise KeyUnavailable(f"What {origin} holds {fault}; put the key alone on the first line.")
    return ApiKey(key)


def source_kind(source: KeySource) -> str:
    """Word where a key comes from, without the key."""
    match source:
        case KeyFromEnv(variable):
            return f"environment variable {harmless(masked(variable))}"
        case KeyFromCommand(arguments):
            return f"command {shown_program(arguments)}"
        case KeyFromFile(path):
            return f"file {harmless(path, 300)}"
        case KeyFromKeyring(service, username):
            return f"key store {harmless(masked(f'{service}/{username}'))}"
        case KeyInConfig():
            return "in the config"


def shown_program(arguments: tuple[str, ...]) -> str:
    """Word a command by its program alone: its arguments may hold a secret."""
    return harmless(masked(arguments[0]), 80)


def _key_in_environment(variable: str, environ: Mapping[str, str]) -> ApiKey:
    shown = harmless(masked(variable))
    value = environ.get(variable)
    if not value:
        state = "not set" if value is None else "empty"
        raise KeyUnavailable(f"The environment variable {shown} is {state}; set it to the API key.")
    return checked_key(value, f"the environment variable {shown}")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
