"""What was last stored of accounts, read without the network or a lock: for who has little time."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from usage_tui.core.account import Account, PollPlan
from usage_tui.core.cycle import Cycle, current_cycle
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.outlook import Evidence, Outlook, Prospect
from usage_tui.core.renewal import as_seen
from usage_tui.core.rollup import Reading, epoch_ms, moment
from usage_tui.core.view import AccountView
from usage_tui.core.wording import harmless
from usage_tui.services.history_opening import opened_read_only
from usage_tui.services.history_rows import LastStored, select_last, select_readings
from usage_tui.services.history_schema import schema_number
from usage_tui.services.paths import StateFolder
from usage_tui.services.prospect_rows import select_prospects

BUSY_SECONDS = 0.1
FORECASTS_SINCE = 2


_NEVER_STORED = LastStored("", "", 0, None, None)


def last_seen(
    folder: StateFolder,
    accounts: Collection[Account],
    plan: PollPlan,
    now: datetime,
    environ: Mapping[str, str],
    *,
    in_full: bool = False,
) -> list[AccountView]:
    """Give the accounts' views as they were last stored, found by their names, else by their keys.

    What the hours before tell, whether a renewal is due and the share that failed, is there `in_full` alone.

    Raises:
        HistoryUnavailable: the history cannot be read.
    """
    with _opened(folder.history) as connection:
        rows = select_last(connection) if connection is not None else []
        ahead = _prospects(connection, now) if rows and connection is not None else {}
        named = {row.name: row for row in rows}
        views = []
        for account in accounts:
            found = named.get(account.name) or _with_its_key(rows, account, folder, environ) or _NEVER_STORED
            view = _view(account, plan, now, found, ahead.get(found.number))
            if in_full and connection is not None and found.reading is not None:
                cycle = _as_seen(connection, found.number, view.cycle, found.reading, now)
                failed = _failed_share(connection, found.number, found.reading)
                view = replace(view, cycle=cycle, failed_share=failed)
            views.append(view)
        return views


def _with_its_key(
    rows: Sequence[LastStored], account: Account, folder: StateFolder, environ: Mapping[str, str]
) -> LastStored | None:
    """Find what was stored of an account under another name: two may have the same key."""
    if not rows:
        return None
    from usage_tui.services.fingerprint import known_fingerprint  # noqa: PLC0415 - most are found by their names

    fingerprint = known_fingerprint(account, folder.fingerprint_secret, environ)
    return next((row for row in rows if row.fingerprint == fingerprint), None)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the database to read from; None where there is none."""
    try:
        with closing(opened_read_only(path, BUSY_SECONDS)) as connection:
            yield connection
    except FileNotFoundError:
        yield None
    except (sqlite3.Error, OSError) as error:
        reason = harmless(getattr(error, "strerror", None) or str(error), 120)
        raise HistoryUnavailable(f"The history cannot be read: {reason}; see `usage-tui doctor`.") from None


def _view(
    account: Account, plan: PollPlan, now: datetime, stored: LastStored, prospect: Prospect | None
) -> AccountView:
    reading = stored.reading
    if reading is None:
        return AccountView(account.name, plan.background_seconds, plan.stale_seconds, last_poll=stored.last_poll)
    snapshot = reading.snapshot
    return AccountView(
        name=account.name,
        interval_seconds=reading.interval_ms / 1000,
        stale_seconds=plan.stale_seconds,
        is_simulated=reading.is_simulated,
        last_poll=stored.last_poll,
        is_stored=True,
        sample=reading.sample(now, 0.0),
        cycle=current_cycle(account.cycle, snapshot.cycle_started_at, None, now),
        budget=account.budget.standing(snapshot.used, snapshot.limit, None),
        outlook=_outlook(prospect, account.budget.credits, snapshot.limit),
    )


def _as_seen(
    connection: sqlite3.Connection, account: int, cycle: Cycle | None, newest: Reading, now: datetime
) -> Cycle | None:
    """Mark a cycle that the clock began as due, unless the counters were seen to begin anew."""
    if cycle is None or not cycle.is_assumed:
        return cycle
    from usage_tui.services.history_reader import counters_about  # noqa: PLC0415 - most cycles need it not

    return as_seen(cycle, counters_about(connection, account, cycle, epoch_ms(now)), moment(newest.at_ms))


def _prospects(connection: sqlite3.Connection, now: datetime) -> dict[int, Prospect]:
    """Read what lies ahead of the accounts, where the schema knows that."""
    return select_prospects(connection, epoch_ms(now)) if schema_number(connection) >= FORECASTS_SINCE else {}


def _outlook(ahead: Prospect | None, budget: int | None, limit: int | None) -> Outlook | None:
    """Give what lies ahead, as long as it is of the ceiling that is the lower one today."""
    lower = min((ceiling for ceiling in (budget, limit) if ceiling), default=None)
    if ahead is None or ahead.ceiling != lower:
        return None
    return Outlook(Evidence.FULL, limit=ahead)


def _failed_share(connection: sqlite3.Connection, account: int, newest: Reading) -> float | None:
    """Give the share of failed requests over the 15 minutes before the newest reading, as far as one cycle goes."""
    from usage_tui.core.counter_window import (  # noqa: PLC0415 - few formats ask for it
        FAILED_WINDOW_SECONDS,
        LEAST_FAILED_SECONDS,
        CounterWindow,
    )

    window = CounterWindow(FAILED_WINDOW_SECONDS, LEAST_FAILED_SECONDS)
    begin_ms, newest_at = newest.at_ms - round(1000 * FAILED_WINDOW_SECONDS), moment(newest.at_ms)
    for reading in select_readings(connection, "account = ? AND at >= ? ORDER BY at", (account, begin_ms)):
        window.add(reading.sample(newest_at, 0.0), reading.interval_ms / 1000)
    moved = window.moved()
    return moved.failed_share if moved is not None else None
