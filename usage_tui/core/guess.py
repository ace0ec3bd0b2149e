"""What a method says, at a moment of a cycle, that the cycle will come to: ours, and the two that it has to beat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import erfc, sqrt

from msgspec import Struct

from usage_tui.core.cycle import Cycle
from usage_tui.core.days import DAY_HOURS
from usage_tui.core.forecast import analyse, forecast
from usage_tui.core.one_off import spent_in
from usage_tui.core.spend_record import SpendRecord
from usage_tui.core.spread import Z_OF_TENTH

_WEEK_HOURS = 7 * DAY_HOURS
_KEPT_HOURS = 100 * DAY_HOURS
_UNKNOWN_UNEVENNESS = 1.0


class Origin(Struct, frozen=True):
    """A moment of a cycle, before the hour `index` of a record of which nothing later is looked at.

    `used` is what the cycle's counter said then, in credits, and `limits` are ceilings that it had not reached.
    """

    record: SpendRecord
    index: int
    cycle: Cycle
    used: float
    limits: tuple[float, ...]

    @property
    def at(self) -> datetime:
        """The moment itself."""
        return self.record.began_at + timedelta(hours=self.index)

    @property
    def cycle_index(self) -> int:
        """The index of the cycle's first hour, which may lie before the record."""
        return self.record.index(self.cycle.started_at)

    @property
    def one_off(self) -> list[int]:
        """The indexes of the cycle's hours, up to then, that the user left out."""
        return [index for index in self.record.one_off if self.cycle_index <= index < self.index]

    @property
    def spent(self) -> float:
        """What the cycle had come to but for the hours left out, in credits."""
        one_off = self.one_off
        counted = self.record.counted[: self.index]
        return self.used - (spent_in(one_off, counted, first=self.cycle_index, spent=self.used) if one_off else 0.0)


class Guess(Struct, frozen=True):
    """The total in credits; and for each limit the chance, 0–1, that it is reached, and when that is as likely as not.

    A run-out is None where it is not before the renewal.
    """

    p10: float
    p50: float
    p90: float
    chances: tuple[float, ...]
    run_outs: tuple[datetime | None, ...]


def ours(origin: Origin) -> Guess | None:
    """Guess as the program does, or None where it would say nothing."""
    record = origin.record
    first = max(0, min(origin.index - _KEPT_HOURS, origin.cycle_index))
    analysis = analyse(
        record.spends[first : origin.index],
        origin.at,
        cycle_started_at=origin.cycle.started_at,
        spent=origin.spent,
        paused={index - first for index in record.paused | record.one_off if first <= index < origin.index},
    )
    total = forecast(analysis, used=origin.used, ceiling=None, cycle=origin.cycle, now=origin.at)
    if total is None:
        return None
    chances, run_outs = [], []
    for limit in origin.limits:
        coming = forecast(analysis, used=origin.used, ceiling=limit, cycle=origin.cycle, now=origin.at)
        if coming is None or coming.chance is None:
            return None
        chances.append(coming.chance)
        run_outs.append(coming.run_out_p50)
    return Guess(total.total_p10, total.total_p50, total.total_p90, tuple(chances), tuple(run_outs))


def last_seven_days(origin: Origin) -> Guess:
    """Guess that the pace of the last seven days, as far as they are known, goes on."""
    week = origin.record.spends[max(0, origin.index - _WEEK_HOURS) : origin.index]
    known = [hour for hour in week if hour is not None]
    if not known:
        return straight_line(origin)
    return _carried(origin, DAY_HOURS * sum(known) / len(known), week)


def straight_line(origin: Origin) -> Guess:
    """Guess that the mean pace of the cycle goes on."""
    passed_days = (origin.at - origin.cycle.started_at) / timedelta(days=1) - len(origin.one_off) / DAY_HOURS
    pace = origin.spent / passed_days if passed_days > 0 else 0.0
    return _carried(origin, pace, origin.record.spends[max(0, origin.cycle_index) : origin.index])


METHODS: dict[str, Callable[[Origin], Guess | None]] = {
    "usage-tui": ours,
    "last-7-days": last_seven_days,
    "straight-line": straight_line,
}


def _carried(origin: Origin, pace: float, hours: Sequence[float | None]) -> Guess:
    """Carry a pace in credits a day to the renewal; the range comes from how uneven the days were that it is of."""
    left = origin.cycle.resets_at - origin.at
    days_left = left / timedelta(days=1)
    days = _days(hours)
    mean = sum(days) / len(days) if days else 0.0
    unevenness = _UNKNOWN_UNEVENNESS
    if len(days) > 1 and mean > 0:
        unevenness = sum((day / mean - 1) ** 2 for day in days) / (len(days) - 1)
    expected = pace * days_left
    deviation = expected * sqrt(unevenness * (1 / days_left + 1 / max(1, len(days))))
    low, high = (max(0.0, expected + z * deviation) for z in (-Z_OF_TENTH, Z_OF_TENTH))
    needs = [limit - origin.used for limit in origin.limits]
    return Guess(
        p10=origin.used + low,
        p50=origin.used + expected,
        p90=origin.used + high,
        chances=tuple(_chance(need - expected, deviation) for need in needs),
        run_outs=tuple(origin.at + left * (need / expected) if 0 < need <= expected else None for need in needs),
    )


def _days(hours: Sequence[float | None]) -> list[float]:
    """Give the spend of each day before the end, the latest first, of which more than half is known."""
    days = []
    for end in range(len(hours), 0, -DAY_HOURS):
        known = [hour for hour in hours[max(0, end - DAY_HOURS) : end] if hour is not None]
        if 2 * len(known) > DAY_HOURS:
            days.append(DAY_HOURS * sum(known) / len(known))
    return days


def _chance(missing: float, deviation: float) -> float:
    """Give the chance that the normal deviation makes up for what is missing of the mean."""
    if not deviation:
        return 1.0 if missing <= 0 else 0.0
    return erfc(missing / deviation / sqrt(2)) / 2
