"""The course of spend from now on: what is expected, how far it may come out from that, and when it reaches a sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import floor

from usage_tui.core.days import DAY_HOURS
from usage_tui.core.spread import Spread, factor


class Course:
    """Spend after `begin`, in credits; all times are in hours after the end of the last complete hour.

    `pace` is in credits a day; `weekday` and `hour` are the factors of an analysis.
    """

    def __init__(
        self, pace: float, weekday: Sequence[float], hour: Sequence[float], spread: Spread, begin: float
    ) -> None:
        self._pace = pace
        self._spread = spread
        self._begin = begin
        self._by_day = [weekday[(6 - day) % 7] for day in range(7)]
        self._before_day = list(accumulate(self._by_day, initial=0.0))
        self._by_hour = hour
        self._before_hour = list(accumulate(hour, initial=0.0))
        self._spent_at_begin = self._spent(begin)

    def expected(self, time: float) -> float:
        """Give the mean of what is spent until a time."""
        return max(0.0, self._spent(time) - self._spent_at_begin)

    def variance(self, time: float) -> float:
        """Give the variance of what is spent until a time after the beginning, as a share of the mean, squared."""
        return self._spread.variance((time - self._begin) / DAY_HOURS)

    def quantile(self, time: float, z: float) -> float:
        """Give the quantile, that of the standard normal at `z`, of what is spent until a time."""
        if time <= self._begin:
            return 0.0
        return self.expected(time) * factor(self.variance(time), z)

    def reached(self, need: float, end: float, z: float) -> float | None:
        """Give the time at which a quantile first reaches `need` credits, above 0, or None if not before the end.

        It is found to the hour, and between hours by the straight line.
        """
        day_begin = self._begin
        for day_end in _steps(self._begin, end, DAY_HOURS):
            if self.quantile(day_end, z) >= need:
                return self._reached_within(need, day_begin, day_end, z)
            day_begin = day_end
        return None

    def _reached_within(self, need: float, begin: float, end: float, z: float) -> float:
        had = self.quantile(begin, z)
        for hour in _steps(begin, end, 1):
            has = self.quantile(hour, z)
            if has >= need:
                return begin + (hour - begin) * (need - had) / (has - had)
            begin, had = hour, has
        return end

    def _spent(self, time: float) -> float:
        days, hour = divmod(time, DAY_HOURS)
        weeks, day = divmod(int(days), 7)
        whole = int(hour)
        part = self._before_hour[whole] + self._by_hour[whole] * (hour - whole)
        return self._pace * (7 * weeks + self._before_day[day] + self._by_day[day] * part / DAY_HOURS)


def _steps(begin: float, end: float, width: int) -> Iterator[float]:
    """Give the multiples of a width after `begin` and before `end`, then `end`."""
    step = (floor(begin / width) + 1) * width
    while step < end:
        yield step
        step += width
    yield end
