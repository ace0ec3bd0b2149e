"""The dates of a report as a chart over time: a bar a day, or the mean of several days where there are many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.plot import Mark, Plot, rounded_up, scale_labels
from usage_tui.core.report import Figures, Order, Page, day_of
from usage_tui.core.report_bars import CHARTED, kind_of, layered
from usage_tui.core.rollup import DAY_MS, moment
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.stretch import Stretch, axis

WIDEST = 10


class Days(Struct, frozen=True):
    """The days of a chart from the first on, `step` of them a bar; a bar without figures is of days without an entry.

    `columns` of the chart's `room` are taken.
    """

    first: int
    step: int
    bars: tuple[tuple[Figures, ...], ...]
    columns: int
    room: int
    is_filtered: bool

    @property
    def stretch(self) -> Stretch:
        """The time from the first day to the end of the last."""
        end_ms = (self.first + self.step * len(self.bars)) * DAY_MS
        return Stretch(self.first * DAY_MS, end_ms, DAY_MS, end_ms)


def days(page: Page, columns: int, *, is_filtered: bool) -> Days:
    """Lay the dates of a page out on so many cells."""
    by_day = {day_of(date.fromisoformat(entry.label)): entry.figures for entry in page.entries}
    first = min(by_day, default=page.first_day)
    count = max(by_day, default=page.last_day) - first + 1
    step = -(-count // (2 * columns))
    bars: list[list[Figures]] = [[] for _ in range(-(-count // step))]
    for day, figures in by_day.items():
        bars[(day - first) // step].append(figures)
    taken = min(columns, WIDEST * len(bars))
    return Days(first, step, tuple(map(tuple, bars)), taken, columns, is_filtered)


def plot(shown: Days, metric: Order, rows: int) -> Plot:
    """Draw a bar for each day, as high as what is asked for; days that the report has not are points."""
    values = [_value(bar, metric) for bar in shown.bars]
    top = rounded_up(max((value for value in values if value is not None), default=0))
    kinds = [kind_of(value, _added_up(bar), metric) for value, bar in zip(values, shown.bars, strict=True)]
    layers: dict[str, list[Mark]] = {"unknown": [], "none": [], "marked": [], "usual": []}
    for part in range(2 * shown.columns):
        place = part * len(shown.bars) // (2 * shown.columns)
        kind, value = kinds[place], values[place] or 0
        if kind == "usual":
            layers[kind].append(Mark((part + 0.5) / 2, max(value, top / rows / 4), 0))
        elif part % 2 == 0 and not (kind == "unknown" and shown.is_filtered):
            layers[kind].append(Mark(part / 2 + 0.5, value, 0))
    words = axis(shown.stretch, shown.columns, UTC, is_live=False)
    return Plot(shown.room, rows, top, layered(layers), scale_labels(top, rows), words)


def cell(shown: Days, label: str | None) -> float | None:
    """Say how many cells from the left the middle of a day's bar lies."""
    if label is None:
        return None
    place = (day_of(date.fromisoformat(label)) - shown.first) // shown.step
    return shown.columns * (place + 0.5) / len(shown.bars)


def headline(shown: Days, metric: Order) -> list[Line]:
    """Word the mean and the most of a day, from the fullest form to the shortest."""
    known = [(value, place) for place, bar in enumerate(shown.bars) if (value := _value(bar, metric)) is not None]
    if not known:
        return [(Span("not in the report"),)]
    most, place = max(known)
    number = _decimal if metric is Order.PER_SUCCESS else _whole
    lead: Line = (Span(f"mean {number(_mean(shown.bars, metric))}"),)
    when = wording.day(moment((shown.first + shown.step * place) * DAY_MS), UTC)
    peak: Line = (Span(f" · most {number(most)} on {when}", Role.DIM),)
    if shown.step == 1:
        return [(*lead, *peak), lead]
    step: Line = (Span(f" · {shown.step} days a bar", Role.DIM),)
    return [(*lead, *step), lead]


def _mean(bars: Sequence[Sequence[Figures]], metric: Order) -> float:
    """Give the mean of all days that are known."""
    return _value([figures for bar in bars for figures in bar], metric) or 0.0


def _value(bar: Sequence[Figures], metric: Order) -> float | None:
    """Give what the days of a bar come to a day; None where that is not known."""
    if metric is Order.PER_SUCCESS:
        return _added_up(bar).per_success
    known = [value for figures in bar if (value := CHARTED[metric](figures)) is not None]
    return sum(known) / len(known) if known else None


def _added_up(bar: Sequence[Figures]) -> Figures:
    """Add up the credits, requests and failed requests of the days of which all three are known."""
    known = [each for each in bar if each.requests is not None and each.failed is not None] or list(bar)
    return Figures(
        sum(each.credits for each in known),
        _sum([each.requests for each in known]),
        _sum([each.failed for each in known]),
    )


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _decimal(value: float) -> str:
    return f"{value:,.1f}"
