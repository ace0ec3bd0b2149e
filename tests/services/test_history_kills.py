"""`kill -9` at random moments: while samples are stored, rolled up, pruned and checkpointed, and accounts taken over.

Every tenth time the history begins anew, as one of schema 1 that has to be migrated.
"""

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

from tests.services.endless_writer import fingerprint_of
from tests.services.stored import NOW_MS, a_reading
from usage_tui.core.rollup import DAY_MS, MINUTE_MS
from usage_tui.services.history_schema import MIGRATIONS, migrate, schema_number
from usage_tui.services.history_writing import account_id, put_poll
from usage_tui.services.paths import StateFolder

NAMES = ("one", "other")
FIRST_MS = NOW_MS - 100 * MINUTE_MS


def test_a_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    endure(tmp_path, kills=100)


@pytest.mark.long
def test_a_thousand_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    endure(tmp_path, kills=1000)


def endure(tmp_path: Path, kills: int) -> None:
    """Kill two writers that share two accounts, one and then the other, which takes over meanwhile."""
    random = Random(kills)  # noqa: S311 -- moments
    acknowledged: dict[str, list[int]] = {}
    wrote = taken_over = 0
    pace_seconds = 0.0
    for turn in range(kills // 2):
        folder = StateFolder(tmp_path / str(turn // 10))
        if turn % 10 == 0:
            acknowledged = begin_with_schema_1(folder)
            pace_seconds = seconds_to_write(StateFolder(tmp_path / f"pace{turn}"))
        writers = [start(folder), start(folder)]
        printed = []
        for writer in writers:
            time.sleep(pace_seconds * random.uniform(0.3, 2.0))  # any moment is the right one
            writer.send_signal(signal.SIGKILL)
            printed.append([line.split() for line in writer.communicate()[0].splitlines() if line.endswith("000")])
        taken_over += {name for name, _ in printed[0]} & {name for name, _ in printed[1]} != set()
        for name, at in (*printed[0], *printed[1]):
            acknowledged[name].append(int(at))
        check(folder, acknowledged)
        wrote += turn % 10 == 9 and all(max(told) >= NOW_MS for told in acknowledged.values())
    assert wrote > kills // 40, "the writers were killed before they wrote"
    assert taken_over, "no writer ever took over from another"


def begin_with_schema_1(folder: StateFolder) -> dict[str, list[int]]:
    """Make a history as it was before the second migration; give what stands in it."""
    folder.path.mkdir()
    moments = range(FIRST_MS, NOW_MS, MINUTE_MS)
    with closing(sqlite3.connect(folder.history, isolation_level=None)) as connection:
        migrate(connection, MIGRATIONS[:1])
        connection.execute("BEGIN")
        for name in NAMES:
            account = account_id(connection, fingerprint_of(folder, name), name)
            for at_ms in moments:
                reading = a_reading(at_ms, interval_ms=MINUTE_MS, used=at_ms // MINUTE_MS, cycle_started_at=None)
                put_poll(connection, account, None, reading, at_ms)
        connection.execute("COMMIT")
    return {name: list(moments) for name in NAMES}


def start(folder: StateFolder) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services.endless_writer", str(folder.path), str(NOW_MS), *NAMES],
        stdout=subprocess.PIPE,
        text=True,
    )


def seconds_to_write(folder: StateFolder) -> float:
    """Tell how long a writer takes to its first sample: on a slow machine too they are killed while they write."""
    begin_with_schema_1(folder)
    begun = time.monotonic()
    writer = start(folder)
    assert writer.stdout is not None
    assert writer.stdout.readline()
    seconds = time.monotonic() - begun
    writer.kill()
    writer.communicate()
    return seconds


def check(folder: StateFolder, acknowledged: dict[str, list[int]]) -> None:
    """Hold the file against what the writers were told."""
    with closing(sqlite3.connect(folder.history)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert schema_number(connection) in (1, len(MIGRATIONS))
        for name, told in acknowledged.items():
            account, rolled_until = connection.execute(
                "SELECT id, minutes_until FROM accounts WHERE name = ?", (name,)
            ).fetchone()
            samples = {at for (at,) in connection.execute("SELECT at FROM samples WHERE account = ?", (account,))}
            oldest_kept = max(samples) - DAY_MS
            assert {at for at in told if at > oldest_kept} <= samples
            assert max(told) <= max(samples)
            spent, first = connection.execute(
                "SELECT sum(spend), min(at) FROM minutes WHERE account = ?", (account,)
            ).fetchone()
            if first is not None:
                begins_with_first = first == FIRST_MS
                newest_rolled = max(at for at in samples if at < rolled_until)
                assert spent == (newest_rolled - first) // MINUTE_MS + (0 if begins_with_first else 1)
