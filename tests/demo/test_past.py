"""The simulated past: whole cycles that meet, and hours that add up."""

from __future__ import annotations

from itertools import pairwise

from tests.makers import utc
from usage_tui.core.spend_record import HOUR
from usage_tui.demo.accounts import simulated_accounts
from usage_tui.demo.past import past_cycles, past_record

NOW = utc(2026, 3, 31, 10, 20)


def test_past_cycles_lead_up_to_the_one_that_runs() -> None:
    account = simulated_accounts(NOW)[0]
    cycles = past_cycles(account, 4)
    assert len(cycles) == 4
    assert cycles[-1].resets_at == account.anchor
    assert all(one.resets_at == other.started_at for one, other in pairwise(cycles))


def test_hours_of_the_past_add_up_to_the_traffic() -> None:
    account = simulated_accounts(NOW)[1]
    cycle = past_cycles(account, 1)[0]
    record = past_record(account.traffic, cycle.started_at, cycle.resets_at)
    assert len(record.spends) == (cycle.resets_at - cycle.started_at) // HOUR
    assert record.ended_at == cycle.resets_at
    spent = account.traffic.spend_between(cycle.started_at.timestamp(), cycle.resets_at.timestamp())
    assert sum(hour for hour in record.spends if hour is not None) == spent.credits
    assert record.counted == record.spends
