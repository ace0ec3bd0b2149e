"""The palette of commands."""

from __future__ import annotations

from contextlib import suppress

from textual.command import CommandPalette


class Palette(CommandPalette):
    """Textual's palette, which does not mind keys that are faster than its list."""

    def _action_command_list(self, action: str) -> None:
        """Move in the list; before that is laid out there is nowhere to go, and Textual looks for lines by number."""
        with suppress(KeyError, IndexError):
            super()._action_command_list(action)
