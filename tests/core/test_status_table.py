"""The table of `status` fits any width, and says what must not be overlooked."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.makers import NOW, a_last_poll, a_snapshot, a_view, a_waiting_view
from usage_tui.core.account import AccountState
from usage_tui.core.budget import Budget
from usage_tui.core.spans import Line, cells
from usage_tui.core.status_table import sample_line, status_table
from usage_tui.core.view import AccountView

VIEWS = [
    a_view(budget=Budget(2_000_000, near_at=0.7)),
    a_view(a_snapshot(concurrency=20, concurrency_limit=20, used=15_000, limit=100_000), name="staging"),
    a_waiting_view("client-acme", last_poll=a_last_poll(AccountState.UNREACHABLE, error="It did not answer.")),
]


def text_of(line: Line) -> str:
    return "".join(span.text for span in line)


def table(views: list[AccountView], width: int) -> list[str]:
    return [text_of(line) for line in status_table(views, NOW, UTC, width)]


def test_wide_terminal_shows_every_column() -> None:
    assert table(VIEWS, 120) == [
        "ACCOUNT      STATE          IN FLIGHT  CREDITS                 USED    BUDGET       RENEWS",
        "production   ● live         62 of 100  1,412,700 of 3,000,000  47.1 %  71 % ◆ near  Thu 3 Dec 10:00",
        "staging      ● live         20 of 20   15,000 of 100,000       15.0 %  15 % within  Thu 3 Dec 10:00",
        "client-acme  ○ unreachable  –          –                       –       –            –",
    ]


def test_80_columns_say_the_same_in_fewer_cells() -> None:
    assert table(VIEWS[:2], 80) == [
        "ACCOUNT     STATE   IN FLIGHT  CREDITS        USED    BUDGET       RENEWS",
        "production  ● live  62 of 100  1.41 M of 3 M  47.1 %  71 % ◆ near  in 11 d",
        "staging     ● live  20 of 20   15 k of 100 k  15.0 %  15 % within  in 11 d",
    ]


def test_narrow_terminal_keeps_account_state_and_what_is_in_flight() -> None:
    assert table(VIEWS, 40) == [
        "ACCOUNT      STATE          IN FLIGHT",
        "production   ● live         62 of 100",
        "staging      ● live         20 of 20",
        "client-acme  ○ unreachable  –",
    ]


@settings(deadline=None)
@given(st.integers(1, 130), st.text(st.characters(categories=["L", "N", "S"]), min_size=1, max_size=64))
def test_no_line_is_wider_than_the_terminal(width: int, name: str) -> None:
    views = [*VIEWS, a_view(name=name, is_simulated=True, is_insecure=True)]
    assert all(cells(line) <= width for line in table(views, width))


def test_long_name_is_cut_before_a_column_is_left_out() -> None:
    row = table([a_view(name="x" * 64)], 80)[1]
    assert row.startswith("x" * 15)
    assert "in 11 d" in row


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (a_view(is_simulated=True), "● live simulated"),
        (a_view(is_insecure=True), "● live insecure http"),
        (a_waiting_view(key_error="K is not set."), "✗ no key"),
        (a_view(last_poll=a_last_poll(AccountState.UNAUTHORIZED)), "✗ key refused"),
    ],
)
def test_state_says_what_must_not_be_overlooked(view: AccountView, words: str) -> None:
    assert f"  {words}  " in table([view], 120)[1]


def test_sample_is_one_line() -> None:
    assert text_of(sample_line(a_view(), NOW, UTC)) == (
        "10:42:07  production  ● live  62 of 100 in flight  1,412,700 of 3,000,000 credits  47.1 %  failed 9,041"
    )
