"""A process that stores samples, a minute apart by its clock, for ever, and prints each that was acknowledged."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from tests.services.stored import SetClock, a_poll_at, a_reading
from usage_tui.core.rollup import MINUTE_MS, moment
from usage_tui.services import history as history_module
from usage_tui.services.history import History, Retention
from usage_tui.services.history_reader import newest_moment, notes
from usage_tui.services.history_writing import account_id, put_poll
from usage_tui.services.paths import StateFolder


def main(folder: str, name: str, begin_ms: int) -> None:
    """Store and print until killed; upkeep is due all the time."""
    for interval in ("LOOK_SECONDS", "UPKEEP_SECONDS", "UPKEEP_PAUSE_SECONDS", "CHECKPOINT_SECONDS", "RETRY_SECONDS"):
        setattr(history_module, interval, 0.0)
    clock = SetClock(moment(begin_ms))
    history = History(StateFolder(Path(folder)), clock, Retention(raw_days=1, minute_days=2))
    history.start(lambda _: None, lambda connection: [found.account] if (found := notes(connection, name)) else [])

    def resume(connection: sqlite3.Connection) -> None:
        newest_ms = newest_moment(connection, account_id(connection, name, name))
        clock.at = moment(max(begin_ms, newest_ms + MINUTE_MS))

    while not history.store(resume, is_kept=False).result():
        pass
    while True:
        at_ms = int(clock.at.timestamp()) * 1000

        def write(connection: sqlite3.Connection, at_ms: int = at_ms) -> None:
            reading = a_reading(at_ms, interval_ms=MINUTE_MS, used=at_ms // MINUTE_MS, cycle_started_at=None)
            put_poll(connection, account_id(connection, name, name), a_poll_at(at_ms), reading, at_ms)

        if history.store(write, is_kept=True).result():
            print(at_ms, flush=True)
        clock.advance(60.0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
