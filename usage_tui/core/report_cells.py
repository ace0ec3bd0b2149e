"""What the cells of a report say: domains, parameters and whole numbers, as people and spreadsheets write them."""

from __future__ import annotations

import re

from usage_tui.core.report import Unreadable
from usage_tui.core.wording import harmless

LONGEST_DOMAIN = 253
LONGEST_PARAMETERS = 300
LARGEST_COUNT = 100_000_000_000
LONGEST_QUOTE = 40
_UNKNOWN_COUNTS = frozenset({"", "-", "–", "—", "n/a", "na", "null", "none"})
_PLAIN = re.compile(r"([0-9]+)(?:[.,]0{1,2})?")
_GROUPED = re.compile(r"([1-9][0-9]{0,2}(?:([.,'’ \u00a0\u2009\u202f])[0-9]{3})(?:\2[0-9]{3})*)(?:([.,])0{1,2})?")
_NO_DIGIT = re.compile(r"[^0-9]")
_LABEL = r"\w(?:[\w-]{0,62}\w)?"
_HOST = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL}){{0,126}}|\[[0-9a-f:.]+\]")
_PORT = re.compile(r":[0-9]{1,5}$")


def whole_number(text: str) -> int:
    """Read a count: `1234`, `1,234`, `1.234`, `1 234`, `12.00`.

    Raises:
        Unreadable: it is no whole number from 0 to 100 billion.
    """
    stripped = text.strip()
    if not stripped:
        raise Unreadable("empty")
    found = _PLAIN.fullmatch(stripped)
    if found is None:
        found = _GROUPED.fullmatch(stripped)
        if found is None or found[2] == found[3]:
            raise Unreadable(f"no whole number: {quoted(text)}")
    digits = _NO_DIGIT.sub("", found[1])
    if len(digits.lstrip("0")) > len(str(LARGEST_COUNT)) or int(digits) > LARGEST_COUNT:
        raise Unreadable(f"too large to be true: {quoted(text)}")
    return int(digits)


def known_number(text: str) -> int | None:
    """Read a count that need not be there: None where the cell is empty, or a dash.

    Raises:
        Unreadable: it is something else, and no whole number.
    """
    return None if text.strip().lower() in _UNKNOWN_COUNTS else whole_number(text)


def domain_name(text: str) -> str:
    """Read a domain, or that of a URL: its host in lower case, without port, path or credentials.

    Raises:
        Unreadable: it is neither.
    """
    host = text.strip().lower()
    if not host:
        raise Unreadable("empty")
    if "/" in host or "@" in host:
        host = re.split(r"[/?#\\]", host.partition("//")[2] if "//" in host else host, maxsplit=1)[0]
        host = host.rpartition("@")[2]
    host = _PORT.sub("", host).removesuffix(".")
    if len(host) > LONGEST_DOMAIN or not _HOST.fullmatch(host):
        raise Unreadable(f"no domain: {quoted(text)}")
    return host


def parameter_words(text: str) -> str:
    """Read the parameters of requests, on one line.

    Raises:
        Unreadable: they hold what a terminal would obey, or a spreadsheet would run, or are too long.
    """
    words = " ".join(text.split())
    if len(words) > LONGEST_PARAMETERS:
        raise Unreadable(f"longer than {LONGEST_PARAMETERS} characters")
    if not words.isprintable() or harmless(words, LONGEST_PARAMETERS) != words:
        raise Unreadable(f"control characters: {quoted(text)}")
    if words.startswith(("=", "@")):
        raise Unreadable(f"a formula: {quoted(text)}")
    return words


def quoted(text: str) -> str:
    """Show a cell that is wrong, harmless and short."""
    return harmless(text.strip(), LONGEST_QUOTE)
