"""A private file is written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from usage_tui.services.private_file import write_private_file


def test_file_is_readable_by_its_owner_alone_whatever_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o666)
    write_private_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_file_is_replaced_never_written_in_place(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with path.open() as reader:
        write_private_file(path, b"new")
        assert reader.read() == "old"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_file_keeps_its_owner_when_root_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    os.chown(path, 65_534, 65_534)
    write_private_file(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (65_534, 65_534)


def test_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        write_private_file(path, b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
