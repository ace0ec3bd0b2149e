"""Plots as plotext draws them: marks where they belong, roles as they were given, gaps left open."""

from __future__ import annotations

from usage_tui.core.plot import Layer, Mark, Plot, Texture, level
from usage_tui.core.spans import Role
from usage_tui.services.plotting import drawn


def text(plot: Plot) -> list[str]:
    """Draw a plot, and give its rows."""
    return ["".join(span.text for span in row) for row in drawn(plot)]


def test_plot_has_exactly_the_cells_that_it_is_given_whatever_the_terminal() -> None:
    for columns, rows in ((1, 1), (3, 2), (400, 120)):
        rows_drawn = text(Plot(columns, rows, 10))
        assert [len(row) for row in rows_drawn] == [columns] * rows


def test_no_room_draws_nothing() -> None:
    assert drawn(Plot(0, 5, 10)) == drawn(Plot(5, 0, 10)) == ()


def test_bars_reach_from_their_floor_to_their_value() -> None:
    bars = Layer(Texture.SHADE, Role.BAR, (Mark(0.5, 10, 0), Mark(1.5, 4, 0), Mark(3.5, 7.5, 3)))
    assert text(Plot(4, 4, 10, (bars,))) == ["░   ", "░  ░", "░░ ░", "░░  "]


def test_solid_marks_have_half_cells() -> None:
    bars = Layer(Texture.SOLID, Role.BAR, tuple(Mark(0.25 + half / 2, 2 + half, 0) for half in range(4)))
    assert text(Plot(2, 4, 8, (bars,))) == ["  ", " ▗", "▟█", "██"]


def test_line_is_joined_but_never_over_a_gap() -> None:
    marks = (Mark(0.5, 5), Mark(3.5, 5), None, Mark(6.5, 5), Mark(8.5, 5))
    line = Layer(Texture.DOTTED, Role.DIM, marks, is_joined=True)
    assert text(Plot(10, 1, 10, (line,))) == ["····  ··· "]


def test_line_that_begins_with_a_gap_is_joined_all_the_same() -> None:
    line = Layer(Texture.DOTTED, Role.DIM, (None, None, Mark(2.5, 5), Mark(5.5, 5)), is_joined=True)
    assert text(Plot(7, 1, 10, (line,))) == ["  ···· "]


def test_roles_come_back_and_later_layers_lie_on_top() -> None:
    layers = (
        level(5, 4, Texture.DASHED, Role.DIM, "limit"),
        Layer(Texture.SHADE, Role.BAR_NEAR, (Mark(1.5, 5, 5),)),
        Layer(Texture.SHADE, Role.ACCENT, (Mark(2.5, 5, 5),)),
    )
    (row,) = drawn(Plot(4, 1, 10, layers))
    cells = [(cell, span.role) for span in row for cell in span.text]
    assert cells == [("┄", Role.DIM), ("░", Role.BAR_NEAR), ("░", Role.ACCENT), ("┄", Role.DIM)]


def test_every_role_survives_plotext() -> None:
    layers = tuple(Layer(Texture.SHADE, role, (Mark(x + 0.5, 1),)) for x, role in enumerate(Role))
    (row,) = drawn(Plot(len(Role), 1, 2, layers))
    assert [span.role for span in row for _ in span.text] == list(Role)
