"""Changes the text of a config: an account more or less, every other character as it was.

The tables are cut in and out by line, for tomlkit (0.13–0.15) drops the comments above a table that follows a deleted
one, moves tables to gather a scattered array, and writes behind a comment in an array of several lines. What comes out
is parsed again and compared with what was meant, so that a wrong edit is refused, never written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit

from usage_tui.core.errors import ConfigError
from usage_tui.services.config_lines import KeyPath, layout

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def with_account(text: str, account: Mapping[str, Any]) -> str:
    """Give the config's text with one account more, behind the last one.

    Raises:
        ConfigError: the text is laid out in a way that this cannot extend.
    """
    before = document_of(text)
    after = before | {"accounts": [*before.get("accounts", []), dict(account)]}
    is_inline = "accounts" in before and not _account_sections(text)
    return checked(_with_inline(text, account) if is_inline else _with_table(text, account), after)


def without_account(text: str, index: int) -> str:
    """Give the config's text without its account number `index`, counted from 0.

    Raises:
        ConfigError: the text is laid out in a way that this cannot shorten.
    """
    before = document_of(text)
    accounts = [account for number, account in enumerate(before["accounts"]) if number != index]
    after = before | {"accounts": accounts}
    if _account_sections(text):
        if not accounts:
            del after["accounts"]
        return checked(_without_table(text, index), after)
    return checked(_without_inline(text, index), after)


def document_of(text: str) -> dict[str, Any]:
    """Parse a config's text, which has to be TOML."""
    return tomllib.loads(text.removeprefix("\ufeff"))


def checked(text: str, meant: dict[str, Any]) -> str:
    """Give the text if it says what is meant.

    Raises:
        ConfigError: it does not.
    """
    try:
        says_it = document_of(text) == meant
    except ValueError:
        says_it = False
    if not says_it:
        raise ConfigError("The config's accounts are laid out in a way that cannot be edited here; edit them by hand.")
    return text


def _account_sections(text: str) -> list[tuple[KeyPath, range]]:
    """Find the accounts' own tables: the path of each, and its lines counted from 0."""
    return [
        (section.table, range(section.first - 1, section.last))
        for section in layout(text).sections
        if section.table[0] == "accounts" and len(section.table) > 1
    ]


def _with_table(text: str, account: Mapping[str, Any]) -> str:
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = _LINE.findall(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += ending
    block = ["[[accounts]]", *(f"{key} = {tomlkit.item(value).as_string()}" for key, value in account.items())]
    new = [line + ending for line in block]
    at = max((section.stop for _, section in _account_sections(text)), default=len(lines))
    above = [ending] if "".join(lines[:at]).strip("\ufeff \t\r\n") else []
    return "".join([*lines[:at], *above, *new, *lines[at:]])


def _without_table(text: str, index: int) -> str:
    """Leave out the account's tables, each from its header to its last value, and one empty line after each."""
    lines = _LINE.findall(text)
    gone: set[int] = set()
    for path, section in _account_sections(text):
        if path[1] == index:
            gone.update(section)
            if section.stop < len(lines) and not lines[section.stop].strip():
                gone.add(section.stop)
    return "".join(line for number, line in enumerate(lines) if number not in gone)


def _with_inline(text: str, account: Mapping[str, Any]) -> str:
    document = tomlkit.parse(text)
    table = tomlkit.inline_table()
    table.update(account)
    accounts: Any = document["accounts"]
    accounts.append(table)
    return document.as_string()


def _without_inline(text: str, index: int) -> str:
    document = tomlkit.parse(text)
    accounts: Any = document["accounts"]
    del accounts[index]
    return document.as_string()
