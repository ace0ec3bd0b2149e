"""The billing cycle: when it started, when it renews, and what of that is assumed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

_SHORTEST_MONTH = 28


class Period(StrEnum):
    """How long a cycle lasts: credits of annual plans are annual."""

    MONTH = "month"
    YEAR = "year"

    @property
    def months(self) -> int:
        """The period's length in calendar months."""
        return 12 if self is Period.YEAR else 1


class CyclePlan(Struct, frozen=True):
    """What the config says of an account's cycle; `anchor` is some renewal in UTC, for when the service says none."""

    period: Period = Period.MONTH
    anchor: datetime | None = None


class Cycle(Struct, frozen=True):
    """From reset to reset, in UTC; `is_assumed` where the service did not say this start itself.

    It `is_due` where time has come to it, but the counters are still those of the cycle before.
    """

    started_at: datetime
    resets_at: datetime
    is_assumed: bool
    is_due: bool = False

    def elapsed_share(self, now: datetime) -> float | None:
        """Give the share of the cycle that has passed at `now`, 0–1: where an even pace would stand; None if due."""
        if self.is_due:
            return None
        passed = (now - self.started_at) / (self.resets_at - self.started_at)
        return min(1.0, max(0.0, passed))


def add_months(moment: datetime, months: int) -> datetime:
    """Move `moment` by calendar months; a day that the month lacks becomes its last one."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = moment.day if moment.day <= _SHORTEST_MONTH else min(moment.day, _days_in(year, month + 1))
    return moment.replace(year=year, month=month + 1, day=day)


def _days_in(year: int, month: int) -> int:
    """Count a month's days; `calendar` would too, but to import that takes longer than a status line computes."""
    in_the_next = date(year, month, 28) + timedelta(days=4)
    return (in_the_next - timedelta(days=in_the_next.day)).day


def current_cycle(
    plan: CyclePlan, said: datetime | None, observed_reset: datetime | None, now: datetime
) -> Cycle | None:
    """Find the cycle that `now` lies in, or None where nothing tells its start.

    The start is what the service `said`, else a reset that was seen and is younger than the plan's anchor, else that
    anchor. A start older than its period is moved by whole periods, counted from the first start so that the 31st
    stays the 31st where a month has one; such a cycle is assumed. A start in the future is taken as it is when the
    service said it, and moved back otherwise. Months are those of UTC, whatever zones the moments are in, so that no
    cycle is an hour longer for a clock that was changed.
    """
    start = said
    if start is None:
        known = [moment for moment in (plan.anchor, observed_reset) if moment is not None]
        start = max(known, default=None, key=lambda moment: (moment <= now, moment))
    if start is None:
        return None
    start, now = start.astimezone(UTC), now.astimezone(UTC)
    step = plan.period.months
    periods = ((now.year - start.year) * 12 + now.month - start.month) // step
    if add_months(start, periods * step) > now:
        periods -= 1
    if said is not None:
        periods = max(0, periods)
    return Cycle(
        started_at=add_months(start, periods * step),
        resets_at=add_months(start, (periods + 1) * step),
        is_assumed=said is None or periods > 0,
    )
