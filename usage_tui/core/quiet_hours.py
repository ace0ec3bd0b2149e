"""Hours of the day in which nobody wants to be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, tzinfo

from msgspec import Struct

from usage_tui.core.wording import local


class QuietHours(Struct, frozen=True):
    """From one time of day until before another, by the user's clocks; over midnight where it ends before it begins."""

    begins: time
    ends: time

    def holds(self, clock: time) -> bool:
        """Say whether a time of day lies in it; one that begins when it ends is the whole day."""
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


def quiet_hours(spans: Iterable[str]) -> tuple[QuietHours, ...]:
    """Read spans such as `22:00-07:00`, which were checked before."""
    pairs = (span.split("-") for span in spans)
    return tuple(QuietHours(time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in pairs)


def is_quiet(hours: Iterable[QuietHours], at: datetime, zone: tzinfo | None) -> bool:
    """Say whether a moment lies in quiet hours, as the clocks of the user's zone show it."""
    clock = local(at, zone).time()
    return any(span.holds(clock) for span in hours)
