"""A simulated service that listens, on a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo.clock import StandingClock
from usage_tui.demo.accounts import simulated_accounts
from usage_tui.demo.server import SimulatedService


@pytest.fixture
def clock() -> StandingClock:
    """Give the clock of `service`."""
    return StandingClock()


@pytest.fixture
def service(clock: StandingClock) -> Iterator[SimulatedService]:
    """Give a service that listens, whose scrape calls last no time."""
    with SimulatedService(simulated_accounts(clock.now), clock=clock, seconds_per_call=0.0) as running:
        yield running
