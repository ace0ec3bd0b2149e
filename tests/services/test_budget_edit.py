"""A budget is changed in the config's text, and nothing else is: comments, order and columns stay."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from usage_tui.core.account import Wishes
from usage_tui.core.budget import Budget
from usage_tui.core.errors import ConfigError
from usage_tui.services.budget_edit import BudgetChange, with_budget
from usage_tui.services.config_file import ConfigFile
from usage_tui.services.paths import StateFolder

WRITTEN = """\
# top
[[accounts]]
name = "a" # the first
api_key_env = "A"
[accounts.budget]
credits = 2_000_000           # your own ceiling
near_at = 0.7                 # 0.8 if left out
# a remark below

[[accounts]]
name = "b"
api_key_env = "B"

[accounts.cycle]
period = "year"  # annual

[poll]
interval_seconds = 2 # slow
"""


@pytest.fixture
def file(tmp_path: Path) -> ConfigFile:
    (tmp_path / "config.toml").write_text(WRITTEN)
    return ConfigFile(tmp_path / "config.toml", StateFolder(tmp_path / "state"))


def test_changed_value_keeps_its_comment_and_the_comment_its_column(file: ConfigFile) -> None:
    file.set_wishes("a", Wishes(Budget(2_500_000, None, 0.75)))
    expected = WRITTEN.replace("2_000_000 ", "2_500_000 ").replace("0.7  ", "0.75 ")
    assert file.path.read_text() == expected


def test_setting_that_is_taken_out_leaves_its_comment(file: ConfigFile) -> None:
    file.set_wishes("a", Wishes(Budget(None, None, 0.7)))
    assert file.path.read_text() == WRITTEN.replace("credits = 2_000_000           #", "#")


def test_new_setting_stands_at_the_end_of_the_budget(file: ConfigFile) -> None:
    file.set_wishes("a", Wishes(Budget(2_000_000, 80_000, 0.7)))
    expected = WRITTEN.replace("if left out\n", "if left out\ndaily_credits = 80_000\n")
    assert file.path.read_text() == expected


def test_account_without_a_budget_gets_a_table_behind_its_others(file: ConfigFile) -> None:
    file.set_wishes("B", Wishes(Budget(50, 5)))
    expected = WRITTEN.replace("# annual\n", "# annual\n\n[accounts.budget]\ncredits = 50\ndaily_credits = 5\n")
    assert file.path.read_text() == expected
    assert file.wishes("b") == Wishes(Budget(50, 5))


def test_undoing_gives_back_every_character(file: ConfigFile) -> None:
    edit = file.set_wishes("a", Wishes(Budget()))
    assert file.wishes("a") == Wishes(Budget())
    file.undo(edit)
    assert file.path.read_text() == WRITTEN
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_undoing_leaves_what_was_changed_since_alone(file: ConfigFile) -> None:
    edit = file.set_wishes("a", Wishes(Budget()))
    changed = file.path.read_text() + "# mine\n"
    file.path.write_text(changed)
    with pytest.raises(ConfigError, match="was changed since the budget was saved"):
        file.undo(edit)
    assert file.path.read_text() == changed


def test_same_budget_writes_nothing(file: ConfigFile) -> None:
    before = file.path.stat()
    file.set_wishes("a", Wishes(Budget(2_000_000, None, 0.7)))
    assert (file.path.stat().st_ino, file.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_unknown_account_is_told(file: ConfigFile) -> None:
    with pytest.raises(ConfigError, match="has no account z; add it there first"):
        file.set_wishes("z", Wishes(Budget(1)))


def test_symbolic_link_stays_one(tmp_path: Path, file: ConfigFile) -> None:
    real = tmp_path / "dotfiles.toml"
    file.path.rename(real)
    file.path.symlink_to(real)
    file.set_wishes("a", Wishes(Budget(7)))
    assert file.path.is_symlink()
    assert "credits = 7" in real.read_text()


@pytest.mark.parametrize(
    ("text", "change", "changed"),
    [
        (
            '[[accounts]]\nname = "a"\nbudget = { credits = 5, near_at = 0.5 } # mine\n',
            {"credits": 6},
            '[[accounts]]\nname = "a"\nbudget = { credits = 6, near_at = 0.5 } # mine\n',
        ),
        (
            '[[accounts]]\nname = "a"\nbudget.credits = 5 # mine\nbase_url = "u"\n',
            {"credits": 6_000, "daily_credits": 2},
            '[[accounts]]\nname = "a"\nbudget.credits = 6_000 # mine\nbudget.daily_credits = 2\nbase_url = "u"\n',
        ),
        (
            'accounts = [{ name = "a" }] # inline\n',
            {"credits": 6},
            'accounts = [{ name = "a", budget = {credits = 6}}] # inline\n',
        ),
        (
            '[[accounts]]\nname = "a"\n[accounts.budget] # none yet',
            {"credits": 6},
            '[[accounts]]\nname = "a"\n[accounts.budget] # none yet\ncredits = 6\n',
        ),
        (
            '[[accounts]]\r\nname = "a"\r\n[accounts.budget]\r\ncredits = 5 # x\r\n',
            {"credits": 6, "near_at": 0.5},
            '[[accounts]]\r\nname = "a"\r\n[accounts.budget]\r\ncredits = 6 # x\r\nnear_at = 0.5\r\n',
        ),
    ],
)
def test_budget_is_changed_in_any_layout(text: str, change: BudgetChange, changed: str) -> None:
    assert with_budget(text, 0, change) == changed


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "credits": st.none() | st.integers(0, 2**63 - 1),
        "daily_credits": st.none() | st.integers(0, 2**63 - 1),
        "near_at": st.none() | st.floats(0, 1),
    },
)


@settings(deadline=None)
@given(st.integers(0, 1), CHANGES)
def test_change_is_what_is_read_and_every_comment_stays(index: int, change: dict[str, int | float | None]) -> None:
    changed = with_budget(WRITTEN, index, change)
    before = tomllib.loads(WRITTEN)
    budget = before["accounts"][index].get("budget", {}) | change
    after = tomllib.loads(changed)
    assert after["accounts"][index].get("budget", {}) == {k: v for k, v in budget.items() if v is not None}
    assert after["accounts"][1 - index] == before["accounts"][1 - index]
    for comment in ("# top", "# the first", "# your own ceiling", "# 0.8 if left out", "# a remark below", "# annual"):
        assert comment in changed
