"""The chart over a report's table, drawn in a thread once the table stands: the first one imports plotext."""

from __future__ import annotations

from functools import partial

from textual import events, work
from textual.worker import get_current_worker

from usage_tui.core import report_chart
from usage_tui.core.plot import GUTTER_CELLS, Plot, framed
from usage_tui.core.report_chart import ReportChart
from usage_tui.core.spans import Line, Role, Span
from usage_tui.services.plotting import drawn
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.plot import undrawn

ROWS_AROUND = 2


class ReportPanel(Words):
    """A title over a plot of what the table shows, with the table's cursor pointed to in it."""

    def __init__(self) -> None:
        super().__init__()
        self._chart: ReportChart | None = None
        self._drawn: tuple[ReportChart, Plot, tuple[Line, ...]] | None = None
        self._label: str | None = None

    def show_chart(self, chart: ReportChart | None, label: str | None = None) -> None:
        """Show a chart as soon as it is drawn, with the entry of that label pointed to; None is an empty one."""
        self._chart, self._label = chart, label
        self.call_after_refresh(self._draw)

    def point(self, label: str | None) -> None:
        """Point to another entry."""
        self._label = label
        if self._drawn is None or self._drawn[0] is not self._chart:
            return
        chart, plot, picture = self._drawn
        pointed, cursor = report_chart.pointed(chart, plot, label)
        title = report_chart.title_line(chart, plot, self.size.width)
        self.show_lines((title, *framed(pointed, picture, cursor)))

    def on_resize(self, _event: events.Resize) -> None:
        """Draw for the new room."""
        self._draw()

    def _draw(self) -> None:
        """Have the chart drawn for the room that there is."""
        columns, rows = self.size.width - GUTTER_CELLS, self.size.height - ROWS_AROUND
        if self._chart is None or not self._chart.page.entries:
            self._tell()
        elif columns > 0 and rows > 0:
            self._plot(self._chart, columns, rows)

    @work(thread=True, exclusive=True, group="chart", exit_on_error=False)
    def _plot(self, chart: ReportChart, columns: int, rows: int) -> None:
        try:
            plot = report_chart.plot(chart, columns, rows)
            outcome = partial(self._show, chart, plot, drawn(plot))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the table stays
            outcome = partial(self._tell, undrawn(error))
        worker = get_current_worker()
        self.app.call_from_thread(lambda: None if worker.is_cancelled or not self.display else outcome())

    def _show(self, chart: ReportChart, plot: Plot, picture: tuple[Line, ...]) -> None:
        """Show what was drawn, if it is still wanted."""
        if chart is self._chart:
            self._drawn = (chart, plot, picture)
            self.point(self._label)

    def _tell(self, sentence: str = "") -> None:
        """Show a sentence in place of a chart, or nothing."""
        self._drawn = None
        self.show_lines(((Span(sentence, Role.DIM),),))
