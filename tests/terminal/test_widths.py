"""Wide and composed characters keep what stands beside them in its place, whatever a terminal makes of them."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

from usage_tui.ui.frame import Frame

WIDTH = 30
HEART, FAMILY_NAME = "❤\ufe0f", "日本\u0301"


def painted(text: str, x: int = 0) -> str:
    """Write a paint of the first row, as Textual does."""
    return f"\x1b[1;{x + 1}H{text}"


def shown(*written: str) -> pyte.Screen:
    """Feed a terminal, and give its screen."""
    screen = pyte.Screen(WIDTH, 2)
    stream = pyte.Stream(screen)
    for chunk in written:
        stream.feed(chunk)
    return screen


@pytest.mark.parametrize("name", [HEART, FAMILY_NAME, "e\u0301", "👍🏽", "🇩🇪", "a\u0301\u0302b", "界" * 4])
def test_what_follows_a_name_stands_in_its_column(name: str) -> None:
    frame = Frame(WIDTH, 2)
    first = frame.changes(painted(set_cell_size(f"{name} | 10:42", WIDTH)))
    second = frame.changes(painted(set_cell_size(f"{name} | 10:43", WIDTH)))
    column = cell_len(name) + 1
    row = shown(first, second).buffer[0]
    assert "".join(row[x].data for x in range(column, WIDTH)).rstrip() == "| 10:43"
    assert second == f"\x1b[1;{column + 7}H3"


@pytest.mark.parametrize("name", ["टा", "ग्राहक-डेटा", "a\u0903", "👍🏽", "\u2630", "\u1112\u1161\u11ab", "తా"])
@pytest.mark.parametrize("doubtful_cells", [0, 1, 2])
def test_what_follows_a_name_stays_whatever_a_terminal_takes_its_width_for(
    name: str, doubtful_cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled = pyte.screens.wcwidth
    monkeypatch.setattr(pyte.screens, "wcwidth", lambda c: doubtful_cells if ord(c) > 0x900 else settled(c))
    frame = Frame(WIDTH, 2)
    before = frame.changes(painted(set_cell_size("production | 10:42", WIDTH)))
    after = frame.changes(painted(set_cell_size(f"{name} \x1b[1m| 10:42", WIDTH + 4)))
    row = shown(before, after).buffer[0]
    assert "".join(row[x].data for x in range(cell_len(name), WIDTH)).rstrip() == " | 10:42"
    beside = frame.changes(painted(name)) + frame.changes(painted("x" * cell_len(name)))
    row = shown(before, after, beside).buffer[0]
    assert "".join(row[x].data for x in range(WIDTH)).rstrip() == "x" * cell_len(name) + " | 10:42"


PIECES = st.lists(st.sampled_from(["a", "b ", "日", "本x", " ", "│"]), min_size=1, max_size=8).map("".join)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, WIDTH - 1), PIECES), max_size=8), PIECES)
def test_row_is_right_after_wide_characters_were_cut_in_two(before: list[tuple[int, str]], last: str) -> None:
    frame = Frame(WIDTH, 2)
    whole = set_cell_size(last, WIDTH)
    chunks = [frame.changes(painted(" " * WIDTH))]
    chunks += [frame.changes(painted(set_cell_size(text, WIDTH - x), x)) for x, text in before]
    assert shown(*chunks, frame.changes(painted(whole))).display[0] == whole


def test_nothing_is_left_of_what_stood_there_before() -> None:
    frame = Frame(WIDTH, 2)
    before = frame.changes(painted(set_cell_size("ab | 10:42", WIDTH)))
    after = frame.changes(painted(set_cell_size(f"{HEART} | 10:42", WIDTH)))
    assert shown(before, after).buffer[0][1].data.strip() == ""
