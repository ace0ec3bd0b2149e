"""The log is made when there is something to say, is private, does not grow without bound, and holds no key."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from usage_tui.services.log_file import LARGEST_BYTES, LogFile

KEY = "0123456789abcdef0123456789abcdef"


def ask_with(key: str) -> None:
    raise ValueError("https://h/account?" + "api_key=" + key)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "log"


@pytest.fixture
def logger(path: Path) -> Iterator[logging.Logger]:
    logger = logging.getLogger("usage_tui.test")
    handler = LogFile(path)
    logger.addHandler(handler)
    logger.propagate = False
    yield logger
    logger.removeHandler(handler)


def test_nothing_is_made_until_there_is_a_warning(logger: logging.Logger, path: Path) -> None:
    logger.info("all is well")
    assert not path.parent.exists()
    logger.warning("not so well")
    assert path.read_text().endswith(" WARNING usage_tui.test: not so well\n")


def test_log_can_be_read_by_its_owner_alone(logger: logging.Logger, path: Path) -> None:
    logger.warning("one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    logger.warning("two")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_are_hidden_in_messages_arguments_and_tracebacks(logger: logging.Logger, path: Path) -> None:
    logger.warning("GET https://h/account?api_key=%s", "short")
    with pytest.raises(ValueError, match="https") as caught:
        ask_with(KEY)
    logger.critical("internal error", exc_info=caught.value)
    text = path.read_text()
    assert "Traceback" in text
    assert text.count("api_key=…") == 2
    assert KEY not in text
    assert "short" not in text


def test_control_characters_are_written_out(logger: logging.Logger, path: Path) -> None:
    logger.warning("\x1b[31m \u202e %s", "\x07")
    assert path.read_text().endswith("\\x1b[31m \\u202e \\x07\n")


def test_full_log_is_put_aside_and_the_oldest_goes(logger: logging.Logger, path: Path) -> None:
    for age in range(5):
        logger.warning("log %d", age)
        with path.open("a") as file:
            file.write("x" * LARGEST_BYTES)
    logger.warning("the last")
    names = sorted(file.name for file in path.parent.iterdir())
    assert names == ["log", "log.1", "log.2"]
    assert path.read_text().endswith(": the last\n")
    assert "log 4" in (path.parent / "log.1").read_text()
    assert "log 3" in (path.parent / "log.2").read_text()


def test_log_that_cannot_be_written_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    logger = logging.getLogger("usage_tui.test.broken")
    handler = LogFile(tmp_path / "file" / "log")
    logger.addHandler(handler)
    logger.propagate = False
    logger.warning("nobody hears this")
    logger.removeHandler(handler)
    assert capfd.readouterr() == ("", "")
