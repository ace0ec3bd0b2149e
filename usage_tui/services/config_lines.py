"""Finds the lines of a TOML text on which each of its keys stands; the parser itself does not tell."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' + r"|'''.*?'{3,5}" + r'|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}\s#]+(?:[ \t]\d[^,\]}\s#]*)?")
_LINE_END = re.compile(r"[^\n]*\n?")


@dataclass(frozen=True, slots=True)
class Place:
    """The first and the last line of a key and its value, or of a table's header, counted from 1."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Section:
    """A table's header and what stands under it: the path of the table, and its lines up to its last value."""

    table: KeyPath
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything in a TOML text stands."""

    places: dict[KeyPath, Place]
    sections: tuple[Section, ...]

    def line(self, path: KeyPath) -> int:
        """Give the line of `path`, or of the nearest table around it."""
        while path:
            if place := self.places.get(path):
                return place.first
            path = path[:-1]
        return 1


def layout(text: str) -> Layout:
    """Find the lines of every key in `text`, which has to be TOML that parses."""
    scan = _Scan(text)
    try:
        scan.document()
    except (RecursionError, ValueError):
        return Layout({}, ())
    return Layout(scan.places, tuple(scan.sections))


class _Scan:
    """One pass over a text that is known to be TOML."""

    def __init__(self, text: str) -> None:
        self.places: dict[KeyPath, Place] = {}
        self.sections: list[Section] = []
        self._text = text
        self._at = 0
        self._line_starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
        self._counts: dict[KeyPath, int] = {}

    def document(self) -> None:
        """Read the tables and keys of the whole text."""
        self._take(re.compile("\ufeff?"))
        table: KeyPath = ()
        while self._skip_blank():
            if self._peek() == "[":
                table = self._header()
            else:
                self._pair(table)
                if self.sections:
                    section = self.sections[-1]
                    self.sections[-1] = Section(section.table, section.first, self._line())

    def _header(self) -> KeyPath:
        first = self._line()
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        names = self._key()
        path = self._resolved(names)
        if is_array:
            array = (*self._resolved(names[:-1]), names[-1])
            self._counts[array] = self._counts.get(array, 0) + 1
            self.places.setdefault(array, Place(first, first))
            path = self._resolved(names)
        self._take(_LINE_END)
        self._note(path, first, first)
        self.sections.append(Section(path, first, first))
        return path

    def _resolved(self, names: tuple[str, ...]) -> KeyPath:
        """Put the number of the last element behind each name of an array of tables."""
        path: KeyPath = ()
        for name in names:
            path = (*path, name)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, table: KeyPath) -> None:
        first = self._line()
        path = (*table, *self._key())
        self._skip_blank()
        self._at += 1
        self._skip_blank()
        self._value(path)
        self._note(path, first, self._line())

    def _key(self) -> tuple[str, ...]:
        """Read a key, dotted or not."""
        names: list[str] = []
        while True:
            self._skip_blank()
            if self._peek() in "\"'":
                quoted = self._take(_STRING)
                names.append(tomllib.loads(f"name = {quoted}")["name"])
            else:
                names.append(self._take(_BARE_KEY))
            self._skip_blank()
            if self._peek() != ".":
                return tuple(names)
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        """Read a value, and note the places of what is inside."""
        opening = self._peek()
        if opening == "[":
            self._at += 1
            index = 0
            while self._inside("]"):
                first = self._line()
                self._value((*path, index))
                self._note((*path, index), first, self._line())
                index += 1
        elif opening == "{":
            self._at += 1
            while self._inside("}"):
                self._pair(path)
        else:
            self._take(_STRING if opening in "\"'" else _SCALAR)

    def _inside(self, closing: str) -> bool:
        """Go to the next element of an array or an inline table, or past its end."""
        self._skip_blank()
        if self._peek() == ",":
            self._at += 1
            self._skip_blank()
        if self._peek() != closing:
            return True
        self._at += 1
        return False

    def _note(self, path: KeyPath, first: int, last: int) -> None:
        """Note the place of `path`, and of tables around it that have no line of their own."""
        self.places[path] = Place(first, last)
        for end in range(1, len(path)):
            self.places.setdefault(path[:end], Place(first, last))

    def _skip_blank(self) -> bool:
        """Skip white space and comments; say whether something follows."""
        self._take(_BLANK)
        return self._at < len(self._text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError("this is no TOML that the scan knows")
        self._at = match.end()
        return match.group()

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1] or "\0"

    def _line(self) -> int:
        return bisect_right(self._line_starts, self._at)
