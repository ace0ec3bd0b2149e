"""Records of stored hours: what the counter came to, and which cycles are whole."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest

from tests.makers import utc
from usage_tui.core.cycle import Cycle, CyclePlan
from usage_tui.core.one_off import OneOffDays
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.spend_record import HOUR, SpendRecord, cycles_of, stored_record

START = utc(2026, 1, 31, 10)


def hours_of(starts: list[datetime], end: datetime, *, spend: int = 3, says_start: bool = True) -> list[TimeSpan]:
    """Make the hours of cycles that began at these moments, each costing `spend`."""
    spans = []
    for number in range((end - starts[0]) // HOUR):
        at = starts[0] + number * HOUR
        started = max(start for start in starts if start <= at)
        passed = (at - started) // HOUR
        spans.append(
            TimeSpan(
                start_ms=epoch_ms(at),
                last=Snapshot(used=spend * (passed + 1), cycle_started_at=started if says_start else None),
                lowest=1,
                covered_ms=HOUR_MS,
                spend=spend,
                has_reset=passed == 0 and number > 0,
            )
        )
    return spans


def test_a_cycle_is_whole_where_the_next_one_began_as_it_ended() -> None:
    starts = [START, utc(2026, 2, 28, 10), utc(2026, 3, 28, 10)]
    record, cycles = stored_record(hours_of(starts, utc(2026, 4, 2)), CyclePlan(), OneOffDays())
    assert cycles == [Cycle(one, other, is_assumed=False) for one, other in itertools.pairwise(starts)]
    assert record.counted == record.spends == (3.0,) * len(record.spends)
    assert (record.began_at, record.ended_at) == (START, utc(2026, 4, 2))


def test_a_cycle_that_an_upgrade_cut_short_is_not_whole() -> None:
    starts = [START, utc(2026, 2, 28, 10), utc(2026, 3, 10, 15), utc(2026, 4, 10, 15)]
    _, cycles = stored_record(hours_of(starts, utc(2026, 4, 12)), CyclePlan(), OneOffDays())
    assert [cycle.started_at for cycle in cycles] == [START, utc(2026, 3, 10, 15)]


def test_cycles_come_from_resets_that_were_seen_or_the_anchor_where_the_service_says_none() -> None:
    starts = [START, utc(2026, 2, 28, 10), utc(2026, 3, 28, 10), utc(2026, 4, 28, 10)]
    hours = hours_of(starts, utc(2026, 4, 30), says_start=False)
    assert [cycle.started_at for cycle in stored_record(hours, CyclePlan(), OneOffDays())[1]] == starts[1:3]
    anchored = stored_record(hours, CyclePlan(anchor=START), OneOffDays())[1]
    assert [cycle.started_at for cycle in anchored] == starts[:3]


def test_what_the_counter_passed_while_nobody_looked_is_counted_where_it_was_seen() -> None:
    hours = hours_of([START, utc(2026, 2, 28, 10)], utc(2026, 3, 2))
    del hours[10:20]
    record, _ = stored_record(hours, CyclePlan(), OneOffDays())
    assert record.counted[9:22] == (3.0, *[None] * 10, 33.0, 3.0)
    assert record.spends[9:22] == (3.0, *[None] * 10, 3.0, 3.0)


def test_imported_spend_is_what_a_counter_would_have_counted() -> None:
    hours = hours_of([START, utc(2026, 2, 28, 10), utc(2026, 3, 28, 10)], utc(2026, 4, 2))
    imported = [
        TimeSpan(each.start_ms, Snapshot(), covered_ms=HOUR_MS, spend=each.spend) if number < 200 else each
        for number, each in enumerate(hours)
    ]
    record, cycles = stored_record(imported, CyclePlan(), OneOffDays())
    assert record == stored_record(hours, CyclePlan(), OneOffDays())[0]
    assert [cycle.started_at for cycle in cycles] == [START, utc(2026, 2, 28, 10)]


@pytest.mark.parametrize(
    ("days", "cycle_days", "starts"),
    [
        (20, None, []),
        (28, None, [utc(2026, 1, 31)]),
        (60, None, [utc(2026, 1, 31), utc(2026, 2, 28)]),
        (59, 30, [utc(2026, 1, 31)]),
        (60, 30, [utc(2026, 1, 31), utc(2026, 3, 2)]),
        (3, 1, [utc(2026, 1, 31), utc(2026, 2, 1), utc(2026, 2, 2)]),
    ],
)
def test_a_file_is_cut_into_months_from_its_first_row_or_so_many_days(
    days: int, cycle_days: int | None, starts: list[datetime]
) -> None:
    hours = (1.0,) * (24 * days)
    cycles = cycles_of(SpendRecord(utc(2026, 1, 31), hours, hours), cycle_days)
    assert [cycle.started_at for cycle in cycles] == starts
    assert all(one.resets_at - one.started_at >= timedelta(days=1) for one in cycles)
    assert all(one.resets_at == other.started_at for one, other in itertools.pairwise(cycles))
