"""`status`: one look at each account, as a table or as JSON, and an exit code that says how it went."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.commands.program import FixedService, Program
from tests.services.stored import rows
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.spans import cells
from usage_tui.demo.server import SimulatedService
from usage_tui.services.clock import SystemClock
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_rows import put_spans
from usage_tui.services.paths import StateFolder


def account_table(name: str, base_url: str, key: str) -> str:
    return f'[[accounts]]\nname = "{name}"\nbase_url = "{base_url}"\napi_key = "{key}"\n'


@pytest.fixture
def fleet(program: Program, service: SimulatedService) -> Program:
    """Give the program with the three accounts of the simulated service in its config."""
    tables = [account_table(account.name, service.base_url, account.key.reveal()) for account in service.accounts]
    program.write_config("\n".join(tables))
    return program


def accounts_in(out: str) -> list[dict[str, Any]]:
    report = json.loads(out)
    assert report["schema"] == "usage-tui/status/1"
    accounts: list[dict[str, Any]] = report["accounts"]
    return accounts


def test_json_tells_all_of_each_account(fleet: Program) -> None:
    done = fleet.run("status", "--json")
    assert (done.code, done.err) == (0, "")
    accounts = accounts_in(done.out)
    assert [account["name"] for account in accounts] == ["production", "staging", "client-acme"]
    production = accounts[0]
    assert production["state"] == "ok"
    assert production["simulated"] is True
    assert set(production["forecast"].values()) <= {None, "budget", "limit"}
    assert production["credits"]["limit"] == 3_000_000
    assert production["credits"]["remaining"] == 3_000_000 - production["credits"]["used"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", production["sampled_at"])
    assert production["budget"]["credits"] == 3_000_000


def test_forecast_comes_from_stored_hours_and_is_itself_stored(program: Program) -> None:
    now = datetime.now(UTC)
    start = (now - timedelta(days=20)).replace(minute=0, second=0, microsecond=0)
    body = {"requestCount": 480_000, "requestLimit": 3_000_000, "subscriptionDate": f"{start:%Y-%m-%dT%H:%M:%SZ}"}
    with FixedService(200, json.dumps(body).encode()) as service:
        program.write_config(
            account_table("one", service.base_url, "k") + "[accounts.budget]\ncredits = 600_000\ndaily_credits = 9\n"
        )
        unknown = accounts_in(program.run("status", "--json").out)[0]["forecast"]
        assert set(unknown.values()) == {None, "budget"}
        store_hours(program, now, days=40)
        forecast = accounts_in(program.run("status", "--json").out)[0]["forecast"]
    assert forecast["ceiling"] == "budget"
    assert 480_000 < forecast["total_p10"] <= forecast["total_p50"] <= forecast["total_p90"]
    assert forecast["run_out_probability"] == 0.99
    assert now < datetime.fromisoformat(forecast["run_out_p10"]) <= datetime.fromisoformat(forecast["run_out_p50"])
    assert rows(StateFolder(program.state), "SELECT used, ceiling, actual FROM forecasts") == [(480_000, 600_000, None)]


def store_hours(program: Program, now: datetime, *, days: int) -> None:
    """Store the only account's last days, 1,000 credits each hour."""
    end_ms = epoch_ms(now) // HOUR_MS * HOUR_MS
    starts = range(end_ms - days * 24 * HOUR_MS, end_ms, HOUR_MS)
    file = HistoryFile(StateFolder(program.state), SystemClock(), print)
    with file.writing() as connection:
        hours = [TimeSpan(start, Snapshot(used=1), spend=1_000, covered_ms=HOUR_MS) for start in starts]
        put_spans(connection, "hours", 1, hours)
        connection.execute("UPDATE accounts SET minutes_until = ?1, hours_until = ?1", (end_ms,))
    file.close()


def test_table_fits_80_columns_without_a_terminal_and_has_no_colour(fleet: Program) -> None:
    done = fleet.run("status", environ={"COLUMNS": "200", "FORCE_COLOR": "1"})
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["ACCOUNT", "production", "staging", "client-acme"]
    assert all(cells(line) <= 80 for line in lines)
    assert "\x1b" not in done.out
    assert all("simulated" in line for line in lines[1:])


def test_table_fits_the_terminal_and_is_coloured_there_unless_told_not_to(fleet: Program) -> None:
    shown = fleet.run_at_terminal("status", environ={"COLUMNS": "40"}).out
    assert "\x1b[32m● live\x1b[0m" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert all(cells(line) <= 40 for line in plain.splitlines())
    for environ in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in fleet.run_at_terminal("status", environ=environ).out


def test_ascii_is_drawn_where_asked_for_and_where_nothing_else_is_known(fleet: Program) -> None:
    for done in (fleet.run("status", "--ascii"), fleet.run("status", environ={"PYTHONIOENCODING": "ascii"})):
        assert done.out.isascii()
        assert "* live simulated" in done.out


