"""What lies ahead of one account, kept up to date: its hours are looked over once an hour, in the history's thread."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from usage_tui.core.account import Account
from usage_tui.core.budget import Budget
from usage_tui.core.cycle import Cycle
from usage_tui.core.one_off import OneOffDays
from usage_tui.core.outlook import Evidence, Outlook
from usage_tui.core.renewal import CountersSeen
from usage_tui.core.rollup import HOUR_MS, epoch_ms
from usage_tui.core.snapshot import Sample
from usage_tui.core.usual import Usual
from usage_tui.core.view import AccountView
from usage_tui.services.desk import Desk

if TYPE_CHECKING:
    import sqlite3

    from usage_tui.core.lookout import Grounds

SPREAD_SECONDS = 600
SETTLING_SECONDS = 60
LEARNING_SECONDS, LONGEST_LEARNING_SECONDS = 20.0, 640.0
CARRIED_SECONDS = 300
CARRIED_AT_MOST = 1e-5  # of the time left: every 10 s with eleven days to go, every five minutes with a year


class _Seen(NamedTuple):
    """What an outlook depends on, besides its grounds."""

    used: int
    limit: int | None
    budget: Budget
    cycle: Cycle
    passed: int


class Foresight:
    """One account's outlook. To be used from one event loop; what takes long is done in the history's thread.

    The hours are looked over some minutes past each hour, every account at its own moment, so that many do not come at
    once; a second time soon after the first, when what came before that is rolled up, and while little was seen.
    """

    def __init__(self, desk: Desk, one_off: OneOffDays) -> None:
        self._desk = desk
        self._one_off = one_off
        self._grounds: Grounds | None = None
        self._seen: _Seen | None = None
        self._made: tuple[Grounds, _Seen, Outlook] | None = None
        self._looked_at = self._due_at = datetime.min.replace(tzinfo=UTC)
        self._learning_seconds = LEARNING_SECONDS
        self._made_at = self._looked_at
        self._has_looked = False
        self._kept_day: object = None

    def leave_out(self, one_off: OneOffDays) -> bool:
        """Leave other days out from the next look on, which is due then; say whether they are others."""
        if one_off == self._one_off:
            return False
        self._one_off, self._due_at = one_off, datetime.min.replace(tzinfo=UTC)
        self._has_looked = False
        return True

    def outlook(self, view: AccountView, budget: Budget, now: datetime) -> Outlook | None:
        """Say what lies ahead as of `view`; made anew where a counter moved, or some minutes passed.

        A year is dear to look over: it is made anew more seldom, the further off the renewal is.
        """
        snapshot, cycle = view.snapshot, view.cycle
        if snapshot.used is None or cycle is None or not _is_of(view.sample, cycle):
            self._seen = None
            return None
        passed = int(now.timestamp()) // CARRIED_SECONDS
        self._seen = seen = _Seen(snapshot.used, snapshot.limit, budget, cycle, passed)
        grounds = self._grounds
        if grounds is None:
            return None
        if self._made is None or self._made[0] is not grounds or not self._is_still_true(seen, now):
            self._made, self._made_at = (grounds, seen, _outlook(grounds, seen, now)), now
        return self._made[2]

    def _is_still_true(self, seen: _Seen, now: datetime) -> bool:
        """Say whether the outlook stands: nothing changed, or so little that far off nobody would see it."""
        before = self._made[1] if self._made is not None else None
        if before is None or before == seen:
            return before is not None
        if before._replace(used=seen.used, passed=seen.passed) != seen or before.used > seen.used:
            return False
        ceilings = [each for each in (seen.limit, seen.budget.credits) if each is not None]
        if any(before.used < ceiling <= seen.used for ceiling in ceilings):
            return False
        return timedelta() <= now - self._made_at < (seen.cycle.resets_at - now) * CARRIED_AT_MOST

    def usual(self, now: datetime) -> Usual | None:
        """Say what is usual for this hour."""
        if self._grounds is None:
            return None
        from usage_tui.core.lookout import usual_of_now  # noqa: PLC0415 -- the first frame does without

        return usual_of_now(self._grounds, now)

    def is_due(self, now: datetime) -> bool:
        """Say whether the hours are to be looked over: once an hour, and when a cycle begins or the clock was set."""
        if self._seen is None:
            return False
        is_new = self._grounds is None or self._grounds.cycle_started_at != self._seen.cycle.started_at
        is_soon = now - self._looked_at < timedelta(seconds=LEARNING_SECONDS)
        return now >= self._due_at or now < self._looked_at or (is_new and not is_soon)

    async def recalled(self, account: Account, cycle: Cycle, now: datetime) -> CountersSeen | None:
        """Read what was seen of the counters around the start of a cycle that the clock began; None of others."""
        if not cycle.is_assumed:
            return None
        from usage_tui.services.history_reader import counters_about  # noqa: PLC0415 -- imports SQLite

        return await self._desk.consult(
            account, lambda connection, number: counters_about(connection, number, cycle, epoch_ms(now))
        )

    async def look_over(self, account: Account, now: datetime, *, is_holder: bool) -> None:
        """Look over the account's stored hours; who holds it also puts down forecasts, and how they came out.

        Where there is no history, what the counter says of the cycle is all there is.
        """
        seen, one_off, before = self._seen, self._one_off, self._grounds if self._has_looked else None
        self._looked_at, self._due_at = now, now + timedelta(seconds=self._learning_seconds)
        self._learning_seconds = min(4 * self._learning_seconds, LONGEST_LEARNING_SECONDS)
        if seen is None:
            return
        from usage_tui.core.lookout import look_over  # noqa: PLC0415 -- the first frame does without

        def look(connection: sqlite3.Connection, number: int) -> Grounds:
            return _looked_over(connection, number, seen, one_off, now, before)

        def settled(connection: sqlite3.Connection, number: int) -> None:
            from usage_tui.services.forecast_log import settle  # noqa: PLC0415 -- imports SQLite

            settle(connection, number, epoch_ms(now))

        if is_holder:
            self._desk.put_down(account, settled)
        grounds = await self._desk.consult(account, look)
        if grounds is None:
            if self._grounds is not None and self._grounds.cycle_started_at == seen.cycle.started_at:
                return
            grounds = look_over((), used=seen.used, cycle=seen.cycle, now=now, one_off=one_off, accuracy=None)
        ahead = _outlook(grounds, seen, now)
        self._grounds, self._made, self._made_at = grounds, (grounds, seen, ahead), now
        if one_off == self._one_off:
            if ahead.evidence is not Evidence.LEARNING and self._has_looked:
                self._due_at = next_look(account.name, now)
            self._has_looked = True
        if is_holder and ahead.evidence is not Evidence.LEARNING:
            self._keep(account, ahead, seen, now)
            self._keep_prospect(account, ahead, seen, now)

    def _keep(self, account: Account, ahead: Outlook, seen: _Seen, now: datetime) -> None:
        """Have the day's first forecast put down."""
        if (
            ahead.total_p10 is None
            or ahead.total_p50 is None
            or ahead.total_p90 is None
            or self._kept_day == now.date()
        ):
            return
        from usage_tui.services.forecast_log import MadeForecast, put_forecast  # noqa: PLC0415 -- imports SQLite

        self._kept_day = now.date()
        made = MadeForecast(
            made_at_ms=epoch_ms(now),
            cycle_began_ms=epoch_ms(seen.cycle.started_at),
            cycle_ends_ms=epoch_ms(seen.cycle.resets_at),
            used=seen.used,
            total_p10=ahead.total_p10,
            total_p50=ahead.total_p50,
            total_p90=ahead.total_p90,
            ceiling=ahead.lower.ceiling if ahead.lower else None,
            run_out_probability=ahead.lower.run_out_probability if ahead.lower else None,
        )
        self._desk.put_down(account, lambda connection, number: put_forecast(connection, number, made))

    def _keep_prospect(self, account: Account, ahead: Outlook, seen: _Seen, now: datetime) -> None:
        """Have what lies ahead put down for those who read it from there."""
        from usage_tui.services.prospect_rows import put_prospect  # noqa: PLC0415 -- imports SQLite

        ends_ms, now_ms = epoch_ms(seen.cycle.resets_at), epoch_ms(now)
        self._desk.put_down(
            account, lambda connection, number: put_prospect(connection, number, ahead.lower, ends_ms, now_ms)
        )


