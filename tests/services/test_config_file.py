"""The user's config is changed by one account, and by nothing else: whole or not at all."""

from __future__ import annotations

import multiprocessing
import os
import stat
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from usage_tui.core.account import Wishes
from usage_tui.core.budget import Budget
from usage_tui.core.errors import ConfigError
from usage_tui.services.config_edit import with_account, without_account
from usage_tui.services.config_file import ConfigFile
from usage_tui.services.paths import StateFolder

WRITTEN = """\
# top
timezone = "local" # tz

[[accounts]]
name = "a" # the first
api_key_env = "A"
[accounts.budget]
credits = 5 # five

# the second, ask Bob
[[accounts]]
name = "b"
api_key_env = "B"

# polling
[poll]
interval_seconds = 2 # slow

# a late budget of b
[accounts.cycle]
period = "year"

[keys]
refresh = "r"
# end
"""
NEW = {"name": "c", "api_key_env": "C"}


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(WRITTEN)
    return path


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(path: Path) -> list[str]:
    return [account["name"] for account in tomllib.loads(path.read_text()).get("accounts", [])]


def test_account_is_added_behind_the_last_and_every_other_line_stays(path: Path, state: StateFolder) -> None:
    ConfigFile(path, state).add_account(NEW)
    added = '\n[[accounts]]\nname = "c"\napi_key_env = "C"\n'
    assert path.read_text() == WRITTEN.replace('period = "year"\n', f'period = "year"\n{added}')
    assert mode_of(path) == 0o600
    assert tomllib.loads(path.read_text())["accounts"][1]["cycle"] == {"period": "year"}


def test_account_is_removed_with_all_its_tables_and_every_comment_outside_stays(path: Path, state: StateFolder) -> None:
    ConfigFile(path, state).remove_account("B")
    gone = ('[[accounts]]\nname = "b"\napi_key_env = "B"\n\n', '[accounts.cycle]\nperiod = "year"\n\n')
    expected = WRITTEN
    for lines in gone:
        expected = expected.replace(lines, "")
    assert path.read_text() == expected
    assert mode_of(path) == 0o600


def test_first_account_is_removed_and_the_comment_of_the_next_stays(path: Path, state: StateFolder) -> None:
    ConfigFile(path, state).remove_account("a")
    assert "# the second, ask Bob\n[[accounts]]\n" in path.read_text()
    assert names_in(path) == ["b"]


def test_last_account_can_go(path: Path, state: StateFolder) -> None:
    file = ConfigFile(path, state)
    file.remove_account("a")
    file.remove_account("b")
    assert names_in(path) == []
    file.add_account(NEW)
    assert names_in(path) == ["c"]


def test_removing_what_is_not_there_writes_nothing(path: Path, state: StateFolder) -> None:
    before = path.stat()
    ConfigFile(path, state).remove_account("z")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_missing_config_is_made_with_comments_in_a_private_folder(tmp_path: Path, state: StateFolder) -> None:
    path = tmp_path / "new" / "config.toml"
    ConfigFile(path, state).add_account(NEW)
    text = path.read_text()
    assert text.startswith("# The config of usage-tui: one [[accounts]] table an account.\n")
    assert text.endswith('\n\n[[accounts]]\nname = "c"\napi_key_env = "C"\n')
    assert (mode_of(path), mode_of(path.parent)) == (0o600, 0o700)


@pytest.mark.parametrize("name", ["q\"uo'te", "back\\slash", "[/foo]", "数 ü", "a#b", " "])
def test_any_name_is_written_so_that_it_reads_the_same(path: Path, state: StateFolder, name: str) -> None:
    ConfigFile(path, state).add_account({"name": name, "api_key_command": ["a b", "'", '"\\'], "base_url": "https://h"})
    added = tomllib.loads(path.read_text())["accounts"][2]
    assert added == {"name": name, "api_key_command": ["a b", "'", '"\\'], "base_url": "https://h"}


def test_name_that_differs_by_case_alone_is_refused(path: Path, state: StateFolder) -> None:
    with pytest.raises(ConfigError, match="has an account of this name already"):
        ConfigFile(path, state).add_account({"name": "A", "api_key_env": "C"})
    assert path.read_text() == WRITTEN