def test_history_that_takes_nothing_is_said_once_and_the_answer_comes(fleet: Program) -> None:
    fleet.state.parent.mkdir(parents=True, exist_ok=True)
    fleet.state.write_text("no folder")
    job = ("estimate", "https://example.com", "--account", "staging")
    for arguments in (("status",), ("status", "--json"), ("guard", "--max-used", "1"), job):
        done = fleet.run(*arguments)
        assert "staging" in done.out
        assert done.err.count("The history is not written") == 1


def test_one_account_is_looked_at_whatever_the_case_of_its_name(fleet: Program) -> None:
    for place in (("--account", "STAGING", "status"), ("status", "--account", "STAGING")):
        done = fleet.run(*place, "--json")
        assert [account["name"] for account in accounts_in(done.out)] == ["staging"]


def test_unknown_account_ends_with_2_and_the_nearest_names(fleet: Program) -> None:
    done = fleet.run("status", "--account", "prodction")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Error: There is no account prodction; the nearest is production.\n")
    done = fleet.run("status", "--account", "\x1b[31m[/foo]")
    assert done.err.startswith(
        "Error: There is no account \\x1b[31m[/foo]; there are production, staging, client-acme.\n"
    )


def test_without_any_account_it_ends_with_78_and_the_two_ways_on(program: Program) -> None:
    for arguments in ((), ("status",), ("watch",), ("account", "list"), ("account", "test")):
        done = program.run(*arguments)
        assert (done.code, done.out) == (78, "")
        assert "`usage-tui account add NAME`" in done.err
        assert "`usage-tui --demo`" in done.err


def test_zero_config_needs_a_key_in_the_environment_only(program: Program) -> None:
    done = program.run("account", "list", environ={"SCRAPERAPI_KEY": "k"})
    assert (done.code, done.out) == (0, "default  environment variable SCRAPERAPI_KEY\n")


def test_broken_config_ends_with_78_and_every_fault(program: Program) -> None:
    path = program.write_config('graph = "x"\n[poll]\ninterval_seconds = 0\n')
    done = program.run("status")
    assert (done.code, done.out) == (78, "")
    assert [line.split(": ")[0] for line in done.err.splitlines()] == [f"{path}:1", f"{path}:3"]


def test_named_config_that_is_missing_ends_with_78(program: Program) -> None:
    for arguments in (("--config", "none.toml"), ("status", "--config", "none.toml")):
        done = program.run(*arguments, environ={"SCRAPERAPI_KEY": "k"})
        assert (done.code, done.out) == (78, "")
        assert done.err.startswith("none.toml: there is no such file; create it with ")


UNAUTHORIZED = (401, b"Unauthorized request, please make sure your API key is valid.")
EXHAUSTED = (200, b'{"concurrentRequests":0,"concurrencyLimit":5,"requestCount":1050,"requestLimit":1000}')
CASES = {
    "exhausted": (EXHAUSTED, 0),
    "invalid": ((200, b"<html>\x1b[31m"), 69),
    "unreachable": ((500, b"oops"), 69),
    "unauthorized": (UNAUTHORIZED, 77),
}


@pytest.mark.parametrize("state", CASES)
def test_state_gives_the_exit_code(state: str, program: Program, key: str) -> None:
    answer, code = CASES[state]
    with FixedService(*answer) as service:
        program.write_config(account_table("one", service.base_url, key))
        done = program.run("status", "--json")
    (account,) = accounts_in(done.out)
    assert (account["state"], done.code) == (state, code)
    assert (account["error"] is None) == (state == "exhausted")
    assert key not in done.out + done.err
    assert "\x1b" not in done.out + done.err


def test_gravest_account_gives_the_exit_code_and_each_says_why(program: Program, service: SimulatedService) -> None:
    good = account_table("good", service.base_url, service.accounts[0].key.reveal())
    dead = account_table("dead", "http://127.0.0.1:1", "k")
    refused = account_table("refused", service.base_url, "wrong")
    keyless = '[[accounts]]\nname = "keyless"\napi_key_env = "NO_SUCH_VARIABLE"\n'
    for tables, code in (([good, dead], 69), ([good, dead, refused], 77), ([good, dead, refused, keyless], 78)):
        program.write_config("\n".join(tables))
        done = program.run("status")
        assert done.code == code
        assert [line.split(":")[0] for line in done.err.splitlines()] == ["dead", "refused", "keyless"][
            : len(tables) - 1
        ]
    assert "environment variable NO_SUCH_VARIABLE is not set" in done.err
    assert re.search(r"^keyless +✗ no key +–", done.out, re.MULTILINE)


def test_name_that_looks_like_markup_is_shown_as_it_is(program: Program, service: SimulatedService) -> None:
    program.write_config(account_table("[/foo] [red]x", service.base_url, service.accounts[0].key.reveal()))
    assert program.run("status").out.splitlines()[1].startswith("[/foo] [red]x  ● live")


def test_key_is_in_no_output_and_no_file_but_the_config(fleet: Program, service: SimulatedService) -> None:
    done = fleet.run("status", "--json")
    files = [path.read_bytes() for path in fleet.state.rglob("*") if path.is_file()]
    for account in service.accounts:
        assert account.key.reveal().encode() not in b"".join([done.out.encode(), done.err.encode(), *files])
