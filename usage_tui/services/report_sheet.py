"""Reads the first filled sheet of a workbook, with the extra `xlsx`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from usage_tui.core.errors import ReportInvalid
from usage_tui.services.report_file import LONGEST_LINE, RawReport, Row

LARGEST_UNPACKED_BYTES = 1 << 30


def workbook(file: BinaryIO, name: str) -> RawReport:
    """Open a workbook.

    Raises:
        ReportInvalid: the extra is missing, or the file is none that can be read.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- an extra
    except ImportError:
        raise ReportInvalid(
            f"{name} is a workbook, which needs the extra xlsx: install usage-tui[xlsx], or save the report as CSV."
        ) from None
    _check_size(file, name)
    try:
        book = CalamineWorkbook.from_filelike(file)
        sheets = (book.get_sheet_by_index(index) for index in range(len(book.sheet_names)))
        sheet = next((sheet for sheet in sheets if sheet.height), None)
    except (CalamineError, ValueError, OSError):
        raise ReportInvalid(f"{name} is no workbook that can be read: save the report as CSV.") from None
    if sheet is None:
        raise ReportInvalid(f"{name} has no filled sheet: download the domain report again.")
    height, first = sheet.height, (sheet.start or (0, 0))[0] + 1
    place = [0]

    def rows() -> Iterator[Row]:
        for number, row in enumerate(sheet.iter_rows()):
            place[0] = number
            yield first + number, [_words(cell) for cell in row]

    return RawReport(name=name, form="workbook", rows=rows(), read_share=lambda: place[0] / height)


def _check_size(file: BinaryIO, name: str) -> None:
    """Refuse a package that would fill the memory when it is unpacked."""
    try:
        with ZipFile(file) as package:
            size = sum(each.file_size for each in package.infolist())
    except (BadZipFile, ValueError, NotImplementedError):
        size = 0  # no package: an older form, or none that calamine takes either
    file.seek(0)
    if size > LARGEST_UNPACKED_BYTES:
        raise ReportInvalid(f"{name} unpacks to {size >> 20:,} MiB, which is too much: save the report as CSV.")


def _words(cell: object) -> str:
    """Give a cell as text; a number that is not whole stays recognisable as one."""
    match cell:
        case bool():
            return str(cell).lower()
        case float():
            return f"{cell:.0f}" if cell.is_integer() else f"{cell:.6f}"
        case date():
            return cell.isoformat()
        case _:
            return str(cell)[:LONGEST_LINE]
