"""The concurrency chart: a fixed scale from 0 to the limit, columns aligned to the clock, gaps as gaps."""

from __future__ import annotations

from textual.geometry import Offset, Region

from usage_tui.core import chart
from usage_tui.core.chart import Cell
from usage_tui.core.chart_picture import ChartPicture, drawn_columns
from usage_tui.core.glance import Glance
from usage_tui.core.panels import concurrency_header
from usage_tui.core.plot import GUTTER_CELLS, scale_labels
from usage_tui.core.spans import Span
from usage_tui.ui.styled import Lines, RoleScreen, Shift, move_to
from usage_tui.ui.widgets.glance_panel import GlancePanel

AXIS_FROM_ROWS = 6


class ConcurrencyChart(GlancePanel):
    """Requests in flight over time, under a line that says what they are now."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._drawn_cells: dict[tuple[Cell, int], str] = {}

    def words(self, glance: Glance) -> ChartPicture:
        """Draw header, plot and, where there is room, scale and time axis."""
        width, height = self.size
        has_axis = height >= AXIS_FROM_ROWS
        gutter = GUTTER_CELLS if has_axis else 0
        now = glance.now.timestamp()
        drawn = chart.chart(glance.view, glance.shown, width - gutter, now)
        rows = max(0, height - (2 if has_axis else 1))
        before = self._lines if isinstance(self._lines, ChartPicture) else None
        return ChartPicture(
            header=concurrency_header(glance, drawn, width),
            drawn=drawn,
            rows=rows,
            columns=drawn_columns(drawn, rows, before),
            gutter=gutter,
            labels=dict(scale_labels(drawn.top, rows, filter(None, [drawn.limit]))) if has_axis else {},
            axis=chart.axis(drawn.window, now, width - gutter, glance.zone) if has_axis else None,
        )

    def changes(self, shown: Lines, lines: Lines) -> list[Region]:
        """Of a plot that stays where it is, give the cells that changed."""
        if not (isinstance(shown, ChartPicture) and isinstance(lines, ChartPicture) and lines.is_laid_as(shown)):
            return super().changes(shown, lines)
        width = lines.cells_per_column
        cells = [
            Region(lines.gutter + width * column, 1 + rows.start, width, len(rows))
            for column, rows in lines.changed_rows(shown)
        ]
        around = [y for y in (0, lines.rows + 1) if y < len(lines)]
        return [*cells, *self.changes_on(around, shown, lines)]

    def shift(self, shown: Lines, lines: Lines) -> Shift | None:
        """Give by how much the plot moved."""
        if not (isinstance(shown, ChartPicture) and isinstance(lines, ChartPicture)):
            return None
        moved, width = lines.columns_moved(shown), lines.cells_per_column
        if not moved:
            return None
        rows = {row for _, rows in lines.changed_rows(shown) for row in rows}
        plot = Region(lines.gutter, 1, width * len(lines.columns), 1)
        return Shift([plot.translate(Offset(0, row)) for row in sorted(rows)], width * moved)

    def painted(self, place: Region, offset: Offset) -> str:
        """Paint a column of the plot by itself; else whatever stands at the place."""
        picture, screen = self._lines, self.screen
        column = picture.column_at(place.x, place.width) if isinstance(picture, ChartPicture) else None
        if column is None or place.y < 1 or not isinstance(screen, RoleScreen):
            return super().painted(place, offset)
        return "".join(
            [move_to(place, y, offset) + self._drawn_cell(screen, column[y - 1], place.width) for y in place.line_range]
        )

    def _drawn_cell(self, screen: RoleScreen, cell: Cell, width: int) -> str:
        """Draw a cell of the plot: there are few, and they come again and again."""
        drawn = self._drawn_cells.get((cell, width))
        if drawn is None:
            text, role = cell
            drawn = self._drawn_cells[cell, width] = screen.drawn((Span(text * width, role),))
        return drawn

    def notify_style_update(self) -> None:
        """Draw all cells anew in their new colours."""
        super().notify_style_update()
        self._drawn_cells = {}
