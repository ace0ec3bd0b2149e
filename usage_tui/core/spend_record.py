"""What was spent hour by hour over months, with what a counter told of it: the matter of a backtest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.cycle import Cycle, CyclePlan, add_months, current_cycle
from usage_tui.core.hourly import is_spend_alone, spend_by_hour
from usage_tui.core.one_off import OneOffDays, without
from usage_tui.core.renewal import RENEWAL_SLACK
from usage_tui.core.rollup import HOUR_MS, TimeSpan, moment

HOUR = timedelta(hours=1)


class SpendRecord(Struct, frozen=True):
    """Hours from `began_at` on: credits spent in each, None where that is not known.

    `counted` is by how much the cycle's counter was found to have moved at the end of each hour since it was last
    looked at, None where nobody looked. `paused` are the indexes of hours in which nothing could be spent, `one_off`
    those of hours that the user left out: their spend is not known here.
    """

    began_at: datetime
    spends: tuple[float | None, ...]
    counted: tuple[float | None, ...]
    paused: frozenset[int] = frozenset()
    one_off: frozenset[int] = frozenset()

    @property
    def ended_at(self) -> datetime:
        """When the last hour ended."""
        return self.began_at + len(self.spends) * HOUR

    def index(self, at: datetime) -> int:
        """Give the index of the hour that a moment lies in."""
        return (at - self.began_at) // HOUR


def stored_record(spans: Iterable[TimeSpan], plan: CyclePlan, one_off: OneOffDays) -> tuple[SpendRecord, list[Cycle]]:
    """Make a record of stored hours in the order of time, at least one, and find the cycles that are whole in it.

    A cycle that was cut short by an upgrade is left out, for nobody knows what it would have come to; so are the hours
    of `one_off` days.
    """
    hours = list(spans)
    begin_ms, end_ms = hours[0].start_ms, hours[-1].start_ms + HOUR_MS
    seen = spend_by_hour(hours, begin_ms, end_ms)
    counted: list[float | None] = [None] * len(seen.spends)
    cycles: list[Cycle] = []
    reset: datetime | None = None
    used_before = 0
    if plan.anchor is None:
        plan = replace(
            plan, anchor=next((each.last.cycle_started_at for each in hours if each.last.cycle_started_at), None)
        )
    for span in hours:
        if span.has_reset:
            reset = moment(span.start_ms)
        cycle = current_cycle(plan, span.last.cycle_started_at, reset, moment(span.start_ms + HOUR_MS - 1))
        if cycle is not None and (not cycles or cycles[-1].started_at != cycle.started_at):
            cycles.append(cycle)
            used_before = 0
        used = used_before + max(0, span.spend) if is_spend_alone(span) and span.covered_ms else span.last.used
        if used is not None:
            counted[(span.start_ms - begin_ms) // HOUR_MS] = float(used - used_before)
            used_before = used
    whole = [cycle for cycle, after in pairwise(cycles) if abs(after.started_at - cycle.resets_at) < RENEWAL_SLACK]
    left_out, _ = one_off.hours(begin_ms, len(seen.spends))
    spends = tuple(without(seen.spends, left_out))
    return SpendRecord(moment(begin_ms), spends, tuple(counted), seen.paused, left_out), whole


def cycles_of(record: SpendRecord, cycle_days: int | None) -> list[Cycle]:
    """Cut a record into whole cycles from its beginning: monthly, or of so many days each."""
    cycles: list[Cycle] = []
    start = record.began_at
    while True:
        number = len(cycles) + 1
        end = (
            add_months(record.began_at, number)
            if cycle_days is None
            else record.began_at + number * timedelta(days=cycle_days)
        )
        if end > record.ended_at:
            return cycles
        cycles.append(Cycle(start, end, is_assumed=True))
        start = end
