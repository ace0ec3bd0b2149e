"""Finds the heading of a report, and what its columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from usage_tui.core.errors import ColumnsUndecided, ReportInvalid
from usage_tui.core.report import Field, Unreadable
from usage_tui.core.report_dates import DateOrder
from usage_tui.core.report_headers import Columns, columns_of, recognised
from usage_tui.core.wording import listed
from usage_tui.services.report_file import RawReport, Row

HEADING_ROWS = 20


class Terms(Struct, frozen=True):
    """How a report is to be read; `told` and `remembered` go by folded headers.

    `accounts` are the numbers in the history by folded name; `account` is the folded name of the one that is meant.
    """

    accounts: Mapping[str, int]
    account: str | None = None
    told: Mapping[str, Field] = {}
    remembered: Mapping[str, Field] = {}
    date_format: str | None = None
    date_order: DateOrder | None = None


class Heading(Struct, frozen=True):
    """A report's columns, and the rows from its heading on."""

    columns: Columns
    rows: Iterator[Row]


def heading(report: RawReport, terms: Terms) -> Heading:
    """Find the heading: the first row that names two fields, else the first that is not blank.

    Raises:
        ReportInvalid: there is none, or a column that was told of is not in it.
    """
    known = {**terms.remembered, **terms.told}
    first: list[str] | None = None
    for number, (line, cells) in enumerate(report.rows):
        if number >= HEADING_ROWS:
            break
        is_filled = any(cell.strip() for cell in cells)
        if is_filled and first is None:
            first = cells
        if is_filled and recognised(cells, known) >= 2:
            try:
                return Heading(columns_of(cells, terms.told, terms.remembered), report.rows)
            except Unreadable as reason:
                sentence = f"{report.name}:{line}: {reason}."
                raise ColumnsUndecided(sentence, "Name columns with --map COLUMN=FIELD.") from None
    if first is None:
        raise ReportInvalid(f"{report.name} has no rows: download the domain report again.")
    return Heading(columns_of(first, {}, {}), report.rows)


def check_columns(name: str, columns: Columns) -> None:
    """Refuse a report that lacks what every report has to have.

    Raises:
        ReportInvalid: it does; with the headers that are there.
    """
    if not columns.missing:
        return
    there = ", ".join(columns.unused[:12]) or "none that is not used"
    lacking = listed(columns.missing)
    raise ReportInvalid(
        f"{name}: no column is recognised as {lacking}; say which with --map COLUMN={columns.missing[0]} "
        f"(columns: {there})."
    )
