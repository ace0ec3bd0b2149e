"""A process that polls what it can claim of two accounts, a minute apart by its clock, for ever.

It prints each sample that was acknowledged.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.services.stored import SetClock, a_poll_at, a_reading
from usage_tui.core.account import Account, ApiKey, KeyInConfig
from usage_tui.core.rollup import MINUTE_MS, epoch_ms, moment
from usage_tui.core.view import Duty
from usage_tui.services import history as history_module
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.fingerprint import fingerprint, shared_secret
from usage_tui.services.history import History
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_reader import newest_moment, notes
from usage_tui.services.paths import StateFolder
from usage_tui.services.shared_desk import SharedDesk

LOOK_SECONDS = 0.01


def an_account(name: str) -> Account:
    """Make an account whose key is its name."""
    return Account(name, KeyInConfig(ApiKey(name)))


def fingerprint_of(folder: StateFolder, name: str) -> str:
    """Give the fingerprint that the account has in this folder."""
    return fingerprint(an_account(name), shared_secret(folder.fingerprint_secret), {})


async def write(folder: StateFolder, names: Sequence[str], begin_ms: int) -> None:
    """Store and print until killed; upkeep is due all the time."""
    clock = SetClock(moment(begin_ms))
    history = History(folder, clock, HistorySettings(raw_days=1, minute_days=2))
    desk = SharedDesk(history, folder, clock, {})
    desk.watch(lambda _: None)
    held: list[Account] = []
    while True:
        for account in map(an_account, names):
            if (
                account not in held
                and await desk.claim(account)
                and desk.standing(account, 5.0).duty is Duty.COLLECTING
            ):
                question = partial(newest_of, folder, account.name)
                newest = await asyncio.wrap_future(history.ask(question))
                clock.at = max(clock.at, moment(newest + MINUTE_MS))
                held.append(account)
        for account in held:
            at_ms = epoch_ms(clock.at)
            reading = a_reading(at_ms, interval_ms=MINUTE_MS, used=at_ms // MINUTE_MS, cycle_started_at=None)
            if await desk.commit(account, a_poll_at(at_ms), reading):
                print(account.name, at_ms, flush=True)
        clock.advance(60.0)
        if not held:
            await asyncio.sleep(LOOK_SECONDS)


def newest_of(folder: StateFolder, name: str, file: HistoryFile) -> int:
    """Give when the account's newest sample was made; 0 without one."""
    with file.reading() as connection:
        found = notes(connection, fingerprint_of(folder, name))
        return newest_moment(connection, found.account) if found else 0


if __name__ == "__main__":
    for interval in ("LOOK", "SELDOM_LOOK", "UPKEEP", "UPKEEP_PAUSE", "CHECKPOINT", "RETRY"):
        setattr(history_module, f"{interval}_SECONDS", 0.0)
    asyncio.run(write(StateFolder(Path(sys.argv[1])), sys.argv[3:], int(sys.argv[2])))
