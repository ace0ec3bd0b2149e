"""Which days of a report may be held against others: those that are whole, in weeks of which no day is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from usage_tui.core.rollup import DAY_MS

WEEK_DAYS = 7


class ReportedDay(NamedTuple):
    """A day of a report, counted since the epoch, the import that its rows came with, and when that was."""

    day: int
    source: int
    imported_ms: int

    @property
    def is_whole(self) -> bool:
        """Whether the day was over, in UTC, when its rows came: those of a day that goes on are of a part of it."""
        return self.imported_ms >= (self.day + 1) * DAY_MS


def weeks_until(days: Sequence[ReportedDay]) -> int | None:
    """Give the last whole day, where the two weeks that it ends are covered by whole days; else None.

    A day without rows, between others of the same import, is covered: nothing was scraped on it.
    """
    last = max((each.day for each in days if each.is_whole), default=None)
    if last is None:
        return None
    weeks = set(range(last - 2 * WEEK_DAYS + 1, last + 1))
    if any(each.day in weeks and not each.is_whole for each in days):
        return None
    held: dict[int, list[int]] = {}
    for each in days:
        held.setdefault(each.source, []).append(each.day)
    for theirs in held.values():
        weeks.difference_update(range(min(theirs), max(theirs) + 1))
    return None if weeks else last
