"""Lines that are broken at their spaces where they are longer than the room."""

from __future__ import annotations

import re

from usage_tui.core.spans import Line, Span, cut, line_cells

_PIECES = re.compile(r"\s+|\S+")


def wrapped(line: Line, width: int, indent: int = 0, most: int | None = None) -> tuple[Line, ...]:
    """Break a line into rows of at most `width` cells; all but the first begin with `indent` spaces.

    What alone is longer than a row is cut, and so is the last of `most` rows.
    """
    if line_cells(line) <= width:
        return (line,)
    margin = (Span(" " * indent),) if indent else ()
    rows: list[Line] = []
    row: Line = ()
    gap: Line = ()
    for word in _words(line):
        if word[0].text.isspace():
            gap = word
        elif not row or len(rows) + 1 == most or line_cells((*row, *gap, *word)) <= width:
            row, gap = (*row, *gap, *word), ()
        else:
            rows.append(cut(row, width))
            row, gap = (*margin, *word), ()
    return (*rows, cut(row, width))


def _words(line: Line) -> list[Line]:
    """Take a line apart into words and the spaces between them; a word may have several roles."""
    words: list[Line] = []
    for span in line:
        for piece in _PIECES.findall(span.text):
            joins = words and not piece.isspace() and not words[-1][-1].text.isspace()
            if joins:
                words[-1] = (*words[-1], Span(piece, span.role))
            else:
                words.append((Span(piece, span.role),))
    return words
