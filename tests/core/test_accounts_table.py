"""The table of accounts: whatever a cell says fits its column, and no number is cut into another one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.makers import NOW, a_snapshot, a_view, an_outlook, utc
from usage_tui.core.accounts_table import COLUMNS, account_row
from usage_tui.core.budget import Budget
from usage_tui.core.outlook import Prospect
from usage_tui.core.spans import line_cells
from usage_tui.core.view import AccountView


def cells_of(view: AccountView, now: datetime = NOW) -> dict[str, str]:
    """Give the texts of an account's row by the titles of their columns; of the states, the wide screen's."""
    row = account_row(view, now, UTC)
    return {column.title: "".join(span.text for span in cell) for column, cell in zip(COLUMNS, row.cells, strict=True)}


@pytest.mark.parametrize(
    ("in_use", "limit", "words"),
    [
        (62, 100, "━━━━── 62 of 100"),
        (999, 1_500, "━━━━── 999 of 1,500"),
        (1_000, 1_500, "━━━━── 1 k of 1.5 k"),
        (1_234, 1_500, "1,234 of 1,500"),
        (1_234_000, 1_570_000, "1.23 M of 1.57 M"),
    ],
)
def test_concurrency_is_worded_as_fully_as_its_column_allows(in_use: int, limit: int, words: str) -> None:
    assert cells_of(a_view(a_snapshot(concurrency=in_use, concurrency_limit=limit)))["concurrency"] == words


def test_a_share_far_over_the_limit_keeps_its_sign() -> None:
    cells = cells_of(a_view(a_snapshot(used=12_345, limit=1_000)))
    assert cells["used"] == "1234 %"
    assert cells["budget"] == "▲ over"


@pytest.mark.parametrize(("minutes", "words"), [(5, "5 min"), (99, "99 min"), (110, "1 h"), (130, "2 h")])
def test_an_age_keeps_its_unit(minutes: int, words: str) -> None:
    assert cells_of(a_view(), NOW + timedelta(minutes=minutes))["age"] == words


@pytest.mark.parametrize(
    ("run_out", "words"), [(utc(2026, 11, 28, 14), "28 Nov 14:00"), (utc(2027, 10, 15, 10), "15 Oct 2027")]
)
def test_a_run_out_in_another_year_has_its_year_instead_of_its_time(run_out: datetime, words: str) -> None:
    lower = Prospect(2_000_000, is_limit=False, run_out_probability=0.9, run_out_p50=run_out)
    assert cells_of(replace(a_view(), outlook=an_outlook(budget=lower)))["runs out"] == words


NUMBERS = st.none() | st.integers(0, 10**12)


@given(used=NUMBERS, limit=NUMBERS, in_use=NUMBERS, most=NUMBERS, seconds=st.integers(0, 10**9))
def test_every_cell_fits_its_column(
    used: int | None, limit: int | None, in_use: int | None, most: int | None, seconds: int
) -> None:
    snapshot = a_snapshot(used=used, limit=limit, concurrency=in_use, concurrency_limit=most)
    view = a_view(snapshot, name="日本" * 20, budget=Budget())
    row = account_row(view, NOW + timedelta(seconds=seconds), UTC)
    assert all(line_cells(cell) <= column.width for cell, column in zip(row.cells, COLUMNS, strict=True))
