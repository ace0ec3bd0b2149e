"""`guard`: a script's question before a job, answered by an exit code and a line for each limit crossed."""

from __future__ import annotations

import json
import re
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.commands.program import FixedService, Program, ProgramHere, end
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.clock import SystemClock
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_rows import put_spans
from usage_tui.services.paths import StateFolder

COUNTERS = b'{"concurrentRequests":3,"concurrencyLimit":5,"requestCount":401,"requestLimit":1000}'
UNAUTHORIZED = b"Unauthorized request, please make sure your API key is valid."


def account(name: str, base_url: str) -> str:
    return f'[[accounts]]\nname = "{name}"\nbase_url = "{base_url}"\napi_key = "k"\n'


@pytest.mark.parametrize(
    ("options", "code", "out"),
    [
        (("--min-credits", "599"), 0, ""),
        (("--min-credits", "600"), 1, "one: remaining credits 599, below --min-credits 600\n"),
        (("--max-used", "40.1"), 0, ""),
        (("--max-used", "40.09"), 1, "one: credits used 40.1 %, above --max-used 40.09 %\n"),
        (("--max-concurrency", "60"), 0, ""),
        (("--max-concurrency", "59.99"), 1, "one: concurrency 60 %, above --max-concurrency 59.99 %\n"),
        (("--max-failure-rate", "50"), 69, ""),
        (("--max-failure-rate", "50", "--fail-open"), 0, ""),
        (("--max-run-out-probability", "1", "--min-credits", "600", "--fail-open"), 1, "one: remaining"),
        (("--max-run-out-probability", "1", "--min-credits", "600"), 69, "one: remaining"),
    ],
)
def test_each_limit_is_crossed_strictly_beyond_it(
    here: ProgramHere, options: tuple[str, ...], code: int, out: str
) -> None:
    with FixedService(200, COUNTERS) as service:
        here.write_config(account("one", service.base_url))
        done = here.run("guard", *options)
    assert done.code == code
    assert done.out.startswith(out)
    assert bool(done.out) == bool(out)
    assert bool(done.err) == ("--max-failure-rate" in options or "--max-run-out-probability" in options)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--fail-open",),
        ("--min-credits", "-1"),
        ("--min-credits", "1.5"),
        ("--max-used", "100.01"),
        ("--max-used", "-1"),
        ("--max-used", "nan"),
        ("--max-used", "1/2"),
        ("--max-concurrency", "1e2"),
        ("--max-concurrency", "٣"),
        ("--max-failure-rate", ""),
        ("--max-run-out-probability", "1.01"),
        ("--max-used", "9" * 5000),
    ],
)
def test_no_limit_or_one_out_of_range_ends_with_2(here: ProgramHere, options: tuple[str, ...]) -> None:
    done = here.run("guard", *options)
    assert (done.code, done.out) == (2, "")


def test_all_accounts_are_held_unless_one_is_named_and_the_gravest_counts(program: Program) -> None:
    with FixedService(200, COUNTERS) as good, FixedService(401, UNAUTHORIZED) as refusing:
        tables = [account("good", good.base_url), account("dead", "http://127.0.0.1:1")]
        program.write_config("\n".join(tables))
        done = program.run("guard", "--min-credits", "1000")
        assert (done.code, done.out) == (69, "good: remaining credits 599, below --min-credits 1,000\n")
        assert done.err.startswith("dead: --min-credits needs the remaining credits, and that is not known.\ndead: ")
        assert program.run("guard", "--min-credits", "1000", "--fail-open").code == 1
        assert program.run("guard", "--min-credits", "1", "--account", "good").code == 0
        program.write_config("\n".join([*tables, account("refused", refusing.base_url)]))
        assert program.run("guard", "--min-credits", "1", "--fail-open").code == 77
        keyless = '[[accounts]]\nname = "keyless"\napi_key_env = "NO_SUCH_VARIABLE"\n'
        program.write_config("\n".join([*tables, account("refused", refusing.base_url), keyless]))
        assert program.run("guard", "--min-credits", "1").code == 78


def test_running_collectors_sample_is_taken_while_it_is_fresh(program: Program) -> None:
    with FixedService(200, COUNTERS) as service:
        program.write_config(account("one", service.base_url))
        collector = program.start("collect")
        try:
            deadline = time.monotonic() + 30
            while program.run("statusline").code != 0:
                assert time.monotonic() < deadline
            asked = len(service.paths)
            assert program.run("guard", "--min-credits", "599").code == 0
            assert program.run("guard", "--min-credits", "600").code == 1
            assert len(service.paths) == asked
        finally:
            end(collector, signal.SIGTERM)


def test_chance_of_running_out_comes_from_the_stored_hours(program: Program) -> None:
    began = datetime.now(UTC) - timedelta(days=20)
    counters = {"concurrentRequests": 1, "concurrencyLimit": 5, "requestCount": 480_000, "requestLimit": 500_000}
    body = json.dumps({**counters, "subscriptionDate": began.isoformat()}).encode()
    with FixedService(200, body) as service:
        program.write_config(account("one", service.base_url))
        assert program.run("guard", "--max-run-out-probability", "0.5").code == 69
        _store_hours(program, 40 * 24, 1000)
        done = program.run("guard", "--max-run-out-probability", "0.5")
        assert done.code == 1
        assert re.fullmatch(r"one: run-out probability 0\.9\d*, above --max-run-out-probability 0\.5\n", done.out)
        assert program.run("guard", "--max-run-out-probability", "1").code == 0
        shown = program.run("statusline", "--format", "{run_out_probability} {run_out}").out
        assert re.fullmatch(r"9\d % [A-Z][a-z]{2} \d+ [A-Z][a-z]{2} \d\d:\d\d\n", shown)
        estimate = program.run("estimate", "https://example.com", "--count", "9000")
        assert "fits, but then the limit's run-out moves to about " in estimate.out


def _store_hours(program: Program, count: int, spend: int) -> None:
    """Put so many hours of even spend down, up to the running one."""
    file = HistoryFile(StateFolder(program.state), SystemClock(), print)
    now_ms = epoch_ms(datetime.now(UTC)) // HOUR_MS * HOUR_MS
    hours = [
        TimeSpan(
            now_ms - number * HOUR_MS, Snapshot(used=480_000 - number, limit=500_000), spend=spend, covered_ms=HOUR_MS
        )
        for number in range(count, 0, -1)
    ]
    with file.writing() as connection:
        put_spans(connection, "hours", 1, hours)
        connection.execute("UPDATE accounts SET minutes_until = ?1, hours_until = ?1", (now_ms,))
    file.close()
