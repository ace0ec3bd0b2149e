"""The stretch of time that a chart of the history shows, in steps that fit its columns, and the words of its axis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.cycle import Cycle, add_months
from usage_tui.core.rollup import DAY_MS, MINUTE_MS, TimeSpan, epoch_ms, moment
from usage_tui.core.spans import Line, Role, Span

_STEPS_SECONDS = (
    *(1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800),
    *(hours * 3600 for hours in (1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168, 336)),
)
_TICKS_SECONDS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200)
_TICK_DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 28, 60)
_DAYS_OF_A_MONTH = 31
_YEAR_FROM_DAYS = 60


class HistoryRange(Struct, frozen=True):
    """A range of the history: so many `seconds` up to now, or a cycle where there are none."""

    label: str
    earlier: str
    seconds: int | None = None
    is_past: bool = False


HISTORY_RANGES = (
    HistoryRange("10 min", "the 10 min before", 600),
    HistoryRange("1 h", "the hour before", 3600),
    HistoryRange("24 h", "the 24 h before", 86_400),
    HistoryRange("7 d", "the 7 days before", 604_800),
    HistoryRange("cycle", "the cycle before"),
    HistoryRange("previous cycle", "the cycle before it", is_past=True),
)


class Stretch(Struct, frozen=True):
    """From `begin_ms` to `end_ms` epoch milliseconds in steps of `step_ms`; time has come up to `until_ms`."""

    begin_ms: int
    end_ms: int
    step_ms: int
    until_ms: int

    @property
    def first_ms(self) -> int:
        """The start of the first step, which may lie before the stretch."""
        return self.begin_ms // self.step_ms * self.step_ms

    @property
    def starts(self) -> range:
        """The starts of the steps that have begun."""
        return range(self.first_ms, self.until_ms, self.step_ms)

    def start_of(self, at_ms: float) -> int:
        """Give the start of the step that a moment lies in."""
        return int(at_ms // self.step_ms) * self.step_ms

    def bounds(self, start_ms: int) -> tuple[int, int]:
        """Give from when to when the step that starts at `start_ms` lies in the time that has come."""
        return max(start_ms, self.begin_ms), min(start_ms + self.step_ms, self.until_ms)

    def cell(self, at_ms: float, columns: int) -> float:
        """Say how many cells from the left a moment lies."""
        return columns * (at_ms - self.begin_ms) / (self.end_ms - self.begin_ms)

    def at(self, cell: float, columns: int) -> float:
        """Say which moment lies so many cells from the left."""
        return self.begin_ms + (self.end_ms - self.begin_ms) * cell / columns


def recent(seconds: int, now_ms: int, columns: int, *, least_step_ms: int, centre_ms: int | None = None) -> Stretch:
    """Give the last `seconds` up to now, or those around a moment before, in whole steps."""
    step_ms = step_for(seconds * 1000, columns, least_step_ms)
    length_ms = -(-seconds * 1000 // step_ms) * step_ms
    end_ms = (now_ms // step_ms + 1) * step_ms
    if centre_ms is not None:
        end_ms = min(end_ms, round((centre_ms + length_ms / 2) / step_ms) * step_ms)
    return Stretch(end_ms - length_ms, end_ms, step_ms, min(now_ms, end_ms))


def of_cycle(cycle: Cycle, now_ms: int, columns: int, *, has_future: bool) -> Stretch:
    """Give a cycle: as far as time has come, or with `has_future` to its renewal."""
    begin_ms, resets_ms = epoch_ms(cycle.started_at), epoch_ms(cycle.resets_at)
    until_ms = max(begin_ms + 1000, min(now_ms, resets_ms))
    end_ms = resets_ms if has_future else until_ms
    return Stretch(begin_ms, end_ms, step_for(end_ms - begin_ms, columns, MINUTE_MS), until_ms)


def step_for(length_ms: int, columns: int, least_ms: int = 1000) -> int:
    """Choose the shortest step, in milliseconds, of which no more than `columns` make up the length."""
    steps = [1000 * seconds for seconds in _STEPS_SECONDS if 1000 * seconds >= least_ms]
    return next((step for step in steps if length_ms <= step * max(1, columns)), steps[-1])


def cycle_before(cycle: Cycle, stored: list[TimeSpan]) -> Cycle:
    """Find the cycle before one from the spans `stored` of the time before it; without any it is assumed.

    It began when the last span says, else with the last reset that was seen.
    """
    is_year = (cycle.resets_at - cycle.started_at).days > _YEAR_FROM_DAYS
    begun = [span for span in stored if span.start_ms < epoch_ms(cycle.started_at)]
    said = begun[-1].last.cycle_started_at if begun else None
    if said is None or said >= cycle.started_at:
        said = next((moment(span.start_ms) for span in reversed(begun) if span.has_reset), None)
    return Cycle(
        said or add_months(cycle.started_at, -12 if is_year else -1), cycle.started_at, is_assumed=said is None
    )


def longest_before_ms(cycle: Cycle) -> int:
    """Say how long before a cycle the one before it may have begun, in milliseconds."""
    return max(_DAYS_OF_A_MONTH * DAY_MS, epoch_ms(cycle.resets_at) - epoch_ms(cycle.started_at) + DAY_MS)


def axis(shown: Stretch, columns: int, zone: tzinfo | None, *, is_live: bool) -> Line:
    """Word the time axis: round times of the user's day at their places, and where now is."""
    text = [" "] * columns

    def put(label: str, at: int) -> None:
        free = text[max(0, at - 1) : at + len(label) + 1]
        if 0 <= at <= columns - len(label) and all(cell == " " for cell in free):
            text[at : at + len(label)] = label

    if is_live:
        put("now", min(columns - 3, max(0, int(shown.cell(shown.until_ms, columns)) - 1)))
    for at_ms, label in _ticks(shown, columns, zone):
        put(label, int(shown.cell(at_ms, columns)))
    return (Span("".join(text), Role.DIM),)


def _ticks(shown: Stretch, columns: int, zone: tzinfo | None) -> Iterator[tuple[int, str]]:
    """Give round times in the stretch, as far apart as their labels need, days before hours."""
    cell_ms = (shown.end_ms - shown.begin_ms) / columns
    every = next((seconds * 1000 for seconds in _TICKS_SECONDS if seconds * 1000 >= 9 * cell_ms), None)
    days = 1 if every else next((number for number in _TICK_DAYS if number * DAY_MS >= 9 * cell_ms), _TICK_DAYS[-1])
    midnights = list(_midnights(shown, zone))
    for number, midnight in enumerate(midnights):
        if number % days == 0 and shown.begin_ms <= epoch_ms(midnight) < shown.end_ms:
            yield epoch_ms(midnight), wording.day(midnight, zone)
    for midnight, after in zip(midnights, [*midnights[1:], None], strict=True) if every else ():
        begin_ms = epoch_ms(midnight)
        until_ms = epoch_ms(after) if after else shown.end_ms
        for at_ms in range(begin_ms + (every or 0), min(until_ms, shown.end_ms), every or 1):
            if at_ms >= shown.begin_ms:
                yield at_ms, wording.clock_time(moment(at_ms), zone)


def _midnights(shown: Stretch, zone: tzinfo | None) -> Iterator[datetime]:
    """Give when the user's days began that the stretch lies in."""
    midnight = wording.midnight(moment(shown.begin_ms), zone)
    while epoch_ms(midnight) < shown.end_ms:
        yield midnight
        midnight = wording.next_midnight(midnight, zone)
