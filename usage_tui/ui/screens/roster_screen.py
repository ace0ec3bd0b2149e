"""What the screens that show accounts have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events

from usage_tui.ui.roster import Roster
from usage_tui.ui.styled import RoleScreen


class RosterScreen(RoleScreen):
    """A screen that shows the roster; it is told to look whenever there is something new."""

    stays_for_account: ClassVar[bool] = False
    """Whether the screen is about one account, and shows another when that is chosen."""

    def __init__(self, roster: Roster) -> None:
        super().__init__()
        self.roster = roster

    @abstractmethod
    def look(self) -> None:
        """Show the roster as it is now."""

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Catch up with what came while another screen was on top."""
        self.look()
