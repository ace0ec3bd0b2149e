"""What is typed into the budget editor means what a reader would take it for, or is refused with the mend."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.account import Wishes
from usage_tui.core.budget import Budget
from usage_tui.core.budget_form import (
    LARGEST_CREDITS,
    BudgetForm,
    read_credits,
    read_form,
    read_share,
    typed_credits,
    typed_share,
    written_form,
)

TODAY = date(2026, 11, 22)


def form_of(*texts: str) -> BudgetForm:
    """Read the fields; those that are not given are empty."""
    return read_form([*texts, "", "", "", ""][:4], TODAY)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2000000", 2_000_000),
        ("2_000_000", 2_000_000),
        ("2,000,000", 2_000_000),
        ("2M", 2_000_000),
        ("2 m", 2_000_000),
        ("80k", 80_000),
        ("1.5M", 1_500_000),
        (" 0 ", 0),
        ("", None),
        ("  ", None),
        (str(LARGEST_CREDITS), LARGEST_CREDITS),
    ],
)
def test_credits_are_read_as_people_write_them(text: str, number: int | None) -> None:
    assert read_credits(text) == (number, None)


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "2,00", "2.000.000", "1,5M", "NaN", "inf", "1e6", "٣", "2MM", "_1", "1.2345k", "9" * 25]
)
def test_what_is_no_whole_number_of_credits_is_refused(text: str) -> None:
    entry = read_credits(text)
    assert entry.credits is None
    assert entry.fault is not None


@pytest.mark.parametrize(
    ("text", "share"),
    [("0.7", 0.7), ("70%", 0.7), ("70 %", 0.7), ("70", 0.7), ("1", 1.0), ("100%", 1.0), ("1%", 0.01), ("0", 0.0)],
)
def test_shares_are_read_as_shares_and_as_percent(text: str, share: float) -> None:
    assert read_share(text) == (share, None)


@pytest.mark.parametrize("text", ["101", "-1", "abc", "200%", ".", "%", "nan"])
def test_what_is_no_share_is_refused(text: str) -> None:
    assert read_share(text).fault is not None


def test_empty_fields_mean_no_ceilings_and_the_usual_nearness() -> None:
    assert form_of("", "", "").wishes == Wishes()


def test_fault_names_its_field() -> None:
    form = form_of("2M", "many", "")
    assert (form.budget, form.wishes) == (None, None)
    assert form.fault == "a day: needs a whole number such as 2000000, 2,000,000 or 2M"


def test_fault_of_the_days_leaves_the_budget_to_be_shown() -> None:
    form = form_of("2M", "", "", "13 Brumaire")
    assert form.fault == "one-off days: needs days such as 2026-11-12 or 12 Nov, with commas between them"
    assert (form.budget, form.wishes) == (Budget(2_000_000), None)


@pytest.mark.parametrize("wishes", [Wishes(), Wishes(Budget(5_000, 7, 0.5), (date(2026, 11, 12), date(2027, 1, 1)))])
def test_written_form_is_read_back(wishes: Wishes) -> None:
    assert form_of(*written_form(wishes)).wishes == wishes


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_never_both(text: str) -> None:
    for entry in (read_credits(text), read_share(text)):
        assert entry[0] is None or entry[1] is None
        assert entry[0] is None or entry[0] >= 0


@given(st.integers(0, LARGEST_CREDITS))
def test_written_credits_are_read_back(number: int) -> None:
    assert read_credits(typed_credits(number)) == (number, None)


@given(st.integers(0, 1000))
def test_written_shares_are_read_back(thousandths: int) -> None:
    assert read_share(typed_share(thousandths / 1000)).share == thousandths / 1000
