"""The help: every key that works on the screen below, made from its live bindings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from usage_tui.core.key_table import Group
from usage_tui.core.spans import Span, cells
from usage_tui.core.wrapping import wrapped
from usage_tui.ui.keys import HELP_KEYS, KeyLine, key_lines, live_keys
from usage_tui.ui.resizing import leave_stale

MARGIN_CELLS = 5
LEGEND = (
    ("█", "requests in flight, the most in each column"),
    ("·", "a gap: no samples, so nothing is known"),
    ("┄", "the limit of requests in flight"),
    ("┃", "on a bar: where an even pace would stand"),
    ("◆", "near a budget"),
    ("▲", "at the limit, or over a budget"),
)


class HelpText(Static):
    """Pieces of text, each in the looks of what it is of."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--heading", "help--text", "help--remark"}

    def __init__(self, pieces: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self._pieces = tuple(pieces)

    def render(self) -> Content:
        """Put the pieces together."""
        return Content.assemble(*((text, self.get_visual_style(f"help--{kind}")) for text, kind in self._pieces))


class HelpScreen(Screen[None]):
    """Keys by group, the help's own last, and the signs on the dashboard."""

    ALLOW_SELECT = False  # to begin a selection on text that is just being worded anew would end Textual
    BINDINGS: ClassVar[list[BindingType]] = [*HELP_KEYS]

    def __init__(self, lines: Sequence[KeyLine], version: str) -> None:
        super().__init__()
        self._lines = sorted(lines, key=attrgetter("group"))
        self._version = version
        self._worded_for = 0

    def compose(self) -> ComposeResult:
        """Lay all out in one piece: a widget for each group would be slow to come."""
        self._worded_for = self.app.size.width
        with VerticalScroll(id="help"):
            yield HelpText(self._pieces())

    def _pieces(self) -> Iterator[tuple[str, str]]:
        """Give the help's texts, each with what it is of: a heading, text or a remark."""
        own = [line for line in key_lines(live_keys(self)) if line.group == Group.HELP]
        width = max(cells(line.keys) for line in (*self._lines, *own))
        room = self._worded_for - MARGIN_CELLS
        yield f"\nusage-tui {self._version}\n", "heading"
        for group, lines in groupby((*self._lines, *own), key=attrgetter("group")):
            yield f"\n{group}\n", "heading"
            yield _table(((line.keys, line.tooltip) for line in lines), width, room), "text"
        yield "\nSigns\n", "heading"
        yield _table(LEGEND, width, room), "text"
        yield "\nevery key can be changed in the config, under [keys]\n", "remark"

    def on_resize(self, event: events.Resize) -> None:
        """Word the lines for the new room."""
        leave_stale(self, event)
        if self.app.size.width != self._worded_for:
            self.refresh(recompose=True)

    def action_scroll_help(self, by: int) -> None:
        """Scroll by rows."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def _table(lines: Iterable[tuple[str, str]], width: int, room: int) -> str:
    """Put keys or signs in a column of `width` cells, and what they mean beside it, in as many rows as that takes."""
    rows = [row for left, right in lines for row in wrapped((Span(f"{left:>{width}}  {right}"),), room, width + 2)]
    return "".join("".join(span.text for span in row) + "\n" for row in rows)
