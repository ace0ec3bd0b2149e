"""A cycle that the clock began is believed once its reset was seen, or where it may well have been hidden."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.makers import utc
from usage_tui.core.cycle import Cycle
from usage_tui.core.renewal import CountersSeen, as_seen, counters_seen
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot

START = utc(2026, 12, 3, 10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY_CLOCK = Cycle(START, utc(2027, 1, 3, 10), is_assumed=True)


def hour(at: datetime, used: int | None, *, has_reset: bool = False) -> TimeSpan:
    """Make an hour that left the counter so."""
    return TimeSpan(epoch_ms(at) // HOUR_MS * HOUR_MS, Snapshot(used=used), has_reset=has_reset)


@pytest.mark.parametrize(
    ("seen", "is_due"),
    [
        (CountersSeen(START - HOUR), True),
        (CountersSeen(START - 300 * DAY), True),
        (CountersSeen(START), False),
        (CountersSeen(START + DAY), False),
        (CountersSeen(START - DAY, anew_at=START + HOUR), False),
        (CountersSeen(START - DAY, anew_at=START - 14 * HOUR), False),
        (CountersSeen(START - 40 * DAY, anew_at=START - 30 * DAY), True),
        (CountersSeen(START - DAY, resumed_at=START + HOUR), True),
        (CountersSeen(START - 40 * DAY, resumed_at=START + 3 * DAY), False),
        (None, False),
    ],
)
def test_cycle_is_due_while_counters_from_before_it_have_only_risen(seen: CountersSeen | None, is_due: bool) -> None:
    cycle = as_seen(BY_CLOCK, seen, START + 5 * DAY)
    assert cycle is not None
    assert cycle.is_due is is_due
    assert (cycle.elapsed_share(START + 5 * DAY) is None) is is_due


def test_cycle_is_due_until_a_sample_of_it_is_there() -> None:
    cycle = as_seen(BY_CLOCK, CountersSeen(START - 2 * HOUR, anew_at=START - HOUR), START - HOUR)
    assert cycle is not None
    assert cycle.is_due


def test_cycle_whose_start_the_service_said_is_never_due() -> None:
    said = Cycle(START, BY_CLOCK.resets_at, is_assumed=False)
    assert as_seen(said, CountersSeen(START - DAY), START - HOUR) == said
    assert as_seen(None, CountersSeen(START - DAY), START) is None


def test_stored_hours_tell_since_when_counters_rise() -> None:
    hours = [hour(START - 3 * HOUR, None), hour(START - 2 * HOUR, 10), hour(START - HOUR, 20), hour(START, 30)]
    assert counters_seen(hours) == CountersSeen(START - HOUR)
    assert counters_seen(hours[:1]) is None


def test_an_hour_of_which_a_part_lies_before_the_start_proves_nothing() -> None:
    seen = counters_seen([hour(START, 10), hour(START + HOUR, 20)])
    assert seen is not None
    assert not seen.are_behind(START + HOUR / 2)


def test_stored_hours_tell_a_reset_a_counter_of_nothing_and_a_long_absence() -> None:
    before = hour(START - 2 * HOUR, 900)
    reset = counters_seen([before, hour(START, 5, has_reset=True), hour(START + HOUR, 9)])
    assert reset is not None
    assert reset.anew_at == START
    idle = counters_seen([hour(START - 2 * HOUR, 0), hour(START, 0), hour(START + HOUR, 9)])
    assert idle is not None
    assert idle.anew_at == START
    absent = counters_seen([before, hour(START + 3 * DAY, 5_000)])
    assert absent is not None
    assert (absent.anew_at, absent.resumed_at) == (None, START + 3 * DAY)


def test_what_a_process_saw_and_what_was_stored_make_one() -> None:
    own = CountersSeen(START - HOUR, anew_at=START)
    stored = CountersSeen(START - DAY, resumed_at=START - 2 * HOUR)
    assert own.joined(stored) == CountersSeen(START - DAY, START, START - 2 * HOUR) == stored.joined(own)
