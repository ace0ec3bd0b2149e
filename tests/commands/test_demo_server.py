"""`demo-server`: what it prints, how it ends, and how it says that it cannot."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from tests.demo.calls import call
from usage_tui.commands.demo_server import demo_server

PROGRAM = [sys.executable, "-c", "from usage_tui.commands.demo_server import demo_server; demo_server()"]
WAIT_SECONDS = 60


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command with its output in pipes, and end it whatever happens."""
    with subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().rstrip("\n") for _ in range(count)]


def test_prints_its_url_then_each_name_and_key_and_serves_them() -> None:
    with running("--accounts", "5", "--seed", "9") as process:
        base_url, *accounts = lines(process, 6)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", base_url)
        assert [line.split(" ")[0] for line in accounts] == [
            "production",
            "staging",
            "client-acme",
            "account-4",
            "account-5",
        ]
        for line in accounts:
            key = line.split(" ")[1]
            assert re.fullmatch("[0-9a-f]{32}", key)
            assert call(base_url, "/account", {"api_key": key}).status == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_it_as_signals_do_and_without_a_word(number: signal.Signals) -> None:
    with running() as process:
        base_url = lines(process, 1)[0]
        assert call(base_url, "/account", {}).status == 401
        os.kill(process.pid, number)
        _, diagnostics = process.communicate(timeout=WAIT_SECONDS)
        assert process.returncode == -number
        assert diagnostics == ""


def test_same_seed_gives_the_same_keys_and_another_one_others() -> None:
    keys = []
    for seed in ("3", "3", "4"):
        with running("--seed", seed) as process:
            keys.append(lines(process, 4)[1:])
    assert keys[0] == keys[1] != keys[2]


def test_listens_on_the_port_that_one_gives() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with running("--port", str(port)) as process:
        assert lines(process, 1) == [f"http://127.0.0.1:{port}"]


def test_port_that_is_taken_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        result = CliRunner().invoke(demo_server, ["--port", str(port)])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"Error: Port {port} is already in use: give another --port, or none for a free one.\n"


@pytest.mark.parametrize(
    "arguments",
    [["--accounts", "0"], ["--accounts", "1001"], ["--port", "70000"], ["--port", "x"], ["--seed", "-1"], ["extra"]],
)
def test_wrong_usage_is_refused(arguments: list[str]) -> None:
    result = CliRunner().invoke(demo_server, arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr


def test_help_has_an_example() -> None:
    result = CliRunner().invoke(demo_server, ["--help"])
    assert result.exit_code == 0
    assert "\n    usage-tui demo-server --port 8311 &\n" in result.stdout


def test_command_line_does_not_pay_for_the_service_until_it_is_asked_for() -> None:
    program = "import sys, usage_tui.commands.demo_server; sys.exit('usage_tui.demo' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=WAIT_SECONDS, check=False).returncode == 0
