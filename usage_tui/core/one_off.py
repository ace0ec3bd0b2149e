"""Days that the user marked as one-off, such as that of a backfill: what was spent on them is no part of the pace."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from msgspec import Struct

from usage_tui.core.rollup import HOUR_MS, epoch_ms

_DAY = timedelta(days=1)


class OneOffDays(Struct, frozen=True):
    """Days that are left out of a forecast, each from midnight to midnight in a zone, None being the machine's own."""

    days: tuple[date, ...] = ()
    zone: tzinfo | None = None

    def hours(self, begin_ms: int, count: int) -> tuple[frozenset[int], int]:
        """Say which of so many hours from `begin_ms` on touch the days, by index, and how many of the days they do.

        Where midnight is within an hour, that one belongs to both days: nothing of a one-off day counts.
        """
        indexes: set[int] = set()
        touched = 0
        for day in set(self.days):
            first = (epoch_ms(self._midnight(day)) - begin_ms) // HOUR_MS
            end = -((begin_ms - epoch_ms(self._midnight(day + _DAY))) // HOUR_MS)
            own = range(max(0, first), min(count, end))
            indexes.update(own)
            touched += bool(own)
        return frozenset(indexes), touched

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)


def without(spends: Sequence[float | None], indexes: frozenset[int]) -> Sequence[float | None]:
    """Give hourly spend with the hours of these indexes unknown."""
    if not indexes:
        return spends
    return [None if index in indexes else hour for index, hour in enumerate(spends)]


def spent_in(indexes: Iterable[int], counted: Sequence[float | None], *, first: int, spent: float) -> float:
    """Give what a cycle, which began with the hour `first`, spent in the hours of these indexes, in credits.

    `counted` is by how much the counter was found to have moved at the end of each hour since it was last looked at,
    None where nobody looked: hours in which nobody did share evenly what was found after them. What `spent`, the whole
    of the cycle so far, has beyond that came before the first look.
    """
    looks = [index for index in range(max(0, first), len(counted)) if counted[index] is not None]
    if not looks:
        looks, moved = [len(counted) - 1], [spent]
    else:
        later = [max(0.0, counted[index] or 0.0) for index in looks[1:]]
        moved = [max(0.0, spent - sum(later)), *later]
    wanted = sorted(index for index in indexes if index >= first)
    total = 0.0
    for (before, look), credits_found in zip(pairwise([first - 1, *looks]), moved, strict=True):
        inside = bisect_right(wanted, look) - bisect_right(wanted, before)
        total += credits_found * inside / (look - before) if inside else 0.0
    return min(spent, total)
