"""Cells that a spreadsheet would run as a formula are defused, and come back as they were."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.csv_cells import defused, restored


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"]
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(formula: str) -> None:
    assert defused(formula).startswith("'")


@pytest.mark.parametrize("text", ["production", "client - acme", "a=b", "1-2", "", "it's"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_a_formula_behind_another_separator_is_defused() -> None:
    assert defused("acme;=1+1") == "acme;'=1+1"
    assert defused("acme\t =1+1") == "acme\t '=1+1"


@given(st.text(alphabet=st.sampled_from("='+-@ \t\r\n,;a＝") | st.characters()))
def test_what_was_defused_comes_back_and_no_cell_of_it_is_a_formula(text: str) -> None:
    assert restored(defused(text)) == text
    cells = re.split(r"[,;\t\r\n]", defused(text))
    assert not any(cell.lstrip(" ")[:1] in tuple("=+-@＝＋－＠") for cell in cells)
