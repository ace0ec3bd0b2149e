"""How an import is told of: what the file is, which column says what, what was stored, what was left out."""

from __future__ import annotations

from collections.abc import Sequence

from usage_tui.core import wording
from usage_tui.core.report import BadRow, Field
from usage_tui.core.report_dates import DateOrder
from usage_tui.core.report_headers import Columns
from usage_tui.core.report_table import day_words
from usage_tui.core.spans import Line, Role, Span

MOST_UNUSED = 12
_ORDERS = {DateOrder.DAY_FIRST: "day first", DateOrder.MONTH_FIRST: "month first"}
_UNSAID = {
    Field.PARAMETERS: "not in the file",
    Field.REQUESTS: "not in the file, so unknown",
    Field.FAILED: "not in the file, so unknown",
    Field.CANCELLED: "not in the file, so unknown",
    Field.DOMAIN: "missing",
    Field.DATE: "missing",
    Field.CREDITS: "missing",
}


def mapping_lines(columns: Columns, order: DateOrder | None = None) -> list[Line]:
    """Word which column says what, and which say nothing that is asked for."""
    lines: list[Line] = []
    for field in Field:
        if field in columns.fields:
            remark = f"  ({_ORDERS[order]})" if field is Field.DATE and order is not None else ""
            lines.append((Span(f"  {field:<12}"), Span(columns.header(field), Role.STRONG), Span(remark, Role.DIM)))
        elif field in _UNSAID:
            is_fault = field in columns.missing
            lines.append((Span(f"  {field:<12}"), Span(_UNSAID[field], Role.OVER if is_fault else Role.DIM)))
    if columns.unused:
        lines.append((Span(f"  {'not used':<12}"), Span(_unused(columns), Role.DIM)))
    return lines


def missing_words(columns: Columns) -> str:
    """Ask which column says what has to be known and was not recognised."""
    lacking, there = wording.listed(columns.missing), _unused(columns) or "none that is not used"
    return f"No column is recognised as {lacking}: say which, as COLUMN=FIELD (columns: {there})."


def _unused(columns: Columns) -> str:
    more = len(columns.unused) - MOST_UNUSED
    return ", ".join(columns.unused[:MOST_UNUSED]) + (f" and {more:,} more" if more > 0 else "")


def covered_line(account: str, first_day: int, last_day: int, day_count: int, credit_count: int) -> Line:
    """Word what was stored of an account."""
    days = wording.counted(day_count, "day")
    span = day_words(first_day) if first_day == last_day else f"{day_words(first_day)} – {day_words(last_day)}"
    return (
        Span(f"{account}: ", Role.STRONG),
        Span(f"{wording.count(credit_count)} credits on {days}, {span}"),
    )


def replaced_words(day_count: int, row_count: int) -> str:
    """Word what an import took the place of; nothing where that is nothing."""
    if not row_count:
        return ""
    rows = wording.counted(row_count, "row")
    return f"{rows} of {wording.counted(day_count, 'day')} stored before {'is' if row_count == 1 else 'are'} replaced"


def filled_in_line(account: str, day_count: int) -> Line:
    """Word which days of the history the report filled in."""
    head = Span(f"{account}: ", Role.STRONG)
    if not day_count:
        return (head, Span("no day is filled in: the report has none before the first sample"))
    days = "1 day before the first sample is" if day_count == 1 else f"{day_count:,} days before the first sample are"
    return (head, Span(f"{days} filled in from the report, and marked as such"))


def outcome(row_count: int, bad_count: int, left_out: int, replaced: str) -> str:
    """Word how an import ended, in sentences."""
    words = [f"{row_count:,} {'row is' if row_count == 1 else 'rows are'} stored{f'; {replaced}' if replaced else ''}."]
    if bad_count:
        words.append(f"{bad_count:,} bad {'row is' if bad_count == 1 else 'rows are'} left out.")
    if left_out:
        words.append(f"{left_out:,} that are sums, or of other accounts, are left out.")
    return " ".join(words)


def bad_row_lines(name: str, bad: Sequence[BadRow], count: int) -> list[str]:
    """Word the rows that are wrong, and how many more there are."""
    lines = [f"{name}:{row.line}: {row.reason}" for row in bad]
    return [*lines, f"… and {count - len(bad):,} more"] if count > len(bad) else lines
