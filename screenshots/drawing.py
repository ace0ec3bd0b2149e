"""Draws a screen as SVG: cells on a grid, block characters as the areas that they fill, and no font from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme

CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, BASELINE = 8.4, 18.0, 14, 13.4
MARGIN = 12.0
FONTS = "'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace"
_WORDS = re.compile(r"\S+(?: \S+)*")
_TWO_PARTS = ("▘▄", "▀▖", "▀▗", "▝▄", "▘▗", "▝▖")


class Area(NamedTuple):
    """A part of a cell in fractions of it: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float


_HALF = {
    "▘": Area(0, 0, 0.5, 0.5),
    "▝": Area(0.5, 0, 0.5, 0.5),
    "▖": Area(0, 0.5, 0.5, 0.5),
    "▗": Area(0.5, 0.5, 0.5, 0.5),
    "▀": Area(0, 0, 1, 0.5),
    "▄": Area(0, 0.5, 1, 0.5),
}
_BLOCKS: dict[str, tuple[Area, ...]] = {
    "━": (Area(0, 0.44, 1, 0.12),),
    "┃": (Area(0.4, 0, 0.2, 1),),
    "▌": (Area(0, 0, 0.5, 1),),
    "▐": (Area(0.5, 0, 0.5, 1),),
    "░": (Area(0, 0, 1, 1),),
    "▒": (Area(0, 0, 1, 1),),
    **{eighth: (Area(0, 1 - level / 8, 1, level / 8),) for level, eighth in enumerate("▁▂▃▄▅▆▇█", start=1)},
    **{part: (area,) for part, area in _HALF.items()},
    **{whole: tuple(_HALF[part] for part in parts) for whole, parts in zip("▙▛▜▟▚▞", _TWO_PARTS, strict=True)},
}
_OPACITY = {"░": 0.45, "▒": 0.7}


class Ink(NamedTuple):
    """How a cell is drawn, in the form `#rrggbb`; `paper` is None where the screen's own shows through."""

    colour: str
    paper: str | None
    is_bold: bool
    is_underlined: bool


class Run(NamedTuple):
    """Neighbouring cells of one row that are drawn alike."""

    column: int
    row: int
    text: str
    ink: Ink


class Palette:
    """Resolves a terminal's colours; without colour, all is the screen's own two."""

    def __init__(self, theme: TerminalTheme, *, foreground: str, background: str, has_colour: bool) -> None:
        self._theme = theme
        self.foreground = foreground
        self.background = background
        self._has_colour = has_colour

    def ink(self, style: Style | None) -> Ink:
        """Say how cells of a style are drawn."""
        style = style or Style()
        colour, paper = self._resolved(style.color), self._resolved(style.bgcolor)
        colour = colour or self.foreground
        if style.reverse:
            colour, paper = paper or self.background, colour
        if style.dim:
            colour = _mixed(colour, paper or self.background)
        return Ink(colour, None if paper == self.background else paper, bool(style.bold), bool(style.underline))

    def _resolved(self, colour: Color | None) -> str | None:
        if colour is None or colour.is_default or not self._has_colour:
            return None
        return colour.get_truecolor(self._theme).hex


def _mixed(one: str, other: str) -> str:
    """Mix two colours of the form `#rrggbb` half and half."""
    pairs = ((int(one[place : place + 2], 16), int(other[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{(ours + theirs) // 2:02x}" for ours, theirs in pairs)


def svg(rows: Sequence[Iterable[Segment]], columns: int, palette: Palette, title: str) -> str:
    """Draw rows of segments as an SVG image that refers to nothing outside itself."""
    width, height = 2 * MARGIN + columns * CELL_WIDTH, 2 * MARGIN + len(rows) * CELL_HEIGHT
    runs = [run for row, segments in enumerate(rows) for run in _runs(row, segments, palette)]
    drawn = [*_papers(runs), *_blocks(runs), *_texts(runs)]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
            f'viewBox="0 0 {_n(width)} {_n(height)}" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="100%" height="100%" rx="8" fill="{palette.background}"/>',
            f'<g transform="translate({_n(MARGIN)} {_n(MARGIN)})" font-family="{FONTS}" font-size="{FONT_SIZE}" '
            'xml:space="preserve" shape-rendering="crispEdges">',
            *drawn,
            "</g>",
            "</svg>\n",
        )
    )


def _n(number: float) -> str:
    """Write a length without a needless tail."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _runs(row: int, segments: Iterable[Segment], palette: Palette) -> Iterator[Run]:
    """Put the cells of a row together that are drawn alike, block characters apart from text."""
    cells = [(character, palette.ink(segment.style)) for segment in segments for character in segment.text]
    column = 0
    for (block, ink), group in groupby(cells, key=lambda cell: (cell[0] if cell[0] in _BLOCKS else "", cell[1])):
        text = "".join(character for character, _ in group)
        yield Run(column, row, text, ink)
        column += len(text) if block else cell_len(text)


def _papers(runs: Iterable[Run]) -> Iterator[str]:
    for run in runs:
        if run.ink.paper is not None:
            yield _rectangle(run, Area(0, 0, 1, 1), run.ink.paper)


def _blocks(runs: Iterable[Run]) -> Iterator[str]:
    """Fill what each block character fills; neighbours that touch are one area."""
    for run in runs:
        if run.text[0] not in _BLOCKS:
            continue
        for area in _BLOCKS[run.text[0]]:
            if area.width == 1:
                yield _rectangle(run, area, run.ink.colour, _OPACITY.get(run.text[0], 1))
                continue
            for column in range(run.column, run.column + len(run.text)):
                yield _rectangle(Run(column, run.row, run.text[0], run.ink), area, run.ink.colour)


def _rectangle(run: Run, area: Area, fill: str, opacity: float = 1) -> str:
    """Draw an area of each cell of a run as one rectangle."""
    left, top = (run.column + area.left) * CELL_WIDTH, (run.row + area.top) * CELL_HEIGHT
    width, height = cell_len(run.text) * area.width * CELL_WIDTH, area.height * CELL_HEIGHT
    looks = f'fill="{fill}"' if opacity == 1 else f'fill="{fill}" fill-opacity="{opacity}"'
    return f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}" {looks}/>'


def _texts(runs: Iterable[Run]) -> Iterator[str]:
    """Write words, each stretch of them to the width of its cells, so that no font can move a column."""
    for run in runs:
        if run.text[0] in _BLOCKS:
            continue
        for words in _WORDS.finditer(run.text):
            column = run.column + cell_len(run.text[: words.start()])
            looks = ' font-weight="bold"' if run.ink.is_bold else ""
            looks += ' text-decoration="underline"' if run.ink.is_underlined else ""
            yield (
                f'<text x="{_n(column * CELL_WIDTH)}" y="{_n(run.row * CELL_HEIGHT + BASELINE)}" '
                f'textLength="{_n(cell_len(words.group()) * CELL_WIDTH)}" fill="{run.ink.colour}"{looks}>'
                f"{escape(words.group(), quote=False)}</text>"
            )
