"""What the screens that show accounts have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.worker import get_current_worker

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

    @property
    def stands(self) -> bool:
        """Whether all its widgets are there: not while it is laid out, or taken down."""
        return self.is_mounted and self.display

    def soon(self, step: Callable[[], object]) -> None:
        """Do something once the room is laid out, if the screen is not taken down by then."""
        self.call_after_refresh(lambda: step() if self.display else None)

    def hand_over(self, outcome: Callable[[], object]) -> None:
        """Do in the screen's thread what a worker of it came to, if that is still wanted and the screen still there."""
        worker = get_current_worker()
        self.app.call_from_thread(lambda: outcome() if self.display and not worker.is_cancelled else None)

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Catch up with what came while another screen was on top."""
        if self.stands:
            self.look()
