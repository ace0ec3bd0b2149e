"""The frame lets through what changes the screen, and nothing more."""

from __future__ import annotations

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st

from usage_tui.ui.frame import Frame

WIDTH, HEIGHT = 24, 6
STYLES = (
    "",
    "1",
    "38;2;47;111;150",
    "1;38;2;224;162;60;48;2;18;21;25",
    "2;31",
    "7",
    "4",
    "1;4;31",
    "1;7",
    "38;5;31;48;5;233",
    "39;49",
)


def paint(x: int, y: int, pieces: list[tuple[str, str]]) -> str:
    """Write a repaint as Textual does: a move, then each piece between its style and a reset."""
    styled = "".join(f"\x1b[{style}m{text}\x1b[0m" if style else text for style, text in pieces)
    return f"\x1b[{y + 1};{x + 1}H{styled}"


class EmulatedScreen(pyte.Screen):
    """A screen that forgets what blanks push over its right edge, as terminals do; pyte keeps a cell of it there."""

    def insert_characters(self, count: int | None = None) -> None:
        super().insert_characters(count)
        self.buffer[self.cursor.y].pop(self.columns, None)


def terminal(*written: str) -> pyte.Screen:
    """Feed a terminal, and give its screen."""
    screen = EmulatedScreen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for chunk in written:
        stream.feed(chunk)
    return screen


def cells(screen: pyte.Screen) -> list[list[object]]:
    """Give each cell with its rendition; the ink of a blank is not seen, unless there is more on it than its ground."""
    return [
        [
            (cell.data, cell.bg, cell.reverse, cell.underscore)
            + ((cell.fg, cell.bold) if cell.data != " " or cell.reverse or cell.underscore else ())
            for cell in (screen.buffer[y][x] for x in range(WIDTH))
        ]
        for y in range(HEIGHT)
    ]


BLANK = paint(0, 0, [("", " " * WIDTH)]) + "".join(paint(0, y, [("", " " * WIDTH)]) for y in range(1, HEIGHT))
TEXTS = st.text(alphabet="ab ▁█┄·●", min_size=1, max_size=8)
MOVED = st.builds(
    "\x1b[{};{}H\x1b[{}{}".format,
    st.integers(1, HEIGHT),
    st.integers(1, WIDTH),
    st.integers(1, WIDTH + 3),
    st.sampled_from("P@"),
)
PAINTS = st.builds(
    paint,
    st.integers(0, WIDTH - 1),
    st.integers(0, HEIGHT - 1),
    st.lists(st.tuples(st.sampled_from(STYLES), TEXTS), min_size=1, max_size=1),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PAINTS | MOVED, min_size=1, max_size=12))
def test_the_screen_ends_as_the_whole_paint_would_make_it(paints: list[str]) -> None:
    frame = Frame(WIDTH, HEIGHT)
    no_wrap = "\x1b[?7l"
    thrifty = terminal(no_wrap, frame.changes(BLANK), *(frame.changes(painted) for painted in paints))
    whole = terminal(no_wrap, BLANK, *(_clipped(painted) for painted in paints))
    assert cells(thrifty) == cells(whole)


def _clipped(painted: str) -> str:
    """Cut a paint at the right edge, where the frame stops and a terminal without wrapping overwrites its last cell."""
    head, rest = painted.split("H", 1)
    column = int(head.split(";")[1])
    out, taken, inside = "", column - 1, False
    for character in rest:
        if character == "\x1b":
            inside = True
        if inside:
            out += character
            inside = character not in "mP@"
        elif taken < WIDTH:
            out += character
            taken += 1
    return f"{head}H{out}"


def test_what_is_there_already_is_not_written() -> None:
    frame = Frame(WIDTH, HEIGHT)
    painted = paint(2, 1, [("1;38;2;1;2;3", "CREDITS"), ("", " 1,412,700")])
    assert frame.changes(painted)
    assert frame.changes(painted) == ""


def test_only_the_changed_cell_is_written() -> None:
    frame = Frame(WIDTH, HEIGHT)
    frame.changes(paint(0, 0, [("", "10:42:07 UTC")]))
    assert frame.changes(paint(0, 0, [("", "10:42:08 UTC")])) == "\x1b[1;8H8"


def test_a_column_goes_down_by_short_moves() -> None:
    frame = Frame(WIDTH, HEIGHT)
    frame.changes(BLANK)
    written = frame.changes("".join(paint(5, y, [("34", "█")]) for y in range(3)))
    assert written == "\x1b[1;6H\x1b[34m█\x1bD\b█\x1bD\b█"


