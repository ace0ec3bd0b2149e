"""`watch`: a line for each new sample, until interrupted; a changed config is taken up."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from datetime import timedelta
from typing import IO, Any

import pytest
from msgspec.structs import replace

from tests.commands.program import Program, end
from tests.commands.test_status import account_table
from tests.makers import NOW, a_last_poll, a_sample, a_snapshot, a_view, a_waiting_view, utc
from usage_tui.commands.printing import Printer
from usage_tui.commands.watch import SampleLog
from usage_tui.core.account import AccountState
from usage_tui.core.view import Duty, Standing
from usage_tui.demo.server import SimulatedService


def stream(of: IO[str] | None) -> IO[str]:
    assert of is not None
    return of


def next_sample(process: subprocess.Popen[str]) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(stream(process.stdout).readline())
    return sample


@pytest.fixture
def fast(program: Program, service: SimulatedService) -> Program:
    """Give the program with two accounts, polled five times a second."""
    tables = [account_table(account.name, service.base_url, account.key.reveal()) for account in service.accounts[:2]]
    program.write_config("\n".join(["[poll]\ninterval_seconds = 0.2\nbackground_seconds = 0.2\n", *tables]))
    return program


def test_each_line_of_json_is_a_sample(fast: Program) -> None:
    process = fast.start("watch", "--json")
    samples = [next_sample(process) for _ in range(4)]
    assert end(process, signal.SIGTERM).code == 143
    assert {sample["schema"] for sample in samples} == {"usage-tui/sample/1"}
    assert {sample["name"] for sample in samples} == {"production", "staging"}
    assert {sample["stored"] for sample in samples} == {True}
    assert {sample["state"] for sample in samples} == {"ok"}


def test_one_account_is_polled_at_the_interval_of_the_screen(program: Program, service: SimulatedService) -> None:
    account = service.accounts[0]
    table = account_table("one", service.base_url, account.key.reveal())
    program.write_config(f"[poll]\ninterval_seconds = 0.2\nbackground_seconds = 1000\n{table}")
    process = program.start("watch", "--json")
    assert [next_sample(process)["name"] for _ in range(3)] == ["one"] * 3
    assert end(process, signal.SIGINT).code == 130


def test_lines_are_for_people_without_json(fast: Program) -> None:
    process = fast.start("watch", "--account", "staging")
    line = stream(process.stdout).readline()
    end(process, signal.SIGTERM)
    assert "  staging  ● live simulated  " in line
    assert " credits  " in line


def test_changed_config_is_taken_up_and_a_broken_one_is_told(fast: Program) -> None:
    process = fast.start("watch", "--json")
    next_sample(process)
    text = fast.config.read_text()
    fast.write_config("[poll\n")
    assert stream(process.stderr).readline() == (
        f"{fast.config}:1: is no TOML: Expected ']' at the end of a table declaration.\n"
    )
    assert stream(process.stderr).readline() == "The last good config stays in force.\n"
    assert next_sample(process)["schema"] == "usage-tui/sample/1"
    fast.write_config(text.replace('"staging"', '"renamed"'))
    deadline = time.monotonic() + 20
    while next_sample(process)["name"] != "renamed":
        assert time.monotonic() < deadline
    end(process, signal.SIGTERM)


def test_account_that_is_gone_from_the_config_leaves_the_last_one_in_force(fast: Program) -> None:
    process = fast.start("watch", "--json", "--account", "staging")
    next_sample(process)
    fast.write_config(fast.config.read_text().replace('"staging"', '"renamed"'))
    assert stream(process.stderr).readline() == "There is no account staging; there are production, renamed.\n"
    assert stream(process.stderr).readline() == "The last good config stays in force.\n"
    assert next_sample(process)["name"] == "staging"
    end(process, signal.SIGTERM)


def test_config_that_is_empty_for_a_moment_leaves_the_last_one_in_force(fast: Program) -> None:
    process = fast.start("watch", "--json", "--account", "staging")
    next_sample(process)
    fast.write_config("")
    assert stream(process.stderr).readline() == "The config has no account any more.\n"
    assert stream(process.stderr).readline() == "The last good config stays in force.\n"
    assert next_sample(process)["name"] == "staging"
    assert end(process, signal.SIGTERM).code == 143


def sample_log() -> SampleLog:
    return SampleLog(Printer(), None, is_json=False, since=utc(2026))


def test_each_sample_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    log = sample_log()
    first = a_view(a_snapshot(concurrency=1))
    for view in (first, first, a_view(a_snapshot(concurrency=1), name="other")):
        log.take(view, NOW)
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["production", "other"]


def test_same_numbers_at_another_time_are_another_sample(capsys: pytest.CaptureFixture[str]) -> None:
    log = sample_log()
    for second in (1, 2, 3):
        log.take(a_view(at=a_sample(at=NOW.replace(second=second)).at), NOW)
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_what_goes_wrong_is_said_once_until_it_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    log = sample_log()
    failed = a_last_poll(AccountState.UNREACHABLE, error="It did not answer.")
    broken = a_waiting_view(last_poll=failed)
    for view in (a_waiting_view(), broken, broken, a_view(), broken, a_waiting_view(key_error="No key.")):
        log.take(view, NOW)
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        "production: It did not answer.",
        "production: It did not answer.",
        "production: No key.",
    ]
    assert len(captured.out.splitlines()) == 1


def test_a_sample_from_before_the_start_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    log = SampleLog(Printer(), None, is_json=False, since=NOW)
    log.take(a_view(at=NOW - timedelta(seconds=1)), NOW)
    assert capsys.readouterr().out == ""
    log.take(a_view(at=NOW), NOW)
    assert capsys.readouterr().out


def test_what_is_wrong_with_the_history_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    log = sample_log()
    view = replace(a_view(), standing=Standing(Duty.COLLECTING, "The history is not written: the disk is full."))
    log.take(view, NOW)
    log.take(view, NOW)
    assert capsys.readouterr().err == "production: The history is not written: the disk is full.\n"
