"""The budget editor's way to the config that is in force, and what it says where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from usage_tui.commands.budget_ports import budget_ports
from usage_tui.core.account import Wishes
from usage_tui.core.budget import Budget
from usage_tui.core.errors import ConfigError

WRITTEN = '# mine\n[[accounts]]\nname = "production"\napi_key_env = "KEY"\n'


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    config = tmp_path / "config.toml"
    config.write_text(WRITTEN)
    return {"USAGE_TUI_CONFIG": str(config), "USAGE_TUI_STATE_DIR": str(tmp_path / "state")}


def test_saved_budget_is_read_back_and_undone_to_the_character(environ: dict[str, str]) -> None:
    ports = budget_ports(None, environ, is_demo=False)
    edit = ports.save("production", Wishes(Budget(2_000_000, 80_000, 0.7)))
    assert ports.read("production") == Wishes(Budget(2_000_000, 80_000, 0.7))
    ports.undo(edit)
    assert Path(environ["USAGE_TUI_CONFIG"]).read_text() == WRITTEN


def test_named_config_is_the_one_that_is_edited(environ: dict[str, str], tmp_path: Path) -> None:
    named = tmp_path / "other.toml"
    named.write_text(WRITTEN)
    budget_ports(named, environ, is_demo=False).save("production", Wishes(Budget(7)))
    assert "credits = 7" in named.read_text()
    assert Path(environ["USAGE_TUI_CONFIG"]).read_text() == WRITTEN


def test_demo_edits_nothing_and_says_so_in_one_sentence(environ: dict[str, str]) -> None:
    ports = budget_ports(None, environ, is_demo=True)
    for act in (lambda: ports.read("production"), lambda: ports.save("production", Wishes(Budget(7)))):
        with pytest.raises(ConfigError, match=r"^The demo has no config, so that its budgets cannot be changed\.$"):
            act()
    assert Path(environ["USAGE_TUI_CONFIG"]).read_text() == WRITTEN


def test_account_of_the_environment_has_no_config_to_save_to(tmp_path: Path) -> None:
    environ = {"USAGE_TUI_CONFIG": str(tmp_path / "none.toml"), "USAGE_TUI_STATE_DIR": str(tmp_path)}
    with pytest.raises(ConfigError, match="`usage-tui account add` makes one"):
        budget_ports(None, environ, is_demo=False).save("default", Wishes(Budget(7)))
    assert not (tmp_path / "none.toml").exists()
