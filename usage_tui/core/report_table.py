"""A report as a table: which columns there is room for, its heading, its rows, and the line above them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.report import Entry, Grouping, Order, Page, Place, date_of
from usage_tui.core.spans import Line, Role, Span, beside, cells, cut, shortened

LEAST_LABEL_CELLS = 18
SMALL_SHARE = 0.001
NO_PARAMETERS = "no parameters"
_ENTRIES = {Grouping.DOMAIN: "domains", Grouping.DATE: "dates", Grouping.PARAMETERS: "sets of parameters"}


class TableColumn(Struct, frozen=True):
    """A column: its title, its width in cells without the gap before it, and from which table width on it is there.

    The label's column takes what the others leave.
    """

    title: str
    width: int
    from_columns: int
    order: Order | None


LABEL = TableColumn("", 0, 0, Order.LABEL)
NUMBERS = (
    TableColumn("credits", 12, 0, Order.CREDITS),
    TableColumn("share", 7, 42, None),
    TableColumn("requests", 11, 64, Order.REQUESTS),
    TableColumn("failed", 9, 76, Order.FAILED),
    TableColumn("cancelled", 11, 108, Order.CANCELLED),
    TableColumn("per success", 13, 94, Order.PER_SUCCESS),
    TableColumn("trend", 8, 56, Order.TREND),
)


def columns_for(width: int) -> tuple[TableColumn, ...]:
    """Give the columns of numbers for a table of so many cells."""
    return tuple(column for column in NUMBERS if width >= column.from_columns)


def orders_for(width: int) -> tuple[Order, ...]:
    """Give what a table of so many cells can be sorted by: its columns, from left to right."""
    return tuple(column.order for column in (LABEL, *columns_for(width)) if column.order is not None)


def label_cells(columns: Sequence[TableColumn], width: int) -> int:
    """Give the cells that are left for labels."""
    return max(LEAST_LABEL_CELLS, width - sum(column.width + 1 for column in columns))


def heading(columns: Sequence[TableColumn], label_width: int, by: Grouping, order: Order, *, is_turned: bool) -> Line:
    """Word the titles; the column that is sorted by has a sign."""
    label = TableColumn(by, label_width, 0, Order.LABEL)
    spans = [_title(label, order, is_turned=is_turned, is_left=True)]
    for column in columns:
        spans += [Span(" "), _title(column, order, is_turned=is_turned, is_left=False)]
    return tuple(spans)


def _title(column: TableColumn, order: Order, *, is_turned: bool, is_left: bool) -> Span:
    is_sorted_by = column.order is order
    sign = ("▲" if is_turned != (order is Order.LABEL) else "▼") if is_sorted_by else ""
    words = f"{column.title} {sign}".strip() if is_left else f"{sign} {column.title}".strip()
    shown = shortened(words, column.width)
    padding = " " * (column.width - cells(shown))
    return Span(shown + padding if is_left else padding + shown, Role.ACCENT if is_sorted_by else Role.LABEL)


def row(entry: Entry, columns: Sequence[TableColumn], label_width: int, total: int) -> Line:
    """Word one entry; `total` are the credits of all entries."""
    label = entry.label or NO_PARAMETERS
    shown = shortened(label, label_width)
    spans = [
        Span(shown, Role.STRONG if entry.label else Role.DIM),
        Span(" " * (label_width - cells(shown))),
    ]
    for column in columns:
        text, role = _number(entry, column, total)
        spans += [Span(" "), Span(f"{shortened(text, column.width):>{column.width}}", role)]
    return tuple(spans)


def _number(entry: Entry, column: TableColumn, total: int) -> tuple[str, Role]:
    figures = entry.figures
    counts = {
        Order.CREDITS: figures.credits,
        Order.REQUESTS: figures.requests,
        Order.FAILED: figures.failed,
        Order.CANCELLED: figures.cancelled,
    }
    if column.order in counts:
        return _known(wording.count(counts[column.order]))
    if column.order is Order.PER_SUCCESS:
        return _known(wording.UNKNOWN if figures.per_success is None else f"{figures.per_success:,.1f}")
    if column.order is Order.TREND:
        return _known(trend_words(entry))
    share = figures.credits / total if total else None
    return wording.percent(share, 1 if share is None or share >= SMALL_SHARE else 2), Role.TEXT


def _known(text: str) -> tuple[str, Role]:
    return text, Role.DIM if text == wording.UNKNOWN else Role.TEXT


def trend_words(entry: Entry) -> str:
    """Word how the last week stands against the one before: `+12 %`, `−3 %`, `new`."""
    if entry.figures.is_new:
        return "new"
    trend = entry.figures.trend
    if trend is None:
        return wording.UNKNOWN
    whole = round(100 * abs(trend))
    return f"{'−' if trend < 0 and whole else '+' if whole else ''}{whole:,} %" if whole < 10_000 else ">100 ×"


class ReportRows(Struct, frozen=True):
    """The rows of a page of a report, sorted as it is."""

    page: Page
    by: Grouping
    order: Order
    is_turned: bool

    @property
    def names(self) -> Sequence[str]:
        """What the entries are called."""
        return [entry.label for entry in self.page.entries]

    def titles(self, width: int) -> Line:
        """Word the columns' titles."""
        columns = columns_for(width)
        return heading(columns, label_cells(columns, width), self.by, self.order, is_turned=self.is_turned)

    def row(self, index: int, width: int) -> Line:
        """Word an entry's row."""
        columns = columns_for(width)
        return row(self.page.entries[index], columns, label_cells(columns, width), self.page.total.credits)


