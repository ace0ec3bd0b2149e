"""The concurrency chart as it stands on the screen: a header, the plot with its scale, and the time axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.chart import Chart, Column, cells_of, column_cells, row_line
from usage_tui.core.plot import scale_label
from usage_tui.core.spans import Line, Span


class ChartPicture(Struct, frozen=True, eq=False):
    """The lines of a chart, from its header down, each put together when it is asked for.

    The plot has `rows`, and `columns` of cells from its top to its bottom. Before them stand `gutter` cells with the
    scale's `labels` by their rows, or none. `axis` is None where there is no room for it.
    """

    header: Line
    drawn: Chart
    rows: int
    columns: tuple[Column, ...]
    gutter: int
    labels: Mapping[int, str]
    axis: Line | None

    def __len__(self) -> int:
        return 1 + self.rows + (self.axis is not None)

    def __getitem__(self, y: int) -> Line:
        if y == 0:
            return self.header
        if y <= self.rows:
            plot = row_line([column[y - 1] for column in self.columns], self.cells_per_column)
            return (scale_label(self.labels.get(y - 1, "")), *plot) if self.gutter else plot
        if y < len(self) and self.axis is not None:
            return (Span(" " * self.gutter), *self.axis)
        raise IndexError(y)

    @property
    def cells_per_column(self) -> int:
        """How many cells wide a column is."""
        return self.drawn.window.cells_per_column

    def column_at(self, x: int, width: int) -> Column | None:
        """Give the column of the plot that takes `width` cells from `x` on, None where none does just that."""
        column, rest = divmod(x - self.gutter, self.cells_per_column)
        is_column = width == self.cells_per_column and rest == 0 and 0 <= column < len(self.columns)
        return self.columns[column] if is_column else None

    def is_laid_as(self, other: ChartPicture) -> bool:
        """Whether each place in both means the same moment, and the same number of requests."""
        return _layout(self.drawn, self.rows, self.gutter) == _layout(other.drawn, other.rows, other.gutter)

    def columns_moved(self, before: ChartPicture) -> int:
        """Say by how many columns the plot moved to the left since a picture that is laid alike but for that, or 0."""
        laid, was = self.drawn.window, before.drawn.window
        moved = (laid.start - was.start) // laid.column_seconds
        if not 0 < moved < laid.count:
            return 0
        there = replace(before, drawn=replace(before.drawn, window=replace(was, start=laid.start)))
        return moved if self.is_laid_as(there) else 0

    def changed_rows(self, before: ChartPicture) -> Iterator[tuple[int, range]]:
        """Give each column that is another than in a picture with as many, and its rows from first to last change."""
        for index, (column, was) in enumerate(zip(self.columns, before.columns, strict=True)):
            if column is not was and (rows := [row for row in range(self.rows) if column[row] != was[row]]):
                yield index, range(rows[0], rows[-1] + 1)


def drawn_columns(drawn: Chart, rows: int, before: ChartPicture | None) -> tuple[Column, ...]:
    """Draw the columns of a plot; those that are as in the picture `before` are kept from there."""
    if rows < 1:
        return ()
    if before is None or _layout(drawn, rows, 0) != _layout(before.drawn, before.rows, 0):
        return column_cells(drawn, rows)
    pairs = enumerate(zip(drawn.columns, before.drawn.columns, before.columns, strict=True))
    gone_by = range(before.drawn.current, drawn.current)  # without a sample, they have become gaps
    return tuple(
        [
            cells if (seen is was or seen == was) and index not in gone_by else cells_of(drawn, index, rows)
            for index, (seen, was, cells) in pairs
        ]
    )


def _layout(drawn: Chart, rows: int, gutter: int) -> tuple[object, ...]:
    return drawn.window, drawn.top, drawn.limit, rows, gutter
