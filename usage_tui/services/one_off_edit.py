"""Changes the one-off days of one account in the text of a config, and leaves every other character as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import tomlkit

from usage_tui.services.budget_edit import add_pairs
from usage_tui.services.config_edit import changed_so, document_of, lines_of
from usage_tui.services.config_lines import KeyPath, layout

_KEY = "one_off_days"


def with_one_off_days(text: str, index: int, days: Sequence[date]) -> str:
    """Give the config's text with other one-off days of account number `index`; days that stay, stay where they are.

    A comment behind a day goes with that day.

    Raises:
        ConfigError: the text is laid out in a way that this cannot change.
    """
    meant = document_of(text)
    account = meant["accounts"][index]
    forecast = account.get("forecast", {})
    there = forecast.get(_KEY, [])
    new = sorted(set(days) - set(there))
    account["forecast"] = forecast | {_KEY: [day for day in there if day in days] + new}
    ways = (
        lambda bare: _edited(bare, index, days, new),
        lambda bare: _added(bare, index, new),
        lambda bare: _put(bare, index, new),
    )
    return changed_so(text, ways, meant)


def _edited(text: str, index: int, days: Sequence[date], new: Sequence[date]) -> str:
    """Change the array where it stands; raises ValueError where there is none."""
    document = tomlkit.parse(text)
    accounts: Any = document["accounts"]
    array = accounts[index].get("forecast", {}).get(_KEY)
    if array is None:
        raise ValueError("there is no array")
    for number in reversed(range(len(array))):
        if array[number] not in days:
            del array[number]
    for day in new:
        array.append(day)
    return document.as_string()


def _added(text: str, index: int, days: Sequence[date]) -> str:
    """Add an array to the account's table; raises ValueError where the account has none of its own."""
    table: KeyPath = ("accounts", index, "forecast")
    lines = lines_of(text)
    add_pairs(lines, layout(text), table, [(_KEY, f"[{', '.join(day.isoformat() for day in days)}]")])
    return "".join(lines)


def _put(text: str, index: int, days: Sequence[date]) -> str:
    """Put an array into inline tables, which keep what stands around the values."""
    document = tomlkit.parse(text)
    accounts: Any = document["accounts"]
    account = accounts[index]
    if "forecast" not in account:
        account["forecast"] = tomlkit.inline_table()
    account["forecast"][_KEY] = list(days)
    return document.as_string()
