"""Changes the one-off days of one account in the text of a config, and leaves every other character as it was."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import tomlkit

from usage_tui.services.budget_edit import add_pairs, changed_so, lines_of
from usage_tui.services.config_edit import document_of
from usage_tui.services.config_lines import KeyPath, layout

_KEY = "one_off_days"
_ARRAY = re.compile(r"one_off_days[\"']?[ \t]*=[ \t]*\[")
_PART = re.compile(r"#[^\n]*|[0-9]{4}-[0-9]{2}-[0-9]{2}|[^#0-9\]]+|.", re.DOTALL)
_GONE = "\0"  # no text of a config holds it
_GONE_LINE = re.compile(rf"\n[ \t]*{_GONE}[ \t]*,?[ \t]*(?=\r?\n)")
_GONE_LAST = re.compile(rf"(?:,[ \t]*{_GONE}[ \t]*)+(?=\])")
_GONE_ELSE = re.compile(rf"{_GONE}[ \t]*,?[ \t]*")


def with_one_off_days(text: str, index: int, days: Sequence[date]) -> str:
    """Give the config's text with other one-off days of account number `index`; days that stay, stay where they are.

    Raises:
        ConfigError: the text is laid out in a way that this cannot change.
    """
    meant = document_of(text)
    account = meant["accounts"][index]
    forecast = account.get("forecast", {})
    there = forecast.get(_KEY, [])
    meant_days = [day for day in there if day in days] + sorted(set(days) - set(there))
    account["forecast"] = forecast | {_KEY: meant_days}
    return changed_so((lambda: _by_line(text, index, meant_days), lambda: _by_document(text, index, meant_days)), meant)


def _by_line(text: str, index: int, days: Sequence[date]) -> str:
    """Change the array where it stands, or add it; raises ValueError where it does not stand on lines of its own."""
    lines = lines_of(text)
    seen = layout(text)
    table: KeyPath = ("accounts", index, "forecast")
    place = seen.places.get((*table, _KEY))
    if place is None:
        add_pairs(lines, seen, table, [(_KEY, _worded(days))])
    else:
        lines[place.first - 1 : place.last] = [_changed("".join(lines[place.first - 1 : place.last]), days)]
    return "".join(lines)


def _changed(pair: str, days: Sequence[date]) -> str:
    """Take days out of an array, and put others behind its last one; comments stay."""
    opened = _ARRAY.search(pair)
    if opened is None:
        raise ValueError("the array does not stand there")
    parts = []
    end = opened.end()
    for found in _PART.finditer(pair, opened.end()):
        if found[0] == "]":
            break
        parts.append(found[0])
        end = found.end()
    there = [number for number, part in enumerate(parts) if part[:1].isdigit()]
    new = [day.isoformat() for day in days if day.isoformat() not in parts]
    kept = [number for number in there if parts[number] in _texts(days)]
    if new and kept:
        parts[kept[-1]] = ", ".join([parts[kept[-1]], *new])
    elif new:
        parts.insert(0, ", ".join(new) + (", " if there else ""))
        there = [number + 1 for number in there]
    for number in there:
        if number not in kept and parts[number][:1].isdigit():
            parts[number] = _GONE
    inside = "".join([*parts, "]"])
    for pattern in (_GONE_LINE, _GONE_LAST, _GONE_ELSE):
        inside = pattern.sub("", inside)
    return pair[: opened.end()] + inside[:-1] + pair[end:]


def _by_document(text: str, index: int, days: Sequence[date]) -> str:
    """Change inline tables, which keep what stands around the values."""
    document = tomlkit.parse(text)
    accounts: Any = document["accounts"]
    account = accounts[index]
    if "forecast" not in account:
        account["forecast"] = tomlkit.inline_table()
    account["forecast"][_KEY] = tomlkit.value(_worded(days))
    return document.as_string()


def _texts(days: Collection[date]) -> set[str]:
    return {day.isoformat() for day in days}


def _worded(days: Collection[date]) -> str:
    """Write days as TOML."""
    return f"[{', '.join(day.isoformat() for day in days)}]"
