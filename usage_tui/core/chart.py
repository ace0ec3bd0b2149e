"""The concurrency chart as text: which span it shows, and the cells of each column.

Columns are whole multiples of the range's finest step and aligned to the clock. When the window is full it moves by
several columns at once: redrawing all of it costs kilobytes, so it is done once a minute and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.plot import row_at
from usage_tui.core.series import Bucket, ConcurrencySummary, columns, since, summarise
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.view import AccountView

GAP = "·"
LIMIT_LINE = "┄"
EIGHTHS = " ▁▂▃▄▅▆▇█"
TIME_LABEL_CELLS = 14
_ROLE = itemgetter(1)


class Range(Struct, frozen=True):
    """A span of time to look at, and the finest columns that it may have; both in seconds."""

    seconds: int
    finest_seconds: int
    moves_by_seconds: int

    @property
    def label(self) -> str:
        """The range's name: `10 min`."""
        return wording.span(self.seconds)


RANGES = (Range(120, 1, 20), Range(600, 5, 60), Range(3600, 5, 300))


class Window(Struct, frozen=True):
    """The span that a chart of some width shows: `start` in epoch seconds, `count` columns of `column_seconds`."""

    start: int
    column_seconds: int
    count: int
    cells_per_column: int

    @property
    def seconds(self) -> int:
        """The span's length."""
        return self.count * self.column_seconds

    def index(self, at: float) -> int:
        """Say in which column the moment `at` (epoch seconds) lies."""
        return int((at - self.start) // self.column_seconds)


def window(shown: Range, width: int, now: float) -> Window:
    """Lay `shown` on `width` cells, so that `now` (epoch seconds) lies within the last columns."""
    width = max(1, width)
    cells_per_column = max(1, round(width * shown.finest_seconds / shown.seconds))
    count = max(1, width // cells_per_column)
    step = shown.finest_seconds
    column_seconds = max(step, round(shown.seconds / count / step) * step)
    moves_by = max(1, min(shown.moves_by_seconds // column_seconds, count // 5))
    current = int(now) // column_seconds
    end = (current // moves_by + 1) * moves_by
    return Window((end - count) * column_seconds, column_seconds, count, cells_per_column)


class Chart(Struct, frozen=True):
    """What the chart shows: its window, a column or a gap each, the scale's top and the limit in requests.

    The summary is of the range itself, whatever span the columns have room for.
    """

    window: Window
    columns: tuple[Bucket | None, ...]
    current: int
    top: int
    limit: int | None
    summary: ConcurrencySummary | None


def chart(view: AccountView, shown: Range, width: int, now: float) -> Chart:
    """Make the chart of `view` over `shown` at `now` epoch seconds, `width` cells wide.

    The scale runs from 0 to the limit; above the limit it grows; without a known limit it runs to the peak.
    """
    laid = window(shown, width, now)
    buckets = view.fine if shown.finest_seconds < 5 else view.coarse
    seen = columns(buckets, laid.start, laid.column_seconds, laid.count)
    limit = view.snapshot.concurrency_limit or None
    top = max([1, limit or 0, *[column.peak for column in seen if column is not None]])
    return Chart(laid, seen, laid.index(now), top, limit, summarise(since(buckets, now - shown.seconds)))


Cell = tuple[str, Role]
Column = tuple[Cell, ...]


@lru_cache(maxsize=4096)
def _bar(eighths: int, rows: int, role: Role, limit_row: int | None) -> Column:
    """Draw one bar of `eighths` of a row, from the top row to the bottom one."""
    cells: list[Cell] = []
    for row in range(rows):
        level = min(8, max(0, eighths - 8 * (rows - 1 - row)))
        if level == 0 and row == limit_row:
            cells.append((LIMIT_LINE, Role.FAINT))
        else:
            cells.append((EIGHTHS[level], role))
    return tuple(cells)


@lru_cache(maxsize=256)
def _baseline(mark: str, rows: int, limit_row: int | None) -> Column:
    """Draw a column without a bar: a mark at the bottom, and the limit's line."""
    blank = (" ", Role.FAINT)
    cells = [(LIMIT_LINE, Role.FAINT) if row == limit_row else blank for row in range(rows)]
    cells[-1] = (mark, Role.FAINT)
    return tuple(cells)


def column_cells(drawn: Chart, rows: int) -> tuple[Column, ...]:
    """Draw each column of the chart on `rows` rows, top to bottom."""
    return tuple(cells_of(drawn, index, rows) for index in range(len(drawn.columns)))


def cells_of(drawn: Chart, index: int, rows: int) -> Column:
    """Draw one column of the chart on `rows` rows, top to bottom.

    A known zero is a thin line, a gap is dots, and time that has not come is empty: none can be taken for another.
    """
    column = drawn.columns[index]
    limit_row = None if drawn.limit is None else row_at(drawn.limit, drawn.top, rows)
    if column is None:
        return _baseline(GAP if index < drawn.current else " ", rows, limit_row)
    if column.peak == 0:
        return _baseline(EIGHTHS[1], rows, limit_row)
    eighths = max(1, round(8 * rows * column.peak / drawn.top))
    return _bar(eighths, rows, Role.BAR_NEAR if column.is_saturated else Role.BAR, limit_row)


def row_line(row: Sequence[Cell], cells_per_column: int) -> Line:
    """Put one row of the columns together, neighbours of one role in one span."""
    return tuple(
        Span("".join([text * cells_per_column for text, _ in run]), role) for role, run in groupby(row, key=_ROLE)
    )


def axis(laid: Window, now: float, width: int, zone: tzinfo | None) -> Line:
    """Word the time axis under the plot: when it starts, how long it really is, and where now is."""
    return _axis(laid, laid.index(now), width, zone)


@lru_cache(maxsize=8)
def _axis(laid: Window, current: int, width: int, zone: tzinfo | None) -> Line:
    """Word the time axis; `current` is the column of now."""
    has_seconds = laid.seconds < 300
    text = [" "] * width

    def put(label: str, at: int) -> None:
        if len(label) > width:
            return
        at = max(0, min(at, width - len(label)))
        if not "".join(text[max(0, at - 1) : at + len(label) + 1]).strip():
            text[at : at + len(label)] = label

    def time_at(column: int) -> str:
        moment = wording.from_epoch(laid.start + column * laid.column_seconds)
        return wording.clock_time(moment, zone, with_seconds=has_seconds)

    put("now", (current + 1) * laid.cells_per_column - 3)
    real_span = f"{time_at(0)} · {wording.span(laid.seconds)}"
    put(real_span if len(real_span) + 6 <= width else time_at(0), 0)
    if width >= 2 * TIME_LABEL_CELLS + len(real_span):
        put(time_at(laid.count // 2), laid.count // 2 * laid.cells_per_column)
    return (Span("".join(text), Role.DIM),)
