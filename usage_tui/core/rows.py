"""Rows of a table: what each is known by, and how it is worded for the room that there is."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol

from usage_tui.core.spans import Line, Span, cut, line_cells

GAP_CELLS = 2


class Rows(Protocol):
    """A table's rows, from its first to its last; a row is worded when it is seen."""

    @property
    def names(self) -> Sequence[Hashable]:
        """What each row is known by, also when its place or its words change."""

    def titles(self, width: int) -> Line | None:
        """Word the line above the rows; None where there is none."""

    def row(self, index: int, width: int) -> Line:
        """Word a row on at most `width` cells."""


def in_columns(cells: Sequence[Line], widths: Sequence[int]) -> Line:
    """Put the cells of a row into columns of so many terminal cells, with a gap between them."""
    spans: list[Span] = []
    for cell, width in zip(cells, widths, strict=True):
        shown = cut(cell, width)
        spans += [*shown, Span(" " * (width - line_cells(shown) + GAP_CELLS))]
    return tuple(spans[:-1])
