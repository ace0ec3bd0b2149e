"""Changes the text of a config: an account more or less, every other character as it was.

The tables are cut in and out by line, for tomlkit (0.13–0.15) drops the comments above a table that follows a deleted
one, moves tables to gather a scattered array, and writes behind a comment in an array of several lines. What comes out
is parsed again and compared with what was meant, so that a wrong edit is refused, never written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import tomlkit

from usage_tui.core.errors import ConfigError
from usage_tui.services.config_lines import KeyPath, layout

_BYTE_ORDER_MARK = "\ufeff"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def with_account(text: str, account: Mapping[str, Any]) -> str:
    """Give the config's text with one account more, behind the last one.

    Raises:
        ConfigError: the text is laid out in a way that this cannot extend.
    """
    before = document_of(text)
    after = before | {"accounts": [*before.get("accounts", []), dict(account)]}
    is_inline = "accounts" in before and not _account_sections(text)
    way = _with_inline if is_inline else _with_table
    return changed_so(text, [partial(way, account=account)], after)


def without_account(text: str, index: int) -> str:
    """Give the config's text without its account number `index`, counted from 0.

    Raises:
        ConfigError: the text is laid out in a way that this cannot shorten.
    """
    before = document_of(text)
    accounts = [account for number, account in enumerate(before["accounts"]) if number != index]
    after = before | {"accounts": accounts}
    is_inline = not _account_sections(text)
    if not accounts and not is_inline:
        del after["accounts"]
    way = _without_inline if is_inline else _without_table
    return changed_so(text, [partial(way, index=index)], after)


def document_of(text: str) -> dict[str, Any]:
    """Parse a config's text, which has to be TOML."""
    return tomllib.loads(text.removeprefix(_BYTE_ORDER_MARK))


def changed_so(text: str, ways: Iterable[Callable[[str], str]], meant: dict[str, Any]) -> str:
    """Give what comes of the first way to change a text that leads to what is meant; a byte order mark stays.

    Raises:
        ConfigError: none does.
    """
    bare = text.removeprefix(_BYTE_ORDER_MARK)
    mark = text.removesuffix(bare)
    for way in ways:
        with suppress(ConfigError, ValueError, LookupError, TypeError):
            changed = way(bare)
            if document_of(changed) == meant:
                return mark + changed
    raise ConfigError("The config is laid out in a way that cannot be edited here; edit it by hand.")


def lines_of(text: str) -> list[str]:
    """Cut a text into its lines, each with what ends it."""
    return _LINE.findall(text)


def _account_sections(text: str) -> list[tuple[KeyPath, range]]:
    """Find the accounts' own tables: the path of each, and its lines counted from 0."""
    return [
        (section.table, range(section.first - 1, section.last))
        for section in layout(text).sections
        if section.table[0] == "accounts" and len(section.table) > 1
    ]


def _with_table(text: str, account: Mapping[str, Any]) -> str:
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = lines_of(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += ending
    block = ["[[accounts]]", *(f"{key} = {tomlkit.item(value).as_string()}" for key, value in account.items())]
    new = [line + ending for line in block]
    at = max((section.stop for _, section in _account_sections(text)), default=len(lines))
    above = [ending] if "".join(lines[:at]).strip() else []
    return "".join([*lines[:at], *above, *new, *lines[at:]])


def _without_table(text: str, index: int) -> str:
    """Leave out the account's tables, each from its header to its last value, and one empty line after each."""
    lines = lines_of(text)
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
