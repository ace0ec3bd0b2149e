"""A chart that was drawn, with its scale and axis, and a cursor over it."""

from __future__ import annotations

from textual.reactive import reactive

from usage_tui.core.plot import Plot, framed
from usage_tui.core.spans import Line, Role, Span
from usage_tui.ui.styled import Words


def undrawn(error: Exception) -> str:
    """Say that a chart could not be drawn: it must not look like an empty one."""
    return f"This chart cannot be drawn, by a fault of the program's ({type(error).__name__})."


class PlotArea(Words):
    """Shows a plot that was drawn, with its scale and axis; a cursor moves over it without drawing it anew."""

    plot: Plot | None = None
    cursor: reactive[float | None] = reactive(None, repaint=False)
    _picture: tuple[Line, ...] = ()

    def show(self, plot: Plot, picture: tuple[Line, ...]) -> None:
        """Show a plot as `drawn` has drawn it."""
        self.plot, self._picture = plot, picture
        self.watch_cursor()

    def tell(self, sentence: str) -> None:
        """Show a sentence in place of a chart."""
        self.plot = None
        self.show_lines((((),) if self.size.height > 2 else ()) + ((Span(sentence, Role.DIM),),))

    def watch_cursor(self) -> None:
        """Move the cursor."""
        if self.plot is not None:
            self.show_lines(framed(self.plot, self._picture, self.cursor))
