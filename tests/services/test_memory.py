"""What the monitor remembers: it holds nobody up, and the newest of it is what stays."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from usage_tui.services.memory import Memory
from usage_tui.services.private_file import write_private_file

PATIENCE_SECONDS = 30.0


class SlowDisk:
    """A disk that takes a file when it is let; it notes what it took, and whether two writes overlapped."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.has_overlapped = False
        self.is_asked = threading.Event()
        self.may_take = threading.Event()
        self._is_free = threading.Lock()

    def write(self, path: Path, content: bytes) -> None:
        self.has_overlapped |= not self._is_free.acquire(blocking=False)
        self.is_asked.set()
        assert self.may_take.wait(PATIENCE_SECONDS)
        write_private_file(path, content)
        self.taken.append(content.decode())
        self._is_free.release()


def remembered(path: Path, words: Mapping[str, str]) -> Memory:
    """Give a memory that was told some words."""
    memory = Memory(path)
    memory.remember(words)
    memory.close(PATIENCE_SECONDS)
    return memory


def test_words_are_recalled_at_the_next_start_beside_those_that_were_there(tmp_path: Path) -> None:
    path = tmp_path / "state" / "state.toml"
    remembered(path, {"account": "staging", "range": "1 h"})
    remembered(path, {"range": "2 min"})
    assert [Memory(path).recall(name) for name in ("account", "range", "theme")] == ["staging", "2 min", None]


def test_a_slow_disk_holds_nobody_up_and_takes_the_newest_words_one_write_after_the_other(tmp_path: Path) -> None:
    disk = SlowDisk()
    memory = Memory(tmp_path / "state.toml", disk.write)
    memory.remember({"account": "production"})
    assert disk.is_asked.wait(PATIENCE_SECONDS)
    for name in ("staging", "client-acme"):
        memory.remember({"account": name})
        assert memory.recall("account") == name
    memory.close(0.0)
    assert disk.taken == []
    disk.may_take.set()
    memory.close(PATIENCE_SECONDS)
    assert disk.taken == ['account = "production"\n', 'account = "client-acme"\n']
    assert not disk.has_overlapped


def test_what_a_disk_refused_is_written_with_the_next_words(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    memory = remembered(tmp_path / "state" / "state.toml", {"account": "staging"})
    (tmp_path / "state").unlink()
    memory.remember({"theme": "usage-light"})
    memory.close(PATIENCE_SECONDS)
    assert Memory(tmp_path / "state" / "state.toml").recall("account") == "staging"


@pytest.mark.parametrize("content", [b"account = ", b"\xff", b"account = 3\n", b""])
def test_words_that_cannot_be_read_are_forgotten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.toml"
    path.write_bytes(content)
    assert Memory(path).recall("account") is None
    assert remembered(path, {"account": "staging"}).recall("account") == "staging"
    assert Memory(path).recall("account") == "staging"
