"""What was seen of one account, by this process and by others, and the view that its viewers are told."""

from __future__ import annotations

import asyncio
from datetime import timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from usage_tui.core.account import Account, PollPlan, is_insecure
from usage_tui.core.ledger import Ledger
from usage_tui.core.one_off import OneOffDays
from usage_tui.core.rollup import Reading, epoch_ms
from usage_tui.core.snapshot import Sample
from usage_tui.core.view import AccountView, Duty, LastPoll, OpenAlert, Standing
from usage_tui.core.wording import midnight
from usage_tui.services.desk import News
from usage_tui.services.foresight import Foresight
from usage_tui.services.outside import Outside
from usage_tui.services.pacer import Pacer
from usage_tui.services.shield import Shield

if TYPE_CHECKING:
    from usage_tui.services.usage_api import UsageAnswer

BEFORE_MIDNIGHT = timedelta(minutes=10)
READINGS_AT_ONCE = 500
FRESH_INTERVALS = 2.0


class AccountRecord:
    """Keeps the samples of one account, polled here at its pacer's pace or followed; used from one event loop."""

    def __init__(
        self, account: Account, plan: PollPlan, zone: tzinfo | None, *, pacer: Pacer, outside: Outside, shield: Shield
    ) -> None:
        self._account = account
        self._plan = plan
        self._zone = zone
        self._pacer = pacer
        self._outside = outside
        self._shield = shield
        self._ledger, self._foresight = self._new_memory()
        self._followed_seconds: float | None = None
        self._told: tuple[LastPoll | None, Standing, OpenAlert | None] = (None, Standing(), None)
        self._last_poll: LastPoll | None = None
        self._has_first_news = False

    def _new_memory(self) -> tuple[Ledger, Foresight]:
        """Make what keeps the samples of the account, and what looks ahead by them."""
        is_open = is_insecure(self._account.base_url)
        ledger = Ledger(self._account, self._plan, self._zone, is_insecure=is_open)
        return ledger, Foresight(self._outside.desk, OneOffDays(self._account.one_off_days, self._zone))

    def replan(self, account: Account, plan: PollPlan, zone: tzinfo | None) -> bool:
        """Take up a changed config of the same account; say whether its hours are to be looked over now."""
        self._account, self._plan, self._zone = account, plan, zone
        self._ledger.replan(account, plan, zone)
        return self._foresight.leave_out(OneOffDays(account.one_off_days, zone))

    def view(self) -> AccountView:
        """Make the view of the account as it stands."""
        seconds = self._followed_seconds or self._pacer.cadence.seconds
        now = self._outside.clock.now()
        view = self._ledger.view(now, seconds)
        standing = self._standing()
        alert = self._outside.alerts.newest(self._account)
        self._told = (view.last_poll, standing, alert)
        ahead = self._foresight.outlook(view, self._account.budget, now)
        return replace(view, standing=standing, outlook=ahead, usual=self._foresight.usual(now), alert=alert)

    def is_followed(self) -> bool:
        """Say whether another process polls the account."""
        return self._standing().duty is Duty.FOLLOWING

    def _standing(self) -> Standing:
        return self._outside.desk.standing(self._account, self._plan.timeout_seconds)

    def publish(self) -> None:
        """Hand the view to whoever watches."""
        self._publish(self.view())

    def _publish(self, view: AccountView) -> None:
        self._shield.call("its view was not taken", partial(self._outside.publish, view))

    def tell(self) -> None:
        """Hand the view after a poll to whoever watches, then look whether it is worth an alert."""
        view = self.view()
        self._publish(view)
        self._shield.call("its alerts were not looked at", partial(self._outside.alerts.look, self._account, view))

    def publish_new_alert(self) -> None:
        """Hand the view to whoever watches, where its alert is another one by now."""
        if self._outside.alerts.newest(self._account) != self._told[2]:
            self.publish()

    def take(self, answer: UsageAnswer) -> Reading:
        """Take in an answer that came just now; give it as it is stored."""
        sample = Sample(self._outside.clock.now(), self._outside.clock.monotonic(), answer.snapshot)
        seconds = self._pacer.cadence.seconds
        reading = Reading.of(sample, seconds, is_simulated=answer.is_simulated)
        self._add(sample, seconds, is_simulated=answer.is_simulated)
        return reading

    def _add(self, sample: Sample, interval_seconds: float, *, is_simulated: bool) -> None:
        self._ledger.add(sample, interval_seconds, is_simulated=is_simulated)
        self._outside.alerts.add(self._account, sample, interval_seconds)

    def close_poll(self, last_poll: LastPoll, *, is_stored: bool) -> None:
        """Take in how a poll ended, and whether that was stored."""
        self._last_poll = last_poll
        self._ledger.close_poll(last_poll, is_stored=is_stored)

    def miss_key(self, reason: str) -> None:
        """Take in that no poll was made, for want of a key."""
        self._ledger.miss_key(reason)

    def is_fresh(self) -> bool:
        """Say whether the newest reading is younger than two of the intervals at which it was made."""
        view = self.view()
        age_seconds = view.age_seconds(self._outside.clock.now())
        return age_seconds is not None and age_seconds < FRESH_INTERVALS * view.interval_seconds

    async def catch_up(self, *, is_holder: bool) -> None:
        """Take in what others put down of the account; readings that are news are published one by one."""
        since = midnight(self._outside.clock.now(), self._zone) - BEFORE_MIDNIGHT
        news = await self._outside.desk.catch_up(self._account, since)
        if news.is_first:
            self._forget_another()
        self._take_last_poll(news.last_poll)
        await self._take_readings(news)
        if is_holder:
            self._followed_seconds = None
        if news.is_first:
            await self._recall()
        if (self._last_poll, self._standing(), self._outside.alerts.newest(self._account)) != self._told:
            self.publish()

    def _forget_another(self) -> None:
        """Forget what was seen where the first news comes once more: by its key now, this is another account."""
        if self._has_first_news:
            self._ledger, self._foresight = self._new_memory()
            self._last_poll = self._followed_seconds = None
            self._outside.alerts.forget(self._account)
        self._has_first_news = True

    def _take_last_poll(self, last_poll: LastPoll | None) -> None:
        """Take in how the last poll ended, as it was put down, where that is news."""
        known = self._last_poll
        if last_poll is not None and (known is None or epoch_ms(last_poll.at) != epoch_ms(known.at)):
            self.close_poll(last_poll, is_stored=True)

    async def _take_readings(self, news: News) -> None:
        now, monotonic = self._outside.clock.now(), self._outside.clock.monotonic()
        for number, reading in enumerate((*news.counters, *news.readings), start=1):
            self._followed_seconds = reading.interval_ms / 1000
            self._add(reading.sample(now, monotonic), self._followed_seconds, is_simulated=reading.is_simulated)
            if news.last_poll is not None and not news.is_first:
                self.publish()
            if number % READINGS_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _recall(self) -> None:
        """Take in what was seen of the counters before the readings that came here."""
        now = self._outside.clock.now()
        cycle = self._ledger.view(now, self._pacer.cadence.seconds).cycle
        seen = await self._foresight.recalled(self._account, cycle, now) if cycle is not None else None
        if seen is not None:
            self._ledger.recall(seen)

    def is_look_due(self) -> bool:
        """Say whether the account's stored hours are to be looked over."""
        return self._foresight.is_due(self._outside.clock.now())

    async def look_ahead(self, *, is_holder: bool) -> None:
        """Look over the account's stored hours."""
        look = self._foresight.look_over(self._account, self._outside.clock.now(), is_holder=is_holder)
        await self._shield.outcome("its outlook was not made", look)
