"""Dates of reports: every common form is read, and where day and month cannot be told apart both are given."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from usage_tui.core.report import Unreadable, date_of, day_of
from usage_tui.core.report_dates import DateOrder, read_date, read_formatted

DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(DATES)
def test_forms_that_tell_day_from_month_give_the_day(when: date) -> None:
    for text in (
        when.isoformat(),
        f"{when:%Y/%m/%d}",
        f"{when:%Y.%m.%d}",
        f"{when:%Y%m%d}",
        f"{when.isoformat()}T10:42:07.123Z",
        f"{when.isoformat()} 10:42 +02:00",
        f"{when:%d %b %Y}",
        f"{when:%d-%b-%Y}",
        f"{when:%B %d, %Y}",
        f"{when:%a, %d %b %Y}",
        f"{when:%b %d %Y} 10:42 PM",
    ):
        assert read_date(text).day == day_of(when), text
        assert read_date(text).other_day is None


@given(DATES, st.sampled_from("/-."))
@example(date(2026, 3, 12), "/")
@example(date(2026, 12, 3), "/")
def test_numbers_are_read_with_both_orders_unless_they_prove_one(when: date, mark: str) -> None:
    text = f"{when.day:02}{mark}{when.month:02}{mark}{when.year}"
    read = read_date(text)
    assert read.day == day_of(when)
    if when.day > 12:
        assert read.order is DateOrder.DAY_FIRST
        assert read.other_day is None
    elif when.day != when.month:
        assert read.order is None
        assert read.other_day == day_of(date(when.year, when.day, when.month))
    else:
        assert (read.other_day, read.order) == (None, None)


def test_a_month_that_cannot_be_proves_that_it_stands_first() -> None:
    read = read_date("11/22/2026 10:00")
    assert (date_of(read.day), read.order) == (date(2026, 11, 22), DateOrder.MONTH_FIRST)


@pytest.mark.parametrize(
    "text",
    ["", "31/02/2026", "13/13/2026", "2026-13-01", "1999-01-01", "2100-01-01", "22/11/26", "2026-11", "yesterday",
     "46348", "=TODAY()", "2026-1122", "J 3 2026", "٢٠٢٦-١١-٢٢", "2026-11-22\x00"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_date(text)


@given(st.text(max_size=40))
def test_any_text_is_a_date_of_this_century_or_refused(text: str) -> None:
    try:
        read = read_date(text)
    except Unreadable:
        return
    assert 2000 <= date_of(read.day).year <= 2099


@given(DATES, st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%Y %j"]))
def test_a_told_format_is_followed(when: date, date_format: str) -> None:
    text = when.strftime(date_format)
    if "%y" in date_format and not 2000 <= when.year <= 2068:
        return
    assert read_formatted(f" {text} ", date_format) == day_of(when)


@pytest.mark.parametrize(("text", "date_format"), [("x", "%d/%m/%Y"), ("3/4", "%d/%m"), ("x", "%"), ("x", "%Q")])
def test_what_does_not_follow_a_told_format_is_refused(text: str, date_format: str) -> None:
    with pytest.raises(Unreadable):
        read_formatted(text, date_format)
