from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from usage_tui.core.spans import Line, Role, Span, beside, cells, character_cells, cut, joined, line_cells, shortened
from usage_tui.core.wording import harmless

NARROW_AND_WIDE = st.text(st.sampled_from("ab 界한é…e\u0301ｱ"), max_size=12)
LINES: st.SearchStrategy[Line] = st.lists(NARROW_AND_WIDE.map(Span), max_size=5).map(tuple)


def text_of(line: Line) -> str:
    """Give a line's text without its roles."""
    return "".join(span.text for span in line)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 1), ("界", 2), ("한글", 4), ("ｱ", 1), ("👍", 2), ("a\u20dd", 1)],
)
def test_cells_are_counted_as_terminals_draw_them(text: str, count: int) -> None:
    assert cells(text) == count


def test_every_character_that_is_shown_takes_the_cells_that_the_screen_counts() -> None:
    shown = (character for character in map(chr, range(sys.maxunicode + 1)) if harmless(character) == character)
    assert [f"{each!a}" for each in shown if character_cells(each) != cell_len(each)] == []


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("production", 10, "production"),
        ("production", 9, "producti…"),
        ("production", 1, "…"),
        ("production", 0, ""),
        ("", 0, ""),
        ("界界界", 6, "界界界"),
        ("界界界", 5, "界界…"),
        ("界界界", 4, "界…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_text_is_cut_to_its_width_with_an_ellipsis(text: str, width: int, shown: str) -> None:
    assert shortened(text, width) == shown


@given(NARROW_AND_WIDE, st.integers(-1, 30))
def test_shortened_text_fits_and_loses_no_more_than_it_must(text: str, width: int) -> None:
    shown = shortened(text, width)
    assert cells(shown) <= max(0, width)
    if cells(text) <= width:
        assert shown == text
    elif width > 0:
        assert text.startswith(shown.removesuffix("…"))
        assert cells(shown) >= width - 1


@given(LINES, st.integers(-1, 40))
def test_a_cut_line_fits_keeps_its_roles_and_shows_that_it_was_cut(line: Line, width: int) -> None:
    shown = cut(line, width)
    assert line_cells(shown) <= max(0, width)
    if line_cells(line) <= width:
        assert shown == line
    elif width > 0:
        assert text_of(shown).endswith("…")
        assert text_of(line).startswith(text_of(shown).removesuffix("…"))
        assert line_cells(shown) >= width - 1


def test_a_line_that_is_cut_between_two_spans_does_not_look_whole() -> None:
    line = (Span("62", Role.STRONG), Span(" of 100", Role.LABEL))
    assert cut(line, 9) == line
    assert cut(line, 4) == (Span("62", Role.STRONG), Span(" …", Role.LABEL))
    assert cut(line, 2) == (Span("6…", Role.STRONG),)


FULL: Line = (Span("CREDITS 1,412,700"),)
SHORT: Line = (Span("1.41 M"),)
RIGHT: Line = (Span("47.1 %"),)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (30, "CREDITS 1,412,700       47.1 %"),
        (25, "CREDITS 1,412,700  47.1 %"),
        (24, "1.41 M            47.1 %"),
        (14, "1.41 M  47.1 %"),
        (13, "1.41 M       "),
        (6, "1.41 M"),
        (5, "1.41…"),
        (0, ""),
    ],
)
def test_two_texts_stand_beside_each_other_in_the_fullest_forms_that_fit(width: int, shown: str) -> None:
    assert text_of(beside([FULL, SHORT], [RIGHT], width)) == shown


def test_the_left_text_keeps_its_fullest_form_for_longest() -> None:
    assert text_of(beside([FULL, SHORT], [RIGHT, ()], 24)) == "CREDITS 1,412,700       "


@given(st.lists(LINES, min_size=1, max_size=3), st.lists(LINES, max_size=3), st.integers(0, 40))
def test_two_texts_beside_each_other_take_the_width_exactly(lefts: list[Line], rights: list[Line], width: int) -> None:
    assert line_cells(beside(lefts, rights, width)) == width


def test_lines_are_joined_without_the_empty_ones() -> None:
    dot = Span(" · ", Role.DIM)
    assert text_of(joined([(), SHORT, (), RIGHT, ()], dot)) == "1.41 M · 47.1 %"
    assert joined([(), ()], dot) == ()
