"""A changed config is taken up whole; a broken one is told once, and leaves the last one in force."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.services.stored import SetClock
from usage_tui.core.errors import ConfigError
from usage_tui.services.config import Config
from usage_tui.services.config_watch import SETTLED_SECONDS, ConfigWatch


def polled_seconds(change: Config | ConfigError | None) -> float:
    assert isinstance(change, Config)
    return change.plan.interval_seconds


class Watch(ConfigWatch):
    """A watch whose clock moves on between looks, when it is told to settle."""

    def __init__(self, path: Path | None, environ: Mapping[str, str] | None = None) -> None:
        self.clock = SetClock()
        super().__init__(path, environ or {}, self.clock)

    def settled(self) -> Config | ConfigError | None:
        """Look, and look again once the file stood still."""
        assert self.poll() is None
        self.clock.advance(SETTLED_SECONDS)
        return self.poll()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text("poll.interval_seconds = 1")
    return path


def test_config_that_stands_is_not_read_again(path: Path) -> None:
    watch = Watch(path)
    assert watch.load().plan.interval_seconds == 1
    assert watch.settled() is None


def test_changed_config_is_given_once(path: Path) -> None:
    watch = Watch(path)
    watch.load()
    path.write_text("poll.interval_seconds = 25")
    assert polled_seconds(watch.settled()) == 25
    assert watch.settled() is None


def test_file_that_is_still_being_written_is_left_until_it_stands(path: Path) -> None:
    watch = Watch(path)
    watch.load()
    for half in ("", "poll.interval_seconds = 7"):
        path.write_text(half)
        assert watch.poll() is None
        watch.clock.advance(SETTLED_SECONDS * 0.9)
        assert watch.poll() is None
    watch.clock.advance(SETTLED_SECONDS * 0.1)
    assert polled_seconds(watch.poll()) == 7


def test_replaced_file_of_the_same_size_and_time_is_a_change(path: Path) -> None:
    watch = Watch(path)
    watch.load()
    before = path.stat()
    other = path.with_name("other")
    other.write_text("poll.interval_seconds = 2")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)
    assert polled_seconds(watch.settled()) == 2


def test_broken_config_is_told_once_and_its_mend_is_taken_up(path: Path) -> None:
    watch = Watch(path)
    watch.load()
    path.write_text("poll.interval_seconds = 0")
    error = watch.settled()
    assert isinstance(error, ConfigError)
    assert str(error).startswith(f"{path}:1: poll.interval_seconds: needs ")
    assert watch.settled() is None
    path.write_text("poll.interval_seconds = 3.0")
    assert polled_seconds(watch.settled()) == 3


def test_config_that_is_gone_is_told_once_and_its_return_taken_up(path: Path) -> None:
    watch = Watch(path)
    watch.load()
    path.unlink()
    assert str(watch.settled()) == f"{path}: is gone; put it back."
    assert watch.settled() is None
    path.write_text("poll.interval_seconds = 4")
    assert polled_seconds(watch.settled()) == 4


def test_first_config_is_taken_up_when_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    watch = Watch(None, {"SCRAPERAPI_KEY": "k"})
    assert watch.load().path is None
    assert watch.settled() is None
    made = tmp_path / "usage-tui" / "config.toml"
    made.parent.mkdir()
    made.write_text("poll.interval_seconds = 5")
    assert polled_seconds(watch.settled()) == 5


def test_change_behind_a_symbolic_link_is_seen(path: Path) -> None:
    link = path.with_name("link.toml")
    link.symlink_to(path)
    watch = Watch(link)
    watch.load()
    path.write_text("poll.interval_seconds = 66")
    assert polled_seconds(watch.settled()) == 66


def test_permissions_that_were_mended_are_seen(path: Path) -> None:
    path.write_text('[[accounts]]\nname = "a"\napi_key = "secret"')
    path.chmod(0o644)
    watch = Watch(path)
    with pytest.raises(ConfigError, match="chmod 600"):
        watch.load()
    path.chmod(0o600)
    assert isinstance(watch.settled(), Config)


@pytest.mark.parametrize(
    ("keys", "told"), [('refrsh = "r"', "did you mean refresh?"), ('refresh = "q"', 'takes "q" from quit')]
)
def test_wrong_keys_make_a_broken_config(path: Path, keys: str, told: str) -> None:
    watch = Watch(path)
    watch.load()
    path.write_text(f"[keys]\n{keys}")
    assert told in str(watch.settled())
