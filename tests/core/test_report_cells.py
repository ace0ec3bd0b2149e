"""Cells of reports: numbers, domains and parameters as people and spreadsheets write them, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.report import Unreadable
from usage_tui.core.report_cells import (
    LARGEST_COUNT,
    domain_name,
    known_number,
    parameter_words,
    quoted,
    whole_number,
)
from usage_tui.core.wording import harmless

SEPARATORS = (",", ".", " ", "'", "\u00a0", "\u202f")


@given(st.integers(0, LARGEST_COUNT), st.sampled_from(SEPARATORS))
def test_thousands_separators_change_no_number(number: int, separator: str) -> None:
    assert whole_number(f"{number:,}".replace(",", separator)) == number
    assert whole_number(f" {number} ") == number
    assert whole_number(f"{number}.00") == number


@given(st.integers(0, LARGEST_COUNT))
def test_decimals_that_are_zero_are_left_out_of_either_way_of_writing(number: int) -> None:
    english = f"{number:,}"
    assert whole_number(f"{english}.00") == number
    assert whole_number(english.replace(",", ".") + ",0") == number


@pytest.mark.parametrize(
    "text",
    ["", "-", "-5", "1.5", "0.123", "1,23", "1,2345", "1,234.5", "1,234.567", "1.234.00", "=1+1", "1e6", "１２",
     "1_000", "12 credits", "nan", "inf", "+5", "0x10", "1" * 400, str(LARGEST_COUNT + 1)],
)  # fmt: skip
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        whole_number(text)


@pytest.mark.parametrize("text", ["", " ", "-", "–", "N/A", "null"])
def test_a_number_that_need_not_be_there_is_unknown_and_not_zero(text: str) -> None:
    assert known_number(text) is None
    assert known_number("0") == 0


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused_in_words_that_can_be_shown(text: str) -> None:
    try:
        number = whole_number(text)
    except Unreadable as fault:
        number, reason = 0, str(fault)
    else:
        reason = ""
    assert 0 <= number <= LARGEST_COUNT
    assert harmless(reason, 200) == reason


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("example.com", "example.com"),
        (" WWW.Example.COM. ", "www.example.com"),
        ("https://shop.example.com:8443/path?q=1#x", "shop.example.com"),
        ("//example.com/", "example.com"),
        ("https://user:secret@example.com/x", "example.com"),
        ("example.com/products", "example.com"),
        ("*.example.com", "*.example.com"),
        ("münchen.de", "münchen.de"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("amazon", "amazon"),
    ],
)
def test_a_domain_is_the_host_of_whatever_names_it(text: str, domain: str) -> None:
    assert domain_name(text) == domain


@pytest.mark.parametrize(
    "text",
    ["", "  ", "[/foo]", "=HYPERLINK(1)", "a b.com", "\x1b[31mred.com", "exa\u202emple.com", "-a.com", "a..b", ".",
     "a" * 300, "@SUM(A1)", "<script>", "https://", "'; DROP TABLE--"],
)  # fmt: skip
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        domain_name(text)


@given(st.text(max_size=300))
def test_any_text_is_a_domain_that_can_be_shown_or_refused(text: str) -> None:
    try:
        found = domain_name(text)
    except Unreadable:
        return
    assert harmless(found, 253) == found
    assert not set(found) & set(" /@=<>'\"")


def test_parameters_stay_as_they_are_on_one_line() -> None:
    assert parameter_words(" render=true &\n premium=true ") == "render=true & premium=true"
    assert parameter_words('["render", "[/foo]"]') == '["render", "[/foo]"]'
    assert parameter_words("") == ""


@pytest.mark.parametrize("text", ["=cmd()", "@SUM(A1)", "a\x1b[2J", "a\x00", "\u202ea", "x" * 301])
def test_parameters_that_a_terminal_or_spreadsheet_would_obey_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parameter_words(text)


def test_a_wrong_cell_is_shown_harmless_and_short() -> None:
    assert len(quoted("x" * 500)) == 40
    assert "\x1b" not in quoted("\x1b[2J")