def _is_of(sample: Sample | None, cycle: Cycle) -> bool:
    """Say whether the counters of a sample are those of a cycle."""
    return sample is not None and not cycle.is_due and sample.at >= cycle.started_at


def _outlook(grounds: Grounds, seen: _Seen, now: datetime) -> Outlook:
    from usage_tui.core.lookout import outlook  # noqa: PLC0415 -- the first frame does without

    return outlook(grounds, used=seen.used, limit=seen.limit, budget=seen.budget, cycle=seen.cycle, now=now)


def _looked_over(
    connection: sqlite3.Connection,
    number: int,
    seen: _Seen,
    one_off: OneOffDays,
    now: datetime,
    before: Grounds | None,
) -> Grounds:
    """Read the account's hours, and look them over, unless `before` there were none either; in the history's thread."""
    from usage_tui.core.lookout import begin_of_hours, is_as_blank, look_over  # noqa: PLC0415 -- not for the first frame
    from usage_tui.services.forecast_log import accuracy  # noqa: PLC0415 -- imports SQLite
    from usage_tui.services.history_range import spans  # noqa: PLC0415 -- likewise

    hours = spans(connection, number, begin_of_hours(seen.cycle, now), epoch_ms(now) + 1, HOUR_MS)
    if before is not None and is_as_blank(before, hours, seen.cycle, now):
        return before
    right = accuracy(connection, number)
    return look_over(hours, used=seen.used, cycle=seen.cycle, now=now, one_off=one_off, accuracy=right)


def next_look(name: str, now: datetime) -> datetime:
    """Give the account's own moment in the next hour: a minute past it, when its samples are rolled up, or later."""
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return hour + timedelta(seconds=SETTLING_SECONDS + zlib.crc32(name.encode()) % SPREAD_SECONDS)
