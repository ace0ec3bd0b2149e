"""Watches the accounts of this process, puts down what fires at those that it polls, and has it delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from usage_tui.core.account import Account
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.snapshot import Sample
from usage_tui.core.view import AccountView, OpenAlert
from usage_tui.services.alert_book import AlertBook
from usage_tui.services.clock import Clock
from usage_tui.services.config_schema import AlertSettings

if TYPE_CHECKING:
    from usage_tui.core.alert_log import Delivery, Telling
    from usage_tui.core.alert_rules import AlertRules
    from usage_tui.core.alert_watch import AlertWatch
    from usage_tui.core.quiet_hours import QuietHours
    from usage_tui.services.channels import Channel
    from usage_tui.services.notifier import Notifier

ANSWER_SECONDS = 5.0
CLOSE_SECONDS = 0.2


class AlertTerms(Struct, frozen=True):
    """What the config says of alerts, and of the accounts that they are of."""

    settings: AlertSettings
    accounts: tuple[Account, ...]
    zone: tzinfo | None


class AlertKeeper:
    """The alerts of one process; see `AlertDesk`. Most that it needs is imported when the first account is watched.

    `replan` may be called from any thread. `make_channels` makes the ways out, but for the terminal.
    """

    def __init__(
        self, book: AlertBook, clock: Clock, terms: AlertTerms, make_channels: Callable[[AlertTerms], Sequence[Channel]]
    ) -> None:
        self._book = book
        self._clock = clock
        self._terms = terms
        self._make_channels = make_channels
        self._in_force: AlertTerms | None = None
        self._rules: AlertRules
        self._hours: tuple[QuietHours, ...]
        self._notifier: Notifier | None = None
        self._watches: dict[str, tuple[Account, AlertWatch]] = {}
        self._holding: set[str] = set()

    def replan(self, terms: AlertTerms) -> None:
        """Take up a changed config with the next thing that is looked at."""
        self._terms = terms

    def add(self, account: Account, sample: Sample, interval_seconds: float) -> None:
        """Take in a sample, made by this process or another."""
        self._watch(account).add(sample, interval_seconds)

    async def take_up(self, account: Account) -> None:
        """Go on from where the one who polled before left off; without a history, from what is known."""
        watch = self._watch(account)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                taken = await asyncio.wrap_future(self._book.take_up(account))
        except (TimeoutError, HistoryUnavailable, OSError):
            return
        watch.passed = taken.passed
        if taken.has_held:
            self._holding.add(account.name)
        self._deliver(taken.waiting)

    def look(self, account: Account, view: AccountView) -> None:
        """Look at an account after a poll of this process."""
        watch = self._watch(account)
        before = watch.passed
        transitions = watch.look(view, self._clock.now())
        if transitions or watch.passed != before:
            telling = self._telling()
            if telling.is_quiet:
                self._holding.add(account.name)
            self._book.report(account, watch.passed, transitions, telling, self._deliver)
        if account.name in self._holding and not self._is_quiet():
            self._book.release(account, partial(self._let_go, account.name))

    def forget(self, account: Account) -> None:
        """Know nothing more of what was seen of an account: its key became another's."""
        self._watches.pop(account.name, None)
        self._holding.discard(account.name)

    def newest(self, account: Account) -> OpenAlert | None:
        """Give the newest alert of an account that goes on and that the user has neither seen nor muted."""
        return self._book.newest(account.name)

    def close(self) -> None:
        """Deliver nothing more; what is being sent has a moment left."""
        if self._notifier is not None:
            self._notifier.close(CLOSE_SECONDS)

    def _watch(self, account: Account) -> AlertWatch:
        """Give the account's watch, under the rules in force; one of that name with another key gets a new one."""
        if self._terms is not self._in_force:
            self._take_up_terms()
        known = self._watches.get(account.name)
        if known is not None and (known[0].key_source, known[0].base_url) == (account.key_source, account.base_url):
            return known[1]
        from usage_tui.core.alert_watch import AlertWatch  # noqa: PLC0415 -- the first frame does without

        watch = AlertWatch(self._rules, self._terms.zone)
        self._watches[account.name] = (account, watch)
        return watch

    def _take_up_terms(self) -> None:
        from usage_tui.core.quiet_hours import quiet_hours  # noqa: PLC0415 -- the first frame does without
        from usage_tui.services.alert_settings import rules_of  # noqa: PLC0415 -- likewise
        from usage_tui.services.notifier import Notifier  # noqa: PLC0415 -- likewise

        terms = self._in_force = self._terms
        self._rules = rules_of(terms.settings)
        self._hours = quiet_hours(terms.settings.notify.quiet_hours)
        for account in terms.accounts:
            self._book.follow(account)
        for _, watch in self._watches.values():
            watch.replan(self._rules, terms.zone)
        channels = self._make_channels(terms)
        if self._notifier is None:
            self._notifier = Notifier(channels, self._book.settle)
        else:
            self._notifier.replan(channels)

    def _telling(self) -> Telling:
        from usage_tui.core.alert_log import TERMINAL, Telling  # noqa: PLC0415 -- the first frame does without

        notify = self._terms.settings.notify
        names = self._notifier.names if self._notifier is not None else ()
        return Telling(
            channels=((TERMINAL,) if notify.terminal else ()) + names,
            is_on_recovery=notify.on_recovery,
            is_quiet=self._is_quiet(),
            zone=self._terms.zone,
        )

    def _is_quiet(self) -> bool:
        from usage_tui.core.quiet_hours import is_quiet  # noqa: PLC0415 -- the first frame does without

        return is_quiet(self._hours, self._clock.now(), self._terms.zone)

    def _let_go(self, name: str, held: Iterable[Delivery]) -> None:
        """Deliver what quiet hours held back of an account; nothing is held any more."""
        self._holding.discard(name)
        self._deliver(held)

    def _deliver(self, deliveries: Iterable[Delivery]) -> None:
        if self._notifier is not None:
            for delivery in deliveries:
                self._notifier.send(delivery)
