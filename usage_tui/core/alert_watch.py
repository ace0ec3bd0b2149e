"""Holds what is seen of one account against the rules: what lasts is timed here, what fires once is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from usage_tui.core.account import AccountState
from usage_tui.core.alert_rules import AlertRule, AlertRules
from usage_tui.core.alert_words import firing_message, resolved_message
from usage_tui.core.alerts import AlertState, Judgement, Level, Passed, Transition, Verdict, against, stepped, whether
from usage_tui.core.counter_window import CounterWindow, Moved
from usage_tui.core.renewal import RENEWAL_SLACK
from usage_tui.core.rollup import HOLDS_INTERVALS
from usage_tui.core.snapshot import Sample
from usage_tui.core.view import AccountView

BUDGET_RECOVERY = 0.95
RECOVERY = 0.8
LEAST_FAILED = 5
FAR_ABOVE_USUAL = 4.0
LEAST_UNUSUAL_SHARE = 0.03
LEAST_USUAL_PACE_SHARE = 0.1
_ANSWERED = (AccountState.OK, AccountState.EXHAUSTED)
_TOLD_OTHERWISE = (AccountState.UNAUTHORIZED, AccountState.EXHAUSTED)


class AlertWatch:
    """One account's alerts. `passed` are its levels that were passed and have not recovered, wherever that was seen."""

    def __init__(self, rules: AlertRules, zone: tzinfo | None) -> None:
        self.passed: Passed = {}
        self._rules = rules
        self._zone = zone
        self._fullness = _Fullness()
        self._failures, self._spend = _failure_window(rules), _spend_window(rules)
        self._began: datetime | None = None

    def replan(self, rules: AlertRules, zone: tzinfo | None) -> None:
        """Take up changed rules; a rule whose window changed begins to see anew."""
        before, self._rules, self._zone = self._rules, rules, zone
        if rules.failure_rate != before.failure_rate:
            self._failures = _failure_window(rules)
        if rules.spend != before.spend:
            self._spend = _spend_window(rules)

    def add(self, sample: Sample, interval_seconds: float) -> None:
        """Take in the counters of a sample, polled every `interval_seconds` by this process or before it."""
        if self._rules.failure_rate is not None:
            self._failures.add(sample, interval_seconds)
        if self._rules.spend is not None:
            self._spend.add(sample, interval_seconds)

    def look(self, view: AccountView, now: datetime) -> list[Transition]:
        """Look at the account after a poll, and give what fires and what is over."""
        self._began = self._began or now
        step = stepped(self.passed, self._judgements(view, now))
        self.passed = step.passed
        if step.is_still:
            return []
        ended = [
            _transition(view, AlertState.RESOLVED, now, each, resolved_message(view, each)) for each in step.resolved
        ]
        begun = [
            _transition(view, AlertState.FIRING, now, each, firing_message(view, each, self._rules, now, self._zone))
            for each in step.fired
        ]
        dropped = [Transition(view.name, level, AlertState.RESOLVED, now, "", is_told=False) for level in step.dropped]
        return [*ended, *dropped, *begun]

    def _judgements(self, view: AccountView, now: datetime) -> Iterator[Judgement]:
        """Judge every level of every rule that is on."""
        rules, budget = self._rules, view.budget
        is_about_to_renew = view.cycle is not None and view.cycle.is_due and now - view.cycle.started_at < RENEWAL_SLACK
        for rule, share in (
            (AlertRule.BUDGET_USED, budget.used_share if budget and not is_about_to_renew else None),
            (AlertRule.DAILY_BUDGET_USED, budget.daily_share if budget else None),
        ):
            for height in rules.budget_used:
                verdict = against(share, height, BUDGET_RECOVERY * height)
                yield Judgement(Level(rule, height), verdict, share, height)
        if rules.run_out_probability is not None:
            chance = view.prospect.run_out_probability if view.prospect else None
            threshold = rules.run_out_probability
            yield Judgement(
                Level(AlertRule.RUN_OUT), against(chance, threshold, RECOVERY * threshold), chance, threshold
            )
        if rules.saturated is not None:
            yield self._saturated(view, rules.saturated.share, rules.saturated.for_seconds)
        if rules.failure_rate is not None:
            yield self._failing(view, rules.failure_rate.share)
        if rules.spend is not None:
            yield self._spending(view, rules.spend.times_usual)
        yield from self._states(view, now)

    def _saturated(self, view: AccountView, share: float, for_seconds: float) -> Judgement:
        if view.sample is not None:
            self._fullness.add(view.sample, share, view.interval_seconds)
        snapshot = view.snapshot
        level = Level(AlertRule.SATURATED)
        if snapshot.concurrency is None or not snapshot.concurrency_limit:
            return Judgement(level, Verdict.OPEN, None, share)
        in_use = snapshot.concurrency / snapshot.concurrency_limit
        return Judgement(level, self._fullness.verdict(for_seconds), in_use, share)

    def _failing(self, view: AccountView, share: float) -> Judgement:
        """Judge the share of failed requests: against the share that was set, or one far above this hour's usual."""
        level, moved = Level(AlertRule.FAILURE_RATE), self._failures.moved()
        failed = None if moved is None or moved.failed is None else moved.failed_share or 0.0
        threshold = share
        if view.usual is not None and view.usual.failed_share is not None:
            threshold = min(share, max(FAR_ABOVE_USUAL * view.usual.failed_share, LEAST_UNUSUAL_SHARE))
        verdict = against(failed, threshold, RECOVERY * threshold)
        if verdict is Verdict.PASSED and moved is not None and (moved.failed or 0) < LEAST_FAILED:
            verdict = Verdict.OPEN
        return Judgement(level, verdict, failed, threshold)

    def _spending(self, view: AccountView, times_usual: float) -> Judgement:
        times = _times_usual(view, self._spend.moved())
        return Judgement(
            Level(AlertRule.SPEND), against(times, times_usual, RECOVERY * times_usual), times, times_usual
        )

    def _states(self, view: AccountView, now: datetime) -> Iterator[Judgement]:
        state = view.last_poll.state if view.last_poll else AccountState.WAITING
        has_answered = state in _ANSWERED
        if self._rules.key_refused:
            is_refused = True if state is AccountState.UNAUTHORIZED else False if has_answered else None
            yield Judgement(Level(AlertRule.KEY_REFUSED), whether(is_refused))
        if self._rules.exhausted:
            is_exhausted = state is AccountState.EXHAUSTED if has_answered else None
            yield Judgement(Level(AlertRule.EXHAUSTED), whether(is_exhausted))
        age, limit = view.age_seconds(now), self._rules.stale_seconds
        if age is None and self._began is not None:
            age = (now - self._began).total_seconds()
        is_stale: bool | None = age is not None and age > limit
        if is_stale and state in _TOLD_OTHERWISE:
            is_stale = None
        yield Judgement(Level(AlertRule.STALE), whether(is_stale), age, limit)


