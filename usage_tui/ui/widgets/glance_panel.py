"""Panels that word one glance each."""

from __future__ import annotations

from abc import abstractmethod

from rich.cells import cached_cell_len
from textual.geometry import Region, Size
from textual.strip import Strip

from usage_tui.core.glance import Glance
from usage_tui.core.spans import Line, Span
from usage_tui.ui.styled import Lines, RoleScreen, Words, line_of


class GlancePanel(Words):
    """A panel that words one glance for the room that it has."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._glance: Glance | None = None
        self._worded_for = Size(0, 0)
        self._worded_from: object | None = None

    @property
    def glance(self) -> Glance | None:
        """What the panel shows; a reactive would take as long to notice a new one as this takes to word it."""
        return self._glance

    @glance.setter
    def glance(self, glance: Glance | None) -> None:
        self._glance = glance
        self.word()

    @abstractmethod
    def words(self, glance: Glance) -> Lines:
        """Give the panel's lines."""

    def inputs(self, glance: Glance) -> object | None:  # noqa: ARG002 -- for those that know better
        """Give what the words depend on, where that changes more seldom than the glance; None: on all of it."""
        return None

    def drawn(self, left: int, right: int, y: int) -> str:
        """Give the words from one cell to another, where they begin and end there without the rest of their row."""
        spans, screen = _spans_at(line_of(self._lines, y), left, right), self.screen
        return (
            super().drawn(left, right, y)
            if spans is None or not isinstance(screen, RoleScreen)
            else screen.drawn(spans)
        )

    def word(self) -> None:
        """Word the glance, where it says something new."""
        size = self.size
        if self.glance is None or not size:
            return
        inputs = self.inputs(self.glance)
        if inputs is None or (size, inputs) != (self._worded_for, self._worded_from):
            self._worded_for, self._worded_from = size, inputs
            self.show_lines(self.words(self.glance))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of `crop`, worded for the room that there is now."""
        size = self.size
        if self.glance is not None and size != self._worded_for:
            self._worded_for, self._worded_from = size, self.inputs(self.glance)
            self._lines, self._strips = self.words(self.glance), {}
        return super().render_lines(crop)


def _spans_at(line: Line, left: int, right: int) -> Line | None:
    """Give the spans from one cell to another, blanks behind the last one included; None where they cut a span."""
    at, spans = 0, []
    for span in line:
        if at >= right:
            break
        if at >= left:
            spans.append(span)
        at += cached_cell_len(span.text)
        if at > left and not spans:
            return None
    if at < right:
        spans.append(Span(" " * (right - max(at, left))))
    return None if at > right else tuple(spans)
