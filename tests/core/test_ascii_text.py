"""Text drawn with ASCII alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.ascii_text import in_ascii
from usage_tui.core.spans import cells
from usage_tui.core.wording import harmless


@given(st.text(max_size=20))
def test_ascii_drawing_takes_the_same_cells(text: str) -> None:
    shown = harmless(text)
    drawn = in_ascii(shown)
    assert drawn.isascii()
    assert len(drawn) == cells(shown)


def test_blocks_and_marks_have_a_likeness_in_ascii() -> None:
    assert in_ascii("● live · 62 – ▁▄█ 界é…") == "* live . 62 - _=# ???~"
    assert "?" not in in_ascii("▁▂▃▄▅▆▇█┄·–━┃●○◌▲◆■✗▸❚…−≥×")