class _Fullness:
    """Since when requests in flight are, or are no longer, at a share of their limit; a gap begins both anew."""

    def __init__(self) -> None:
        self._seen: tuple[float, float] | None = None  # when the last sample was made, and at which interval
        self._is_full = False
        self._since = 0.0

    def add(self, sample: Sample, share: float, interval_seconds: float) -> None:
        """Take in a sample, once."""
        at = sample.monotonic_seconds
        snapshot = sample.snapshot
        if (self._seen is not None and at <= self._seen[0]) or snapshot.concurrency is None:
            return
        is_full = bool(snapshot.concurrency_limit) and snapshot.concurrency >= share * (snapshot.concurrency_limit or 0)
        is_unseen = self._seen is None or at - self._seen[0] > HOLDS_INTERVALS * max(interval_seconds, self._seen[1])
        if is_unseen or is_full != self._is_full:
            self._since = at
        self._is_full, self._seen = is_full, (at, interval_seconds)

    def verdict(self, for_seconds: float) -> Verdict:
        """Say whether it lasted: both fullness and its end have to, before they count."""
        if self._seen is None or self._seen[0] - self._since < for_seconds:
            return Verdict.OPEN
        return Verdict.PASSED if self._is_full else Verdict.RECOVERED


def _times_usual(view: AccountView, moved: Moved | None) -> float | None:
    """Say how many times as fast as is usual credits are spent; None where either is unknown.

    An hour that usually spends next to nothing is held against a tenth of the even pace to the ceiling.
    """
    if moved is None or view.usual is None or view.usual.spend_per_hour is None:
        return None
    usual = view.usual.spend_per_hour
    ceiling = view.budget.ceiling if view.budget else None
    if view.cycle is not None and ceiling is not None:
        hours = (view.cycle.resets_at - view.cycle.started_at).total_seconds() / 3600
        usual = max(usual, LEAST_USUAL_PACE_SHARE * ceiling / hours)
    return 3600 * moved.spend / moved.seconds / usual if usual > 0 else None


def _failure_window(rules: AlertRules) -> CounterWindow:
    return _whole_window(rules.failure_rate.for_minutes if rules.failure_rate else 0.0)


def _spend_window(rules: AlertRules) -> CounterWindow:
    return _whole_window(rules.spend.for_minutes if rules.spend else 0.0)


def _whole_window(minutes: float) -> CounterWindow:
    return CounterWindow(60 * minutes, least_seconds=60 * minutes)


def _transition(view: AccountView, state: AlertState, now: datetime, judgement: Judgement, message: str) -> Transition:
    return Transition(view.name, judgement.level, state, now, message, judgement.value, judgement.threshold)