def test_broken_config_is_never_overwritten(path: Path, state: StateFolder) -> None:
    path.write_text('[[accounts]\nname = "a"\n')
    with pytest.raises(ConfigError, match="is no TOML"):
        ConfigFile(path, state).add_account(NEW)
    with pytest.raises(ConfigError, match="is no TOML"):
        ConfigFile(path, state).remove_account("a")
    assert path.read_text() == '[[accounts]\nname = "a"\n'


def test_account_that_makes_the_config_wrong_is_refused_and_nothing_is_written(path: Path, state: StateFolder) -> None:
    with pytest.raises(ConfigError, match="no name of an environment variable"):
        ConfigFile(path, state).add_account({"name": "c", "api_key_env": "not a variable"})
    assert path.read_text() == WRITTEN


def test_config_that_is_there_is_not_made_anew(path: Path, state: StateFolder) -> None:
    with pytest.raises(ConfigError, match="is there already and was left as it is"):
        ConfigFile(path, state).create("# new")
    assert path.read_text() == WRITTEN


def test_symbolic_link_into_a_dotfiles_folder_stays_one(tmp_path: Path, path: Path, state: StateFolder) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    real = dotfiles / "usage.toml"
    path.rename(real)
    path.symlink_to(real)
    ConfigFile(path, state).add_account(NEW)
    assert path.is_symlink()
    assert names_in(real) == ["a", "b", "c"]
    assert [file.name for file in dotfiles.iterdir()] == ["usage.toml"]


def test_dangling_symbolic_link_makes_the_file_that_it_stands_for(tmp_path: Path, state: StateFolder) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(tmp_path / "dotfiles" / "usage.toml")
    ConfigFile(link, state).add_account(NEW)
    assert link.is_symlink()
    assert names_in(tmp_path / "dotfiles" / "usage.toml") == ["c"]


def test_symbolic_link_to_itself_is_told(tmp_path: Path, state: StateFolder) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(link)
    with pytest.raises(ConfigError, match=r"link\.toml: "):
        ConfigFile(link, state).add_account(NEW)


@pytest.fixture
def _ordinary_user(tmp_path: Path) -> Iterator[None]:
    """Run as a user whom permissions hold back: root is not."""
    if os.geteuid() != 0:
        yield
        return
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and folder.name.startswith(("pytest-", "popen-")):
            folder.chmod(0o755)
    # What is imported late is imported now: the interpreter itself may lie where that user cannot read.
    ConfigFile(tmp_path / "first" / "config.toml", StateFolder(tmp_path / "first")).add_account(NEW)
    os.chown(tmp_path, 65_534, 65_534)
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.usefixtures("_ordinary_user")
def test_folder_that_cannot_be_written_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    path = folder / "config.toml"
    path.write_text(WRITTEN)
    folder.chmod(0o555)
    try:
        with pytest.raises(ConfigError) as caught:
            ConfigFile(path, StateFolder(tmp_path / "state")).add_account(NEW)
    finally:
        folder.chmod(0o755)
    assert str(caught.value) == f"{path}: cannot be written: Permission denied; nothing was changed."
    assert [file.name for file in folder.iterdir()] == ["config.toml"]
    assert path.read_text() == WRITTEN


@pytest.mark.usefixtures("_ordinary_user")
def test_state_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    path = tmp_path / "config.toml"
    with pytest.raises(ConfigError, match=r"The state folder .* cannot be written: Permission denied"):
        ConfigFile(path, StateFolder(locked / "state")).add_account(NEW)
    assert not path.exists()


def test_place_that_is_no_folder_is_told(tmp_path: Path, state: StateFolder) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "config.toml"
    with pytest.raises(ConfigError, match="cannot be read: Not a directory"):
        ConfigFile(path, state).add_account(NEW)


def _add(path: Path, state: Path, name: str) -> None:
    ConfigFile(path, StateFolder(state)).add_account({"name": name, "api_key_env": "C"})


