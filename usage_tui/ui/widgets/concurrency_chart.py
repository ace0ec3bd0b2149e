"""The concurrency chart: a fixed scale from 0 to the limit, columns aligned to the clock, gaps as gaps."""

from __future__ import annotations

from usage_tui.core import chart
from usage_tui.core.glance import Glance
from usage_tui.core.panels import concurrency_header
from usage_tui.core.wording import Line, Role, Span
from usage_tui.ui.styled import GlancePanel

LABEL_CELLS = 6
AXIS_FROM_ROWS = 6


class ConcurrencyChart(GlancePanel):
    """Requests in flight over time, under a line that says what they are now."""

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
        cells = chart.column_cells(drawn, rows)
        labels = chart.scale_labels(drawn, rows) if has_axis else {}
        plot = []
        for row in range(rows):
            label = (Span(f"{labels.get(row, ''):>{gutter - 1}} ", Role.DIM),) if has_axis else ()
            plot.append((*label, *chart.row_line(cells, row, drawn.window.cells_per_column)))
        if has_axis:
            axis = chart.axis(drawn.window, now, width - gutter, glance.zone)
            plot.append((Span(" " * gutter), *axis))
        return (header, *plot)
