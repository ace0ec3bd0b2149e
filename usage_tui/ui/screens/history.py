"""The history: charts of one account over ranges from minutes to cycles, and a cursor that reads them."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType

from usage_tui.core import history_chart, plot
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.history_chart import ChartKind
from usage_tui.core.history_seen import Seen
from usage_tui.core.plot import GUTTER_CELLS
from usage_tui.core.rollup import epoch_ms
from usage_tui.core.spans import Line
from usage_tui.core.stretch import HISTORY_RANGES, HistoryRange
from usage_tui.services.plotting import drawn, get_ready
from usage_tui.ui.keys import HISTORY_KEYS
from usage_tui.ui.looking_back import Asked, look_back
from usage_tui.ui.ports import LookBack
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.roster_screen import RosterScreen
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.key_hints import KeyHints
from usage_tui.ui.widgets.panels import Notice, TopLine
from usage_tui.ui.widgets.plot import PlotArea, undrawn

FIRST_RANGE = 2
FASTEST_SECONDS, SLOWEST_SECONDS = 3.0, 60.0
STEPS_A_LOOK = 4
NOTHING_STORED = "Nothing is stored of this range yet."
NO_CYCLE = "The cycle is not known: the service has not said when it began."


class HistoryScreen(RosterScreen):
    """The charts of the account that is current in the roster; they are read and drawn in threads."""

    BINDINGS: ClassVar[list[BindingType]] = [*HISTORY_KEYS]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-medium")]  # noqa: RUF012  # as Textual types it
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (7, "-small"), (14, "-low"), (20, "-normal"), (30, "-tall")]  # noqa: RUF012
    stays_for_account = True

    def __init__(self, roster: Roster, answer: LookBack) -> None:
        super().__init__(roster)
        self._answer = answer
        self._kind = ChartKind.CONCURRENCY
        self._range_index = FIRST_RANGE
        self._closer: tuple[tuple[int, int], ...] = ()
        self._cursor_ms: int | None = None
        self._seen: Seen | None = None
        self._account = ""
        self._asked_at = 0.0

    def compose(self) -> ComposeResult:
        """Lay the screen out, top to bottom."""
        yield TopLine()
        yield Notice(classes="-empty")
        yield Words(id="title")
        yield Words(id="reading")
        yield PlotArea(id="plot")
        yield Words(id="legend")
        yield Words(id="compared")
        yield KeyHints()

    def on_mount(self) -> None:
        """Let what draws the charts be imported while the first one is read."""
        self.run_worker(get_ready, thread=True, group="plotext", exit_on_error=False)
        self.look()

    def on_resize(self, _event: events.Resize) -> None:
        """Draw for the new room."""
        self.soon(self._ask)

    def look(self) -> None:
        """Show the roster as it is now; read again where that is due."""
        glance = self.roster.glance()
        self.query_one(TopLine).glance = self.query_one(Notice).glance = glance
        self.query_one(KeyHints).account_count = len(self.roster.names)
        if self._account != self.roster.current:
            self._account, self._seen, self._closer, self._cursor_ms = self.roster.current, None, (), None
            self.query_one(PlotArea).tell("")
            self._ask()
        elif self._is_due():
            self._ask()

    @property
    def _wanted(self) -> HistoryRange:
        return HISTORY_RANGES[self._closer[-1][0] if self._closer else self._range_index]

    def _is_due(self) -> bool:
        """Say whether the chart is to be read again: as often as a quarter of its step, within bounds."""
        passed = abs(self.roster.now.timestamp() - self._asked_at)
        step_seconds = self._seen.shown.step_ms / 1000 if self._seen is not None else 0.0
        pace = min(SLOWEST_SECONDS, max(FASTEST_SECONDS, step_seconds / STEPS_A_LOOK))
        return not self.roster.is_frozen and passed >= pace

    def _ask(self) -> None:
        """Have the chart read and drawn for the room that there is."""
        glance = self.roster.glance()
        area = self.query_one(PlotArea)
        columns = area.size.width - GUTTER_CELLS
        if glance is None or columns < 1:
            return
        self._asked_at = glance.now.timestamp()
        centre_ms = self._closer[-1][1] if self._closer else None
        asked = Asked(glance.view, self._wanted, self._kind, epoch_ms(glance.now), columns, centre_ms)
        self._look_back(asked, max(1, area.size.height - 1))
        self._word()

    @work(thread=True, exclusive=True, group="history", exit_on_error=False)
    def _look_back(self, asked: Asked, rows: int) -> None:
        """Read what is asked for, and lay it out on so many rows."""
        try:
            seen = self._answer(asked.view.name, partial(look_back, asked))
            if seen is None or not seen.spans:
                outcome = partial(self._tell, NO_CYCLE if seen is None else NOTHING_STORED)
            else:
                shown = history_chart.plot(asked.kind, seen, asked.columns, rows, self.roster.zone)
                outcome = partial(self._show, seen, shown, drawn(shown))
        except HistoryUnavailable as error:
            outcome = partial(self._tell, str(error))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the monitor goes on
            outcome = partial(self._tell, undrawn(error))
        self.hand_over(outcome)

    def _tell(self, sentence: str) -> None:
        """Say why there is nothing to show."""
        self._seen = None
        self.query_one(PlotArea).tell(sentence)
        self._word()

    def _show(self, seen: Seen, shown: plot.Plot, picture: tuple[Line, ...]) -> None:
        """Show what was read."""
        self._seen = seen
        self.query_one(PlotArea).show(shown, picture)
        self._word()

    def _word(self) -> None:
        """Word the lines around the chart."""
        seen = self._seen
        is_same = seen is not None and seen.wanted is self._wanted
        shown = seen if is_same else None
        zone = self.roster.zone
        title, reading = self.query_one("#title", Words), self.query_one("#reading", Words)
        compared, legend = self.query_one("#compared", Words), self.query_one("#legend", Words)
        width = title.size.width
        words = history_chart.title_line(
            self._kind, self._wanted, shown, zone, is_closer=bool(self._closer), width=width
        )
        title.show_lines((words,))
        nothing: Line = ()
        at_ms = history_chart.step_at(self._kind, shown, self._cursor_ms) if shown else None
        reading.show_lines((history_chart.reading_line(self._kind, shown, at_ms, zone, width) if shown else nothing,))
        compared.show_lines((history_chart.compared_line(self._kind, shown, zone, width) if shown else nothing,))
        shown_plot = self.query_one(PlotArea).plot
        legend.show_lines((plot.legend(shown_plot, width) if shown and shown_plot else nothing,))
        self._place_cursor(at_ms)

    def _place_cursor(self, at_ms: int | None) -> None:
        """Mark the middle of the step that is read."""
        area = self.query_one(PlotArea)
        if self._seen is None or at_ms is None or area.plot is None:
            area.cursor = None
        else:
            area.cursor = self._seen.shown.cell(at_ms + self._seen.shown.step_ms / 2, area.plot.columns)

    def action_range(self, by: int) -> None:
        """Show a shorter or a longer range; a closer look is left."""
        index = self._closer[-1][0] if self._closer else self._range_index
        self._closer = ()
        self._range_index = min(len(HISTORY_RANGES) - 1, max(0, index + by))
        self._cursor_ms = None
        self._ask()

    def action_chart(self) -> None:
        """Show the next chart of the same range."""
        self._kind = ChartKind((self._kind + 1) % len(ChartKind))
        self._seen = None
        self._ask()

    def action_cursor(self, by: int) -> None:
        """Move the cursor by steps; it comes from now and goes back there."""
        if self._seen is None:
            return
        steps = history_chart.steps(self._kind, self._seen)
        now = history_chart.step_at(self._kind, self._seen, self._seen.shown.until_ms - 1)
        at_ms = history_chart.step_at(self._kind, self._seen, self._cursor_ms)
        last = len(steps) - 1 if now is None else steps.index(now)
        place = last if at_ms is None else steps.index(at_ms) + by
        self._cursor_ms = steps[max(0, place)] if place < len(steps) else None
        self._word()

    def action_zoom(self) -> None:
        """Look closer at the time around the cursor, or at the last of a range."""
        index = self._closer[-1][0] if self._closer else self._range_index
        if index == 0 or self._seen is None or self._seen.is_one_step:
            return
        finer = min(index, FIRST_RANGE + 2) - 1
        shown = self._seen.shown
        centre_ms = self._cursor_ms + shown.step_ms // 2 if self._cursor_ms is not None else shown.until_ms
        self._closer = (*self._closer, (finer, min(centre_ms, shown.until_ms)))
        self._ask()

    def action_freeze(self) -> None:
        """Let the display stand still, or go on."""
        self.roster.toggle_freeze()
        self.look()

    def action_back(self) -> None:
        """Give up a closer look first, then the screen."""
        if self._closer:
            self._closer = self._closer[:-1]
            self._ask()
        else:
            self.dismiss()
