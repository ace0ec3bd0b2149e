"""The concurrency chart: a fixed scale from 0 to the limit, columns aligned to the clock, gaps as gaps."""

from __future__ import annotations

from usage_tui.core import chart
from usage_tui.core.chart import Cell, Chart
from usage_tui.core.glance import Glance
from usage_tui.core.panels import concurrency_header
from usage_tui.core.wording import Line, Role, Span
from usage_tui.ui.styled import GlancePanel

LABEL_CELLS = 6
AXIS_FROM_ROWS = 6


class ConcurrencyChart(GlancePanel):
    """Requests in flight over time, under a line that says what they are now."""

    _plotted: tuple[tuple[tuple[Cell, ...], Line], ...] = ()
    _plotted_for: object = None

    def words(self, glance: Glance) -> tuple[Line, ...]:
        """Draw header, plot and, where there is room, scale and time axis."""
        width, height = self.size
        has_axis = height >= AXIS_FROM_ROWS
        gutter = LABEL_CELLS if has_axis else 0
        now = glance.now.timestamp()
        drawn = chart.chart(glance.view, glance.shown, width - gutter, now)
        header = concurrency_header(glance, drawn, width)
        rows = height - (2 if has_axis else 1)
        if rows < 1:
            return (header,)
        plot = self._plot(drawn, rows)
        if not has_axis:
            return (header, *plot)
        labels = chart.scale_labels(drawn, rows)
        labelled = [(Span(f"{labels.get(row, ''):>{gutter - 1}} ", Role.DIM), *line) for row, line in enumerate(plot)]
        axis = chart.axis(drawn.window, now, width - gutter, glance.zone)
        return (header, *labelled, (Span(" " * gutter), *axis))

    def _plot(self, drawn: Chart, rows: int) -> list[Line]:
        """Draw the rows of the plot; what did not change since the last time is kept from then."""
        plotted = chart.plotted(drawn)
        if (rows, plotted) != self._plotted_for:
            self._plotted_for = (rows, plotted)
            last = self._plotted if len(self._plotted) == rows else ((((), ()),) * rows)
            width = drawn.window.cells_per_column
            cells = zip(*chart.column_cells(drawn, rows), strict=True)
            self._plotted = tuple(
                (row, line if row == kept else chart.row_line(row, width))
                for row, (kept, line) in zip(cells, last, strict=True)
            )
        return [line for _, line in self._plotted]
