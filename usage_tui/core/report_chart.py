"""The chart over a report's table: its first entries side by side, or its dates as the days that they are."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from usage_tui.core import report_bars, report_days, wording
from usage_tui.core.plot import Plot, legend
from usage_tui.core.report import Entry, Grouping, Order, Page
from usage_tui.core.report_bars import CHARTED
from usage_tui.core.report_table import entry_word
from usage_tui.core.spans import Line, Role, Span, beside

_METRICS = {
    Order.CREDITS: "CREDITS",
    Order.REQUESTS: "REQUESTS",
    Order.FAILED: "FAILED",
    Order.CANCELLED: "CANCELLED",
    Order.PER_SUCCESS: "CREDITS PER SUCCESS",
}


class ReportChart(Struct, frozen=True):
    """What is charted: the entries of a page, by what, in which order, of which those were asked for that match."""

    page: Page
    by: Grouping
    order: Order = Order.CREDITS
    is_turned: bool = False
    is_filtered: bool = False

    @property
    def metric(self) -> Order:
        """What the bars are as high as: what entries are sorted by, where that is a count, else their credits."""
        return self.order if self.order in CHARTED else Order.CREDITS


def plot(chart: ReportChart, columns: int, rows: int) -> Plot:
    """Lay the chart out in cells."""
    if chart.by is Grouping.DATE:
        return report_days.plot(_stretch(chart, columns), chart.metric, rows)
    return report_bars.plot(chart.page.entries, chart.by, chart.metric, columns, rows)


def pointed(chart: ReportChart, shown: Plot, label: str | None) -> tuple[Plot, float | None]:
    """Point to the entry of that label: its name under the chart stands out, or a cursor is at its day's cell."""
    if chart.by is Grouping.DATE:
        return shown, report_days.cell(_stretch(chart, shown.columns), label)
    return report_bars.pointed(chart.page.entries, chart.by, shown, label), None


def title_line(chart: ReportChart, shown: Plot, width: int) -> Line:
    """Word the line above the chart: what is charted, what it comes to, and what its signs mean."""
    name = _METRICS[chart.metric]
    forms: Sequence[Line]
    if chart.by is Grouping.DATE:
        head = Span(name if chart.metric is Order.PER_SUCCESS else f"{name} A DAY", Role.LABEL)
        forms = report_days.headline(_stretch(chart, shown.columns), chart.metric)
    else:
        head, forms = Span(name, Role.LABEL), _bars_headline(chart, shown)
    lefts = [(head, Span("  "), *form) for form in forms]
    signs = legend(shown, width)
    return beside([*lefts, (head,)], [signs] if signs else [()], width)


def _bars_headline(chart: ReportChart, shown: Plot) -> Sequence[Line]:
    """Word which entries have a bar, and what they are of all."""
    entries = report_bars.charted(chart.page.entries, chart.by, shown.columns)
    count, left = len(entries), chart.page.count
    words = entry_word(chart.by, left)
    if count < left:
        is_largest = chart.order in CHARTED and not chart.is_turned
        which = f"the {count} largest of {left:,} {words}" if is_largest else f"the first {count} of {left:,} {words}"
    else:
        which = f"{count} {words}"
    share = _share(entries, chart)
    who: Line = (Span(which),)
    return [(*who, Span(f" · {wording.percent(share)} of all", Role.DIM)), who] if share is not None else [who]


def _share(entries: Sequence[Entry], chart: ReportChart) -> float | None:
    """Say what part of the whole place's count the entries are; None where that says nothing."""
    if chart.metric is Order.PER_SUCCESS:
        return None
    whole = CHARTED[chart.metric](chart.page.total)
    part = sum(CHARTED[chart.metric](entry.figures) or 0 for entry in entries)
    return part / whole if whole and part < whole else None


def _stretch(chart: ReportChart, columns: int) -> report_days.Days:
    return report_days.days(chart.page, columns, is_filtered=chart.is_filtered)
