"""Words the settings in force as TOML, without anything that may be a secret."""

from __future__ import annotations

from typing import Any

import msgspec

from usage_tui.services.config_schema import Settings
from usage_tui.services.masking import HIDDEN, masked

_COMMANDS = frozenset({"api_key_command", "command"})
_SECRETS = frozenset({"api_key", "webhook", "apprise"})


def shown_config(settings: Settings) -> str:
    """Word the settings; of a command only the program is shown, for its arguments may hold a secret."""
    import tomli_w  # noqa: PLC0415 - `--help` does without

    return tomli_w.dumps(_without_secrets(msgspec.to_builtins(settings, builtin_types=_dates())))


def _dates() -> tuple[type, ...]:
    from datetime import date, datetime  # noqa: PLC0415 - of the config's values, only an anchor is one

    return (datetime, date)


def _without_secrets(value: Any, name: str = "") -> Any:
    match value:
        case dict():
            return {key: _without_secrets(part, key) for key, part in value.items() if part is not None}
        case list() | tuple() if name in _COMMANDS:
            return [masked(value[0]), *(HIDDEN for _ in value[1:2])]
        case list() | tuple():
            return [_without_secrets(part, name) for part in value]
        case str():
            return HIDDEN if name in _SECRETS else masked(value)
        case _:
            return value
