"""Days that are typed mean what a reader would take them for, or are refused with the mend."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.day_list import read_days, typed_days

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", ()),
        (" , ", ()),
        ("2026-11-12", (date(2026, 11, 12),)),
        ("12 Nov", (date(2026, 11, 12),)),
        ("nov 12", (date(2026, 11, 12),)),
        ("12. November", (date(2026, 11, 12),)),
        ("12Nov", (date(2026, 11, 12),)),
        ("3 sept", (date(2026, 9, 3),)),
        ("24 Dec", (date(2025, 12, 24),)),
        ("22 Nov", (date(2026, 11, 22),)),
        ("24 Dec 2026", (date(2026, 12, 24),)),
        ("Dec 24 2026", (date(2026, 12, 24),)),
        ("29 Feb", (date(2024, 2, 29),)),
        ("today, yesterday", (date(2026, 11, 21), date(2026, 11, 22))),
        ("14 Nov, 2026-11-12,12 nov,", (date(2026, 11, 12), date(2026, 11, 14))),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: tuple[date, ...]) -> None:
    assert read_days(text, TODAY) == (days, None)


@pytest.mark.parametrize(
    "text",
    [
        *("12", "Nov", "31 Nov", "30 Feb", "2026-13-01", "12/11/2026", "12.11.2026", "Novice 3", "12 no", "tomorrow"),
        *("12 Nov 14 Nov", "2026-11-12T10:00", "1026-11-12", "12 Nov 9999", "0 Nov", "٣ Nov", "2026-11-12, x"),
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    entry = read_days(text, TODAY)
    assert entry.days == ()
    assert entry.fault == "needs days such as 2026-11-12 or 12 Nov, with commas between them"


@given(st.sets(st.dates(date(2000, 1, 1), date(2199, 12, 31)), max_size=20))
def test_written_days_are_read_back(days: set[date]) -> None:
    assert read_days(typed_days(sorted(days)), TODAY).days == tuple(sorted(days))


@given(st.text(max_size=60), st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_any_text_is_read_or_refused_and_never_both(text: str, today: date) -> None:
    entry = read_days(text, today)
    assert not (entry.days and entry.fault)
