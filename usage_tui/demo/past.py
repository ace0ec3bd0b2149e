"""The past of a simulated account, hour by hour, as somebody would have seen it who always looked."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from usage_tui.core.cycle import Cycle, add_months
from usage_tui.core.spend_record import HOUR, SpendRecord
from usage_tui.demo.accounts import SimulatedAccount
from usage_tui.demo.traffic import Traffic

CYCLES = 6


def past_cycles(account: SimulatedAccount, count: int = CYCLES) -> list[Cycle]:
    """Give the whole cycles before the one that the account's anchor begins, oldest first."""
    starts = [add_months(account.anchor, -number) for number in range(count, -1, -1)]
    return [Cycle(start, end, is_assumed=False) for start, end in pairwise(starts)]


def past_record(traffic: Traffic, began_at: datetime, ended_at: datetime) -> SpendRecord:
    """Give what was spent in each hour between two full hours."""
    first = int((began_at - datetime(1970, 1, 1, tzinfo=UTC)) / HOUR)
    hours = int((ended_at - began_at) / HOUR)
    spends = tuple(float(traffic.hourly_spend(hour).credits) for hour in range(first, first + hours))
    return SpendRecord(began_at, spends, spends)
