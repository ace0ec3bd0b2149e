"""One-off days are changed in the config's text, and nothing else is: comments, order and layout stay."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from usage_tui.core.account import Wishes
from usage_tui.core.budget import Budget
from usage_tui.services.config_file import ConfigFile
from usage_tui.services.one_off_edit import with_one_off_days
from usage_tui.services.paths import StateFolder

A12, A13, A14 = (date(2026, 11, day) for day in (12, 13, 14))
TABLE = '[[accounts]]\nname = "a"\n[accounts.forecast]\n'
LINES = """\
# top
[[accounts]]
name = "a" # the first
[accounts.forecast]  # of a
one_off_days = [ # mine, not 2026-11-01
  2026-11-12,  # a backfill
  2026-11-14,
  # [none] more
]  # so far

[[accounts]]
name = "b"
[accounts.cycle]
period = "year"  # annual
"""


@pytest.mark.parametrize(
    ("text", "days", "changed"),
    [
        ("one_off_days = [2026-11-12] # x\n", [A12, A14], "one_off_days = [2026-11-12, 2026-11-14] # x\n"),
        ("one_off_days = [ 2026-11-12, ]\n", [A12, A14], "one_off_days = [ 2026-11-12, 2026-11-14 ]\n"),
        ("one_off_days = [2026-11-12, 2026-11-14]\n", [A14], "one_off_days = [2026-11-14]\n"),
        ("one_off_days = [2026-11-12, 2026-11-14]\n", [A12], "one_off_days = [2026-11-12]\n"),
        ("one_off_days = [2026-11-12, 2026-11-14]\n", [A13], "one_off_days = [2026-11-13]\n"),
        ("one_off_days = [2026-11-12, 2026-11-14] # x\n", [], "one_off_days = [] # x\n"),
        ("one_off_days = []\n", [A12, A14], "one_off_days = [2026-11-12, 2026-11-14]\n"),
        (
            "one_off_days = [2026-11-14, 2026-11-14]\n",
            [A14, A12],
            "one_off_days = [2026-11-14, 2026-11-14, 2026-11-12]\n",
        ),
        ("", [A12], "one_off_days = [2026-11-12]\n"),
        ("'one_off_days'=[2026-11-12]\r\n", [A14], "'one_off_days'=[2026-11-14]\r\n"),
    ],
)
def test_days_are_put_into_the_array_and_taken_out_of_it(text: str, days: list[date], changed: str) -> None:
    assert with_one_off_days(TABLE + text, 0, days) == TABLE + changed


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ('[[accounts]]\nname = "a"\n# below\n', '[[accounts]]\nname = "a"\n\n[accounts.forecast]\nDAYS\n# below\n'),
        ('[[accounts]]\nname = "a"\r\n', '[[accounts]]\nname = "a"\r\n\r\n[accounts.forecast]\r\nDAYS\r\n'),
        ('[[accounts]]\nname = "a"\nforecast = {}\n', '[[accounts]]\nname = "a"\nforecast = {DAYS}\n'),
        (
            '[[accounts]]\nname = "a"\nforecast.one_off_days = [2026-11-13] # x\n',
            '[[accounts]]\nname = "a"\nforecast.DAYS # x\n',
        ),
        ('accounts = [{ name = "a" }] # inline\n', 'accounts = [{ name = "a", forecast = {DAYS}}] # inline\n'),
    ],
)
def test_days_are_changed_in_any_layout(text: str, changed: str) -> None:
    assert with_one_off_days(text, 0, [A12]) == changed.replace("DAYS", "one_off_days = [2026-11-12]")


def test_array_of_several_lines_keeps_its_lines_and_a_days_comment_goes_with_it() -> None:
    assert with_one_off_days(LINES, 0, [A12]) == LINES.replace("  2026-11-14,\n", "")
    assert with_one_off_days(LINES, 0, [A13, A14, A12]) == LINES.replace("more\n", "more\n  2026-11-13\n")
    assert with_one_off_days(LINES, 0, [A14]) == LINES.replace("  2026-11-12,  # a backfill\n", "")


DAYS = st.lists(st.sampled_from([date(2026, 11, day) for day in range(1, 20)]), max_size=5, unique=True)


@settings(deadline=None)
@given(st.integers(0, 1), DAYS, DAYS)
def test_change_is_what_is_read_and_comments_beside_it_stay(index: int, first: list[date], then: list[date]) -> None:
    text = with_one_off_days(with_one_off_days(LINES, index, first), index, then)
    accounts = tomllib.loads(text)["accounts"]
    assert sorted(accounts[index]["forecast"]["one_off_days"]) == sorted(then)
    assert accounts[1 - index] == tomllib.loads(LINES)["accounts"][1 - index]
    for comment in (
        "top",
        "the first",
        "of a",
        "mine, not 2026-11-01",
        "[none] more",
        "so far",
        "annual",
    ):
        assert f"# {comment}" in text


def test_days_and_budget_are_saved_and_undone_as_one(tmp_path: Path) -> None:
    written = LINES.replace('"a"', '"a"\napi_key_env = "A"').replace('"b"', '"b"\napi_key_env = "B"')
    (tmp_path / "config.toml").write_text(written)
    file = ConfigFile(tmp_path / "config.toml", StateFolder(tmp_path / "state"))
    assert file.wishes("A") == Wishes(Budget(), (A12, A14))
    edit = file.set_wishes("b", Wishes(Budget(5), (A14, A12)))
    assert file.wishes("b") == Wishes(Budget(5), (A12, A14))
    assert file.path.read_text() == written + (
        "\n[accounts.budget]\ncredits = 5\n\n[accounts.forecast]\none_off_days = [2026-11-12, 2026-11-14]\n"
    )
    file.undo(edit)
    assert file.path.read_text() == written
