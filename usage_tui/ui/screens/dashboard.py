"""The dashboard: one account at a glance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from usage_tui.core.copied import numbers_as_text
from usage_tui.ui.keys import DASHBOARD_KEYS
from usage_tui.ui.messages import ScreenAsked
from usage_tui.ui.muting import mute
from usage_tui.ui.ports import AlertPorts
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.roster_screen import RosterScreen
from usage_tui.ui.widgets.concurrency_chart import ConcurrencyChart
from usage_tui.ui.widgets.glance_panel import GlancePanel
from usage_tui.ui.widgets.key_hints import KeyHints
from usage_tui.ui.widgets.panels import BudgetPanel, CreditsPanel, Notice, SpendPanel, StatusLine, TopLine


class DashboardScreen(RosterScreen):
    """The account that is current in the roster: chart, credits, budget, spend."""

    stays_for_account = True
    BINDINGS: ClassVar[list[BindingType]] = [*DASHBOARD_KEYS]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-medium"), (100, "-wide")]  # noqa: RUF012  # as Textual types it
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (4, "-small"), (14, "-low"), (20, "-normal"), (30, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        roster: Roster,
        *,
        refresh_account: Callable[[str], None],
        copy: Callable[[str], object],
        remember: Callable[[Mapping[str, str]], None],
        alerts: AlertPorts,
    ) -> None:
        super().__init__(roster)
        self._alerts = alerts
        self._refresh_account = refresh_account
        self._copy = copy
        self._remember = remember

    def compose(self) -> ComposeResult:
        """Lay the panels out, top to bottom."""
        yield StatusLine()
        yield TopLine()
        yield Notice(classes="-empty")
        yield ConcurrencyChart()
        with Horizontal(id="credits"):
            yield CreditsPanel()
            yield BudgetPanel()
        yield SpendPanel()
        yield KeyHints()

    def on_mount(self) -> None:
        """Find the panels once; they stay."""
        self._panels = [widget for widget in self.walk_children() if isinstance(widget, GlancePanel)]
        self._hints = self.query_one(KeyHints)
        self.look()

    def look(self) -> None:
        """Show the roster as it is now."""
        glance = self.roster.glance()
        for panel in self._panels:
            panel.glance = glance
        self._hints.account_count = len(self.roster.names)

    def action_open(self, name: str) -> None:
        """Show another screen."""
        self.post_message(ScreenAsked(name))

    def action_refresh_now(self) -> None:
        """Poll the current account at once."""
        self._refresh_account(self.roster.current)

    @work(thread=True, group="mute", exit_on_error=False)
    def action_mute(self) -> None:
        """Mute the current account's alerts for longer, or no more, and say so."""
        mute(self, self._alerts, self.roster.current, None)

    def action_freeze(self) -> None:
        """Let the display stand still, or go on."""
        self.roster.toggle_freeze()
        self.look()

    def action_range(self, by: int) -> None:
        """Show a shorter or longer range."""
        self.roster.change_range(by)
        self._remember({"range": self.roster.range.label})
        self.look()

    def action_zoom(self) -> None:
        """Give the chart the whole screen, or take it back."""
        self.toggle_class("-zoomed")

    def action_copy_numbers(self) -> None:
        """Copy the numbers as text."""
        glance = self.roster.glance()
        if glance is not None:
            self._copy(numbers_as_text(glance))
