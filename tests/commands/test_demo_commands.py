"""`--demo` with every command: answered from simulated accounts, or refused in a sentence; never the user's files."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import psutil
import pytest

from tests.commands.program import LONGEST_SECONDS, Ending, Program, ProgramHere, end
from usage_tui.commands.demo_past import SIMULATED


@pytest.fixture
def untouched(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder for temporary files, empty; the user's own are there to be left as they are."""
    program.write_config("no TOML")
    program.state.mkdir(parents=True)
    (program.state / "history.sqlite3").write_text("no database")
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def files(home: Path) -> dict[Path, bytes]:
    """Give every file under a folder with what is in it."""
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("statusline", 0, " · simulated\n"),
        ("statusline --account staging --format {name}:{limit}", 0, "staging:100,000\n"),
        ("guard --max-used 1 --account production", 1, "production: credits used"),
        ("estimate https://example.com --account staging", 0, "staging: fits"),
        ("report show --limit 1 --account staging", 0, "simulated"),
        ("report show --by date --json", 0, '"usage-tui/report/1"'),
        ("report reconcile --account staging", 0, "staging  simulated\n"),
        ("alerts list", 0, "client-acme: 1"),
        ("account list", 0, "client-acme"),
        ("history export --step 1d --since 2d", 0, "staging"),
    ],
)
def test_command_answers_from_simulated_accounts(
    here: ProgramHere, untouched: Path, arguments: str, code: int, words: str
) -> None:
    before = files(here.home)
    done = here.run(*arguments.split(), "--demo")
    assert (done.code, done.err) == (code, "")
    assert words in done.out
    assert files(here.home) == before
    assert list(untouched.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        "config init",
        "config check",
        "config show",
        "config path",
        "config edit",
        "account add x",
        "account remove x",
        "history import x.csv",
        "history prune",
        "report import x.csv",
        "paths",
    ],
)
def test_what_makes_no_sense_in_the_demo_is_refused_in_a_sentence(
    here: ProgramHere, untouched: Path, arguments: str
) -> None:
    before = files(here.home)
    done = here.run("--demo", *arguments.split())
    assert (done.code, done.out) == (2, "")
    sentence, where, _ = done.err.split("\n")
    assert sentence.endswith("; leave --demo out.")
    assert where.startswith("See `")
    assert files(here.home) == before
    assert list(untouched.iterdir()) == []


def test_collect_of_the_demo_polls_and_keeps_nothing(program: Program, untouched: Path) -> None:
    before = files(program.home)
    process = program.start("--demo", "collect")
    polling = psutil.Process(process.pid)
    deadline = time.monotonic() + LONGEST_SECONDS
    while not any(each.status == psutil.CONN_ESTABLISHED for each in polling.net_connections("tcp")):
        assert time.monotonic() < deadline
    assert end(process, signal.SIGTERM) == Ending(0, "", "")
    assert files(program.home) == before
    assert list(untouched.iterdir()) == []


def test_unknown_account_of_the_demo_ends_with_2_and_the_nearest(here: ProgramHere) -> None:
    for arguments in ("statusline", "report show", "alerts list", "guard --min-credits 1"):
        done = here.run("--demo", *arguments.split(), "--account", "stagng")
        assert (done.code, done.out) == (2, "")
        assert "the nearest is staging" in done.err


def test_who_looks_at_a_terminal_is_told_that_it_is_simulated(program: Program) -> None:
    for arguments in ("guard --max-used 1", "account list"):
        assert SIMULATED in program.run_at_terminal("--demo", *arguments.split()).out


def test_alerts_of_the_demo_are_of_the_account_that_is_named(here: ProgramHere) -> None:
    listed = json.loads(here.run("--demo", "alerts", "list", "--json", "--account", "client-acme").out)["alerts"]
    assert {alert["account"] for alert in listed} == {"client-acme"}
