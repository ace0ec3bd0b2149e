"""Every fault of a config is told, by file, line and key, with its mend: the files of `invalid_configs` say which."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from usage_tui.core.errors import ConfigError
from usage_tui.services.config import load_config

INVALID = sorted((Path(__file__).parent / "invalid_configs").glob("*.toml"))


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_every_fault_is_told_with_its_line_and_mend(path: Path, tmp_path: Path) -> None:
    text = path.read_text()
    expected = [
        f"{number}: {fault}"
        for number, line in enumerate(text.splitlines(), start=1)
        for fault in line.split("  # fault: ")[1:]
    ]
    config = tmp_path / "config.toml"
    config.write_text(text)
    config.chmod(0o600)
    with pytest.raises(ConfigError) as caught:
        load_config(config, {})
    assert str(caught.value).splitlines() == [f"{config}:{line}" for line in expected]


def test_there_are_invalid_configs() -> None:
    assert len(INVALID) > 10


def told_of(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    return str(caught.value)


def test_named_config_that_is_missing_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert told_of(path) == (f"{path}: there is no such file; create it with `usage-tui --config {path} config init`.")


def test_config_in_another_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'# one\n# two \xe4\ntimezone = "local"\n')
    assert told_of(path) == f"{path}:2: is not UTF-8; save it in that encoding."


def test_nul_in_the_config_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'# one\ntimezone = "lo\0cal"\n')
    assert told_of(path) == f"{path}:2: is no TOML: Illegal character '\\x00'."


def test_folder_for_a_config_is_refused(tmp_path: Path) -> None:
    assert told_of(tmp_path) == f"{tmp_path}: is a folder; name a file."


def test_device_and_pipe_are_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert told_of(pipe) == f"{pipe}: is no regular file; name one."
    assert told_of(Path("/dev/zero")) == "/dev/zero: is no regular file; name one."


def test_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "config.toml"
    assert told_of(path) == f"{path}: cannot be read: Not a directory."


def test_config_of_more_than_a_mebibyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"#" * (1 << 20))
    assert load_config(path, {}).accounts == ()
    path.write_bytes(b"#" * ((1 << 20) + 1))
    assert told_of(path) == f"{path}: is larger than 1 MiB; this is hardly a config."


def test_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.touch()
    os.truncate(path, 1 << 40)
    assert told_of(path) == f"{path}: is larger than 1 MiB; this is hardly a config."


def test_nesting_that_breaks_the_parser_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("a = " + "[" * 100_000)
    assert told_of(path) == f"{path}: is nested too deeply; make it flatter."


def test_number_of_thousands_of_digits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("a = " + "9" * 10_000)
    assert told_of(path).startswith(f"{path}: is no TOML: ")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_key_in_a_file_that_others_can_read_is_refused_with_the_mend(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[[accounts]]\nname = "one"\napi_key = "secret-key"\n')
    path.chmod(mode)
    told = told_of(path)
    assert told == f"{path}:3: accounts[0].api_key: is a key in a file that others can read; run `chmod 600 {path}`."
    path.chmod(0o600)
    assert load_config(path, {}).accounts[0].name == "one"


def test_hostile_path_is_shown_harmlessly(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31m\u202e[/foo]"
    assert told_of(path).startswith(f"{tmp_path}/\\x1b[31m\\u202e[/foo]: there is no such file")
