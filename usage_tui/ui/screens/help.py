"""The help: every key that works on the screen below, made from its live bindings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from usage_tui.core.wording import cells
from usage_tui.ui.keys import KeyLine

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
    """Keys by group, and the signs on the dashboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", "back", id="close_help", tooltip="Close the help"),
        Binding("j", "scroll_help(1)", show=False),
        Binding("k", "scroll_help(-1)", show=False),
    ]

    def __init__(self, lines: Sequence[KeyLine], version: str) -> None:
        super().__init__()
        self._lines = sorted(lines, key=attrgetter("group"))
        self._version = version

    def compose(self) -> ComposeResult:
        """Lay all out in one piece: a widget for each group would be slow to come."""
        with VerticalScroll(id="help"):
            yield HelpText(self._pieces())

    def _pieces(self) -> Iterator[tuple[str, str]]:
        """Give the help's texts, each with what it is of: a heading, text or a remark."""
        width = max((cells(line.keys) for line in self._lines), default=0)
        yield f"\nusage-tui {self._version}\n", "heading"
        for group, lines in groupby(self._lines, key=attrgetter("group")):
            yield f"\n{group}\n", "heading"
            yield "".join(f"{line.keys:>{width}}  {line.tooltip}\n" for line in lines), "text"
        yield "\nSigns\n", "heading"
        yield "".join(f"{sign:>{width}}  {meaning}\n" for sign, meaning in LEGEND), "text"
        yield "\nesc closes this help; every key can be changed in the config, under [keys]\n", "remark"

    def action_scroll_help(self, by: int) -> None:
        """Scroll by rows."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
