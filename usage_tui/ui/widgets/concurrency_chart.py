"""The concurrency chart: a fixed scale from 0 to the limit, columns aligned to the clock, gaps as gaps."""

from __future__ import annotations

from functools import lru_cache

from rich.console import Console
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from usage_tui.core import chart
from usage_tui.core.chart_picture import ChartPicture, drawn_columns
from usage_tui.core.glance import Glance
from usage_tui.core.panels import concurrency_header
from usage_tui.core.plot import GUTTER_CELLS, scale_labels
from usage_tui.ui.styled import GlancePanel, Lines, Shift

AXIS_FROM_ROWS = 6


class ConcurrencyChart(GlancePanel):
    """Requests in flight over time, under a line that says what they are now."""

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
        cells = [Region(lines.gutter + width * x, 1 + y, width, 1) for x, y in lines.changed_cells(shown)]
        around = [y for y in (0, lines.rows + 1) if y < len(lines) and lines[y] != shown[y]]
        return [*cells, *(Region(0, y, self.size.width, 1) for y in around)]

    def shift(self, shown: Lines, lines: Lines) -> Shift | None:
        """Give by how much the plot moved."""
        if not (isinstance(shown, ChartPicture) and isinstance(lines, ChartPicture)):
            return None
        moved, width = lines.columns_moved(shown), lines.cells_per_column
        if not moved:
            return None
        rows = sorted({row for _, row in lines.changed_cells(shown)})
        return Shift([Region(lines.gutter, 1 + row, width * len(lines.columns), 1) for row in rows], width * moved)

    def painted(self, place: Region, console: Console) -> str:
        """Give a cell of the plot without the rest of its row; else what stands there."""
        picture = self._lines
        if not isinstance(picture, ChartPicture) or place.width != picture.cells_per_column:
            return super().painted(place, console)
        cell = picture.cell((place.x - picture.gutter) // place.width, place.y - 1)
        return _drawn(*self.segments((cell,)), console) if cell else super().painted(place, console)


@lru_cache(maxsize=256)
def _drawn(segment: Segment, console: Console) -> str:
    """Draw a cell of the plot: there are few, and a strip is made for more than one."""
    return Strip([segment]).render(console)
