"""The rules, held against what an account does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.makers import NOW, a_last_poll, a_snapshot, a_view, a_waiting_view
from usage_tui.core.account import AccountState
from usage_tui.core.alert_rules import AlertRule, AlertRules, FailureRate, FastSpend, Saturated
from usage_tui.core.alert_watch import AlertWatch
from usage_tui.core.alerts import AlertState, Transition
from usage_tui.core.budget import Budget, DaySpend
from usage_tui.core.cycle import Cycle
from usage_tui.core.outlook import Evidence, Outlook, Prospect
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.usual import Usual
from usage_tui.core.view import AccountView

OFF = AlertRules(
    budget_used=(), run_out_probability=None, saturated=None, failure_rate=None, spend=None, key_refused=False,
    exhausted=False,
)  # fmt: skip


class Seen:
    """A watch over an account that is polled every `interval_seconds`."""

    def __init__(self, rules: AlertRules, *, interval_seconds: float = 15.0, usual: Usual | None = None) -> None:
        self.watch = AlertWatch(rules, UTC)
        self.at = NOW
        self.interval_seconds = interval_seconds
        self.usual = usual
        self.told: list[Transition] = []

    def sees(self, snapshot: Snapshot | None = None, *, times: int = 1, **changes: Any) -> list[Transition]:
        """See the same so many times, and give what was told meanwhile."""
        told: list[Transition] = []
        for _ in range(times):
            self.at += timedelta(seconds=self.interval_seconds)
            view = a_view(snapshot, at=self.at, interval_seconds=self.interval_seconds, **changes)
            told += self.takes(replace(view, usual=self.usual))
        return told

    def takes(self, view: AccountView) -> list[Transition]:
        """Look at a view after its poll."""
        if view.sample is not None:
            self.watch.add(view.sample, self.interval_seconds)
        told = self.watch.look(view, self.at)
        self.told += told
        return told

    def counts(self, used: int, failed: int) -> list[Transition]:
        """See the counters as they are now."""
        return self.sees(a_snapshot(used=used, failed=failed))


def words(told: list[Transition]) -> list[tuple[str, str, float | None]]:
    return [(each.level.rule.value, each.state.value, each.threshold) for each in told]


def test_budget_thresholds_are_told_with_what_was_used() -> None:
    seen = Seen(replace(OFF, budget_used=(0.5, 0.7)))
    told = seen.sees(budget=Budget(2_000_000))
    assert words(told) == [("budget_used", "firing", 0.7)]
    assert told[0].message == "production: 70.6 % of the budget is used, 1,412,700 of 2,000,000 credits."
    assert told[0].at == seen.at
    assert seen.sees(budget=Budget(2_000_000), times=3) == []
    over = seen.sees(budget=Budget(20_000_000))
    assert words(over) == [("budget_used", "resolved", 0.7)]
    assert over[0].message == "production: below 70 % of the budget again, 7.1 % used."


def test_while_the_renewal_is_due_the_old_counter_is_held_against_no_budget() -> None:
    seen = Seen(replace(OFF, budget_used=(0.5, 0.7)))
    due = Cycle(NOW, NOW + timedelta(days=30), is_assumed=True, is_due=True)
    seen.sees(a_snapshot(used=1_100_000), budget=Budget(2_000_000))
    assert seen.sees(budget=Budget(2_000_000), cycle=due) == []
    assert words(seen.sees(budget=Budget(2_000_000))) == [("budget_used", "firing", 0.7)]


def test_a_renewal_that_is_due_for_more_than_a_day_silences_no_alert_on_the_budget() -> None:
    seen = Seen(replace(OFF, budget_used=(0.5, 0.7)))
    due = Cycle(NOW - timedelta(days=1), NOW + timedelta(days=29), is_assumed=True, is_due=True)
    seen.sees(a_snapshot(used=1_100_000), budget=Budget(2_000_000))
    assert words(seen.sees(budget=Budget(2_000_000), cycle=due)) == [("budget_used", "firing", 0.7)]


def test_without_a_budget_the_plan_is_the_ceiling() -> None:
    told = Seen(replace(OFF, budget_used=(0.4,))).sees()
    assert told[0].message == "production: 47.1 % of the plan's credits are used, 1,412,700 of 3,000,000 credits."
    seen = Seen(replace(OFF, budget_used=(0.4,)))
    seen.sees()
    over = seen.counts(used=300_000, failed=0)
    assert over[0].message == "production: below 40 % of the plan's credits again, 10.0 % used."


def test_the_budget_of_the_day_has_the_same_thresholds() -> None:
    standing = Budget(None, 80_000).standing(1_000, 3_000_000, DaySpend(77_600, NOW, is_whole=False))
    told = Seen(replace(OFF, budget_used=(0.95, 1.0))).sees(budget=standing)
    assert words(told) == [("daily_budget_used", "firing", 0.95)]
    assert told[0].message == "production: 97.0 % of today's budget is used, 77,600 of 80,000 credits."


def test_a_run_out_before_the_renewal_is_told_with_its_day() -> None:
    seen = Seen(replace(OFF, run_out_probability=0.5))

    def with_chance(chance: float | None) -> AccountView:
        day = datetime(2026, 11, 28, 14, tzinfo=UTC)
        budget = Prospect(2_000_000, is_limit=False, run_out_probability=chance, run_out_p50=day)
        return replace(a_view(budget=Budget(2_000_000)), outlook=Outlook(Evidence.FULL, budget=budget))

    assert seen.takes(with_chance(None)) == seen.takes(with_chance(0.49)) == []
    told = seen.takes(with_chance(0.92))
    assert words(told) == [("run_out_probability", "firing", 0.5)]
    assert told[0].message == (
        "production: the budget runs out Sat 28 Nov about 14:00, before the renewal: 92 % likely."
    )
    assert seen.takes(with_chance(0.45)) == seen.takes(with_chance(0.6)) == []
    assert words(seen.takes(with_chance(0.3))) == [("run_out_probability", "resolved", 0.5)]


def test_a_run_out_is_told_without_a_number_while_no_weekend_was_seen() -> None:
    seen = Seen(replace(OFF, run_out_probability=0.5))

    def with_chance(chance: float) -> AccountView:
        limit = Prospect(3_000_000, is_limit=True, run_out_probability=chance)
        return replace(a_view(), outlook=Outlook(Evidence.NO_WEEKEND, limit=limit))

    told = [*seen.takes(with_chance(0.95)), *seen.takes(with_chance(0.2))]
    assert [each.message for each in told] == [
        "production: the plan's credits run out before the renewal: very likely.",
        "production: a run-out before the renewal is unlikely now.",
    ]


def test_saturation_has_to_last() -> None:
    seen = Seen(replace(OFF, saturated=Saturated(0.95, 60)), interval_seconds=15)
    full, free = a_snapshot(concurrency=97), a_snapshot(concurrency=50)
    assert seen.sees(full, times=4) == []
    told = seen.sees(full)
    assert words(told) == [("saturated", "firing", 0.95)]
    assert told[0].value == 0.97
    assert told[0].message == "production: concurrency is at 97 of 100, saturated for 60 s."
    assert seen.sees(free) == seen.sees(full, times=6) == []
    assert words(seen.sees(free, times=5)) == [("saturated", "resolved", 0.95)]
    assert words(seen.sees(full, times=5)) == [("saturated", "firing", 0.95)]


def test_a_moment_of_room_begins_saturation_anew() -> None:
    seen = Seen(replace(OFF, saturated=Saturated(0.95, 60)), interval_seconds=15)
    for _ in range(5):
        assert seen.sees(a_snapshot(concurrency=100), times=4) == []
        assert seen.sees(a_snapshot(concurrency=10)) == []


def test_time_without_samples_is_not_saturated() -> None:
    seen = Seen(replace(OFF, saturated=Saturated(0.95, 60)), interval_seconds=15)
    seen.sees(a_snapshot(concurrency=100), times=2)
    seen.at += timedelta(seconds=600)
    assert seen.sees(a_snapshot(concurrency=100), times=4) == []
    assert len(seen.sees(a_snapshot(concurrency=100))) == 1


def test_a_poll_that_failed_does_not_make_saturation_last() -> None:
    seen = Seen(replace(OFF, saturated=Saturated(0.95, 60)), interval_seconds=15)
    seen.sees(a_snapshot(concurrency=100))
    last = a_view(a_snapshot(concurrency=100), at=seen.at, last_poll=a_last_poll(AccountState.UNREACHABLE, error="No."))
    seen.at += timedelta(seconds=120)
    assert seen.takes(last) == []


def test_failures_are_a_share_of_the_whole_window() -> None:
    seen = Seen(replace(OFF, failure_rate=FailureRate(0.1, 1)), interval_seconds=15)
    assert seen.counts(1000, 0) == seen.counts(1100, 90) == seen.counts(1200, 90) == seen.counts(1300, 90) == []
    told = seen.counts(1400, 90)
    assert words(told) == [("failure_rate", "firing", 0.1)]
    assert told[0].value == pytest.approx(90 / 490)
    assert told[0].message == "production: 18.4 % of requests failed in the last 60 s."
    assert words(seen.counts(1500, 90)) == [("failure_rate", "resolved", 0.1)]


def test_a_few_failures_are_no_rate() -> None:
    seen = Seen(replace(OFF, failure_rate=FailureRate(0.1, 1)), interval_seconds=15)
    assert all(not seen.counts(1000, failed) for failed in (0, 1, 2, 3, 4, 4, 4))


def test_five_failures_in_the_window_are_a_rate() -> None:
    seen = Seen(replace(OFF, failure_rate=FailureRate(0.1, 1)), interval_seconds=15)
    assert all(not seen.counts(1000, failed) for failed in (0, 1, 2, 3))
    assert words(seen.counts(1000, 5)) == [("failure_rate", "firing", 0.1)]


def test_when_nothing_moves_any_more_nothing_fails() -> None:
    seen = Seen(replace(OFF, failure_rate=FailureRate(0.1, 1)), interval_seconds=15)
    assert len([told for _ in range(5) if (told := seen.counts(1000, 50 * len(seen.told) + 50 * _))]) == 1
    assert words(seen.sees(a_snapshot(used=1000, failed=200), times=6)) == [("failure_rate", "resolved", 0.1)]


def test_failures_far_above_the_usual_of_the_hour_are_told_below_the_share() -> None:
    seen = Seen(
        replace(OFF, failure_rate=FailureRate(0.5, 1)), interval_seconds=15, usual=Usual(100.0, failed_share=0.01)
    )
    told = [each for number in range(6) for each in seen.counts(1000 + 100 * number, 10 * number)]
    assert [(each.level.rule, each.threshold) for each in told] == [(AlertRule.FAILURE_RATE, 0.04)]
    assert told[0].message == "production: 9.1 % of requests failed in the last 60 s, usual 1.0 %."


def test_failures_while_nobody_watched_are_no_rate_of_the_last_minutes() -> None:
    seen = Seen(replace(OFF, failure_rate=FailureRate(0.1, 1)), interval_seconds=15)
    for number in range(6):
        seen.counts(1000 + 100 * number, number)
    seen.at += timedelta(hours=3)
    told = [each for number in range(6) for each in seen.counts(9000 + 100 * number, 5000 + number)]
    assert told == []


def test_spend_while_nobody_watched_is_no_runaway_job() -> None:
    seen = Seen(replace(OFF, spend=FastSpend(3, 1)), interval_seconds=15, usual=Usual(spend_per_hour=60_000.0))
    for number in range(6):
        seen.counts(1_000_000 + 250 * number, 0)
    seen.at += timedelta(seconds=45)
    assert [each for number in range(6) for each in seen.counts(1_900_000 + 250 * number, 0)] == []


def test_a_reset_begins_the_window_anew() -> None:
    seen = Seen(replace(OFF, failure_rate=FailureRate(0.1, 1)), interval_seconds=15)
    for number in range(4):
        seen.counts(1000 + number, 0)
    assert seen.counts(5, 90) == seen.counts(6, 180) == []


def test_spend_far_above_the_usual_of_the_hour_is_a_runaway_job() -> None:
    seen = Seen(replace(OFF, spend=FastSpend(3, 1)), interval_seconds=15, usual=Usual(spend_per_hour=60_000.0))
    told = [each for number in range(6) for each in seen.counts(1_000_000 + 1000 * number, 0)]
    assert words(told) == [("spend", "firing", 3)]
    assert told[0].value == pytest.approx(4.0)
    assert told[0].message == "production: spend of the last 60 s is 4.0 times the usual of this hour."


def test_without_a_usual_no_spend_is_too_fast() -> None:
    seen = Seen(replace(OFF, spend=FastSpend(3, 1)), interval_seconds=15)
    assert all(not seen.counts(1_000_000 * number, 0) for number in range(8))


def test_an_hour_that_is_usually_idle_has_room_for_a_little_spend() -> None:
    seen = Seen(replace(OFF, spend=FastSpend(3, 1)), interval_seconds=15, usual=Usual(spend_per_hour=0.0))
    pace = 3_000_000 / 720  # of the plan, an hour, in a month of 30 days
    slow, fast = 0.25 * pace * 15 / 3600, 0.35 * pace * 15 / 3600
    assert all(not seen.counts(1_000_000 + round(slow * number), 0) for number in range(8))
    assert any(seen.counts(2_000_000 + round(fast * number), 0) for number in range(8))


@pytest.mark.parametrize(
    ("rules", "state", "rule", "message"),
    [
        (
            replace(OFF, key_refused=True),
            AccountState.UNAUTHORIZED,
            AlertRule.KEY_REFUSED,
            "production: the service refuses the key.",
        ),
        (
            replace(OFF, exhausted=True),
            AccountState.EXHAUSTED,
            AlertRule.EXHAUSTED,
            "production: the credits are used up, 1,412,700 of 3,000,000 credits.",
        ),
    ],
)
def test_a_state_fires_until_the_service_answers_well(
    rules: AlertRules, state: AccountState, rule: AlertRule, message: str
) -> None:
    seen = Seen(rules)
    told = seen.sees(last_poll=a_last_poll(state))
    assert [(each.level.rule, each.message) for each in told] == [(rule, message)]
    assert seen.sees(last_poll=a_last_poll(AccountState.UNREACHABLE, error="No answer.")) == []
    assert seen.sees(last_poll=a_last_poll(state)) == []
    assert [each.state for each in seen.sees()] == [AlertState.RESOLVED]
    assert len(seen.sees(last_poll=a_last_poll(state))) == 1


def test_a_rule_that_is_off_says_nothing() -> None:
    seen = Seen(OFF)
    assert seen.sees(last_poll=a_last_poll(AccountState.UNAUTHORIZED)) == []
    assert seen.sees(last_poll=a_last_poll(AccountState.EXHAUSTED)) == []


def test_samples_that_fail_to_come_are_told_with_the_reason() -> None:
    seen = Seen(OFF)
    seen.sees()
    old = a_view(at=seen.at, last_poll=a_last_poll(AccountState.UNREACHABLE, error="No answer came."))
    seen.at += timedelta(seconds=120)
    assert seen.takes(old) == []
    seen.at += timedelta(seconds=30)
    told = seen.takes(old)
    assert words(told) == [("stale_seconds", "firing", 120.0)]
    assert told[0].message == "production: no sample for 2 min: No answer came."
    assert words(seen.sees()) == [("stale_seconds", "resolved", 120.0)]


def test_an_account_that_never_answered_is_stale_after_the_same_time() -> None:
    seen = Seen(OFF)
    view = a_waiting_view(last_poll=a_last_poll(AccountState.UNREACHABLE, error="No answer came."))
    assert seen.takes(view) == []
    seen.at += timedelta(seconds=121)
    assert len(seen.takes(view)) == 1


def test_a_refused_key_is_told_once_and_not_as_stale_samples_too() -> None:
    seen = Seen(replace(OFF, key_refused=True))
    refused = a_view(at=seen.at, last_poll=a_last_poll(AccountState.UNAUTHORIZED, error="The key is refused."))
    assert len(seen.takes(refused)) == 1
    seen.at += timedelta(hours=1)
    assert seen.takes(refused) == []


def test_changed_rules_go_on_from_what_was_passed() -> None:
    seen = Seen(replace(OFF, budget_used=(0.4,)))
    seen.sees()
    seen.watch.replan(replace(OFF, budget_used=(0.3, 0.4, 0.45)), UTC)
    assert words(seen.sees()) == [("budget_used", "firing", 0.45)]
    seen.watch.replan(OFF, UTC)
    gone = seen.sees()
    assert {(each.state, each.is_told) for each in gone} == {(AlertState.RESOLVED, False)}


def test_nothing_from_outside_reaches_a_message_as_it_is() -> None:
    told = Seen(replace(OFF, budget_used=(0.4,))).sees(name="evil\x1b]0;title\x07")
    assert told[0].message.startswith(r"evil\x1b]0;title\x07: ")
