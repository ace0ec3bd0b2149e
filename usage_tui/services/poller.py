"""One account's polling: when it is asked, what came of it, and who is told."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta, tzinfo
from functools import partial

from msgspec.structs import replace

from usage_tui.core.account import Account, AccountState, PollPlan, is_insecure
from usage_tui.core.errors import KeyRefused, KeyUnavailable, ServiceError, UsageTuiError
from usage_tui.core.ledger import Ledger
from usage_tui.core.one_off import OneOffDays
from usage_tui.core.rollup import Reading, epoch_ms
from usage_tui.core.snapshot import Sample
from usage_tui.core.view import AccountView, Duty, LastPoll, OpenAlert, Standing, Wanted
from usage_tui.core.wording import harmless, midnight
from usage_tui.services.claim import Claim
from usage_tui.services.foresight import Foresight
from usage_tui.services.kept_connection import KeptConnection
from usage_tui.services.outside import Outside
from usage_tui.services.pacer import Pacer
from usage_tui.services.rest import Rest
from usage_tui.services.shield import Shield
from usage_tui.services.timetable import Timetable

CLAIM_SECONDS = 3.0
FAULT_SECONDS = 5.0
BEFORE_MIDNIGHT = timedelta(minutes=10)
READINGS_AT_ONCE = 500
FRESH_INTERVALS = 2.0


class Poller:
    """Polls one account while its task runs; what it saw outlives that. To be used from one event loop."""

    def __init__(
        self,
        account: Account,
        plan: PollPlan,
        zone: tzinfo | None,
        *,
        timetable: Timetable,
        pacer: Pacer,
        outside: Outside,
    ) -> None:
        self.account = account
        self._plan = plan
        self._zone = zone
        self._timetable = timetable
        self._pacer = pacer
        self._outside = outside
        self._ledger, self._foresight = self._new_memory()
        self._shield = Shield(account.name)
        self._connection = KeptConnection(outside.connect)
        self._followed_seconds: float | None = None
        self._told: tuple[LastPoll | None, Standing, OpenAlert | None] = (None, Standing(), None)
        self._rest = Rest()
        self._is_ending = False
        self._claim = Claim(outside.desk, self._shield)
        self._last_poll: LastPoll | None = None
        self._keeps_alerts = self._has_first_news = False
        self._has_just_polled = False

    def _new_memory(self) -> tuple[Ledger, Foresight]:
        """Make what keeps the samples of the account, and what looks ahead by them."""
        is_open = is_insecure(self.account.base_url)
        ledger = Ledger(self.account, self._plan, self._zone, is_insecure=is_open)
        return ledger, Foresight(self._outside.desk, OneOffDays(self.account.one_off_days, self._zone))

    def view(self) -> AccountView:
        """Make the view of the account as it stands."""
        seconds = self._followed_seconds or self._pacer.cadence.seconds
        now = self._outside.clock.now()
        view = self._ledger.view(now, seconds)
        standing = self._outside.desk.standing(self.account)
        alert = self._outside.alerts.newest(self.account)
        self._told = (view.last_poll, standing, alert)
        ahead = self._foresight.outlook(view, self.account.budget, now)
        return replace(view, standing=standing, outlook=ahead, usual=self._foresight.usual(now), alert=alert)

    def publish(self) -> None:
        """Hand the view to whoever watches."""
        self._publish(self.view())

    def _publish(self, view: AccountView) -> None:
        self._shield.call("its view was not taken", partial(self._outside.publish, view))

    def _tell(self) -> None:
        """Hand the view after a poll to whoever watches, then look whether it is worth an alert."""
        view = self.view()
        self._publish(view)
        self._shield.call("its alerts were not looked at", partial(self._outside.alerts.look, self.account, view))

    def replan(self, account: Account, plan: PollPlan, zone: tzinfo | None) -> None:
        """Take up a changed config of the same account."""
        self.account, self._plan, self._zone = account, plan, zone
        self._ledger.replan(account, plan, zone)
        if self._foresight.leave_out(OneOffDays(account.one_off_days, zone)):
            self.wake()

    def retime(self, timetable: Timetable) -> None:
        """Keep another timetable from now on."""
        if timetable != self._timetable:
            self._timetable = timetable
            self.wake()

    def restart(self, delay_seconds: float) -> None:
        """Poll after a delay, whatever was due."""
        self._pacer.hurry(self._outside.clock.monotonic() + delay_seconds)
        self.wake()

    def wake(self) -> None:
        """Look again at what is wanted, and when."""
        self._rest.end()

    def finish(self) -> None:
        """Let the task end as soon as no poll is in flight."""
        self._is_ending = True
        self.wake()

    def start(self) -> asyncio.Task[None]:
        """Poll whenever a poll is due, until `finish` or a cancellation of the task; no fault ends it."""
        self._is_ending = self._has_just_polled = False
        return asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while not self._is_ending:
                if await self._shield.outcome("its poller failed", self._step()) is None:
                    await self._rest.wait(FAULT_SECONDS)
        finally:
            await self._connection.close()
            await self._claim.give_up(self.account)

    async def _step(self) -> bool:
        """Claim the account, poll it if that is due, or wait: whichever comes next; True, for it did not fail."""
        desk = self._outside.desk
        if self._foresight.is_due(self._outside.clock.now()):
            await self._look_ahead()
            self.publish()
        is_new = not self._claim.is_held
        if is_new and not await self._take_up():
            await self._rest.wait(min(CLAIM_SECONDS, self._seconds_left) if self._claim.lacks_key else CLAIM_SECONDS)
            return True
        self._rest.forget_ends()
        self._heed(desk.wanted(self.account))
        if self._outside.alerts.newest(self.account) != self._told[2]:
            self.publish()
        if self._seconds_left > 0:
            await self._rest.wait(self._seconds_left)
        elif is_new or self._connection.is_open or await self._take_claim():
            self._has_just_polled = True
            await self.poll()
        return True

    @property
    def _seconds_left(self) -> float:
        """How long it is until the next poll is due."""
        return self._pacer.due - self._outside.clock.monotonic()

    async def _take_up(self) -> bool:
        """Claim the account, and go on from what others put down of it; say whether it is polled here."""
        self._rest.forget_ends()
        is_held = await self._take_claim()
        await self._shield.outcome("its history was not read", self._catch_up())
        if is_held:
            await self._shield.outcome("its alerts were not read", self._outside.alerts.take_up(self.account))
            self._keeps_alerts = True
        return is_held

    async def _take_claim(self) -> bool:
        """Claim the account, as its key is now; where that was missing, no sooner than the next try is due."""
        lacked_key = self._claim.lacks_key
        if lacked_key:
            self._heed(self._outside.desk.wanted(self.account))
            if self._seconds_left > 0:
                return False
        try:
            await self._claim.take(self.account)
            if lacked_key and self._claim.is_held:
                await self._connection.open(self.account, self._timetable.terms)
        except UsageTuiError as fault:
            await self._take_fault(fault)
        return self._claim.is_held

    async def look(self) -> None:
        """Take what a collector saw a moment ago, or where there is none, ask the service once; publish the view."""
        await self._shield.outcome("it was not claimed", self._take_claim())
        try:
            await self._shield.outcome("its history was not read", self._catch_up())
            if self._claim.is_held or not (self._claim.lacks_key or self._is_fresh()):
                await self.poll()
            await self._look_ahead()
            self.publish()
        finally:
            await self._claim.give_up(self.account)

    async def poll(self) -> None:
        """Ask the service once, put down what came of it, and publish the view."""
        self._pacer.begin(self._outside.instant())
        try:
            answer = await self._connection.fetch(self.account, self._timetable.terms)
            sample = Sample(self._outside.clock.now(), self._outside.clock.monotonic(), answer.snapshot)
            seconds = self._pacer.cadence.seconds
            reading = Reading.of(sample, seconds, is_simulated=answer.is_simulated)
            self._ledger.add(sample, seconds, is_simulated=answer.is_simulated)
            self._outside.alerts.add(self.account, sample, seconds)
        except Exception as error:  # noqa: BLE001 -- a poller never dies
            fault = error
        else:
            self._pacer.succeed(self._outside.instant())
            state = AccountState.EXHAUSTED if answer.snapshot.is_exhausted else AccountState.OK
            await self._close_poll(state, None, answer.latency_seconds, reading)
            return
        await self._take_fault(fault)

    async def give_up(self, waited_seconds: float) -> None:
        """Put down that a poll was cancelled after some time, and publish the view."""
        name = harmless(self.account.name)
        if not self._connection.is_open:
            self._ledger.miss_key(f"The key of {name} was not read within {waited_seconds:g} s; check its source.")
            self.publish()
            return
        reason = f"The service did not answer for {name} within {waited_seconds:g} s; try again."
        await self._close_poll(AccountState.UNREACHABLE, reason, None, None)

    async def disconnect(self) -> None:
        """Close the connection; the next poll reads the key again, and makes another."""
        await self._connection.close()

    async def _catch_up(self) -> None:
        """Take in what others put down of the account; readings that are news are published one by one."""
        now, monotonic = self._outside.clock.now(), self._outside.clock.monotonic()
        since = midnight(now, self._zone) - BEFORE_MIDNIGHT
        news = await self._outside.desk.catch_up(self.account, since)
        if news.is_first:
            self._forget_another()
        self._take_in(news.last_poll)
        for number, reading in enumerate((*news.counters, *news.readings), start=1):
            seconds = reading.interval_ms / 1000
            sample = reading.sample(now, monotonic)
            self._ledger.add(sample, seconds, is_simulated=reading.is_simulated)
            self._outside.alerts.add(self.account, sample, seconds)
            self._followed_seconds = seconds
            if news.last_poll is not None and not news.is_first:
                self.publish()
            if number % READINGS_AT_ONCE == 0:
                await asyncio.sleep(0)
        if self._claim.is_held:
            self._followed_seconds = None
        if news.is_first:
            await self._recall()
        alert = self._outside.alerts.newest(self.account)
        standing = self._outside.desk.standing(self.account)
        if standing.duty is Duty.FOLLOWING:
            self._keeps_alerts = False
        told = (self._last_poll, standing, alert)
        if told != self._told:
            self.publish()

    def _forget_another(self) -> None:
        """Forget what was seen where the first news comes once more: by its key now, this is another account."""
        if self._has_first_news:
            self._ledger, self._foresight = self._new_memory()
            self._last_poll = self._followed_seconds = None
            self._outside.alerts.forget(self.account)
        self._has_first_news = True

    def _take_in(self, last_poll: LastPoll | None) -> None:
        """Take in how the last poll ended, as it was put down, where that is news."""
        known = self._last_poll
        if last_poll is not None and (known is None or epoch_ms(last_poll.at) != epoch_ms(known.at)):
            self._last_poll = last_poll
            self._ledger.close_poll(last_poll, is_stored=True)

    async def _recall(self) -> None:
        """Take in what was seen of the counters before the readings that came here."""
        now = self._outside.clock.now()
        cycle = self._ledger.view(now, self._pacer.cadence.seconds).cycle
        seen = await self._foresight.recalled(self.account, cycle, now) if cycle is not None else None
        if seen is not None:
            self._ledger.recall(seen)

    async def _look_ahead(self) -> None:
        """Look over the account's stored hours."""
        now = self._outside.clock.now()
        look = self._foresight.look_over(self.account, now, is_holder=self._claim.is_held)
        await self._shield.outcome("its outlook was not made", look)

    def _is_fresh(self) -> bool:
        """Whether the newest reading is younger than two of the intervals at which it was made."""
        view = self.view()
        age_seconds = view.age_seconds(self._outside.clock.now())
        return age_seconds is not None and age_seconds < FRESH_INTERVALS * view.interval_seconds

    def _heed(self, wanted: Wanted) -> None:
        """Keep the cadence that the viewers want; a refresh that was asked during a poll is answered by it."""
        now = self._outside.instant()
        self._pacer.change(self._timetable.shown if wanted.is_shown else self._timetable.background, now)
        if wanted.refresh_asked and not self._has_just_polled:
            self._pacer.hurry(now.monotonic)
        self._has_just_polled = False

    async def _take_fault(self, fault: Exception) -> None:
        """Put down why no sample came, and when to try again."""
        now = self._outside.instant()
        state, reason = AccountState.INVALID, str(fault)
        match fault:
            case KeyUnavailable():
                self._pacer.fail(now)
                self._ledger.miss_key(reason)
                await self._claim.lose_key(self.account)
                if self._keeps_alerts:
                    self._tell()
                else:
                    self.publish()
                return
            case KeyRefused():
                self._pacer.refuse(now)
                state = fault.state
                await self._connection.close()
            case ServiceError():
                self._pacer.fail(now)
                state = fault.state
            case UsageTuiError():
                self._pacer.fail(now)
            case _:
                self._pacer.fail(now)
                kind, name = type(fault).__name__, harmless(self.account.name)
                reason = f"The poll of {name} failed inside usage-tui ({kind}); see the log."
                self._shield.log("its poll failed", fault)
                await self._connection.close()
        await self._close_poll(state, reason, None, None)

    async def _close_poll(
        self, state: AccountState, error: str | None, latency_seconds: float | None, reading: Reading | None
    ) -> None:
        """Commit how a poll ended, then publish."""
        now = self._outside.clock.now()
        until_next = timedelta(seconds=max(0.0, self._pacer.due - self._outside.clock.monotonic()))
        last_poll = LastPoll(now, state, error, latency_seconds, now + until_next, os.getpid())
        commit = self._outside.desk.commit(self.account, last_poll, reading)
        is_stored = await self._shield.outcome("its poll was not stored", commit) or False
        self._last_poll = last_poll
        self._ledger.close_poll(last_poll, is_stored=is_stored)
        self._tell()
