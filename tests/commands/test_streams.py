"""What output is written in: ASCII alone where the user's locale knows no more, and UTF-8 where programs read it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.commands.program import Program
from tests.commands.test_statusline import ACCOUNT, reading, store

SAYS_LOCALE = (
    "import os; from usage_tui.services.characters import is_c_locale; print(is_c_locale(os.environ))",
    "-W",
    "error",
)
C_LOCALES: tuple[Mapping[str, str], ...] = (
    {"LC_ALL": "C"},
    {"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"},
    {"LANG": "C"},
    {"LC_CTYPE": "C", "LANG": "C.UTF-8"},
    {"LC_ALL": "", "LC_CTYPE": "POSIX"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
)
OTHER_LOCALES: tuple[Mapping[str, str], ...] = (
    {},
    {"LC_ALL": "C.UTF-8", "LANG": "C"},
    {"LC_CTYPE": "C.UTF-8", "LANG": "C"},
    {"LANG": "nowhere.UTF-8"},
)


def is_c_locale_in(environ: Mapping[str, str]) -> bool:
    """Ask in a process of that environment, as Python changes it when it begins."""
    code, *options = SAYS_LOCALE
    done = subprocess.run(
        [sys.executable, *options, "-c", code], env=dict(environ), capture_output=True, text=True, check=True
    )
    return done.stdout == "True\n"


@pytest.mark.parametrize("environ", C_LOCALES, ids=str)
def test_c_locale_is_known_however_it_is_asked_for(environ: Mapping[str, str]) -> None:
    assert is_c_locale_in(environ)


@pytest.mark.parametrize("environ", OTHER_LOCALES, ids=str)
def test_locale_that_is_not_said_is_not_the_c_locale(environ: Mapping[str, str]) -> None:
    assert not is_c_locale_in(environ)


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("statusline",),
        ("statusline", "--format", "{name} … {run_out}"),
        ("guard", "--max-used", "20"),
        ("guard", "--max-failure-rate", "20"),
        ("estimate", "https://example.com", "--help"),
        ("estimate", "https://example.com"),
        ("alerts", "list"),
        ("report", "show"),
        ("doctor",),
        ("account", "list"),
        ("history", "import", "Größe"),
        ("status", "--account", "Größe"),
    ],
    ids=" ".join,
)
def test_all_output_is_ascii_in_the_c_locale_and_where_asked_for(program: Program, arguments: tuple[str, ...]) -> None:
    program.write_config(ACCOUNT.format("Zürich"))
    store(program, "Zürich", reading())
    for options, environ in (((), {"LC_ALL": "C"}), (("--ascii",), {})):
        done = program.run(*options, *arguments, environ=environ)
        assert done.out + done.err != ""
        assert (done.out + done.err).isascii()


def test_signs_are_drawn_cell_for_cell(program: Program) -> None:
    program.write_config(ACCOUNT.format("中文"))
    store(program, "中文", reading())
    done = program.run("statusline", environ={"LC_ALL": "C"})
    assert done.out == "???? . ok . 62/100 . 47.1 % used . budget within\n"


def test_what_programs_read_is_utf_8_in_any_locale(program: Program) -> None:
    program.write_config(ACCOUNT.format("Zürich"))
    store(program, "Zürich", reading())
    for arguments in (("history", "export"), ("history", "export", "--format", "json"), ("config", "show")):
        assert "Zürich" in program.run(*arguments, environ={"LC_ALL": "C"}).out
    place = program.home / "Zürich" / "config.toml"
    for words in (("config", "path"), ("paths",)):
        assert str(place) in program.run(*words, "--ascii", "--config", str(place), environ={"LC_ALL": "C"}).out
