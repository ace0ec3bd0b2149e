"""Reads a file that `history export` wrote, or one of times and spends, row by row: CSV or JSON, whatever its size."""

from __future__ import annotations

import csv
import json
import stat
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from usage_tui.core.csv_cells import restored
from usage_tui.core.errors import ImportInvalid
from usage_tui.core.history_table import Form, Row, RowInvalid, form_of, read_row
from usage_tui.core.wording import harmless

LONGEST_LINE = 64 * 1024
_CHUNK = 64 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SPACE = " \t\r\n"


class FileRow(Struct, frozen=True):
    """A row, what its table is made of, and where in the file it stands: its line, and the bytes up to its end."""

    form: Form
    row: Row
    line: int
    bytes_read: int


class _Broken(Exception):
    """A line cannot be read."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def size_of(path: Path) -> int:
    """Give the file's size in bytes; 0 for what has none, such as a pipe.

    Raises:
        ImportInvalid: it is not there, or is a folder.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if stat.S_ISDIR(status.st_mode):
        raise ImportInvalid(f"{_shown(path)} is a folder; name a file.")
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def read_table(path: Path) -> Iterator[FileRow]:
    """Read the rows of a file, one after the other, with not much of it in memory at any time.

    Raises:
        ImportInvalid: a line is wrong; says which, and why.
    """
    with _opened(path) as file:
        try:
            start = file.peek(_CHUNK)[:_CHUNK] if hasattr(file, "peek") else b""
            is_json = start.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] in (b"[", b"{")
            yield from _json_rows(file) if is_json else _csv_rows(file)
        except _Broken as broken:
            raise ImportInvalid(f"{_shown(path)}, line {broken.line}: {broken}; nothing was imported.") from None
        except OSError as error:
            raise _unreadable(path, error) from None


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    size_of(path)
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from None
    with file:
        yield file


def _unreadable(path: Path, error: Exception) -> ImportInvalid:
    reason = getattr(error, "strerror", None) or "its name is impossible"
    return ImportInvalid(f"{_shown(path)} cannot be read: {reason}; name another file.")


def _shown(path: Path) -> str:
    return harmless(str(path), 200)


def _csv_rows(file: BinaryIO) -> Iterator[FileRow]:
    lines = _Lines(file)
    first = next(lines, "")
    if not first.strip():
        raise _Broken(1, "it is empty: the columns' names are missing")
    separator = max(",;\t", key=first.count)
    (columns,) = csv.reader([first], delimiter=separator)
    columns = [column.strip() for column in columns]
    form = _form(columns, 1)
    cells_of = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        line = lines.number + 1  # a cell in quotes may go on over several lines: the row begins here
        try:
            cells = next(cells_of)
        except StopIteration:
            return
        except csv.Error as error:
            raise _Broken(line, f"it is no CSV ({error})") from None
        if not cells:
            continue
        if len(cells) != len(columns):
            raise _Broken(line, f"it has {len(cells)} cells, and there are {len(columns)} columns")
        named = dict(zip(columns, cells, strict=True))
        if "account" in named:
            named["account"] = restored(named["account"])
        yield FileRow(form, _row(form, named, line), line, lines.bytes_read)


class _Lines:
    """The lines of a file as text; one that is too long or no text is refused."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0
        self.bytes_read = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.bytes_read += len(line)
        if len(line) > LONGEST_LINE:
            raise _Broken(self.number, f"it is longer than {LONGEST_LINE // 1024} KiB")
        if self.number == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        return _text(line, self.number)


def _json_rows(file: BinaryIO) -> Iterator[FileRow]:
    """Read the objects of an array, or JSON Lines."""
    objects = _Objects(file)
    form: Form | None = None
    for found in objects:
        if not isinstance(found, dict):
            raise _Broken(objects.line, "there is something else than an object")
        form = form or _form(list(found), objects.line)
        if set(found) - {"account"} != set(form.columns) - {"account"}:
            raise _Broken(objects.line, "the object has other members than the ones before it")
        yield FileRow(form, _row(form, found, objects.line), objects.line, objects.bytes_read)


class _Objects:
    """The values of a JSON array, or those that follow one another, decoded one by one."""

    def __init__(self, file: BinaryIO) -> None:
        self.line = 1
        self.bytes_read = 0
        self._file = file
        self._decode = json.JSONDecoder().raw_decode
        self._characters = getincrementaldecoder("utf-8")()
        self._text = ""
        self._place = 0
        self._is_over = False
        self._is_array = self._next_mark() == "["
        self._place += self._is_array
        self._is_first = True

    def __iter__(self) -> Iterator[object]:
        return self

    def __next__(self) -> object:
        mark = self._next_mark()
        if self._is_array:
            if mark == "]":
                self._place += 1
                if self._next_mark():
                    raise _Broken(self.line, "there is more after the end of the array")
                self._is_array = False
                raise StopIteration
            if not self._is_first:
                if mark != ",":
                    raise _Broken(self.line, "it is no JSON, or breaks off: a comma is missing")
                self._place += 1
                mark = self._next_mark()
        elif not mark:
            raise StopIteration
        self._is_first = False
        return self._value()

    def _value(self) -> object:
        while True:
            try:
                value, end = self._decode(self._text, self._place)
            except RecursionError:
                raise _Broken(self.line, "it is nested too deeply") from None
            except ValueError:
                if self._is_over or len(self._text) - self._place > LONGEST_LINE or not self._read_on():
                    raise _Broken(self.line, "it is no JSON, or breaks off") from None
            else:
                self._go_on(end)
                return value

    def _next_mark(self) -> str:
        """Give the next character that is no space; an empty text at the end."""
        while True:
            rest = self._text[self._place : self._place + 256]
            self._go_on(self._place + len(rest) - len(rest.lstrip(_SPACE)))
            if self._place < len(self._text):
                if self._text[self._place] not in _SPACE:
                    return self._text[self._place]
            elif not self._read_on():
                return ""

    def _go_on(self, place: int) -> None:
        self.line += self._text.count("\n", self._place, place)
        self._place = place

    def _read_on(self) -> bool:
        """Read more; say whether there was more."""
        chunk = self._file.read(_CHUNK)
        if self.bytes_read == 0:
            chunk = chunk.removeprefix(_BYTE_ORDER_MARK)
        self.bytes_read += len(chunk)
        try:
            more = self._characters.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            raise _Broken(self.line, "it, or a line after it, is no UTF-8 text") from None
        self._text, self._place = self._text[self._place :] + more, 0
        self._is_over = not chunk
        return bool(chunk)


def _form(columns: Sequence[str], line: int) -> Form:
    try:
        return form_of(columns)
    except RowInvalid as error:
        raise _Broken(line, str(error)) from None


def _row(form: Form, cells: Mapping[str, object], line: int) -> Row:
    try:
        return read_row(form, cells)
    except RowInvalid as error:
        raise _Broken(line, str(error)) from None


def _text(line: bytes, number: int) -> str:
    if b"\0" in line:
        raise _Broken(number, "there is a NUL byte in it: it is no text")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise _Broken(number, "it is no UTF-8 text") from None
