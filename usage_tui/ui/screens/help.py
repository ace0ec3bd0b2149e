"""The help: every key that works on the screen below, made from its live bindings."""

from __future__ import annotations

from collections.abc import Sequence
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
        """Lay the groups out, one below the other, each in one piece: a widget a line would be slow to come."""
        width = max((cells(line.keys) for line in self._lines), default=0)
        with VerticalScroll(id="help"):
            yield Static(Content(f"usage-tui {self._version}"), classes="heading")
            for group, lines in groupby(self._lines, key=attrgetter("group")):
                yield Static(Content(group), classes="heading")
                yield Static(Content("\n".join(f"{line.keys:>{width}}  {line.tooltip}" for line in lines)))
            yield Static(Content("Signs"), classes="heading")
            yield Static(Content("\n".join(f"{sign:>{width}}  {meaning}" for sign, meaning in LEGEND)))
            yield Static(
                Content("esc closes this help; every key can be changed in the config, under [keys]"), classes="remark"
            )

    def action_scroll_help(self, by: int) -> None:
        """Scroll by rows."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
