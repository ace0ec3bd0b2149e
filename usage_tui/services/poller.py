"""One account's polling: when it is asked, what came of it, and who is told."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta, tzinfo

from usage_tui.core.account import Account, AccountState, PollPlan
from usage_tui.core.errors import KeyRefused, KeyUnavailable, ServiceError, UsageTuiError
from usage_tui.core.rollup import Reading
from usage_tui.core.view import LastPoll, Wanted
from usage_tui.core.wording import harmless
from usage_tui.services.account_record import AccountRecord
from usage_tui.services.claim import Claim
from usage_tui.services.kept_connection import KeptConnection
from usage_tui.services.outside import Outside
from usage_tui.services.pacer import Pacer
from usage_tui.services.rest import Rest
from usage_tui.services.shield import Shield
from usage_tui.services.timetable import Timetable

CLAIM_SECONDS = 3.0
FAULT_SECONDS = 5.0


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
        self._timetable = timetable
        self._pacer = pacer
        self._outside = outside
        self._shield = Shield(account.name)
        self._record = AccountRecord(account, plan, zone, pacer=pacer, outside=outside, shield=self._shield)
        self._connection = KeptConnection(outside.connect)
        self._rest = Rest()
        self._claim = Claim(outside.desk, self._shield)
        self._is_ending = self._keeps_alerts = self._has_just_polled = False

    def publish(self) -> None:
        """Hand the account's view to whoever watches."""
        self._record.publish()

    def replan(self, account: Account, plan: PollPlan, zone: tzinfo | None) -> None:
        """Take up a changed config of the same account."""
        self.account = account
        if self._record.replan(account, plan, zone):
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
        if self._record.is_look_due():
            await self._record.look_ahead(is_holder=self._claim.is_held)
            self.publish()
        is_new = not self._claim.is_held
        if is_new and not await self._take_up():
            await self._rest.wait(min(CLAIM_SECONDS, self._seconds_left) if self._claim.lacks_key else CLAIM_SECONDS)
            return True
        self._rest.forget_ends()
        self._heed(desk.wanted(self.account))
        self._record.publish_new_alert()
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
        await self._catch_up()
        if is_held:
            await self._shield.outcome("its alerts were not read", self._outside.alerts.take_up(self.account))
            self._keeps_alerts = True
        return is_held

    async def _catch_up(self) -> None:
        """Take in what others put down of the account; the alerts of one that others poll are theirs."""
        news = self._record.catch_up(is_holder=self._claim.is_held)
        await self._shield.outcome("its history was not read", news)
        if self._record.is_followed():
            self._keeps_alerts = False

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
            await self._catch_up()
            if self._claim.is_held or not (self._claim.lacks_key or self._record.is_fresh()):
                await self.poll()
            await self._record.look_ahead(is_holder=self._claim.is_held)
            self.publish()
        finally:
            await self._claim.give_up(self.account)

    async def poll(self) -> None:
        """Ask the service once, put down what came of it, and publish the view."""
        self._pacer.begin(self._outside.instant())
        try:
            answer = await self._connection.fetch(self.account, self._timetable.terms)
            reading = self._record.take(answer)
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
            self._record.miss_key(f"The key of {name} was not read within {waited_seconds:g} s; check its source.")
            self.publish()
            return
        reason = f"The service did not answer for {name} within {waited_seconds:g} s; try again."
        await self._close_poll(AccountState.UNREACHABLE, reason, None, None)

    async def disconnect(self) -> None:
        """Close the connection; the next poll reads the key again, and makes another."""
        await self._connection.close()

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
                self._record.miss_key(reason)
                await self._claim.lose_key(self.account)
                if self._keeps_alerts:
                    self._record.tell()
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
        self._record.close_poll(last_poll, is_stored=is_stored)
        self._record.tell()
