"""Lines that are longer than the room are broken at their spaces, and lose nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.spans import Line, Role, Span, line_cells
from usage_tui.core.wrapping import wrapped

WORDS = st.text("abc déß", max_size=40)


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def test_line_that_fits_stays_as_it_is() -> None:
    line = (Span("a  b", Role.DIM),)
    assert wrapped(line, 4) == (line,)
    assert wrapped((), 4) == ((),)


def test_rows_after_the_first_are_indented_and_keep_their_roles() -> None:
    line = (Span("BUDGET    ", Role.LABEL), Span("runs out "), Span("Mon 30 Nov", Role.NEAR), Span(", most likely"))
    rows = wrapped(line, 24, 10)
    assert list(map(text, rows)) == ["BUDGET    runs out Mon", "          30 Nov, most", "          likely"]
    assert [span.role for span in rows[1] if span.text in ("30", "Nov")] == [Role.NEAR, Role.NEAR]


def test_word_without_a_space_between_its_roles_is_not_broken() -> None:
    rows = wrapped((Span("on 30 Nov", Role.NEAR), Span(", so")), 8)
    assert list(map(text, rows)) == ["on 30", "Nov, so"]


def test_last_row_that_is_allowed_is_cut() -> None:
    assert list(map(text, wrapped((Span("one two three four"),), 8, 0, 2))) == ["one two", "three f…"]
    assert list(map(text, wrapped((Span("one two three"),), 8, 0, 1))) == ["one two…"]
    assert list(map(text, wrapped((Span("incomprehensible"),), 8))) == ["incompr…"]


@given(st.lists(st.tuples(WORDS, st.sampled_from(Role)), max_size=6), st.integers(10, 60), st.integers(0, 4))
def test_no_row_is_too_long_and_no_word_is_lost(parts: list[tuple[str, Role]], width: int, indent: int) -> None:
    line = tuple(Span(words, role) for words, role in parts)
    rows = wrapped(line, width, indent)
    assert all(line_cells(row) <= width for row in rows)
    if not any("…" in text(row) for row in rows):
        assert " ".join(map(text, rows)).split() == text(line).split()
