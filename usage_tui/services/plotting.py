"""Draws charts by plotext: marks go to it with a number for each role, and come back as words with roles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Lock
from typing import Any

from usage_tui.core.plot import Layer, Plot, Texture
from usage_tui.core.spans import Line, Role, Span

_ROLES = tuple(Role)
_FIRST_COLOUR = 16
_PIECES = re.compile(r"\x1b\[(?P<sgr>[0-9;]*)m|(?P<text>[^\x1b]+)")
_FIGURE = Lock()  # plotext has one figure, whoever draws


def drawn(plot: Plot) -> tuple[Line, ...]:
    """Draw a plot, row by row; to be called in a thread, for it takes a while, the first time to import plotext."""
    import plotext  # noqa: PLC0415 -- a tenth of a second, which only charts need

    if plot.columns < 1 or plot.rows < 1:
        return ()
    with _FIGURE:
        plotext.terminal.limit(width=False, height=False)
        figure = plotext.figure.clear()
        figure.plot_size(plot.columns, plot.rows).theme("colorless").axes(active=False)
        for axis, end in (("x", plot.columns), ("y", plot.top)):
            figure.ruler(axis).frequency(0).alignment(lim="edge").lim(0, end)
        for layer in plot.layers:
            if layer.marks:
                figure.draw(_signal(plotext, layer))
        text = str(figure.build())
    return tuple(tuple(_spans(row)) for row in text.split("\n")[: plot.rows])


def _signal(plotext: Any, layer: Layer) -> Any:
    """Make plotext's signal of a layer."""
    symbol = "hd" if layer.texture is Texture.SOLID else str(layer.texture)
    marker = plotext.marker(symbol, pixel=_FIRST_COLOUR + _ROLES.index(layer.role))
    marks = [mark for mark in layer.marks if mark is not None]
    signal = plotext.figure.signal([mark.x for mark in marks], [mark.y for mark in marks], marker=marker)
    floors = [mark.floor for mark in marks if mark.floor is not None]
    if any(floors):
        return signal.fill(plotext.figure.signal([mark.x for mark in marks], floors, marker=marker))
    if floors:
        return signal.fillx()
    if layer.is_joined:
        index = 0
        for earlier, mark in zip((None, *layer.marks), layer.marks, strict=False):
            if mark is not None:
                signal.line(index, earlier is not None)
                index += 1
    return signal


def _spans(row: str) -> Iterator[Span]:
    """Read the roles back from the colours of a row."""
    role = Role.TEXT
    for piece in _PIECES.finditer(row):
        if piece["text"]:
            yield Span(piece["text"], role)
        else:
            colour = piece["sgr"].rpartition("38;5;")[2] if "38;5;" in piece["sgr"] else ""
            role = _ROLES[int(colour) - _FIRST_COLOUR] if colour else Role.TEXT


def get_ready() -> None:
    """Import plotext, so that the first chart need not wait for it."""
    import plotext  # noqa: F401, PLC0415 -- see above
