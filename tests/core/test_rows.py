"""Cells are laid in columns that do not move."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.rows import in_columns
from usage_tui.core.spans import Line, Span, line_cells

CELLS: st.SearchStrategy[list[tuple[Line, int]]] = st.lists(
    st.tuples(st.text("ab 界é1", max_size=12).map(lambda text: (Span(text),)), st.integers(1, 9)),
    min_size=1,
    max_size=5,
)


@given(CELLS)
def test_every_cell_begins_where_its_column_does(laid: list[tuple[Line, int]]) -> None:
    cells, widths = zip(*laid, strict=True)
    text = "".join(span.text for span in in_columns(cells, widths))
    begins = [sum(widths[:index]) + 2 * index for index in range(len(widths))]
    for (span,), begin, width in zip(cells, begins, widths, strict=True):
        shown = span.text if line_cells((span,)) <= width else None
        at = next(index for index in range(len(text) + 1) if line_cells((Span(text[:index]),)) == begin)
        assert shown is None or text[at:].startswith(shown)


def test_what_is_too_long_for_its_column_says_that_there_is_more() -> None:
    line = in_columns([(Span("production"),), (Span("1,000"),)], [6, 5])
    assert "".join(span.text for span in line) == "produ…  1,000"
