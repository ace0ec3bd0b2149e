"""The charts of the history: which there are, and the words around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from enum import IntEnum
from typing import NamedTuple

from usage_tui.core import history_concurrency, history_cumulative, history_spend
from usage_tui.core.history_seen import Seen
from usage_tui.core.plot import Plot
from usage_tui.core.spans import Line, Role, Span, beside, cut, fullest, line_cells
from usage_tui.core.stretch import HistoryRange

LABELS_FROM_COLUMNS = 76


class ChartKind(IntEnum):
    """What a chart shows, in the order in which they are gone through."""

    CONCURRENCY = 0
    SPEND = 1
    CUMULATIVE = 2


class _Chart(NamedTuple):
    """The functions of a kind of chart; forms of words go from the fullest to the shortest."""

    title: str
    plot: Callable[[Seen, int, int, tzinfo | None], Plot]
    headline: Callable[[Seen, tzinfo | None], Sequence[Line]]
    reading: Callable[[Seen, int, tzinfo | None], Sequence[Line]]
    compared: Callable[[Seen, tzinfo | None], Sequence[Line]]


_CHARTS = {
    ChartKind.CONCURRENCY: _Chart(
        "CONCURRENCY",
        history_concurrency.plot,
        history_concurrency.headline,
        history_concurrency.reading,
        history_concurrency.compared,
    ),
    ChartKind.SPEND: _Chart(
        "SPEND",
        history_spend.plot,
        history_spend.headline,
        history_spend.reading,
        history_spend.compared,
    ),
    ChartKind.CUMULATIVE: _Chart(
        "CUMULATIVE",
        history_cumulative.plot,
        history_cumulative.headline,
        history_cumulative.reading,
        history_spend.compared,
    ),
}


def plot(kind: ChartKind, seen: Seen, columns: int, rows: int, zone: tzinfo | None) -> Plot:
    """Draw a chart."""
    return _CHARTS[kind].plot(seen, columns, rows, zone)


def steps(kind: ChartKind, seen: Seen) -> range:
    """Give the starts of the steps that a cursor goes through."""
    shown = seen.shown
    until_ms = shown.end_ms if kind is ChartKind.CUMULATIVE and seen.cycle is not None else shown.until_ms
    return range(shown.first_ms, until_ms, shown.step_ms)


def step_at(kind: ChartKind, seen: Seen, at_ms: int | None) -> int | None:
    """Give the start of the step that a cursor at a moment reads; None where that is not on the chart."""
    start_ms = None if at_ms is None else seen.shown.start_of(at_ms)
    return start_ms if start_ms in steps(kind, seen) else None


def title_line(
    kind: ChartKind, wanted: HistoryRange, seen: Seen | None, zone: tzinfo | None, *, is_closer: bool, width: int
) -> Line:
    """Word which chart it is, what it holds as a whole, and the range."""
    button = Span(f"   [ {wanted.label}{', closer' if is_closer else ''} ]")
    name = Span(f"{_CHARTS[kind].title}  ", Role.LABEL)
    if seen is None:
        return beside([(name,)], [(button,), (Span(wanted.label, Role.DIM),)], width)
    forms = _CHARTS[kind].headline(seen, zone)
    lefts: Sequence[Line] = [*((name, *form) for form in forms), forms[-1]]
    return _fitting(lefts, [(button,), (Span(f" {wanted.label}", Role.DIM),)], width)


def reading_line(kind: ChartKind, seen: Seen, cursor_ms: int | None, zone: tzinfo | None, width: int) -> Line:
    """Word what the cursor reads, or how to place it."""
    if cursor_ms is None:
        return cut((Span("← → read times and values", Role.DIM),), width)
    return fullest(_CHARTS[kind].reading(seen, cursor_ms, zone), width)


def compared_line(kind: ChartKind, seen: Seen, zone: tzinfo | None, width: int) -> Line:
    """Word how the stretch before compares."""
    return fullest(_CHARTS[kind].compared(seen, zone), width)


def _fitting(lefts: Sequence[Line], rights: Sequence[Line], width: int) -> Line:
    """Put the fullest form of the left beside the fullest of the right that both fit."""
    for right in rights:
        for left in lefts:
            room = width - line_cells(left) - line_cells(right)
            if room >= 0:
                return (*left, Span(" " * room), *right)
    return cut(lefts[-1], width)
