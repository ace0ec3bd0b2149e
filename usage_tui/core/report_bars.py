"""Entries of a report as bars side by side, each with its name under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from usage_tui.core import wording
from usage_tui.core.plot import Layer, Mark, Plot, Texture, rounded_up, scale_labels
from usage_tui.core.report import Entry, Figures, Grouping, Order
from usage_tui.core.report_table import NO_PARAMETERS
from usage_tui.core.spans import Line, Role, Span, cells, shortened

MUCH_FAILED = 0.1
NARROWEST, WIDEST, GAP_CELLS = {Grouping.DOMAIN: 13, Grouping.PARAMETERS: 17}, 20, 2
MOST_BARS = 12
_COMMON_START, _COMMON_VALUE = "www.", "=true"
CHARTED: dict[Order, Callable[[Figures], float | None]] = {
    Order.CREDITS: lambda figures: figures.credits,
    Order.REQUESTS: lambda figures: figures.requests,
    Order.FAILED: lambda figures: figures.failed,
    Order.CANCELLED: lambda figures: figures.cancelled,
    Order.PER_SUCCESS: lambda figures: figures.per_success,
}


def much_failed(figures: Figures) -> bool:
    """Say whether more than a tenth of the requests failed, as far as is known."""
    requests, failed = figures.requests, figures.failed
    return requests is not None and failed is not None and failed > MUCH_FAILED * (requests + failed)


def charted(entries: Sequence[Entry], by: Grouping, columns: int) -> Sequence[Entry]:
    """Give the entries that have a bar on so many cells."""
    return entries[: max(1, min(MOST_BARS, columns // NARROWEST[by]))]


def plot(entries: Sequence[Entry], by: Grouping, metric: Order, columns: int, rows: int) -> Plot:
    """Draw a bar for each of the first entries, as high as what is asked for; what is not known has a point."""
    shown = charted(entries, by, columns)
    values = [CHARTED[metric](entry.figures) for entry in shown]
    top = rounded_up(max((value for value in values if value is not None), default=0))
    width = _slot(shown, columns)
    layers: dict[str, list[Mark]] = {"unknown": [], "none": [], "marked": [], "usual": []}
    for place, (entry, value) in enumerate(zip(shown, values, strict=True)):
        kind = kind_of(value, entry.figures, metric)
        parts = 2 if kind == "usual" else 1
        begin, bar = place * width, width - GAP_CELLS
        height = max(value or 0, top / rows / 4 if value else 0)
        layers[kind] += [Mark(begin + (part + 0.5) / parts, height, 0) for part in range(bar * parts)]
    return Plot(columns, rows, top, layered(layers), scale_labels(top, rows), _axis(shown, columns, None))


def kind_of(value: float | None, figures: Figures, metric: Order) -> str:
    """Say how a bar is drawn: `unknown`, `none`, `marked` where much failed, `usual`."""
    if value is None:
        return "unknown"
    if value <= 0:
        return "none"
    return "marked" if metric in (Order.CREDITS, Order.REQUESTS) and much_failed(figures) else "usual"


def layered(marks: dict[str, list[Mark]], unknown: str = "not in the report") -> tuple[Layer, ...]:
    """Make the layers of bars; `unknown` is what the key to the signs says of what is not known."""
    much = wording.short_percent(MUCH_FAILED)
    return (
        Layer(Texture.DOTTED, Role.DIM, tuple(Mark(mark.x, 0) for mark in marks["unknown"]), unknown),
        Layer(Texture.THIN, Role.FAINT, tuple(Mark(mark.x, 0) for mark in marks["none"])),
        Layer(Texture.SOLID, Role.BAR, tuple(marks["usual"])),
        Layer(
            Texture.DENSE,
            Role.BAR_NEAR,
            tuple(marks["marked"]),
            f"more than {much} failed",
        ),
    )


def pointed(entries: Sequence[Entry], by: Grouping, shown: Plot, label: str | None) -> Plot:
    """Let the name of one entry stand out."""
    return replace(shown, axis=_axis(charted(entries, by, shown.columns), shown.columns, label))


def _slot(entries: Sequence[Entry], columns: int) -> int:
    """Give the cells of a bar and the gap after it."""
    return min(WIDEST, columns // max(1, len(entries)))


def _axis(entries: Sequence[Entry], columns: int, label: str | None) -> Line:
    """Name the bars."""
    room = _slot(entries, columns)
    line: list[Span] = []
    for entry, name in zip(entries, _names(entries), strict=True):
        shown = shortened(name, room - 1)
        line.append(Span(shown, Role.STRONG if entry.label == label else Role.DIM))
        line.append(Span(" " * (room - cells(shown))))
    return tuple(line)


def _names(entries: Sequence[Entry]) -> list[str]:
    """Name entries shortly: without what most domains begin and most parameters end with, where they stay apart."""
    short = [entry.label.removeprefix(_COMMON_START).replace(_COMMON_VALUE, "") or NO_PARAMETERS for entry in entries]
    times = Counter(short)
    return [
        name if times[name] == 1 else entry.label or NO_PARAMETERS for name, entry in zip(short, entries, strict=True)
    ]