def report_title(account: str, place: Place, page: Page | None, width: int, *, is_simulated: bool = False) -> Line:
    """Word the line above the table: what is shown, of which account, over which days."""
    head = (Span("DOMAINS", Role.LABEL), Span(f"  {account}", Role.STRONG))
    path = place_words(place)
    where: Line = (Span(f"  {path}", Role.ACCENT),) if path else ()
    if page is None:
        return beside([(*head, *where), (*head[:1],)], [()], width)
    entries = Span(f"  {wording.count(page.count)} {entry_word(place.by, page.count)}")
    days = f"{day_words(page.first_day)} – {day_words(page.last_day)}"
    spent = (Span(f"{wording.count(page.total.credits)} credits", Role.STRONG),)
    made_up: Line = (Span("simulated   ", Role.DIM),) if is_simulated else ()
    rights: list[Line] = [(*made_up, *spent, Span(f"   {days}", Role.DIM)), (*made_up, *spent), made_up or spent, ()]
    return beside([(*head, *where, entries), (*head, *where), (*head[1:], *where)], rights, width)


def entry_word(by: Grouping, count: int) -> str:
    """Name entries: `domains`, `1 date`."""
    if count != 1:
        return _ENTRIES[by]
    return "set of parameters" if by is Grouping.PARAMETERS else by


def place_words(place: Place) -> str:
    """Word of what alone entries are: a domain, a day, parameters."""
    parts = [
        place.domain,
        None if place.day is None else date_of(place.day).isoformat(),
        None if place.parameters is None else place.parameters or NO_PARAMETERS,
    ]
    return " · ".join(part for part in parts if part is not None)


def day_words(day: int) -> str:
    """Word a day: `3 Dec 2026`."""
    when = date_of(day)
    return f"{when.day} {wording.MONTHS[when.month - 1]} {when.year}"


def day_with_weekday(day: int) -> str:
    """Word a day for a table: `2026-11-22 Sun`."""
    when = date_of(day)
    return f"{when.isoformat()} {wording.WEEKDAYS[when.weekday()]}"


def no_report_lines(account: str) -> tuple[Line, ...]:
    """Say that there is no report, and how to get one."""
    return (
        (Span(f"{account} has no report yet.", Role.STRONG),),
        (),
        (Span("Download the domain report from the dashboard of the service"),),
        (
            Span("(Monitoring & Stats), then press "),
            Span("i", Role.STRONG),
            Span(" to import it, or"),
        ),
        (Span("usage-tui report import FILE", Role.ACCENT),),
    )


def remark_line(page: Page | None, part: str, width: int) -> Line:
    """Say what the table leaves out; nothing where it shows all that there is."""
    if page is None:
        return ()
    if not page.entries:
        return cut((Span(f"nothing has {part!r} in its name" if part else "nothing here", Role.DIM),), width)
    left = page.count - len(page.entries)
    if left:
        return cut((Span(f"and {left:,} more: / finds one by a part of its name", Role.DIM),), width)
    return ()
