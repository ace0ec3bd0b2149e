"""How soon commands answer that scripts and status bars ask: from the start of the process to its end."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.service import PROGRAM, environment, simulated_service
from tests.benchmarks.stored_history import write_history

ACCOUNTS, DAYS = 100, 90
FRESH_SECONDS = 30.0
FORMAT = "{name} {concurrency}/{concurrency_limit} {used_percent} {budget_state} {run_out} {run_out_probability}"


def _milliseconds(arguments: tuple[str, ...], environ: Mapping[str, str], times: int) -> list[float]:
    """Run a command so often, one after the other; it has to succeed."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run([*PROGRAM, *arguments], env=environ, stdout=subprocess.DEVNULL, check=True)
        taken.append(1000 * (time.perf_counter() - begun))
    return taken


def statusline(times: int) -> tuple[list[float], list[float], int]:
    """Ask for the line of many accounts with months of history, then with a format; give the history's MiB too."""
    accounts = [(f"account-{number}", f"key-{number}") for number in range(ACCOUNTS)]
    with tempfile.TemporaryDirectory() as folder:
        environ = environment(Path(folder), "http://127.0.0.1:1", accounts)
        size = write_history(Path(folder) / "state" / "history.sqlite3", [name for name, _ in accounts], DAYS)
        _milliseconds(("statusline",), environ, 2)
        plain = _milliseconds(("statusline",), environ, times)
        return plain, _milliseconds(("statusline", "--format", FORMAT), environ, times), size


def fresh_status(times: int) -> list[float]:
    """Ask for the status while a collector runs, so that nobody asks the service."""
    with simulated_service() as (base_url, accounts), tempfile.TemporaryDirectory() as folder:
        environ = environment(Path(folder), base_url, accounts)
        with subprocess.Popen([*PROGRAM, "collect"], env=environ) as collector:
            try:
                deadline = time.monotonic() + FRESH_SECONDS
                while subprocess.run(
                    [*PROGRAM, "statusline"], env=environ, capture_output=True, check=False
                ).returncode:
                    if time.monotonic() > deadline:
                        raise RuntimeError("the collector stored nothing")
                time.sleep(2)
                return _milliseconds(("status", "--json"), environ, times)
            finally:
                collector.terminate()
