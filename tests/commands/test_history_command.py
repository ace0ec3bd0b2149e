"""`history`: what is stored taken out, brought in, and pruned."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.commands.program import COMMAND, FixedService, Program, ProgramHere
from tests.services.stored import a_reading, rows
from usage_tui.core.rollup import DAY_MS, MINUTE_MS, epoch_ms
from usage_tui.services.clock import SystemClock
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_rows import put_readings
from usage_tui.services.history_writing import account_id
from usage_tui.services.paths import StateFolder

CONFIG = """
[[accounts]]
name = "production"
api_key_env = "NO_SUCH_KEY"
[[accounts]]
name = "staging"
api_key_env = "NO_SUCH_KEY"
[history]
raw_days = 5
"""
NOW_MS = epoch_ms(SystemClock().now()) // MINUTE_MS * MINUTE_MS


def fill(program: Program, *names: str, days_ago: int = 0, count: int = 120) -> None:
    """Store readings of accounts, a second apart."""
    folder = StateFolder(program.state)
    file = HistoryFile(folder, SystemClock(), print)
    begin_ms = NOW_MS - days_ago * DAY_MS - count * 1000
    with file.writing() as connection:
        for name in names:
            readings = (a_reading(begin_ms + second * 1000, used=1000 + second) for second in range(count))
            put_readings(connection, "samples", account_id(connection, f"of {name}", name), readings)
    file.close()


def test_samples_are_written_as_csv_and_as_json(here: ProgramHere) -> None:
    fill(here, "production", "staging")
    done = here.run("history", "export")
    assert (done.code, done.err) == (0, "")
    table = list(csv.DictReader(io.StringIO(done.out)))
    assert len(table) == 240
    assert table[0] == {
        "time": table[0]["time"],
        "account": "production",
        "concurrency": "62",
        "concurrency_limit": "100",
        "burst": "0",
        "used": "1000",
        "limit": "3000000",
        "remaining": "2999000",
        "failed": "9041",
        "cycle_started_at": "2026-11-03T10:00:00Z",
    }
    assert table[0]["time"].endswith(".000Z")
    objects = json.loads(here.run("history", "export", "--format", "json").out)
    assert [{name: str(cell) for name, cell in each.items()} for each in objects] == table
    assert json.loads(here.run("history", "export", "--format", "json", "--until", "2020-01-01").out) == []


def test_steps_and_spans_of_time_are_written(here: ProgramHere) -> None:
    fill(here, "production")
    whole = here.run("history", "export", "--step", "1m").out.splitlines()
    assert whole[0] == (
        "time,account,concurrency_min,concurrency_mean,concurrency_max,concurrency_limit,used,spend,limit,failed,"
        "seconds_covered"
    )
    assert [line.split(",", 1)[1] for line in whole[1:3]] == [
        "production,62,62.0,62,100,1059,59,3000000,9041,60",
        "production,62,62.0,62,100,1119,60,3000000,9041,60",
    ]
    assert len(here.run("history", "export", "--since", "1m", "--account", "PRODUCTION").out.splitlines()) <= 61
    assert here.run("history", "export", "--since", "2 weeks").code == 2


def test_an_account_that_the_config_names_no_more_is_exported_and_one_that_never_was_is_none(here: ProgramHere) -> None:
    here.write_config(CONFIG)
    fill(here, "bygone")
    assert len(here.run("history", "export", "--account", "bygone").out.splitlines()) == 121
    assert here.run("history", "export", "--account", "staging").code == 0
    done = here.run("history", "export", "--account", "bigone")
    assert (done.code, done.out) == (2, "")
    assert "the nearest is bygone" in done.err


def test_of_two_accounts_with_one_key_each_is_exported(here: ProgramHere) -> None:
    with FixedService(200, b'{"requestCount": 401}') as service:
        table = f'base_url = "{service.base_url}"\napi_key = "k"\n'
        here.write_config("".join(f'[[accounts]]\nname = "{name}"\n{table}' for name in ("one", "two")))
        assert here.run("status").code == 0
    for options, name in (((), "one"), (("--account", "one"), "one"), (("--account", "two"), "two")):
        table_of = csv.DictReader(io.StringIO(here.run("history", "export", *options).out))
        assert {row["account"] for row in table_of} == {name}


def test_without_a_history_there_are_the_columns_alone_and_no_file_is_made(here: ProgramHere) -> None:
    done = here.run("history", "export")
    assert (done.code, done.err) == (0, "Nothing is stored yet.\n")
    assert len(done.out.splitlines()) == 1
    assert not here.state.exists()
    assert here.run("history", "prune").out == "Nothing is stored yet.\n"


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_what_was_exported_is_brought_in_elsewhere(here: ProgramHere, tmp_path: Path, suffix: str) -> None:
    fill(here, "production", "staging")
    written = here.run("history", "export", "--format", suffix).out
    other = ProgramHere(tmp_path / "other")
    other.home.mkdir()
    other.write_config(CONFIG)
    (other.home / "f").write_text(written)
    done = other.run("history", "import", "f")
    assert (done.code, done.out.split(";")[0]) == (0, "Imported 240 samples")
    assert other.run("history", "export", "--format", suffix).out == written
    assert other.run("history", "import", "f").out == "All of it was there already.\n"
    done = other.run("history", "import", "f", "--account", "nobody")
    assert (done.code, "none is nobody" in done.err) == (2, True)


def test_a_name_that_is_a_formula_goes_out_defused_and_comes_back(here: ProgramHere) -> None:
    name = "=HYPERLINK(\"http://x\",'[/foo]')"
    fill(here, name)
    written = here.run("history", "export", "--step", "1m").out
    assert ',"\'=HYPERLINK(""http' in written
    (here.home / "f.csv").write_text(written)
    assert here.run("history", "import", "f.csv").out == "All of it was there already.\n"


def test_rows_without_a_name_need_one_unless_there_is_one_account(here: ProgramHere) -> None:
    (here.home / "f.csv").write_text("time,spend\n2026-01-01,5\n2026-01-02,7\n")
    here.write_config(CONFIG)
    done = here.run("history", "import", "f.csv")
    assert (done.code, "say it with --account NAME" in done.err) == (2, True)
    assert here.run("history", "import", "f.csv", "--account", "staging").code == 0
    assert rows(StateFolder(here.state), "SELECT sum(spend), count(*) FROM hours") == [(12, 48)]


def test_a_broken_file_changes_nothing(here: ProgramHere) -> None:
    here.write_config(CONFIG)
    fill(here, "production")
    (here.home / "f.csv").write_text("time,account,spend\n2026-01-01,production,5\n2026-01-02,production,\x1b[2J\n")
    before = rows(StateFolder(here.state), "SELECT * FROM samples")
    done = here.run("history", "import", "f.csv")
    assert (done.code, done.out) == (2, "")
    assert done.err == r"f.csv, line 3: spend is \x1b[2J, which is no number; nothing was imported." + "\n"
    assert rows(StateFolder(here.state), "SELECT * FROM samples") == before
    assert rows(StateFolder(here.state), "SELECT * FROM hours") == []


def test_pruning_forgets_by_the_config_and_keeps_the_hours(here: ProgramHere) -> None:
    here.write_config(CONFIG)
    fill(here, "production", "bygone", days_ago=6)
    done = here.run("history", "prune")
    assert (done.code, done.out) == (0, "Forgot 238 samples and 0 minutes.\n")
    fill(here, "production", "bygone", days_ago=5, count=7200)
    here.write_config(CONFIG + "minute_days = 5\n")
    assert here.run("history", "prune").code == 0
    (kept, first), (hours, spent) = (
        rows(StateFolder(here.state), f"SELECT {asked}")[0]
        for asked in ("count(*), min(at) FROM minutes", "count(*), sum(spend) FROM hours")
    )
    assert 0 < kept <= 2 * 65
    assert first >= NOW_MS - 5 * DAY_MS - 61 * MINUTE_MS
    assert hours >= 4
    assert spent > 0


def test_pruning_may_be_of_one_account_and_an_unknown_one_ends_with_2(here: ProgramHere) -> None:
    here.write_config(CONFIG)
    fill(here, "production", "bygone", days_ago=6)
    done = here.run("history", "prune", "--account", "bygon")
    assert (done.code, done.out) == (2, "")
    assert "There is no account bygon; the nearest is bygone." in done.err
    assert here.run("history", "prune", "--account", "Bygone").out == "Forgot 119 samples and 0 minutes.\n"
    assert here.run("history", "prune").out == "Forgot 119 samples and 0 minutes.\n"


def test_a_folder_that_takes_no_file_is_said(here: ProgramHere) -> None:
    here.state.parent.mkdir(parents=True)
    here.state.write_text("a file")
    here.write_config(CONFIG)
    (here.home / "f.csv").write_text("time,spend\n2026-01-01,5\n")
    done = here.run("history", "import", "f.csv", "--account", "staging")
    assert (done.code, done.out) == (69, "")
    assert "The history is not written" in done.err


def test_progress_is_shown_on_a_terminal_alone(program: Program) -> None:
    fill(program, "production")
    shown = program.run_at_terminal("history", "prune")
    assert "Pruning" in shown.out
    assert program.run("history", "prune").err == ""
    assert "Exporting" not in program.run_at_terminal("history", "export").out
    terminal, stderr = pty.openpty()
    environment = program.whole_environment({"TERM": "xterm"})
    done = subprocess.run(
        [*COMMAND, "history", "export"], stdout=subprocess.PIPE, stderr=stderr, env=environment, check=True
    )
    os.close(stderr)
    assert b"Exporting" in os.read(terminal, 4096)
    os.close(terminal)
    assert len(done.stdout.splitlines()) == 121


def test_a_reader_that_goes_away_ends_the_export_silently(program: Program) -> None:
    fill(program, "production", count=20_000)
    process = program.start("history", "export")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(30) == 141
    assert process.stderr.read() == ""
    process.stderr.close()


def schema_number(folder: StateFolder) -> int:
    """Have SQLite take back what a kill left half done, which it cannot where it may only read; give the schema."""
    with closing(sqlite3.connect(folder.history)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_an_import_that_is_killed_changed_nothing_or_is_whole(program: Program) -> None:
    fill(program, "production", count=6_000)
    (program.home / "f.csv").write_text(program.run("history", "export").out)
    program.write_config(CONFIG)
    folder = StateFolder(program.home / "other")
    environ = {"USAGE_TUI_STATE_DIR": str(folder.path)}
    begun = time.monotonic()
    assert program.run("history", "import", "f.csv", environ=environ).code == 0
    whole_seconds = time.monotonic() - begun
    shutil.rmtree(folder.path)
    for part in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95):
        process = program.start("history", "import", "f.csv", environ=environ)
        with suppress(subprocess.TimeoutExpired):
            process.wait(part * whole_seconds)  # whichever moment comes of it is the right one
        process.kill()
        process.communicate()
        if folder.history.exists() and schema_number(folder):
            assert rows(folder, "SELECT count(*) FROM samples")[0][0] in (0, 6_000)
    assert program.run("history", "import", "f.csv", environ=environ).code == 0
    assert rows(folder, "SELECT count(*), max(used) FROM samples") == [(6_000, 6_999)]
