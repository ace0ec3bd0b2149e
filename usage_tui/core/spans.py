"""Words with roles, laid out in lines of terminal cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

_MARKS = frozenset({"Mn", "Me", "Mc"})
_JOINING = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\U0001f3fb-\U0001f3ff]")  # later parts of Hangul, skin colours
_WIDE_SINCE_UNICODE_16 = re.compile("[\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d376]")


class Role(StrEnum):
    """What a piece of text is for; the theme gives each its colour."""

    TEXT = "text"
    STRONG = "strong"
    LABEL = "label"
    DIM = "dim"
    FAINT = "faint"
    ACCENT = "accent"
    BAR = "bar"
    BAR_NEAR = "bar-near"
    GOOD = "good"
    NEAR = "near"
    NEAR_STRONG = "near-strong"
    OVER = "over"
    SELECTED = "selected"


class Span(NamedTuple):
    """A piece of text, its role, and what a click on it does: an action of the monitor, or nothing."""

    text: str
    role: Role = Role.TEXT
    does: str = ""


Line = tuple[Span, ...]


@lru_cache(maxsize=1024)
def cells(text: str) -> int:
    """Count the terminal cells that `text` takes."""
    if text.isascii():
        return len(text)
    return sum(character_cells(character) for character in text)


@lru_cache(maxsize=4096)
def character_cells(character: str) -> int:
    """Count the terminal cells that a character takes, as Textual does: none where it joins the one before."""
    if unicodedata.category(character) in _MARKS or _JOINING.match(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" or _WIDE_SINCE_UNICODE_16.match(character) else 1


def shortened(text: str, width: int) -> str:
    """Cut `text` to `width` cells, with an ellipsis where something was cut."""
    if cells(text) <= width:
        return text
    return _start(text, width - 1) + "…" if width > 0 else ""


def _start(text: str, width: int) -> str:
    """Give the longest start of `text` that takes at most `width` cells."""
    taken = 0
    for index, character in enumerate(text):
        taken += character_cells(character)
        if taken > width:
            return text[:index]
    return text


def line_cells(line: Line) -> int:
    """Count the terminal cells of a line."""
    return sum([cells(span.text) for span in line])


def cut(line: Line, width: int) -> Line:
    """Cut a line to `width` cells, with an ellipsis where something was cut."""
    if line_cells(line) <= width:
        return line
    kept: list[Span] = []
    room = width - 1
    for span in line if width > 0 else ():
        piece = _start(span.text, room)
        if piece != span.text:
            kept.append(span._replace(text=piece + "…"))
            break
        kept.append(span)
        room -= cells(piece)
    return tuple(kept)


def beside(lefts: Sequence[Line], rights: Sequence[Line], width: int) -> Line:
    """Put a left and a right text on one line of `width` cells, each the fullest of its forms that fits.

    Forms are given from the fullest to the shortest; the left one keeps its fullest form for longest, and where not
    even the shortest two fit, the right one is left out.
    """
    for left in lefts:
        for right in rights:
            room = width - line_cells(left) - line_cells(right)
            if room >= (2 if right and left else 0):
                return (*left, Span(" " * room), *right)
    left = fullest(lefts, width)
    return (*left, Span(" " * (width - line_cells(left))))


def fullest(forms: Sequence[Line], width: int) -> Line:
    """Give the first of some forms, which go from the fullest to the shortest, that fits; else the last one, cut."""
    for form in forms:
        if line_cells(form) <= width:
            return form
    return cut(forms[-1], width)


def joined(parts: Sequence[Line], separator: Span) -> Line:
    """Join the lines that are not empty."""
    spans: list[Span] = []
    for part in parts:
        if part:
            spans += [separator, *part] if spans else part
    return tuple(spans)
