"""Processes of the program that share accounts: what they cost the service, and who goes on when one is gone."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.services.hostile_server import HostileServer
from tests.services.stored import rows

PATIENCE_SECONDS = 60.0
KEY = "5ecret0key0of0thirty2two0letters"


class Program:
    """A running `usage-tui`, and the lines that it printed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.complaints: list[str] = []
        self._threads = [
            threading.Thread(target=lines.extend, args=(stream,), daemon=True)
            for lines, stream in ((self.lines, process.stdout), (self.complaints, process.stderr))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def samples(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in list(self.lines)]

    def end(self, number: signal.Signals) -> int:
        """Send a signal, and give the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_SECONDS)
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
        return code


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "USAGE_TUI_CONFIG": str(tmp_path / "config.toml"),
        "USAGE_TUI_STATE_DIR": str(tmp_path / "state"),
        "PRODUCTION_KEY": KEY,
    }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HostileServer]:
    with HostileServer() as server:
        (tmp_path / "config.toml").write_text(
            f'[[accounts]]\nname = "production"\napi_key_env = "PRODUCTION_KEY"\nbase_url = "{server.base_url}"\n'
        )
        yield server


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[Program]:
    process = subprocess.Popen(
        [sys.executable, "-m", "usage_tui", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    program = Program(process)
    try:
        yield program
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to be in time"
        time.sleep(0.02)


def test_three_processes_cost_what_one_does(server: HostileServer, environment: dict[str, str]) -> None:
    with ExitStack() as stack:
        programs = [stack.enter_context(running(environment, "watch", "--json")) for _ in range(3)]
        wait_until(lambda: all(len(program.lines) >= 4 for program in programs))
        newest = max(len(program.lines) for program in programs)
        assert len(server.requests) <= newest + 2
        assert all(sample["stored"] for program in programs for sample in program.samples)
        stored = len(rows(Path(environment["USAGE_TUI_STATE_DIR"]) / "history.sqlite3", "SELECT at FROM samples"))
        assert stored >= newest - 1
        for program in programs:
            assert program.end(signal.SIGTERM) == 143
            assert program.complaints == []


def test_a_follower_takes_over_from_a_collector_that_is_killed(
    server: HostileServer, environment: dict[str, str]
) -> None:
    with running(environment, "collect", "--account", "production") as collector:
        wait_until(lambda: server.requests)
        with running(environment, "watch", "--json") as follower:
            wait_until(lambda: len(follower.lines) >= 2)
            assert collector.end(signal.SIGKILL) == -9
            seen = len(follower.lines)
            wait_until(lambda: len(follower.lines) > seen + 1)


def test_a_collector_that_is_stopped_is_named_and_goes_on_later(
    server: HostileServer, environment: dict[str, str]
) -> None:
    with running(environment, "collect", "--account", "production") as collector:
        wait_until(lambda: server.requests)
        with running(environment, "watch", "--json") as follower:
            wait_until(lambda: len(follower.lines) >= 2)
            collector.process.send_signal(signal.SIGSTOP)
            wait_until(lambda: follower.complaints)
            assert f"collector stopped, pid {collector.process.pid}" in follower.complaints[0]
            seen = len(follower.lines)
            collector.process.send_signal(signal.SIGCONT)
            wait_until(lambda: len(follower.lines) > seen)
        assert collector.end(signal.SIGTERM) == 0


def test_a_collector_stopped_from_the_terminal_leaves_the_account_to_others(
    server: HostileServer, environment: dict[str, str]
) -> None:
    with running(environment, "collect", "--account", "production") as collector:
        wait_until(lambda: server.requests)
        with running(environment, "watch", "--json") as follower:
            wait_until(lambda: len(follower.lines) >= 2)
            collector.process.send_signal(signal.SIGTSTP)
            seen = len(follower.lines)
            wait_until(lambda: len(follower.lines) > seen + 1)
            assert not follower.complaints
            collector.process.send_signal(signal.SIGCONT)


def test_status_takes_what_a_collector_saw_a_moment_ago(server: HostileServer, environment: dict[str, str]) -> None:
    with running(environment, "collect") as collector:
        wait_until(lambda: rows_of(environment))
        seen = len(server.requests)
        for _ in range(2):
            with running(environment, "status", "--json") as status:
                assert status.process.wait(PATIENCE_SECONDS) == 0
        assert len(server.requests) == seen
        assert collector.end(signal.SIGTERM) == 0


def test_status_stores_what_it_asked_for(server: HostileServer, environment: dict[str, str]) -> None:
    with running(environment, "status") as status:
        assert status.process.wait(PATIENCE_SECONDS) == 0
    assert len(server.requests) == len(rows_of(environment)) == 1


def test_a_folder_that_takes_no_file_is_said_and_watch_goes_on(
    server: HostileServer, environment: dict[str, str]
) -> None:
    Path(environment["USAGE_TUI_STATE_DIR"]).write_text("no folder")
    with running(environment, "watch", "--json") as program:
        wait_until(lambda: len(program.lines) >= 2)
        assert [sample["stored"] for sample in program.samples[:2]] == [False, False]
        wait_until(lambda: program.complaints)
        assert "Going on live" in program.complaints[0]
    assert len(server.requests) >= 2


def test_the_demo_touches_no_file(environment: dict[str, str]) -> None:
    with running(environment, "status", "--demo") as status:
        assert status.process.wait(PATIENCE_SECONDS) == 0
    assert not Path(environment["USAGE_TUI_STATE_DIR"]).exists()


def rows_of(environment: dict[str, str]) -> list[tuple[Any, ...]]:
    with suppress(sqlite3.OperationalError):  # the file is not there yet, or just being made
        return rows(Path(environment["USAGE_TUI_STATE_DIR"]) / "history.sqlite3", "SELECT at FROM samples")
    return []
