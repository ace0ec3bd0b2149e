"""Plots before they are drawn: scales, labels, the key to the signs, and a cursor over them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.ascii_text import in_ascii
from usage_tui.core.plot import (
    GUTTER_CELLS,
    Layer,
    Mark,
    Plot,
    Texture,
    framed,
    legend,
    level,
    rounded_up,
    scale_label,
    scale_labels,
)
from usage_tui.core.spans import Role, Span, line_cells
from usage_tui.core.wording import short_count


@given(st.floats(0, 1e15))
def test_round_top_is_at_or_above_the_value_and_not_far_above(value: float) -> None:
    assert value <= rounded_up(value) <= max(1.0, 2.0001 * value)


def test_labels_name_top_middle_zero_and_levels() -> None:
    assert dict(scale_labels(100, 10)) == {0: "100", 4: "50", 9: "0"}
    assert dict(scale_labels(3_000_000, 12, [3_000_000, 2_000_000])) == {0: "3 M", 5: "1.5 M", 3: "2 M", 11: "0"}
    assert dict(scale_labels(1, 1)) == {0: "1"}


@given(st.integers(0, 2**63))
def test_every_number_of_a_scale_fits_beside_the_plot(number: int) -> None:
    assert line_cells((scale_label(short_count(number)),)) == GUTTER_CELLS


def test_no_two_textures_look_alike_in_ascii_where_they_meet() -> None:
    half_a_cell = "▄"
    drawn = [in_ascii(sign) for sign in (*Texture, half_a_cell) if sign is not Texture.THIN]
    assert all(sign.isascii() and sign != "?" for sign in drawn)
    assert len(set(drawn)) == len(drawn)


def test_key_names_the_signs_that_are_drawn_and_cuts_what_does_not_fit() -> None:
    layers = (
        level(5, 3, Texture.DASHED, Role.DIM, "limit"),
        Layer(Texture.RINGS, Role.DIM, (), "never drawn"),
        Layer(Texture.THIN, Role.FAINT, (Mark(0, 0),)),
        Layer(Texture.SOLID, Role.ACCENT, (Mark(0, 1),), "used"),
    )
    plot = Plot(3, 3, 10, layers)
    assert "".join(span.text for span in legend(plot, 60)) == "▄ used  ┄ limit"
    assert "".join(span.text for span in legend(plot, 14)) == "▄ used"


def test_frame_has_a_scale_an_axis_and_a_cursor() -> None:
    plot = Plot(4, 2, 10, labels=((0, "10"), (1, "0")), axis=(Span("now "),))
    drawn = ((Span("    "),), (Span("▄▄▄▄", Role.BAR),))
    lines = framed(plot, drawn, 2.7)
    assert [line_cells(line) for line in lines] == [GUTTER_CELLS + 4] * 3
    assert ["".join(span.text for span in line) for line in lines] == ["    10   │ ", "     0 ▄▄▄▄", "       now "]
    assert Span("▄", Role.STRONG) in lines[1]


@pytest.mark.parametrize("cursor", [-5.0, 0.0, 4.0, 900.0])
def test_cursor_stays_on_the_plot(cursor: float) -> None:
    lines = framed(Plot(4, 1, 10), ((Span("    "),),), cursor)
    assert sum(span.text == "│" for span in lines[0]) == 1
