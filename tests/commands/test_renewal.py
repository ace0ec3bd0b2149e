"""A renewal that the clock says, and the service does not show, is due: also for a program that was not there then."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.commands.program import FixedService, Program
from usage_tui.core.cycle import add_months
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.clock import SystemClock
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_rows import put_spans
from usage_tui.services.paths import StateFolder

USED = 2_700_000


def store_hours(program: Program, used_before: Callable[[int], int]) -> None:
    """Store the only account's last 40 days; `used_before` gives what was used so many hours ago."""
    end_ms = epoch_ms(datetime.now(UTC)) // HOUR_MS * HOUR_MS
    hours = []
    for ago in range(40 * 24, 0, -1):
        used = used_before(ago)
        has_reset = used < used_before(ago + 1)
        counters = Snapshot(used=used, limit=3_000_000)
        start_ms = end_ms - ago * HOUR_MS
        hours.append(TimeSpan(start_ms, counters, spend=3_000, covered_ms=HOUR_MS, has_reset=has_reset))
    file = HistoryFile(StateFolder(program.state), SystemClock(), print)
    with file.writing() as connection:
        put_spans(connection, "hours", 1, hours)
        connection.execute("UPDATE accounts SET minutes_until = ?1, hours_until = ?1", (end_ms,))
    file.close()


def service_that_renewed(passed: timedelta, used: int) -> FixedService:
    """Serve an account whose cycle was over so long ago by the clock; its start stands as it was."""
    start = add_months(datetime.now(UTC) - passed, -1)
    body = {"requestCount": used, "requestLimit": 3_000_000, "subscriptionDate": f"{start:%Y-%m-%dT%H:%M:%SZ}"}
    return FixedService(200, json.dumps(body).encode())


def first_status(program: Program, service: FixedService) -> dict[str, Any]:
    """Look at the service with an empty history."""
    program.write_config(f'[[accounts]]\nname = "one"\nbase_url = "{service.base_url}"\napi_key = "k"\n')
    return status(program)


def status(program: Program) -> dict[str, Any]:
    """Look at the only account."""
    account: dict[str, Any] = json.loads(program.run("status", "--json").out)["accounts"][0]
    return account


def test_counter_that_only_rose_over_the_renewal_is_of_the_old_cycle(program: Program) -> None:
    with service_that_renewed(timedelta(hours=5), USED) as service:
        assert first_status(program, service)["forecast"]["ceiling"] == "limit"
        store_hours(program, lambda ago: USED - 3_000 * ago)
        account = status(program)
        assert set(account["forecast"].values()) == {None}
        assert account["cycle"]["assumed"]
        assert account["cycle"]["due"]
        assert account["credits"]["used"] == USED
        assert program.run("status").out.splitlines()[1].endswith(" due")
        assert program.run("guard", "--max-run-out-probability", "0.5").code == 69
        assert program.run("statusline", "--format", "{renews} {run_out_probability}").out == "due –\n"


def test_reset_that_was_stored_is_the_renewal(program: Program) -> None:
    with service_that_renewed(timedelta(hours=30), 90_000) as service:
        first_status(program, service)
        store_hours(program, lambda ago: USED - 3_000 * ago if ago > 30 else 90_000 - 3_000 * ago)
        account = status(program)
        assert account["forecast"]["run_out_probability"] is not None
        assert "due" not in program.run("statusline", "--format", "{renews}").out
