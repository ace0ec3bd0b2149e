"""What a chart is made of, in cells: layers of marks over a scale, the labels beside them and the words under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.spans import Line, Role, Span, line_cells

GUTTER_CELLS = 7
_ROUND = (1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


class Texture(StrEnum):
    """What marks are drawn with; no two look alike without colour. `SOLID` has two marks a cell each way."""

    SOLID = "█"
    SHADE = "░"
    DENSE = "▒"
    DOTTED = "·"
    RINGS = "◦"
    BULLETS = "•"
    DASHED = "┄"
    RULED = "═"
    THIN = "▁"


class Mark(NamedTuple):
    """A place: `x` in cells from the left, `y` on the scale; with a `floor`, all from there up to `y`."""

    x: float
    y: float
    floor: float | None = None


class Layer(Struct, frozen=True):
    """Marks of one texture; those without a floor are joined to a line where `is_joined`, which None breaks.

    `meaning` is what the key to the signs says of them; without one they are not in it.
    """

    texture: Texture
    role: Role
    marks: tuple[Mark | None, ...]
    meaning: str = ""
    is_joined: bool = False


class Plot(Struct, frozen=True):
    """A chart of `columns` × `rows` cells over a scale from 0 to `top`, later layers over earlier ones.

    `labels` stand left of their rows, 0 being the top one; `axis` is the line under the plot.
    """

    columns: int
    rows: int
    top: float
    layers: tuple[Layer, ...] = ()
    labels: tuple[tuple[int, str], ...] = ()
    axis: Line = ()


def rounded_up(value: float) -> float:
    """Give a round number at or above `value`, for a scale that stands still while values move."""
    if value <= 1:
        return 1.0
    size = 10.0 ** (len(f"{value:.0f}") - 1)
    tops = (step * size for step in _ROUND)
    return next((top for top in tops if top >= value and top.is_integer()), 10 * size)


def row_at(value: float, top: float, rows: int) -> int:
    """Say on which row, 0 at the top, a mark of `value` lies."""
    return rows - 1 - min(rows - 1, max(0, int(rows * value / top)))


def level(value: float, columns: int, texture: Texture, role: Role, meaning: str) -> Layer:
    """Draw a level line across the whole plot."""
    return Layer(texture, role, (Mark(0.5, value), Mark(columns - 0.5, value)), meaning, is_joined=True)


def scale_labels(top: float, rows: int, levels: Iterable[float] = ()) -> tuple[tuple[int, str], ...]:
    """Word the scale: the top, its middle where there is room, 0, and the levels that are lines of their own."""
    labels = {rows - 1: "0", 0: wording.short_count(top)}
    if rows >= 6 and top >= 4:
        labels[row_at(top // 2, top, rows)] = wording.short_count(top // 2)
    for value in levels:
        labels[row_at(value, top, rows)] = wording.short_count(value)
    return tuple(labels.items())


def scale_label(text: str) -> Span:
    """Give the cells left of a plot's row, with what stands there of its scale."""
    return Span(f"{text:>{GUTTER_CELLS - 1}} ", Role.DIM)


def legend(plot: Plot, width: int) -> Line:
    """Word the signs that are drawn, what lies on top first, as many as fit."""
    line: Line = ()
    for layer in reversed(plot.layers):
        if not (layer.meaning and layer.marks):
            continue
        sign = Span("▄" if layer.texture is Texture.SOLID else str(layer.texture), layer.role)
        longer = (*line, *((Span("  "),) if line else ()), sign, Span(f" {layer.meaning}", Role.DIM))
        if line_cells(longer) > width:
            break
        line = longer
    return line


def framed(plot: Plot, drawn: Sequence[Line], cursor: float | None) -> tuple[Line, ...]:
    """Put the scale beside a drawn plot and the axis under it; the column at `cursor` cells is marked."""
    labels = dict(plot.labels)
    column = None if cursor is None else min(plot.columns - 1, max(0, int(cursor)))
    rows = [(scale_label(labels.get(row, "")), *_with_cursor(line, column)) for row, line in enumerate(drawn)]
    return (*rows, (Span(" " * GUTTER_CELLS), *plot.axis))


def _with_cursor(line: Line, column: int | None) -> Line:
    """Mark one cell of a row: empty ones get a line, others are brought out."""
    if column is None:
        return line
    spans: list[Span] = []
    passed = 0
    for span in line:
        at = column - passed
        passed += len(span.text)
        if not 0 <= at < len(span.text):
            spans.append(span)
            continue
        cell = span.text[at]
        marked = Span("│", Role.STRONG) if cell in " ┄═░" else Span(cell, Role.STRONG)
        parts = (Span(span.text[:at], span.role), marked, Span(span.text[at + 1 :], span.role))
        spans += [part for part in parts if part.text]
    return tuple(spans)
