"""The config: from its TOML to values that cannot be wrong, and every fault on the way."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from usage_tui.core.account import (
    Account,
    ApiKey,
    KeyFromCommand,
    KeyFromEnv,
    KeyFromFile,
    KeyFromKeyring,
    KeyInConfig,
    KeySource,
    PollPlan,
    is_insecure,
)
from usage_tui.core.budget import Budget
from usage_tui.core.cycle import CyclePlan, Period
from usage_tui.core.errors import ConfigError
from usage_tui.services.config_reading import Fault, path_text, read_settings
from usage_tui.services.config_schema import AccountSettings, AlertSettings, HistorySettings, Settings
from usage_tui.services.config_text import ConfigText, read_text, shown_path
from usage_tui.services.config_values import base_url_fault, moment_of, zone_of
from usage_tui.services.paths import config_place

KEY_SOURCES = ("api_key_env", "api_key_command", "api_key_file", "api_key_keyring", "api_key")
ZERO_CONFIG_VARIABLES = ("SCRAPERAPI_API_KEY", "SCRAPERAPI_KEY")
ZERO_CONFIG_NAME = "default"


class Config(Struct, frozen=True):
    """What the user wants; `path` is None where there is no file. `zone` None is the machine's own time zone."""

    path: Path | None = None
    accounts: tuple[Account, ...] = ()
    plan: PollPlan = field(default_factory=PollPlan)
    zone: tzinfo | None = None
    graph: str = "auto"
    theme: str = "auto"
    keys: Mapping[str, str] = field(default_factory=dict)
    history: HistorySettings = field(default_factory=HistorySettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the config that `path` or the environment names, or the one at the platform's own place.

    Without a file there, or without accounts in it, a key in the environment makes one account `default`.

    Raises:
        ConfigError: with a line for each fault.
    """
    place = config_place(path, environ)
    text = read_text(place.path)
    if text is None and place.is_named:
        where = shown_path(place.path)
        raise ConfigError(f"{where}: there is no such file; create it with `usage-tui --config {where} config init`.")
    config = Config() if text is None else _config_of(checked_settings(text), place.path)
    if config.accounts:
        return config
    return replace(config, accounts=tuple(_environment_accounts(environ)))


def checked_settings(text: ConfigText) -> Settings:
    """Read a config's settings as they are written.

    Raises:
        ConfigError: with a line for each fault.
    """
    document = text.document()
    settings, faults = read_settings(document, Settings)
    faults += _account_faults(document, text)
    if isinstance(keys := document.get("keys"), dict):
        from usage_tui.services.config_keys import keys_faults  # noqa: PLC0415 - most configs change no keys

        faults += keys_faults(keys)
    if settings is None or faults:
        raise ConfigError(_worded(faults, text))
    return settings


def _worded(faults: list[Fault], text: ConfigText) -> str:
    """Word faults in the order of their lines: `file:line: key.path: reason`."""
    from usage_tui.services.config_lines import layout  # noqa: PLC0415 - only a fault needs its line

    lines = layout(text.text)
    located = sorted(((lines.line(fault.path), fault) for fault in faults), key=lambda pair: pair[0])
    where = shown_path(text.path)
    return "\n".join(
        f"{where}:{line}: {path_text(fault.path)}{': ' if fault.path else ''}{fault.reason}"
        f"{'' if fault.reason.endswith('?') else '.'}"
        for line, fault in located
    )


def _account_faults(document: dict[str, Any], text: ConfigText) -> Iterator[Fault]:
    """Find what is wrong between settings that are each right."""
    tables = document.get("accounts")
    names: dict[str, int] = {}
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        if not isinstance(table, dict):
            continue
        path = ("accounts", index)
        sources = [source for source in KEY_SOURCES if source in table]
        if not sources:
            yield Fault(path, f"has no key; add one of {', '.join(KEY_SOURCES)}")
        for source in sources[1:]:
            yield Fault((*path, source), f"is one source of the key too many beside {sources[0]}; keep one")
        if "api_key" in table and not text.is_private:
            yield Fault(
                (*path, "api_key"),
                f"is a key in a file that others can read; run `chmod 600 {shown_path(text.path)}`",
            )
        url = table.get("base_url")
        if isinstance(url, str) and not base_url_fault(url) and is_insecure(url) and not table.get("allow_insecure"):
            yield Fault(
                (*path, "base_url"),
                "sends the key unencrypted to another machine; write https://, or set allow_insecure = true",
            )
        name = table.get("name")
        if isinstance(name, str):
            first = names.setdefault(folded(name), index)
            if first != index:
                yield Fault((*path, "name"), f"is the name of accounts[{first}] already; choose another")


def folded(name: str) -> str:
    """Make a name's form for comparing: names that differ by case alone are the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _config_of(settings: Settings, path: Path) -> Config:
    zone = zone_of(settings.timezone)
    return Config(
        path=path,
        accounts=tuple(_account_of(account, path, zone) for account in settings.accounts),
        plan=PollPlan(
            interval_seconds=settings.poll.interval_seconds,
            background_seconds=settings.poll.background_seconds,
            timeout_seconds=settings.poll.timeout_seconds,
            stale_seconds=settings.alerts.stale_seconds,
        ),
        zone=zone,
        graph=settings.graph,
        theme=settings.theme,
        keys=settings.keys,
        history=settings.history,
        alerts=settings.alerts,
    )


def _account_of(settings: AccountSettings, path: Path, zone: tzinfo | None) -> Account:
    anchor = settings.cycle.anchor
    return Account(
        name=settings.name,
        key_source=_key_source_of(settings, path.parent),
        base_url=settings.base_url.rstrip("/"),
        allow_insecure=settings.allow_insecure,
        cycle=CyclePlan(Period(settings.cycle.period), None if anchor is None else moment_of(anchor, zone)),
        budget=Budget(settings.budget.credits, settings.budget.daily_credits, settings.budget.near_at),
        one_off_days=tuple(sorted(set(settings.forecast.one_off_days))),
    )


def _key_source_of(settings: AccountSettings, folder: Path) -> KeySource:
    """Make the one key source; a relative file is looked for beside the config."""
    if settings.api_key_env is not None:
        return KeyFromEnv(settings.api_key_env)
    if settings.api_key_command is not None:
        return KeyFromCommand(settings.api_key_command)
    if settings.api_key_file is not None:
        file = settings.api_key_file
        return KeyFromFile(file if file.startswith("~") else str(folder.absolute() / file))
    if settings.api_key_keyring is not None:
        service, _, username = settings.api_key_keyring.partition("/")
        return KeyFromKeyring(service, username)
    if settings.api_key is not None:
        return KeyInConfig(ApiKey(settings.api_key))
    raise ConfigError(f"{shown_path(folder)}: an account has no key.")


def _environment_accounts(environ: Mapping[str, str]) -> Iterator[Account]:
    """Make the one account of a key in the environment, if there is one."""
    for variable in ZERO_CONFIG_VARIABLES:
        if environ.get(variable):
            yield Account(ZERO_CONFIG_NAME, KeyFromEnv(variable))
            return
