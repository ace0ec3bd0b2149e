"""What alerts say: one sentence each, that stands alone wherever it arrives."""

from __future__ import annotations

from datetime import datetime, tzinfo

from usage_tui.core import wording
from usage_tui.core.alert_rules import AlertRule, AlertRules
from usage_tui.core.alerts import Judgement
from usage_tui.core.budget import BudgetStanding
from usage_tui.core.confidence import likely_words
from usage_tui.core.view import AccountView

TEST_MESSAGE = "This is a test of the alerts of usage-tui."
LONGEST_MESSAGE = 300
RULE_WORDS = {
    AlertRule.BUDGET_USED: "budget used",
    AlertRule.DAILY_BUDGET_USED: "today's budget used",
    AlertRule.RUN_OUT: "run-out at risk",
    AlertRule.SATURATED: "saturated",
    AlertRule.FAILURE_RATE: "requests fail",
    AlertRule.SPEND: "spend above usual",
    AlertRule.KEY_REFUSED: "key refused",
    AlertRule.EXHAUSTED: "credits used up",
    AlertRule.STALE: "samples stale",
}


def firing_message(
    view: AccountView, judgement: Judgement, rules: AlertRules, now: datetime, zone: tzinfo | None
) -> str:
    """Word an alert that begins to fire."""
    return _sentence(view, _firing_words(view, judgement, rules, now, zone))


def resolved_message(view: AccountView, judgement: Judgement) -> str:
    """Word an alert that is over."""
    match judgement.level.rule:
        case AlertRule.BUDGET_USED | AlertRule.DAILY_BUDGET_USED as rule:
            of_cycle = "the plan's credits" if _is_plan(view.budget) else "the budget"
            what = of_cycle if rule is AlertRule.BUDGET_USED else "today's budget"
            below = wording.short_percent(judgement.threshold)
            words = f"below {below} of {what} again, {wording.percent(judgement.value)} used"
        case AlertRule.RUN_OUT:
            words = f"a run-out before the renewal is {_likely(view, judgement)} now"
        case AlertRule.SATURATED:
            words = f"concurrency is at {_in_flight(view)} again"
        case AlertRule.FAILURE_RATE:
            words = f"{wording.percent(judgement.value)} of requests fail now"
        case AlertRule.SPEND:
            words = f"spend is {_times(judgement.value)} the usual of this hour again"
        case AlertRule.KEY_REFUSED:
            words = "the service takes the key again"
        case AlertRule.EXHAUSTED:
            words = f"there are credits again, {wording.count(view.snapshot.remaining)} remaining"
        case AlertRule.STALE:
            words = "samples are fresh again"
    return _sentence(view, words)


def found_words(rule: str, value: float | None) -> str:
    """Word in short what an alert of a rule found when it fired, which stays true whatever comes after."""
    match rule:
        case AlertRule.BUDGET_USED:
            words = f"budget {wording.percent(value)} used"
        case AlertRule.DAILY_BUDGET_USED:
            words = f"day's budget {wording.percent(value)} used"
        case AlertRule.SATURATED:
            words = f"{wording.short_percent(value)} of the limit in flight"
        case AlertRule.FAILURE_RATE:
            words = f"{wording.percent(value)} of requests failed"
        case AlertRule.SPEND:
            words = f"spend {_times(value)} the usual"
        case AlertRule.STALE:
            words = f"no sample for {wording.short_span(value or 0.0)}"
        case _:
            words = rule_words(rule)
    return words


def rule_words(rule: str) -> str:
    """Word a rule by its name in the config."""
    return next((words for known, words in RULE_WORDS.items() if known.value == rule), rule)


def _sentence(view: AccountView, words: str) -> str:
    text = wording.harmless(f"{view.name}: {words}", LONGEST_MESSAGE)
    return text if text.endswith((".", "…")) else f"{text}."


def _firing_words(
    view: AccountView, judgement: Judgement, rules: AlertRules, now: datetime, zone: tzinfo | None
) -> str:
    match judgement.level.rule:
        case AlertRule.BUDGET_USED:
            ceiling = view.budget.ceiling if view.budget else None
            what = "the plan's credits are" if _is_plan(view.budget) else "the budget is"
            words = f"{wording.percent(judgement.value)} of {what} used, {_of(view.snapshot.used, ceiling)}"
        case AlertRule.DAILY_BUDGET_USED:
            today = view.budget.today.credits if view.budget and view.budget.today else None
            ceiling = view.budget.daily_credits if view.budget else None
            words = f"{wording.percent(judgement.value)} of today's budget is used, {_of(today, ceiling)}"
        case AlertRule.RUN_OUT:
            words = _run_out_words(view, judgement, now, zone)
        case AlertRule.SATURATED:
            lasted = wording.short_span(rules.saturated.for_seconds) if rules.saturated else wording.UNKNOWN
            words = f"concurrency is at {_in_flight(view)}, saturated for {lasted}"
        case AlertRule.FAILURE_RATE:
            lasted = wording.short_span(60 * rules.failure_rate.for_minutes) if rules.failure_rate else wording.UNKNOWN
            share = view.usual.failed_share if view.usual else None
            usual = "" if share is None else f", usual {wording.percent(share)}"
            words = f"{wording.percent(judgement.value)} of requests failed in the last {lasted}{usual}"
        case AlertRule.SPEND:
            lasted = wording.short_span(60 * rules.spend.for_minutes) if rules.spend else wording.UNKNOWN
            words = f"spend of the last {lasted} is {_times(judgement.value)} the usual of this hour"
        case AlertRule.KEY_REFUSED:
            words = "the service refuses the key"
        case AlertRule.EXHAUSTED:
            words = f"the credits are used up, {_of(view.snapshot.used, view.snapshot.limit)}"
        case AlertRule.STALE:
            why = f": {view.error}" if view.error else ""
            words = f"no sample for {wording.short_span(judgement.value or 0.0)}{why}"
    return words


def _run_out_words(view: AccountView, judgement: Judgement, now: datetime, zone: tzinfo | None) -> str:
    ahead = view.prospect
    is_plan = ahead is None or ahead.is_limit or _is_plan(view.budget)
    what = "the plan's credits run out" if is_plan else "the budget runs out"
    when = ""
    if ahead is not None and ahead.run_out_p50 is not None:
        day, time = wording.about(ahead.run_out_p50, now, zone)
        when = f" {day} about {time},"
    return f"{what}{when} before the renewal: {_likely(view, judgement)}"


def _likely(view: AccountView, judgement: Judgement) -> str:
    return likely_words(view.outlook.evidence, judgement.value) if view.outlook else wording.UNKNOWN


def _is_plan(budget: BudgetStanding | None) -> bool:
    return budget is not None and budget.is_plan_limit


def _of(part: int | None, whole: int | None) -> str:
    return f"{wording.count(part)} of {wording.count(whole)} credits"


def _in_flight(view: AccountView) -> str:
    return f"{wording.count(view.snapshot.concurrency)} of {wording.count(view.snapshot.concurrency_limit)}"


def _times(value: float | None) -> str:
    return wording.UNKNOWN if value is None else f"{value:.1f} times"
