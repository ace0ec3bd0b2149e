"""Whether a cycle that the clock began was seen to begin: neither the hour nor the zone of a reset is documented."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.cycle import Cycle
from usage_tui.core.rollup import HOUR_MS, TimeSpan, moment

RENEWAL_SLACK = timedelta(days=1)


class CountersSeen(Struct, frozen=True):
    """Since when an account's counters were seen, and when they were last seen to begin anew, in UTC.

    They begin anew where one falls, where the cycle's start moves, and where nothing is used. `resumed_at` is when they
    were seen again after so long that a reset and all its signs may lie between.
    """

    since: datetime
    anew_at: datetime | None = None
    resumed_at: datetime | None = None

    def at(self, at: datetime, passed: timedelta, *, is_anew: bool) -> CountersSeen:
        """Take in the counters of a moment, `passed` after those before."""
        if is_anew:
            return replace(self, anew_at=at)
        return replace(self, resumed_at=at) if passed > RENEWAL_SLACK else self

    def joined(self, other: CountersSeen) -> CountersSeen:
        """Take in what else was seen of the same counters."""
        return CountersSeen(
            min(self.since, other.since),
            max(filter(None, (self.anew_at, other.anew_at)), default=None),
            max(filter(None, (self.resumed_at, other.resumed_at)), default=None),
        )

    def are_behind(self, started_at: datetime) -> bool:
        """Say whether the counters, seen since before a cycle started, have only stood or risen from then on."""
        if self.since >= started_at or (self.anew_at is not None and self.anew_at >= started_at - RENEWAL_SLACK):
            return False
        return self.resumed_at is None or self.resumed_at < started_at + RENEWAL_SLACK


def as_seen(cycle: Cycle | None, counters: CountersSeen | None, sampled_at: datetime) -> Cycle | None:
    """Mark a cycle as due that began by the clock, while all that was said is of the one before."""
    if cycle is None or not cycle.is_assumed:
        return cycle
    is_behind = counters is not None and counters.are_behind(cycle.started_at)
    return replace(cycle, is_due=is_behind or sampled_at < cycle.started_at)


def counters_seen(hours: Iterable[TimeSpan]) -> CountersSeen | None:
    """Find the same in hours, in the order of time; None where none has counters."""
    counted = [hour for hour in hours if hour.last.used is not None]
    if not counted:
        return None
    seen = CountersSeen(moment(counted[0].start_ms + HOUR_MS))
    for earlier, later in pairwise([counted[0], *counted]):
        at = moment(later.start_ms)
        is_anew = later.has_reset or later.last.used == 0
        seen = seen.at(at, at - moment(earlier.start_ms), is_anew=is_anew)
    return seen
