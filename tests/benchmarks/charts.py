"""How soon the history's charts are drawn, over three months of stored samples."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.benchmarks.stored_history import write_history
from tests.benchmarks.terminal import Terminal
from usage_tui.core.account import Account, ApiKey, KeyInConfig
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS
from usage_tui.services.fingerprint import fingerprint, shared_secret
from usage_tui.services.history_range import spans
from usage_tui.services.paths import StateFolder

DAYS = 90
OPENED = "least to most"
KEYS = "[[]]]]][[["
RANGES = ("1 h", "10 min", "1 h", "24 h", "7 d", "cycle", "previous cycle", "cycle", "7 d", "24 h")
PAUSE_SECONDS = 0.2
SILENCE_SECONDS = 0.4
ROUNDS = 5
READS = (
    ("31 days by the hour", 31, HOUR_MS),
    ("a day by the minute", 1, MINUTE_MS),
    ("7 days by 5 minutes", 7, 5 * MINUTE_MS),
)
CHARTS = ("concurrency", "spend", "cumulative")


def waits(terminal: Terminal) -> dict[str, list[float]]:
    """Go through the ranges of a display that stands still; give the milliseconds until each chart is all there."""
    found: dict[str, list[float]] = {}
    for key, label in zip(KEYS, RANGES, strict=True):
        terminal.read(PAUSE_SECONDS)
        pressed_at = time.perf_counter()
        terminal.press(key)
        terminal.read_to_silence(SILENCE_SECONDS)
        found.setdefault(label, []).append(1000 * (terminal.seen_at - pressed_at))
    return found


def read_milliseconds(state: Path) -> dict[str, float]:
    """Give how long it takes to read the spans of one account's longest charts; the best of some rounds."""
    found: dict[str, float] = {}
    with closing(sqlite3.connect(StateFolder(state).history)) as connection:
        newest_ms: int = connection.execute("SELECT max(at) FROM minutes WHERE account = 1").fetchone()[0]
        for what, days, step_ms in READS:
            rounds = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                spans(connection, 1, newest_ms - days * DAY_MS, newest_ms, step_ms)
                rounds.append(1000 * (time.perf_counter() - begun))
            found[what] = min(rounds)
    return found


def store(state: Path, base_url: str, accounts: Sequence[tuple[str, str]]) -> int:
    """Store three months of each account, as the program will look for them; give the file's MiB."""
    folder = StateFolder(state)
    size = write_history(folder.history, [name for name, _ in accounts], DAYS)
    secret = shared_secret(folder.fingerprint_secret)
    with closing(sqlite3.connect(folder.history)) as connection, connection:
        for name, key in accounts:
            account = Account(name, KeyInConfig(ApiKey(key)), base_url)
            print_of_it = fingerprint(account, secret, {})
            connection.execute("UPDATE accounts SET fingerprint = ? WHERE name = ?", (print_of_it, name))
    return size
