"""The palette of commands."""

from __future__ import annotations

import re
from contextlib import suppress

from textual import events
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, Hit, Hits
from textual.content import Content
from textual.system_commands import SystemCommandsProvider

from usage_tui.ui.resizing import leave_stale


def rank(query: str, entry: str) -> int:
    """Count the words looked for that an entry has whole, and one more; 0 where one of them begins no word of it."""
    words = [rf"(?<!\w){re.escape(word)}" for word in query.split()]
    if not all(re.search(word, entry, re.IGNORECASE) for word in words):
        return 0
    return 1 + sum(re.search(rf"{word}(?!\w)", entry, re.IGNORECASE) is not None for word in words)


class Commands(SystemCommandsProvider):
    """The app's commands, looked for by all their words; Textual looks for letters, and in their names alone."""

    async def search(self, query: str) -> Hits:
        """Give the commands that have every word of the query."""
        for name, remark, run, *_ in self.app.get_system_commands(self.screen):
            if score := rank(query, f"{name} {remark}"):
                yield Hit(score, Content.from_markup(name), run, help=remark)


class Palette(CommandPalette):
    """Textual's palette, with what that lacks for keys and clicks that are faster than it is."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-roomy")]  # noqa: RUF012  # as Textual types it

    def __init__(self) -> None:
        super().__init__(providers=[Commands])

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
