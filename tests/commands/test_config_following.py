"""A changed config is taken up whole, or refused and said why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.stored import SetClock
from usage_tui.commands.accounts_in_force import InForce
from usage_tui.commands.config_following import changed_config
from usage_tui.services.config_watch import SETTLED_SECONDS, ConfigWatch

ONE = '[[accounts]]\nname = "one"\napi_key_env = "ONE"\n'
TWO = '[[accounts]]\nname = "two"\napi_key_env = "TWO"\n'


def after(path: Path, text: str, name: str | None = None) -> tuple[InForce | None, list[str]]:
    """What a changed text of the config puts in force, and what is said of it."""
    path.write_text(ONE)
    clock, said = SetClock(), list[str]()
    changes = ConfigWatch(path, {}, clock)
    changes.load()
    path.write_text(text)
    looks = []
    for _ in range(3):
        looks.append(changed_config(changes, name, said.append))
        clock.advance(SETTLED_SECONDS)
    assert looks[0] is looks[2] is None
    return looks[1], said


def test_changed_config_is_given_with_the_wanted_accounts(tmp_path: Path) -> None:
    for name, names in ((None, ["one", "two"]), ("TWO", ["two"])):
        changed, said = after(tmp_path / "config.toml", ONE + TWO, name)
        assert changed is not None
        assert [account.name for account in changed.config.accounts] == ["one", "two"]
        assert [account.name for account in changed.accounts] == names
        assert said == []


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("", None, "The config has no account any more."),
        ("# empty", "one", "The config has no account any more."),
        ("[poll\n", None, "{path}:1: is no TOML: Expected ']' at the end of a table declaration."),
        (TWO, "one", "There is no account one; there are two."),
    ],
)
def test_config_that_cannot_be_followed_is_refused_once_and_said_why(
    tmp_path: Path, text: str, name: str | None, why: str
) -> None:
    path = tmp_path / "config.toml"
    changed, said = after(path, text, name)
    assert changed is None
    assert said == [f"{why.format(path=path)}\nThe last good config stays in force."]
