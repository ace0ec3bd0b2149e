"""`kill -9` at random moments: while samples are stored, rolled up, pruned and checkpointed, and the schema is made."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.services.stored import NOW_MS
from usage_tui.core.rollup import MINUTE_MS
from usage_tui.services.history_rollup import DAY_MS

NAMES = ("one", "other")


def test_a_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    endure(tmp_path, kills=100)


@pytest.mark.long
def test_a_thousand_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    endure(tmp_path, kills=1000)


def endure(tmp_path: Path, kills: int) -> None:
    """Kill two writers at a time, each of an account of its own; every tenth time the history starts anew."""
    random = Random(kills)  # noqa: S311 -- moments
    acknowledged: dict[str, list[int]] = {}
    for turn in range(kills // len(NAMES)):
        folder = tmp_path / str(turn // 10)
        if turn % 10 == 0:
            acknowledged = {name: [] for name in NAMES}
        writers = {name: start(folder, name) for name in NAMES}
        time.sleep(random.uniform(0.1, 0.9))  # any moment is the right one
        for name, writer in writers.items():
            writer.send_signal(signal.SIGKILL)
            printed, _ = writer.communicate()
            acknowledged[name] += [int(line) for line in printed.splitlines() if line.endswith("000")]
        check(folder / "history.sqlite3", acknowledged)
        if turn % 10 == 9:
            assert all(acknowledged.values()), "the writers were killed before they wrote"


def start(folder: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services.endless_writer", str(folder), name, str(NOW_MS)],
        stdout=subprocess.PIPE,
        text=True,
    )


def check(path: Path, acknowledged: dict[str, list[int]]) -> None:
    """Hold the file against what the writers were told."""
    if not path.exists():
        assert not any(acknowledged.values())
        return
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not any(acknowledged.values()):
            return
        for name, told in acknowledged.items():
            found = connection.execute("SELECT id, minutes_until FROM accounts WHERE name = ?", (name,)).fetchone()
            if found is None:
                assert not told
                continue
            account, rolled_until = found
            samples = {at for (at,) in connection.execute("SELECT at FROM samples WHERE account = ?", (account,))}
            oldest_kept = max(samples, default=0) - DAY_MS
            assert {at for at in told if at > oldest_kept} <= samples
            spent, first, last = connection.execute(
                "SELECT sum(spend), min(at), max(at) FROM minutes WHERE account = ?", (account,)
            ).fetchone()
            if first is not None:
                begins_with_first = first == NOW_MS
                assert spent == (last - first) // MINUTE_MS + (0 if begins_with_first else 1)
                assert rolled_until == last + MINUTE_MS
