"""What the service counts: when counters move, when they restart, and what real calls add."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.demo.clock import NOW
from usage_tui.core.account import ApiKey
from usage_tui.demo.accounts import SimulatedAccount, simulated_accounts
from usage_tui.demo.meter import Admission, Meter
from usage_tui.demo.traffic import Character, Traffic

IDLE = Character(
    night_level=0.0,
    day_level=0.0,
    weekend_factor=1.0,
    batch_level=0.0,
    unevenness=0.0,
    wave=0.0,
    burst_chance=0.0,
    overshoot=0.0,
    failed_share=0.0,
)
STEADY = replace(IDLE, night_level=0.5, day_level=0.5, failed_share=0.1)


def an_account(
    character: Character = IDLE,
    *,
    limit: int = 1000,
    concurrency_limit: int = 2,
    anchor: datetime = NOW - timedelta(days=3),
    is_pay_as_you_go: bool | None = None,
) -> SimulatedAccount:
    return SimulatedAccount(
        name="test",
        key=ApiKey("0" * 32),
        limit=limit,
        anchor=anchor,
        traffic=Traffic(character, concurrency_limit, seed=3, credits_per_request_second=1.0),
        is_pay_as_you_go=is_pay_as_you_go,
    )


def at(second: int) -> datetime:
    """Give a moment of the minute 10:42."""
    return NOW.replace(second=second)


def test_counters_move_only_at_aligned_steps_of_fifteen_seconds_and_concurrency_between() -> None:
    meter = Meter(simulated_accounts(NOW)[0])
    start = NOW.replace(second=0)
    readings = [meter.read(start + timedelta(seconds=second)) for second in range(120)]
    moved = [
        second
        for second, (earlier, later) in enumerate(pairwise(readings), start=1)
        if later.used != earlier.used or later.failed != earlier.failed
    ]
    assert moved == [15, 30, 45, 60, 75, 90, 105]
    assert sum(earlier.concurrency != later.concurrency for earlier, later in pairwise(readings)) > 40


def test_counters_never_fall_within_a_cycle() -> None:
    meter = Meter(simulated_accounts(NOW)[2])
    readings = [meter.read(NOW + timedelta(seconds=617 * number)) for number in range(600)]
    assert {reading.cycle_started_at for reading in readings} == {meter.account.anchor}
    for earlier, later in pairwise(readings):
        assert later.used >= earlier.used
        assert later.failed >= earlier.failed


def test_cycle_renews_monthly_at_its_hour_and_counters_start_again() -> None:
    meter = Meter(simulated_accounts(NOW)[0])
    renewal = datetime(2026, 12, 3, 10, tzinfo=UTC)
    before, after = meter.read(renewal - timedelta(seconds=1)), meter.read(renewal)
    assert before.cycle_started_at == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert before.used > 2_000_000
    assert after.cycle_started_at == renewal
    assert (after.used, after.failed) == (0, 0)
    assert after.credits_left == meter.account.limit
    assert 0 < meter.read(renewal + timedelta(hours=1)).used < 10_000


def test_cycles_before_the_first_are_of_a_month_too() -> None:
    account = an_account(STEADY, limit=10**9, anchor=datetime(2026, 3, 31, 10, tzinfo=UTC))
    reading = Meter(account).read(datetime(2026, 3, 15, tzinfo=UTC))
    assert reading.cycle_started_at == datetime(2026, 2, 28, 10, tzinfo=UTC)
    assert reading.used == pytest.approx((14 * 86_400 + 14 * 3600), abs=20)


def test_credits_left_lag_about_a_minute() -> None:
    meter = Meter(an_account(STEADY, limit=10**9, anchor=datetime(2026, 11, 22, 10, tzinfo=UTC)))
    lags = {10**9 - meter.read(at(second)).credits_left - 42 * 60 for second in range(60)}
    assert lags == {-30}
    assert meter.read(at(45)).used == pytest.approx(42 * 60 + 45, abs=1)


def test_burst_is_the_part_above_the_limit() -> None:
    account = simulated_accounts(NOW)[2]
    readings = [Meter(account).read(NOW + timedelta(seconds=20 * number)) for number in range(1000)]
    assert any(reading.burst for reading in readings)
    assert all(reading.burst == max(0, reading.concurrency - 50) for reading in readings)


def test_calls_count_in_flight_while_they_last_and_cost_credits_at_the_next_step() -> None:
    meter = Meter(an_account())
    assert meter.admit(at(7)) is Admission.ADMITTED
    assert meter.read(at(7)).concurrency == 1
    meter.settle(at(9), 25)
    meter.admit(at(10))
    meter.settle(at(11), 10)
    assert meter.read(at(14)).concurrency == 0
    assert meter.read(at(14)).used == 0
    assert meter.read(at(15)).used == 35
    assert meter.read(at(44)).credits_left == 1000
    assert meter.read(NOW + timedelta(minutes=2)).credits_left == 965


def test_calls_of_a_cycle_do_not_count_in_the_next() -> None:
    account = an_account(anchor=at(0).replace(minute=40))
    meter = Meter(account)
    meter.admit(NOW)
    meter.settle(NOW, 400)
    renewal = account.anchor.replace(month=12)
    assert meter.read(renewal - timedelta(seconds=15)).used == 400
    assert meter.read(renewal + timedelta(minutes=1)).used == 0


def test_calls_above_the_concurrency_limit_are_not_admitted_until_one_ends() -> None:
    meter = Meter(an_account())
    assert [meter.admit(NOW) for _ in range(3)] == [Admission.ADMITTED, Admission.ADMITTED, Admission.SATURATED]
    meter.settle(NOW, 1)
    assert meter.admit(NOW) is Admission.ADMITTED


def test_simulated_traffic_takes_its_part_of_the_concurrency_limit() -> None:
    meter = Meter(an_account(STEADY, limit=10**9))
    assert [meter.admit(NOW) for _ in range(2)] == [Admission.ADMITTED, Admission.SATURATED]


def test_used_up_credits_pause_the_account_at_its_limit() -> None:
    meter = Meter(an_account(STEADY, limit=5000))
    reading = meter.read(NOW)
    assert (reading.used, reading.credits_left, reading.concurrency) == (5000, 0, 0)
    assert meter.admit(NOW) is Admission.EXHAUSTED


def test_calls_can_use_credits_up() -> None:
    meter = Meter(an_account(limit=30))
    meter.admit(at(1))
    meter.settle(at(1), 75)
    assert meter.admit(at(2)) is Admission.EXHAUSTED
    assert meter.read(at(15)).used == 30


def test_pay_as_you_go_goes_on_beyond_the_limit() -> None:
    meter = Meter(an_account(STEADY, limit=5000, is_pay_as_you_go=True))
    reading = meter.read(NOW)
    assert reading.used > 5000
    assert reading.credits_left == 0
    assert reading.concurrency == 1
    assert meter.admit(NOW) is Admission.ADMITTED
