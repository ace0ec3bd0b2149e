"""Opens a domain report, whatever its form, and gives its rows as text, line by line; nothing is held in memory."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice, takewhile
from pathlib import Path

from msgspec import Struct

from usage_tui.core.errors import ReportInvalid
from usage_tui.core.wording import harmless

LONGEST_LINE = 131_072
SAMPLE_BYTES = 65_536
SAMPLE_ROWS = 20
BLOCK_LINES = 64
LONGEST_NAME = 120
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_REPLACED = "\ufffd"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_STRANGERS = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3": "a database",
    b"\x7fELF": "a program",
}
Row = tuple[int, list[str]]


class RawReport(Struct, frozen=True):
    """A report's rows as (line, cells), what form it has, and how much of it is read, as a share."""

    name: str
    form: str
    rows: Iterator[Row]
    read_share: Callable[[], float]


def shown_name(path: Path) -> str:
    """Give a file's name as it can be shown."""
    return harmless(str(path), LONGEST_NAME)


@contextmanager
def opened_report(path: Path, recognised: Callable[[Sequence[str]], int]) -> Iterator[RawReport]:
    """Open a report; `recognised` says how many of some headers are known, to tell the delimiter by.

    Raises:
        ReportInvalid: it is no text and no workbook, cannot be read, or, while rows are taken, a line is broken.
    """
    name = shown_name(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            what = "a folder" if path.is_dir() else "no plain file"
            raise ReportInvalid(f"{name} is {what}, not a domain report: name a CSV or XLSX file.")
        with path.open("rb") as file:
            start = file.read(SAMPLE_BYTES)
            file.seek(0)
            if start.startswith(_WORKBOOKS):
                from usage_tui.services.report_sheet import workbook  # noqa: PLC0415 -- needs an extra

                yield workbook(file, name)
                return
            encoding = _encoding(start, name)
            with io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
                delimiter, quote = _dialect(start.decode(encoding, errors="replace"), recognised)
                size = os.fstat(file.fileno()).st_size
                yield RawReport(
                    name=name,
                    form=f"CSV, {DELIMITERS[delimiter]}, {'UTF-16' if 'utf-16' in encoding else 'UTF-8'}",
                    rows=_rows(_lines(text, name, encoding), name, delimiter, quote),
                    read_share=lambda: file.tell() / size,
                )
    except OSError as error:
        raise ReportInvalid(f"{name} cannot be read: {error.strerror or type(error).__name__}.") from None


def _encoding(start: bytes, name: str) -> str:
    """Tell the encoding of a text by its byte order mark, or by where the zero bytes of Latin letters are.

    Raises:
        ReportInvalid: it is no text.
    """
    if not start.strip():
        raise ReportInvalid(f"{name} is empty: download the domain report again.")
    for magic, what in _STRANGERS.items():
        if start.startswith(magic):
            raise ReportInvalid(f"{name} is {what}, not a domain report: name a CSV or XLSX file.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if start[1:4:2] == b"\0\0" and start[0:3:2].isalnum():
        return "utf-16-le"
    if start[0:3:2] == b"\0\0" and start[1:4:2].isalnum():
        return "utf-16-be"
    return "utf-8-sig"


def _dialect(sample: str, recognised: Callable[[Sequence[str]], int]) -> tuple[str, str]:
    """Tell delimiter and quotation mark by the first lines."""
    whole_lines = sample[: max(sample.rfind("\n"), sample.rfind("\r"))] or sample
    quote = "'" if whole_lines.startswith("'") else '"'
    return max(DELIMITERS, key=lambda each: _fit(whole_lines, each, quote, recognised)), quote


def _fit(sample: str, delimiter: str, quote: str, recognised: Callable[[Sequence[str]], int]) -> tuple[int, int]:
    """Say how well a delimiter suits: by the headers that are then known, else by the columns that there are."""
    best = (0, 0)
    try:
        for row, _ in zip(
            csv.reader(sample.splitlines(), delimiter=delimiter, quotechar=quote), range(SAMPLE_ROWS), strict=False
        ):
            best = max(best, (recognised(row), len(row)))
    except csv.Error:
        return best
    return best


def _lines(text: io.TextIOWrapper, name: str, encoding: str) -> Iterator[str]:
    """Give the lines, none of them without end, and none that is no text."""
    return chain.from_iterable(_blocks(text, name, encoding))


def _blocks(text: io.TextIOWrapper, name: str, encoding: str) -> Iterator[list[str]]:
    """Give the lines, some at a time, so that they are looked over together."""
    number = 0
    pieces = iter(partial(text.readline, LONGEST_LINE), "")
    while block := list(islice(pieces, BLOCK_LINES)):
        whole = "".join(block)
        if "\0" in whole or _REPLACED in whole or len(max(block, key=len)) == LONGEST_LINE:
            sound = list(takewhile(_is_sound, block))
            yield sound
            raise ReportInvalid(f"{name}:{number + len(sound) + 1}: {_fault(block[len(sound)], encoding)}.")
        number += len(block)
        yield block


def _is_sound(line: str) -> bool:
    return "\0" not in line and _REPLACED not in line and len(line) < LONGEST_LINE


def _fault(line: str, encoding: str) -> str:
    if "\0" in line:
        return "there are NUL bytes, so this is no text; download the report again"
    if _REPLACED in line:
        told = "UTF-16" if "utf-16" in encoding else "UTF-8"
        return f"there are bytes that are no {told} text; save the report as UTF-8"
    return f"the line is longer than {LONGEST_LINE:,} characters, so this is no report"


def _rows(lines: Iterator[str], name: str, delimiter: str, quote: str) -> Iterator[Row]:
    """Give the rows, each with the line that it ends on."""
    reader = csv.reader(lines, delimiter=delimiter, quotechar=quote)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        reason = "a quotation mark is never closed" if "field limit" in str(error) else harmless(str(error), 80)
        raise ReportInvalid(f"{name}:{reader.line_num}: {reason}; mend the line.") from None
