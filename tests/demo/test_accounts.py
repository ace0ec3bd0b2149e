"""The demo's accounts, at whatever date one starts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.demo.clock import NOW
from usage_tui.core.account import KeyInConfig
from usage_tui.core.budget import BudgetState
from usage_tui.demo.accounts import SimulatedAccount, simulated_accounts
from usage_tui.demo.meter import Meter
from usage_tui.demo.server import SimulatedService, demo_accounts

STARTS = [
    NOW,
    datetime(2027, 2, 28, 23, 59, 59, tzinfo=UTC),
    datetime(2028, 2, 29, 0, 0, 0, tzinfo=UTC),
    datetime(2027, 3, 31, 3, 15, tzinfo=UTC),
    datetime(2026, 12, 25, 12, 0, tzinfo=UTC),
    datetime(2027, 6, 6, 18, 30, tzinfo=UTC),
]


def state(account: SimulatedAccount, now: datetime) -> BudgetState:
    return account.budget.standing(Meter(account).read(now).used, account.limit, None).state


@pytest.mark.parametrize("now", STARTS)
def test_accounts_stand_near_within_and_over_their_budgets_at_any_start(now: datetime) -> None:
    production, staging, acme = simulated_accounts(now)
    assert [account.name for account in (production, staging, acme)] == ["production", "staging", "client-acme"]
    assert [state(account, now) for account in (production, staging, acme)] == [
        BudgetState.NEAR,
        BudgetState.WITHIN,
        BudgetState.OVER,
    ]
    later = now + timedelta(days=1)
    assert state(production, later) is BudgetState.NEAR
    assert state(acme, later) is BudgetState.OVER


@pytest.mark.parametrize("now", STARTS)
def test_no_account_is_used_up_before_its_renewal_nor_was_in_the_cycles_before(now: datetime) -> None:
    for account in simulated_accounts(now):
        meter = Meter(account)
        for days in range(-60, 30, 5):
            assert meter.read(now + timedelta(days=days)).used < 0.95 * account.limit


def test_production_spends_about_its_daily_budget() -> None:
    production, *_ = simulated_accounts(NOW)
    midnight = NOW.replace(hour=0, minute=0, second=0).timestamp()
    days = [
        production.traffic.spend_between(midnight - 86_400 * day, midnight - 86_400 * (day - 1)) for day in range(1, 8)
    ]
    assert all(60_000 < day.credits < 95_000 for day in days)


def test_keys_look_real_and_come_from_the_seed() -> None:
    keys = [account.key.reveal() for account in simulated_accounts(NOW, count=1000, seed=4)]
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)
    assert len(set(keys)) == 1000
    again = simulated_accounts(NOW + timedelta(days=9), count=3, seed=4)
    assert [account.key.reveal() for account in again] == keys[:3]
    assert simulated_accounts(NOW, seed=5)[0].key.reveal() not in keys


def test_further_accounts_are_of_the_three_kinds_with_traffic_and_renewal_of_their_own() -> None:
    accounts = simulated_accounts(NOW, count=9)
    assert [account.name for account in accounts[3:]] == [f"account-{number}" for number in range(4, 10)]
    assert [account.limit for account in accounts] == 3 * [3_000_000, 100_000, 1_000_000]
    assert accounts[3].traffic.spend_between(0, 86_400) != accounts[0].traffic.spend_between(0, 86_400)
    assert len({account.anchor for account in accounts}) > 5
    assert all(Meter(account).read(NOW).used < account.limit for account in accounts)


def test_as_few_accounts_as_one_asks_for() -> None:
    assert [account.name for account in simulated_accounts(NOW, count=1)] == ["production"]


def test_demo_accounts_name_the_embedded_service_and_keep_their_keys_masked() -> None:
    with SimulatedService(simulated_accounts(NOW)) as service:
        accounts = demo_accounts(service)
    assert [account.name for account in accounts] == ["production", "staging", "client-acme"]
    assert {account.base_url for account in accounts} == {service.base_url}
    assert accounts[0].budget.credits == 2_000_000
    assert accounts[0].budget.daily_credits == 80_000
    assert accounts[0].budget.near_at == 0.7
    for account, simulated in zip(accounts, service.accounts, strict=True):
        assert account.key_source == KeyInConfig(simulated.key)
        assert simulated.key.reveal() not in repr(account) + repr(simulated)
