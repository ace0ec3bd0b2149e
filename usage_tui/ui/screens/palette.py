"""The palette of commands."""

from __future__ import annotations

from contextlib import suppress

from textual import events
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette

from usage_tui.ui.resizing import leave_stale


class Palette(CommandPalette):
    """Textual's palette, with what that lacks for keys and clicks that are faster than it is."""

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Leave for the screen below, once; Textual would leave that one too."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    async def _on_resize(self, event: events.Resize) -> None:
        """Take up the size that the terminal has now, and no earlier one."""
        leave_stale(self, event)

    def _action_command_list(self, action: str) -> None:
        """Move in the list; before that is laid out there is nowhere to go, and Textual looks for lines by number."""
        with suppress(KeyError, IndexError):
            super()._action_command_list(action)
