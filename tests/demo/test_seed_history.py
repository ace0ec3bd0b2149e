"""The history that the demo starts with is what its service's own counters come to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.makers import utc
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, TimeSpan, epoch_ms, moment
from usage_tui.demo.accounts import SimulatedAccount, simulated_accounts
from usage_tui.demo.meter import Meter
from usage_tui.demo.seed_history import SEEDED_DAYS, SeedHistory

NOW = utc(2026, 11, 22, 10, 42, 7)


@pytest.fixture(params=range(3))
def account(request: pytest.FixtureRequest) -> SimulatedAccount:
    accounts: dict[int, SimulatedAccount] = dict(enumerate(simulated_accounts(NOW)))
    return accounts[request.param]


def all_hours(account: SimulatedAccount) -> list[TimeSpan]:
    seed = SeedHistory(account, NOW)
    return [*seed.older_hours(), *seed.newer_hours()]


def test_hours_go_back_three_months_without_a_gap(account: SimulatedAccount) -> None:
    hours = all_hours(account)
    assert [hour.start_ms for hour in hours] == list(
        range(hours[0].start_ms, epoch_ms(NOW) // HOUR_MS * HOUR_MS, HOUR_MS)
    )
    assert len(hours) == 24 * SEEDED_DAYS
    assert all((hour.lowest or 0) <= hour.request_ms / HOUR_MS <= (hour.highest or 0) for hour in hours)
    assert {hour.covered_ms for hour in hours} == {HOUR_MS}


def test_hours_hold_the_counters_of_the_service_and_all_its_spend(account: SimulatedAccount) -> None:
    meter, hours = Meter(account), all_hours(account)
    for hour in hours[::97]:
        said = meter.read(moment(hour.start_ms + HOUR_MS))
        if said.cycle_started_at != moment(hour.start_ms + HOUR_MS):
            assert (hour.last.used, hour.last.failed) == (said.used, said.failed)
            assert hour.last.cycle_started_at == said.cycle_started_at
    resets = [index for index, hour in enumerate(hours) if hour.has_reset]
    assert len(resets) in (3, 4)
    for begin, end in zip(resets, [*resets[1:], len(hours)], strict=True):
        assert sum(hour.spend for hour in hours[begin:end]) == hours[end - 1].last.used
        assert hours[begin].last.cycle_started_at == moment(hours[begin].start_ms)


def test_minutes_go_on_where_hours_end_and_samples_where_the_service_is_now(account: SimulatedAccount) -> None:
    seed, meter = SeedHistory(account, NOW), Meter(account)
    minutes, readings = list(seed.minutes()), list(seed.readings())
    hours = [hour for hour in all_hours(account) if hour.start_ms < minutes[0].start_ms]
    assert sum(minute.spend for minute in minutes) + (hours[-1].last.used or 0) == minutes[-1].last.used
    said = meter.read(moment(minutes[-1].start_ms + MINUTE_MS) - timedelta(seconds=1))
    assert (minutes[-1].last.used, minutes[-1].last.failed) == (said.used, said.failed)
    assert 0 < epoch_ms(NOW) - readings[-1].at_ms <= readings[-1].interval_ms
    for reading in readings[::53]:
        said, snapshot = meter.read(moment(reading.at_ms)), reading.snapshot
        assert (snapshot.concurrency, snapshot.burst) == (said.concurrency, said.burst)
        assert (snapshot.used, snapshot.failed) == (said.used, said.failed)
        assert reading.is_simulated
    assert not any(reading.has_gap or reading.has_reset for reading in readings)


def test_the_minutes_around_a_midnight_are_two_of_all(account: SimulatedAccount) -> None:
    seed = SeedHistory(account, NOW)
    midnight = NOW.replace(hour=0, minute=0, second=0)
    around = list(seed.minutes_around(midnight))
    assert [moment(minute.start_ms) for minute in around] == [midnight - timedelta(minutes=1), midnight]
    assert all(minute in list(seed.minutes()) for minute in around)
    assert len(list(seed.minutes_around(NOW))) == 1