def test_what_the_terminal_moves_itself_is_not_written_again() -> None:
    frame = Frame(WIDTH, HEIGHT)
    frame.changes(paint(0, 2, [("31", "100 abcdefgh 50")]))
    moved = frame.changes("\x1b[3;5H\x1b[3P\x1b[3;10H\x1b[3@")
    assert moved == "\x1b[3;5H\x1b[m\x1b[3P\x1b[5C\x1b[3@"
    assert frame.changes(paint(0, 2, [("31", "100 defghi   50")])) == "\x1b[31mi"


def test_what_is_moved_beyond_the_edges_is_nothing() -> None:
    frame = Frame(WIDTH, HEIGHT)
    frame.changes(BLANK)
    assert frame.changes(f"\x1b[{HEIGHT + 1};1H\x1b[2P\x1b[1;{WIDTH + 1}H\x1b[2@") == ""


def test_no_more_is_moved_than_the_row_has() -> None:
    for command in "P@":
        frame = Frame(WIDTH, HEIGHT)
        frame.changes(paint(WIDTH - 2, 0, [("", "ab")]))
        assert frame.changes(f"\x1b[1;{WIDTH - 1}H\x1b[9{command}") == f"\x1b[1;{WIDTH - 1}H\x1b[2{command}"
        assert frame.changes(paint(WIDTH - 2, 0, [("", "  ")])) == ""


def test_the_ink_of_blanks_is_not_written() -> None:
    frame = Frame(WIDTH, HEIGHT)
    frame.changes(paint(0, 0, [("31;40", "ab"), ("31;40", "  ")]))
    assert frame.changes(paint(2, 0, [("34;40", "  ")])) == ""
    assert frame.changes(paint(0, 0, [("1;36;40", "  ")])) == "\x1b[1;1H  "
    assert frame.changes(paint(0, 0, [("36;41", " ")])) == "\x1b[1;1H\x1b[36;41m "
    assert frame.changes(paint(1, 0, [("4;36;41", " ")])) == "\x1b[4m "


def test_an_attribute_is_ended_without_writing_the_colours_again() -> None:
    frame = Frame(WIDTH, HEIGHT)
    frame.changes(paint(0, 0, [("1;38;2;1;2;3", "a")]))
    assert frame.changes(paint(1, 0, [("38;2;1;2;3", "b")])) == "\x1b[22mb"
    assert frame.changes(paint(2, 0, [("1;2;38;2;1;2;3", "c")])) == "\x1b[1;2mc"
    assert frame.changes(paint(3, 0, [("1;38;2;1;2;3", "d")])) == "\x1b[22;1md"


def test_one_colour_is_written_once() -> None:
    frame = Frame(WIDTH, HEIGHT)
    written = frame.changes(paint(0, 0, [("34;40", "ab"), ("34;40", "cd")]))
    assert written == "\x1b[1;1H\x1b[0;34;40mabcd"


def test_everything_is_written_again_after_it_was_forgotten() -> None:
    frame = Frame(WIDTH, HEIGHT)
    painted = paint(0, 0, [("", "production")])
    first = frame.changes(painted)
    frame.forget()
    assert frame.changes(painted) == first


def test_no_colour_at_all_without_colour() -> None:
    frame = Frame(WIDTH, HEIGHT, has_colour=False)
    written = frame.changes(paint(0, 0, [("1;38;2;224;162;60;48;5;3", "near"), ("31;42", " over"), ("7", "x")]))
    screen = terminal(written)
    assert {(cell.fg, cell.bg) for row in screen.buffer.values() for cell in row.values()} == {("default", "default")}
    assert screen.buffer[0][0].bold
    assert screen.buffer[0][9].reverse


def test_ascii_alone_keeps_every_cell_in_its_place() -> None:
    frame = Frame(WIDTH, HEIGHT, ascii_only=True)
    written = frame.changes(paint(0, 0, [("", "● live ▁▄█┄ 日本 x")]))
    assert written.isascii()
    assert terminal(written).display[0].rstrip() == "* live _=#- ???? x"


def test_a_wide_name_keeps_what_follows_in_its_column() -> None:
    frame = Frame(WIDTH, HEIGHT)
    frame.changes(BLANK)
    screen = terminal(frame.changes(paint(0, 0, [("", "日本 live")])), frame.changes(paint(5, 0, [("", "dead")])))
    assert screen.buffer[0][5].data == "d"


def test_paints_outside_the_screen_are_left_out() -> None:
    frame = Frame(WIDTH, HEIGHT)
    assert frame.changes(paint(0, HEIGHT, [("", "below")])) == ""
    assert frame.changes(paint(WIDTH, 0, [("", "beside")])) == ""


def test_the_rendition_is_plain_after_a_reset() -> None:
    frame = Frame(WIDTH, HEIGHT)
    frame.changes(paint(0, 0, [("1;31", "over")]))
    assert frame.reset() == "\x1b[m"
    assert frame.reset() == ""
