"""Text in the cells of a CSV file: kept from being run as a formula by the spreadsheet that opens it."""

from __future__ import annotations

import re

_BEGINNING = r"(?:\A|[,;\t\r\n]) *"
_FORMULA = r"(?=['=+\-@＝＋－＠\t\r\n])"
_DANGEROUS = re.compile(f"({_BEGINNING}){_FORMULA}")
_DEFUSED = re.compile(f"({_BEGINNING})'{_FORMULA}")


def defused(text: str) -> str:
    """Put an apostrophe before whatever a spreadsheet would run, also where it takes another separator (OWASP)."""
    return _DANGEROUS.sub(r"\1'", text)


def restored(text: str) -> str:
    """Take the apostrophes away again that `defused` put there."""
    return _DEFUSED.sub(r"\1", text) if "'" in text else text