def test_accounts_added_at_the_same_time_are_all_there(path: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    names = [f"new-{number}" for number in range(4)]
    processes = [context.Process(target=_add, args=(path, tmp_path / "state", name)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert sorted(names_in(path)) == ["a", "b", *names]


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("", '[[accounts]]\nname = "c"\napi_key_env = "C"\n'),
        ("# only a comment", '# only a comment\n\n[[accounts]]\nname = "c"\napi_key_env = "C"\n'),
        ("accounts = []\n", 'accounts = [{name = "c", api_key_env = "C"}]\n'),
        (
            'accounts = [{ name = "a", api_key_env = "A" }] # inline\n[poll]\n',
            'accounts = [{ name = "a", api_key_env = "A" }, {name = "c", api_key_env = "C"}] # inline\n[poll]\n',
        ),
    ],
)
def test_account_is_added_to_any_layout(text: str, added: str) -> None:
    assert with_account(text, NEW) == added


def test_windows_line_ends_are_kept() -> None:
    text = '[[accounts]]\r\nname = "a"\r\napi_key_env = "A"\r\n[poll]\r\n'
    added = with_account(text, NEW)
    assert added.count("\r\n") == added.count("\n") == 8
    assert without_account(added, 1) == text.replace("[poll]", "\r\n[poll]")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "text",
    [
        '[[accounts]]\nname = "a"\napi_key_env = "A"\n\n',
        'accounts = [{name = "a", api_key_env = "A"}]\n',
        'accounts = [\n  {name = "a", api_key_env = "A"}\n]\n',
    ],
)
def test_byte_order_mark_and_line_ends_stay_whatever_is_added_and_removed(
    tmp_path: Path, state: StateFolder, text: str, ending: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(f"\ufeff{text}".replace("\n", ending).encode())
    file = ConfigFile(path, state)
    file.add_account(NEW)
    file.remove_account("a")
    written = path.read_bytes().decode()
    assert tomllib.loads(written.removeprefix("\ufeff")) == {"accounts": [NEW]}
    assert (written.count("\ufeff"), written.index("\ufeff")) == (1, 0)
    assert written.count(ending) == written.count("\n")
    file.set_wishes("c", Wishes(Budget(5), (date(2026, 11, 12),)))
    assert path.read_bytes().decode().startswith("\ufeff")
    assert path.read_bytes().count(ending.encode()) == path.read_bytes().count(b"\n")
    assert file.wishes("c") == Wishes(Budget(5), (date(2026, 11, 12),))


def test_line_separators_inside_a_comment_are_no_lines() -> None:
    text = '# a\u2028b\x0c\n[[accounts]]\nname = "a"\napi_key_env = "A"\n# end\x85\n'.replace("\x0c", "").replace(
        "\x85", ""
    )
    assert without_account(with_account(text, NEW), 1) == text.replace("# end", "\n# end")


def test_layout_that_cannot_be_edited_is_left_alone() -> None:
    text = 'accounts = [ { name = "a", api_key_env = "A" }, # the first\n]\n'
    with pytest.raises(ConfigError, match="edit it by hand"):
        with_account(text, NEW)


COMMENTS = st.lists(st.sampled_from(["", "# comment", '# [[accounts]] name = "x"']), max_size=2)


@st.composite
def configs(draw: Callable[[Any], Any]) -> str:
    """Draw a config of a few accounts, with tables and comments between them."""
    parts = []
    for number in range(draw(st.integers(1, 4))):
        parts += draw(COMMENTS)
        parts += ["[[accounts]]", f'name = "n{number}"', f'api_key_env = "K{number}" # key {number}']
        if draw(st.booleans()):
            parts += [*draw(COMMENTS), "[accounts.budget]", f"credits = {number}"]
        if draw(st.booleans()) and "[poll]" not in parts:
            parts += ["[poll]", "interval_seconds = 1"]
    ending: str = draw(st.sampled_from(["", "\n", "\n\n"]))
    return "\n".join([*parts, *draw(COMMENTS)]) + ending


@settings(deadline=None)
@given(configs(), st.data())
def test_adding_and_removing_change_that_account_alone(text: str, data: st.DataObject) -> None:
    before = tomllib.loads(text)
    longer = with_account(text, NEW)
    assert tomllib.loads(longer) == before | {"accounts": [*before["accounts"], NEW]}
    assert [line for line in longer.split("\n") if line.startswith("#")] == [
        line for line in text.split("\n") if line.startswith("#")
    ]
    index = data.draw(st.integers(0, len(before["accounts"])))
    shorter = tomllib.loads(without_account(longer, index))
    assert shorter.get("accounts", []) == [
        account for number, account in enumerate([*before["accounts"], NEW]) if number != index
    ]
