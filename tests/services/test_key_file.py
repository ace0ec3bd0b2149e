"""A key that was typed in is kept in a file of its own, which nobody else can read."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from usage_tui.core.account import ApiKey, KeyFromFile
from usage_tui.core.errors import ConfigError
from usage_tui.services.key_file import forget_key, keep_key
from usage_tui.services.secrets import read_key

KEY = ApiKey("0123456789abcdef0123456789abcdef")


def test_kept_key_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "keys"
    path = keep_key(folder, KEY, config=tmp_path / "config.toml", name="production")
    assert read_key(KeyFromFile(str(path))) == KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_name_of_the_file_tells_neither_account_nor_key(tmp_path: Path) -> None:
    path = keep_key(tmp_path / "keys", KEY, config=tmp_path / "config.toml", name="client-acme")
    assert "acme" not in path.name
    assert KEY.reveal()[:6] not in path.name


def test_folder_that_others_could_enter_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    keep_key(folder, KEY, config=tmp_path / "config.toml", name="a")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_keys_never_share_a_file(tmp_path: Path) -> None:
    paths = {keep_key(tmp_path, KEY, config=tmp_path / "config.toml", name="a") for _ in range(3)}
    assert len(paths) == 3


def test_folder_that_cannot_be_made_is_told_without_the_key(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError) as caught:
        keep_key(tmp_path / "file" / "keys", KEY, config=tmp_path / "config.toml", name="a")
    assert str(caught.value).startswith("The key cannot be kept in ")
    assert KEY.reveal() not in str(caught.value)


def test_own_key_file_is_deleted_and_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    kept = keep_key(folder, KEY, config=tmp_path / "config.toml", name="a")
    others = [tmp_path / "mine.key", folder / "sub" / "mine.key", folder / "mine"]
    (folder / "sub").mkdir()
    for other in others:
        other.touch()
        assert not forget_key(folder, other)
        assert other.exists()
    assert forget_key(folder, kept)
    assert not kept.exists()
    assert not forget_key(folder, kept)
