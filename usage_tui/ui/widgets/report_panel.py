"""The chart over a report's table, drawn in a thread once the table stands: the first one imports plotext."""

from __future__ import annotations

from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.widget import Widget
from textual.worker import get_current_worker

from usage_tui.core import report_chart
from usage_tui.core.plot import GUTTER_CELLS, Plot
from usage_tui.core.report_chart import ReportChart
from usage_tui.core.wording import Line
from usage_tui.services.plotting import drawn
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.plot import PlotArea, undrawn


class ReportPanel(Widget):
    """A title over a plot of what the table shows, with the table's cursor pointed to in it."""

    def __init__(self) -> None:
        super().__init__()
        self._chart: ReportChart | None = None
        self._drawn: ReportChart | None = None
        self._label: str | None = None

    def compose(self) -> ComposeResult:
        """Lay out the title and the plot."""
        yield Words(id="charted")
        yield PlotArea(id="plot")

    def show_chart(self, chart: ReportChart | None, label: str | None = None) -> None:
        """Show a chart as soon as it is drawn, with the entry of that label pointed to; None is an empty one."""
        self._chart, self._label = chart, label
        self.call_after_refresh(self.draw)

    def point(self, label: str | None) -> None:
        """Point to another entry."""
        self._label = label
        area = self.query_one(PlotArea)
        if self._drawn is not None and self._drawn is self._chart and area.plot is not None:
            area.point(*report_chart.pointed(self._drawn, area.plot, label))

    @on(PlotArea.Resized)
    def draw(self) -> None:
        """Have the chart drawn for the room that there is."""
        size = self.query_one(PlotArea).size
        if self._chart is None or not self._chart.page.entries:
            self._clear()
        elif size.height > 1 and size.width > GUTTER_CELLS:
            self._plot(self._chart, size.width - GUTTER_CELLS, size.height - 1)

    @work(thread=True, exclusive=True, group="chart", exit_on_error=False)
    def _plot(self, chart: ReportChart, columns: int, rows: int) -> None:
        try:
            plot = report_chart.plot(chart, columns, rows)
            outcome = partial(self._show, chart, plot, drawn(plot))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the table stays
            outcome = partial(self._clear, undrawn(error))
        worker = get_current_worker()
        self.app.call_from_thread(lambda: None if worker.is_cancelled or not self.is_mounted else outcome())

    def _show(self, chart: ReportChart, plot: Plot, picture: tuple[Line, ...]) -> None:
        """Show what was drawn, if it is still wanted."""
        if chart is not self._chart:
            return
        self._drawn = chart
        title = self.query_one("#charted", Words)
        title.show_lines((report_chart.title_line(chart, plot, title.size.width),))
        self.query_one(PlotArea).show(plot, picture)
        self.point(self._label)

    def _clear(self, sentence: str = "") -> None:
        """Show no chart, and why."""
        self._drawn = None
        self.query_one("#charted", Words).show_lines(())
        self.query_one(PlotArea).tell(sentence)
