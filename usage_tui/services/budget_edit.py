"""Changes the budget of one account in the text of a config, and leaves every other character as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import tomlkit

from usage_tui.services.config_edit import changed_so, document_of, lines_of
from usage_tui.services.config_lines import KeyPath, Layout, layout

BudgetChange = Mapping[str, int | float | None]
_PAIR = re.compile(r"([^=\"'#{\[]*=[ \t]*)([0-9_.eE+-]+)([ \t]*)(#[^\r\n]*)?(\r?\n)?")


def with_budget(text: str, index: int, change: BudgetChange) -> str:
    """Give the config's text with some settings of the budget of account number `index` changed; None removes one.

    Raises:
        ConfigError: the text is laid out in a way that this cannot change.
    """
    meant = document_of(text)
    account = meant["accounts"][index]
    budget = account.get("budget", {}) | change
    kept = {key: value for key, value in budget.items() if value is not None}
    if kept or "budget" in account:
        account["budget"] = kept
    return changed_so(text, [partial(way, index=index, change=change) for way in (_by_line, _by_document)], meant)


def _by_line(text: str, index: int, change: BudgetChange) -> str:
    """Change, remove and add whole lines; raises ValueError where the settings do not stand on lines of their own."""
    lines = lines_of(text)
    seen = layout(text)
    table: KeyPath = ("accounts", index, "budget")
    added = []
    for key, value in change.items():
        place = seen.places.get((*table, key))
        if place is not None:
            lines[place.first - 1] = _changed_line(lines[place.first - 1], value)
        elif value is not None:
            added.append((key, _worded(value)))
    if added:
        add_pairs(lines, seen, table, added)
    return "".join(lines)


def add_pairs(lines: list[str], seen: Layout, table: KeyPath, pairs: Iterable[tuple[str, str]]) -> None:
    """Add keys with their values as TOML to an account's table, such as `("accounts", 0, "budget")`, at its end.

    Raises:
        ValueError: the account has no table of its own.
    """
    ending = "\r\n" if any(line.endswith("\r\n") for line in lines) else "\n"
    at, prefix = _end_of(seen, table)
    if lines[at - 1 : at] and not lines[at - 1].endswith("\n"):
        lines[at - 1] += ending
    header = [] if prefix is not None else [ending, f"[accounts.{table[-1]}]{ending}"]
    lines[at:at] = [*header, *(f"{prefix or ''}{key} = {word}{ending}" for key, word in pairs)]


def _changed_line(line: str, value: float | None) -> str:
    """Put another value on the line of a pair; a comment behind it keeps its column, and outlasts the pair."""
    found = _PAIR.fullmatch(line)
    if found is None:
        raise ValueError("the pair does not stand alone on its line")
    name, old, gap, comment, ending = (part or "" for part in found.groups())
    if value is None:
        indent = name[: len(name) - len(name.lstrip())]
        return f"{indent}{comment}{ending}" if comment else ""
    new = _worded(value)
    room = len(old) + len(gap) - len(new)
    return f"{name}{new}{' ' * max(1, room) if comment else gap}{comment}{ending}"


def _end_of(seen: Layout, table: KeyPath) -> tuple[int, str | None]:
    """Find the number of lines after which a new pair goes, and what stands before its key.

    None stands there where the account has no such table yet: it gets one of its own, behind the account's others.
    """
    own = [section for section in seen.sections if section.table == table]
    if own:
        return own[0].last, ""
    dotted = [place for path, place in seen.places.items() if path[:-1] == table]
    if dotted:
        return max(place.last for place in dotted), f"{table[-1]}."
    around = [section.last for section in seen.sections if section.table[:2] == table[:2]]
    if not around:
        raise ValueError("the account has no table of its own")
    return max(around), None


def _by_document(text: str, index: int, change: BudgetChange) -> str:
    """Change inline tables, which keep what stands around the values."""
    document = tomlkit.parse(text)
    accounts: Any = document["accounts"]
    account = accounts[index]
    if "budget" not in account:
        account["budget"] = tomlkit.inline_table()
    for key, value in change.items():
        if value is not None:
            account["budget"][key] = tomlkit.value(_worded(value))
        else:
            account["budget"].pop(key, None)
    return document.as_string()


def _worded(value: float) -> str:
    """Write a number as TOML: credits in groups of three."""
    return f"{value:_}" if isinstance(value, int) else repr(value)
