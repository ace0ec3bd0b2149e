"""`statusline`: one line from the database alone, whatever state that is in."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.commands.program import FixedService, Program, ProgramHere
from tests.makers import a_snapshot
from usage_tui.commands.statusline import statusline
from usage_tui.commands.statusline_answer import Asked, plainly_asked
from usage_tui.core.account import AccountState
from usage_tui.core.outlook import Prospect
from usage_tui.core.painting import Colours
from usage_tui.core.rollup import Reading, epoch_ms, moment
from usage_tui.core.status_format import FIELDS
from usage_tui.core.view import LastPoll
from usage_tui.services.clock import SystemClock
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_schema import MIGRATIONS
from usage_tui.services.history_writing import account_id, put_poll
from usage_tui.services.paths import StateFolder
from usage_tui.services.prospect_rows import put_prospect

ACCOUNT = '[[accounts]]\nname = "{}"\napi_key_env = "NOWHERE"\nbase_url = "http://127.0.0.1:1"\n'
COUNTERS = b'{"concurrentRequests":3,"concurrencyLimit":5,"requestCount":401,"requestLimit":1000}'


def now_ms() -> int:
    return epoch_ms(datetime.now(UTC))


def store(
    program: Program,
    name: str,
    *readings: Reading,
    fingerprint: str = "",
    state: AccountState = AccountState.OK,
    polled_ms: int = 0,
) -> None:
    """Put readings and a last poll into the history, as a collector would."""
    folder = StateFolder(program.state)
    file = HistoryFile(folder, SystemClock(), print)
    with file.writing() as connection:
        number = account_id(connection, fingerprint or name, name)
        polled = moment(polled_ms or now_ms())
        put_poll(connection, number, LastPoll(polled, state, None, 0.1, polled, 1), None, now_ms())
        for reading in readings:
            put_poll(connection, number, None, reading, now_ms())
    file.close()


def reading(age_seconds: float = 0.0, interval_ms: int = 15_000, **counters: int | None) -> Reading:
    snapshot = a_snapshot(**counters)  # type: ignore[arg-type]
    return Reading(now_ms() - round(1000 * age_seconds), interval_ms, snapshot)


def test_nothing_stored_says_so_and_ends_with_69(program: Program) -> None:
    program.write_config(ACCOUNT.format("production"))
    done = program.run("statusline")
    assert (done.code, done.out, done.err) == (69, "usage-tui: no samples yet\n", "")
    assert not program.state.exists()


def test_line_tells_what_a_poll_stored_without_asking_the_service(program: Program) -> None:
    with FixedService(200, COUNTERS) as service:
        program.write_config(f'[[accounts]]\nname = "one"\nbase_url = "{service.base_url}"\napi_key = "k"\n')
        assert program.run("status").code == 0
        asked = len(service.paths)
        done = program.run("statusline")
        assert (done.code, done.out, done.err) == (0, "one · ok · 3/5 · 40.1 % used · budget within\n", "")
        assert len(service.paths) == asked == 1


def test_of_two_accounts_with_one_key_each_has_its_line(here: ProgramHere) -> None:
    with FixedService(200, COUNTERS) as service:
        table = f'base_url = "{service.base_url}"\napi_key = "k"\n'
        here.write_config("".join(f'[[accounts]]\nname = "{name}"\n{table}' for name in ("one", "two")))
        assert here.run("status").code == 0
    for name in ("one", "two"):
        assert here.run("statusline", "--account", name).out == f"{name} · ok · 3/5 · 40.1 % used · budget within\n"


@pytest.mark.parametrize("options", [("statusline",), ("statusline", "--ascii")], ids=["quick", "through click"])
def test_line_is_drawn_in_ascii_where_the_output_knows_no_more(program: Program, options: tuple[str, ...]) -> None:
    program.write_config(ACCOUNT.format("production"))
    store(program, "production", reading())
    done = program.run(*options, environ={"PYTHONIOENCODING": "ascii"})
    assert done.out == "production . ok . 62/100 . 47.1 % used . budget within\n"


def test_format_is_filled_from_what_is_stored(here: ProgramHere) -> None:
    here.write_config(ACCOUNT.format("production"))
    store(
        here, "production", *(reading(age, used=1080 - age // 5, failed=30 - age // 20) for age in range(400, -1, -20))
    )
    done = here.run("statusline", "--format", "{name}:{used}/{limit} {remaining} {failed_percent} {run_out}")
    assert (done.code, done.out) == (0, "production:1,080/3,000,000 2,998,920 20.0 % –\n")


def test_failed_share_begins_anew_with_the_cycle_and_needs_a_minute(here: ProgramHere) -> None:
    here.write_config(ACCOUNT.format("production"))
    store(here, "production", reading(600, used=900_000, failed=900), reading(30, used=5, failed=0))
    assert here.run("statusline", "--format", "{failed_percent}").out == "–\n"
    here.write_config(ACCOUNT.format("other"))
    half_minutes = ((600, 900_000, 900), (120, 0, 0), (90, 9, 1), (60, 9, 1), (30, 9, 1))
    store(here, "other", *(reading(age, used=used, failed=failed) for age, used, failed in half_minutes))
    assert here.run("statusline", "--format", "{failed_percent}").out == "10.0 %\n"


def test_failures_before_a_gap_are_left_out(here: ProgramHere) -> None:
    here.write_config(ACCOUNT.format("production"))
    before = [reading(age, used=1000, failed=900 - age) for age in (800, 785, 770)]
    after = [reading(age, used=1150 - age, failed=1000) for age in (90, 75, 60, 45, 30, 15)]
    store(here, "production", *before, *after)
    assert here.run("statusline", "--format", "{failed_percent}").out == "0.0 %\n"


def test_the_account_that_needs_a_look_most_is_shown(here: ProgramHere) -> None:
    here.write_config("".join(map(ACCOUNT.format, ("well", "worse", "silent"))))
    store(here, "well", reading(used=1))
    store(here, "worse", reading(used=2_990_000))
    assert here.run("statusline").out.startswith("worse · ok · 62/100 · 99.7 % used · budget near +2")
    assert here.run("statusline", "--format", "{name}").out == "worse\n"
    assert here.run("statusline", "--account", "WELL").out.startswith("well · ok · 62/100 · <0.1 % used")
    assert here.run("statusline", "--account", "silent").out == "usage-tui: no samples yet\n"


def test_run_out_is_that_of_the_ceiling_in_force(here: ProgramHere) -> None:
    here.write_config(ACCOUNT.format("production") + "[accounts.budget]\ncredits = 2_000_000\n")
    store(here, "production", reading())
    ahead = Prospect(2_000_000, is_limit=False, run_out_probability=0.92, run_out_p50=moment(now_ms() + 86_400_000))
    file = HistoryFile(StateFolder(here.state), SystemClock(), print)
    with file.writing() as connection:
        put_prospect(connection, 1, ahead, now_ms() + 2 * 86_400_000, now_ms())
    file.close()
    shown = here.run("statusline", "--format", "{run_out}; {run_out_probability}").out
    assert re.fullmatch(r"[A-Z][a-z]{2} \d+ [A-Z][a-z]{2} \d\d:\d\d; 92 %\n", shown)
    here.write_config(ACCOUNT.format("production") + "[accounts.budget]\ncredits = 1_999_999\n")
    assert here.run("statusline", "--format", "{run_out}; {run_out_probability}").out == "–; –\n"


def test_history_of_the_first_schema_is_read_too(here: ProgramHere) -> None:
    here.write_config(ACCOUNT.format("production"))
    store(here, "production", reading())
    with closing(sqlite3.connect(here.state / "history.sqlite3")) as connection:
        connection.execute("DROP TABLE prospects")
        connection.execute("PRAGMA user_version = 1")
    assert here.run("statusline", "--format", "{used}").out == "1,412,700\n"


def test_stale_sample_shows_its_age_whatever_the_format(here: ProgramHere) -> None:
    here.write_config(ACCOUNT.format("production"))
    store(here, "production", reading(400), polled_ms=now_ms() - 400_000)
    assert here.run("statusline", "--format", "{used_percent}").out == "47.1 % · 6 min old\n"


def test_of_two_accounts_of_one_name_the_one_polled_last_counts(here: ProgramHere) -> None:
    here.write_config(ACCOUNT.format("production"))
    store(here, "production", reading(used=2), fingerprint="new key")
    store(here, "production", reading(used=1), fingerprint="old key", polled_ms=now_ms() - 9_000_000)
    assert here.run("statusline", "--format", "{used}").out == "2\n"


@pytest.mark.parametrize("options", [("statusline",), ("statusline", "--ascii")], ids=["quick", "through click"])
def test_wrong_usage_ends_with_2_and_the_nearest(here: ProgramHere, options: tuple[str, ...]) -> None:
    here.write_config(ACCOUNT.format("production"))
    store(here, "production", reading())
    done = here.run(*options, "--format", "{remainin}")
    assert (done.code, done.out) == (2, "")
    assert "{remainin} is no field; did you mean {remaining}?\n" in done.err
    done = here.run(*options, "--account", "prodction")
    assert done.code == 2
    assert "the nearest is production" in done.err
    assert here.run(*options, "--colour", "red").code == 2


def test_wrong_config_and_no_account_end_with_78(here: ProgramHere) -> None:
    assert here.run("statusline").code == 78
    here.write_config("[[accounts]]\n")
    done = here.run("statusline")
    assert (done.code, done.out) == (78, "")
    assert "accounts[0]" in done.err


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + b"\xff" * 5000, b"no database" * 100, b""])
def test_damaged_history_is_one_sentence_and_is_left_as_it_is(here: ProgramHere, content: bytes) -> None:
    here.write_config(ACCOUNT.format("production"))
    here.state.mkdir(parents=True)
    path = here.state / "history.sqlite3"
    path.write_bytes(content)
    done = here.run("statusline")
    assert done.code == 69
    assert done.err.count("\n") == 1
    assert path.read_bytes() == content


def test_history_of_a_newer_program_is_said(here: ProgramHere) -> None:
    here.write_config(ACCOUNT.format("production"))
    store(here, "production", reading())
    path = here.state / "history.sqlite3"
    content = bytearray(path.read_bytes())
    content[60:64] = (len(MIGRATIONS) + 1).to_bytes(4, "big")
    path.write_bytes(content)
    done = here.run("statusline")
    assert (done.code, done.out) == (69, "")
    assert "update usage-tui" in done.err


def test_it_imports_neither_the_screen_nor_the_network_nor_click(program: Program) -> None:
    program.write_config(ACCOUNT.format("production"))
    code = "import sys; from usage_tui.commands.run import run; run(['statusline']);"
    code += "print(sorted({'textual', 'httpx', 'click', 'asyncio', 'tomlkit', 'logging'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=program.whole_environment(),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == "usage-tui: no samples yet\n[]\n"


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["statusline"], Asked()),
        (["--config=c", "statusline", "--account", "a"], Asked(Path("c"), "a")),
        (["statusline", "--format={name} x", "--colour", "tmux"], Asked(None, None, "{name} x", Colours.TMUX)),
        (["statusline", "--help"], None),
        (["statusline", "--demo"], None),
        (["statusline", "extra"], None),
        (["statusline", "--account"], None),
        (["statusline", "--colour", "red"], None),
        (["account", "add", "statusline"], None),
        (["statusline", "-h"], None),
    ],
)
def test_plain_command_lines_alone_are_read_without_click(arguments: list[str], asked: Asked | None) -> None:
    assert plainly_asked(arguments) == asked


def test_help_names_every_field() -> None:
    words = (statusline.help or "").replace(",", " ").split()
    assert [field for field in FIELDS if field not in words] == []
