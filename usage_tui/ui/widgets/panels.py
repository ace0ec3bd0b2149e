"""The dashboard's panels: each words one glance by a function of the core."""

from __future__ import annotations

from usage_tui.core import headline, panels
from usage_tui.core.budget_lines import budget_lines
from usage_tui.core.glance import Glance
from usage_tui.core.spans import Line
from usage_tui.ui.widgets.clickable import Clickable
from usage_tui.ui.widgets.glance_panel import GlancePanel

MOST_ROWS = 2


class TopLine(Clickable, GlancePanel):
    """The accounts, and how the one shown is."""

    def words(self, glance: Glance) -> tuple[Line, ...]:
        """Word one row."""
        return (headline.top_line(glance, self.size.width),)


class Notice(GlancePanel):
    """What is wrong, in one line, or in two where there is room; with none where a low screen needs it for the rest."""

    def words(self, glance: Glance) -> tuple[Line, ...]:
        """Word as many rows as there are."""
        return headline.notice(glance, *self.size)

    def word(self) -> None:
        """Take rows, or give them back."""
        super().word()
        is_long = self.glance is not None and len(headline.notice(self.glance, self.app.size.width, MOST_ROWS)) > 1
        self.set_class(is_long, "-long")
        self.set_class(self.glance is None or not headline.has_notice(self.glance), "-empty")
        self.set_class(self.glance is not None and headline.is_of_alert(self.glance), "-alert")


class StatusLine(GlancePanel):
    """Everything on one row, for a screen of three rows or fewer."""

    def words(self, glance: Glance) -> tuple[Line, ...]:
        """Word one row."""
        return (headline.status_line(glance, self.size.width),)


class CreditsPanel(GlancePanel):
    """The plan's credits: used, limit, remaining, renewal."""

    def inputs(self, glance: Glance) -> object | None:
        """Follow the counters; where their age has no room elsewhere, it stands here, and changes each second."""
        return None if panels.has_age_of_counters(self.size.height) else glance.slow

    def words(self, glance: Glance) -> tuple[Line, ...]:
        """Word as many rows as there are."""
        return panels.credits_lines(glance, *self.size)


class BudgetPanel(GlancePanel):
    """The user's budget: how much is used, and how today stands."""

    def inputs(self, glance: Glance) -> object:
        """Follow the counters."""
        return glance.slow

    def words(self, glance: Glance) -> tuple[Line, ...]:
        """Word as many rows as there are."""
        return budget_lines(glance, *self.size)


class SpendPanel(GlancePanel):
    """The pace of spending, the share that failed, and how old the counters are."""

    def words(self, glance: Glance) -> tuple[Line, ...]:
        """Word one row."""
        return (panels.spend_line(glance, self.size.width),)
