"""What the terminal shows, cell by cell, and the fewest bytes that change it.

Textual repaints a widget's row from its left edge, with the full style around each piece. Over a bad link that costs
kilobytes a second for a few changed cells. A `Frame` stands before the terminal: it keeps what is shown and lets only
changed cells through, moving and colouring no more than is needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from usage_tui.core.ascii_text import in_ascii

_TOKENS = re.compile(
    r"\x1b\[(?P<sgr>[0-9;:]*)m"
    r"|\x1b\[(?P<row>[0-9]+);(?P<column>[0-9]+)H"
    r"|\x1b\[(?P<cells>[0-9]+)(?P<edit>[P@])"
    r"|(?P<home>\x1b\[H)"
    r"|(?P<newline>\r?\n)"
    r"|(?P<text>[^\x00-\x1f\x7f\x80-\x9f]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_NARROW = re.compile("[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2212\u2500-\u25fc✗❚]*")  # one cell each, everywhere
_UNKNOWN = "\x00"
_CLOSE_ENOUGH = 4
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}  # what ends each attribute (SGR)
_SEEN_ON_BLANKS = frozenset("4579") | {"53"}  # underline, blink, reverse, strike, overline


class Rendition(NamedTuple):
    """The graphic rendition of a cell (SGR): attributes, foreground and background as their parameters."""

    attributes: tuple[str, ...] = ()
    foreground: str = ""
    background: str = ""


PLAIN = Rendition()


@lru_cache(maxsize=1024)
def _on_blank(rendition: Rendition) -> Rendition:
    """Give what is to be seen of a rendition on a blank: the ground alone, unless something is drawn on that."""
    if _SEEN_ON_BLANKS.intersection(rendition.attributes):
        return rendition
    return Rendition(background=rendition.background)


@lru_cache(maxsize=1024)
def _rendition(parameters: str, has_colour: bool) -> Rendition:
    """Read SGR parameters that start from a reset, as Textual writes them."""
    attributes: list[str] = []
    foreground = background = ""
    parts = iter(parameters.split(";"))
    for part in parts:
        code = int(part or 0)
        if code == 0:
            attributes, foreground, background = [], "", ""
        elif code in (38, 48):
            kind = next(parts, "")
            colour = ";".join([part, kind, *(next(parts, "0") for _ in range(3 if kind == "2" else 1))])
            foreground, background = (colour, background) if code == 38 else (foreground, colour)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            foreground = part
        elif 40 <= code <= 47 or 100 <= code <= 107:
            background = part
        elif code == 39:
            foreground = ""
        elif code == 49:
            background = ""
        else:
            attributes.append(part)
    return Rendition(tuple(attributes), *((foreground, background) if has_colour else ("", "")))


@lru_cache(maxsize=4096)
def _turn(there: Rendition | None, wanted: Rendition) -> str:
    """Write what turns one rendition into another, by the shorter of two ways; None is an unknown one."""
    if there == wanted:
        return ""
    anew = _sgr(*wanted.attributes, wanted.foreground, wanted.background)
    anew = f"\x1b[0;{anew[2:]}" if anew else "\x1b[m"
    if there is None or not _OFF.keys() >= {*there.attributes}:
        return anew
    ended = {_OFF[attribute] for attribute in there.attributes if attribute not in wanted.attributes}
    kept = {attribute for attribute in there.attributes if _OFF[attribute] not in ended}
    return min(
        _sgr(
            *sorted(ended),
            *(attribute for attribute in wanted.attributes if attribute not in kept),
            "" if there.foreground == wanted.foreground else wanted.foreground or "39",
            "" if there.background == wanted.background else wanted.background or "49",
        ),
        anew,
        key=len,
    )


def _sgr(*parameters: str) -> str:
    """Write those of the parameters that are any; nothing where none is."""
    written = ";".join(filter(None, parameters))
    return f"\x1b[{written}m" if written else ""


class Frame:
    """The cells of a terminal of `width` × `height`, and what is to be written to change them.

    Without colour, foregrounds and backgrounds are left out; bold, dim and reverse stay. With ASCII alone, each other
    character is drawn by its likeness, cell for cell.
    """

    def __init__(self, width: int, height: int, *, has_colour: bool = True, ascii_only: bool = False) -> None:
        self._has_colour = has_colour
        self._ascii_only = ascii_only
        self.resize(width, height)

    @property
    def size(self) -> tuple[int, int]:
        """The terminal's size in columns and rows."""
        return self._width, self._height

    def resize(self, width: int, height: int) -> None:
        """Take up a new size; what the terminal shows is unknown then."""
        self._width, self._height = width, height
        self.forget()

    def forget(self) -> None:
        """Know nothing of what the terminal shows: the next paint writes every cell."""
        self._characters = [[_UNKNOWN] * self._width for _ in range(self._height)]
        self._renditions = [[PLAIN] * self._width for _ in range(self._height)]
        self._at: tuple[int, int] | None = None
        self._there: Rendition | None = None
        self._x = self._y = 0

    def changes(self, painted: str) -> str:
        """Give what has to be written so that the terminal shows what `painted` would show."""
        out: list[str] = []
        wanted = PLAIN
        for token in _TOKENS.finditer(painted):
            kind = token.lastgroup
            if kind == "text":
                text = in_ascii(token.group()) if self._ascii_only else token.group()
                self._put(text, wanted, out.append)
            elif kind == "sgr":
                wanted = _rendition(token["sgr"], self._has_colour)
            elif kind == "column":
                self._x, self._y = int(token["column"]) - 1, int(token["row"]) - 1
            elif kind == "edit":
                self._edit(int(token["cells"]), token["edit"], out.append)
            elif kind == "home":
                self._x = self._y = 0
            elif kind == "newline":
                self._x, self._y = 0, self._y + 1
        return "".join(out)

    def reset(self) -> str:
        """Give what turns the terminal's rendition back to plain."""
        turned = _turn(self._there, PLAIN)
        self._there = PLAIN
        return turned

    def _edit(self, count: int, command: str, write: Callable[[str], None]) -> None:
        """Delete cells at the current place (`P`), so that what follows moves there, or insert blanks before it (`@`).

        The blanks are plain ones, for not all terminals colour them.
        """
        x, y, end = self._x, self._y, self._width
        if not (0 <= y < self._height and 0 <= x < end):
            return
        characters, renditions = self._characters[y], self._renditions[y]
        count = min(count, end - x)
        blanks, plain = [" "] * count, [PLAIN] * count
        if command == "P":
            characters[x:], renditions[x:] = characters[x + count :] + blanks, renditions[x + count :] + plain
        else:
            characters[x:], renditions[x:] = blanks + characters[x : end - count], plain + renditions[x : end - count]
        write(self._move(x, y))
        write(self.reset())
        write(f"\x1b[{count}{command}")
        self._at = (x, y)

    def _put(self, text: str, wanted: Rendition, write: Callable[[str], None]) -> None:
        """Put `text` at the current place; write the cells of it that change."""
        x, y = self._x, self._y
        cells = list(text) if _NARROW.fullmatch(text) else _cells_of(text)
        self._x = x + len(cells)
        if not 0 <= y < self._height or x < 0:
            return
        cells = cells[: max(0, self._width - x)]
        characters, renditions = self._characters[y], self._renditions[y]
        end = x + len(cells)
        styles = [wanted] * len(cells)
        if " " in text and (blank := _on_blank(wanted)) != wanted:
            styles = [blank if cell == " " else wanted for cell in cells]
        if characters[x:end] == cells and renditions[x:end] == styles:
            return
        changed = [
            cell
            for cell in range(x, end)
            if characters[cell] != cells[cell - x] or renditions[cell] != styles[cell - x]
        ]
        characters[x:end], renditions[x:end] = cells, styles
        first = last = changed[0]
        for cell in [*changed[1:], None]:
            if cell is not None and cell - last <= _CLOSE_ENOUGH:
                last = cell
                continue
            self._write_run(first, last, y, wanted, write)
            if cell is not None:
                first = last = cell

    def _write_run(self, first: int, last: int, y: int, wanted: Rendition, write: Callable[[str], None]) -> None:
        """Write the cells from `first` to `last` of row `y`, which all have one rendition."""
        row = self._characters[y]
        while first > 0 and row[first] == "":
            first -= 1
        while last + 1 < self._width and row[last + 1] == "":
            last += 1
        cells = row[first : last + 1]
        text = "".join(cells)
        write(self._move(first, y))
        if text.strip(" ") or self._there is None or _on_blank(self._there) != _on_blank(wanted):
            write(_turn(self._there, wanted))
            self._there = wanted
        if _NARROW.fullmatch(text) and len(text) == len(cells):
            write(text)
            self._at = (last + 1, y) if last + 1 < self._width else None
        else:
            self._write_apart(cells, first, y, write)

    def _write_apart(self, cells: list[str], x: int, y: int, write: Callable[[str], None]) -> None:
        """Write each character at its place, over blanks: terminals do not agree on how wide all of them are.

        What follows a doubtful one is written after it even where it is blank, or beyond `cells`.
        """
        write(" " * len(cells))
        self._at = None
        is_settled = True
        for place, cell in enumerate(cells, x):
            if cell.strip() or (cell and not is_settled):
                write(self._move(place, y))
                write(cell)
                is_settled = _NARROW.fullmatch(cell) is not None
                self._at = (place + 1, y) if is_settled and place + 1 < self._width else None
        after = x + len(cells)
        if not is_settled and after < self._width and self._characters[y][after] != _UNKNOWN:
            self._write_run(after, after, y, self._renditions[y][after], write)

    def _move(self, x: int, y: int) -> str:
        """Write the shortest move of the cursor to a cell."""
        if self._at == (x, y):
            return ""
        absolute = f"\x1b[{y + 1};{x + 1}H"
        if self._at is None:
            return absolute
        there_x, there_y = self._at
        if y == there_y and x > there_x:
            return min(f"\x1b[{x - there_x}C" if x - there_x > 1 else "\x1b[C", absolute, key=len)
        if y == there_y + 1 and x == there_x - 1:
            return "\x1bD\b"
        return absolute


def _cells_of(text: str) -> list[str]:
    """Split text into cells: a wide character fills its second cell with nothing, a mark joins the one before."""
    clusters: list[str] = []
    for character in text:
        if clusters and cell_len(character) == 0:
            clusters[-1] += character
        else:
            clusters.append(character)
    return [cell for cluster in clusters if (taken := cell_len(cluster)) for cell in (cluster, *[""] * (taken - 1))]
