"""Words that do something when they are clicked on."""

from __future__ import annotations

from itertools import accumulate

from rich.cells import cached_cell_len
from textual import events, on

from usage_tui.core.spans import Line
from usage_tui.ui.styled import Words


class Clickable(Words):
    """Words whose spans say what a click on them does."""

    @on(events.Click)
    async def do_what_is_clicked(self, event: events.Click) -> None:
        """Do what the words under the mouse stand for."""
        line = self._lines[event.y] if event.y < len(self._lines) else ()
        if does := _does_at(line, event.x):
            await self.app.run_action(does)


def _does_at(line: Line, x: int) -> str:
    """Give what a click on a cell of a line does; nothing where no span says so."""
    ends = accumulate(cached_cell_len(span.text) for span in line)
    return next((span.does for span, end in zip(line, ends, strict=True) if x < end), "")
