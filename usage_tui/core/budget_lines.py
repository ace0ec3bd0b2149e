"""The words of the budget's panel: how much is used, what lies ahead, and how today stands."""

from __future__ import annotations

from usage_tui.core import outlook_words, wording
from usage_tui.core.budget import BudgetStanding, BudgetState
from usage_tui.core.glance import NOTHING, Glance, dim
from usage_tui.core.panels import (
    FULL_ROWS,
    LABELS_FROM_COLUMNS,
    bar,
    elapsed_share,
    even_pace,
    headed,
    renewal_line,
    used_forms,
)
from usage_tui.core.signs import BUDGET_STATES, budget_words
from usage_tui.core.spans import Line, Role, Span, beside, cut, joined


def budget_lines(glance: Glance, width: int, height: int) -> tuple[Line, ...]:
    """Word the budget: used, state, what lies ahead, and today; from five rows on the total, and how right it was."""
    view, standing = glance.view, glance.view.budget
    if height < FULL_ROWS:
        return (_short_budget(glance, width), _short_outlook(glance, width))[:height]
    if standing is None:
        return (headed("BUDGET", dim(wording.UNKNOWN), NOTHING, width),)
    role = BUDGET_STATES[standing.state][1]
    used = used_forms("BUDGET", view.snapshot.used, standing.ceiling, width)
    whose = Span(", the plan's limit" if standing.is_plan_limit else "", Role.LABEL)
    state = Span(
        f"{budget_words(standing.state)}  {wording.percent(standing.used_share)}",
        Role.NEAR_STRONG if role is Role.NEAR else role,
    )
    head = beside([(*used[0], whose), *used], [(state,)], width)
    line = bar(
        standing.used_share,
        elapsed_share(glance),
        width,
        Role.ACCENT if standing.state is BudgetState.WITHIN else role,
    )
    ahead = view.outlook
    seen = outlook_words.own_prospect(ahead) if ahead is not None else None
    day = beside([today(glance)], [_day_state(standing), NOTHING], width)
    if ahead is None or seen is None:
        left: Line = (Span(f"left {wording.count(standing.left)}"),)
        coming = beside([left], [even_pace(glance), NOTHING], width)
        return (head, line, day) if height == FULL_ROWS else (head, line, coming, day)
    coming = outlook_words.prospect_line(glance, ahead, seen, width)
    lasting = outlook_words.to_last(glance, standing.ceiling)
    if height <= FULL_ROWS + 1:
        day = beside([_day(glance, standing), today(glance)], [*lasting, NOTHING], width)
        return (head, line, coming, day)[:height]
    total = beside(outlook_words.total_forms(ahead), lasting, width)
    rightness = beside(outlook_words.accuracy_forms(ahead), outlook_words.one_off_forms(ahead), width)
    return (head, line, coming, day, total, rightness)


def _day(glance: Glance, standing: BudgetStanding) -> Line:
    """Word today's spend and its state in one."""
    return joined([today(glance), _day_state(standing)], Span("  "))


def _short_budget(glance: Glance, width: int) -> Line:
    """Word the budget on one row."""
    standing = glance.view.budget
    if standing is None:
        return cut(dim(f"budget {wording.UNKNOWN}"), width)
    share = Span(f"{wording.short_percent(standing.used_share)} ")
    state = Span(budget_words(standing.state), BUDGET_STATES[standing.state][1])
    label = Span("BUDGET  ", Role.LABEL) if width >= LABELS_FROM_COLUMNS - 4 else Span("budget ")
    return beside([(label, share, state)], [_today_short(standing), NOTHING], width)


def _short_outlook(glance: Glance, width: int) -> Line:
    """Word what lies ahead on one row; while nothing is known of that, the renewal."""
    ahead = glance.view.outlook
    seen = outlook_words.own_prospect(ahead) if ahead is not None else None
    if ahead is None or seen is None:
        return renewal_line(glance, width)
    if width >= LABELS_FROM_COLUMNS - 4:
        return outlook_words.prospect_line(glance, ahead, seen, width)
    return beside(*outlook_words.short_prospect(glance, ahead, seen), width)


def today(glance: Glance) -> Line:
    """Word today's spend; where only a part of the day was seen, since when."""
    standing = glance.view.budget
    if standing is None or standing.today is None:
        return dim("today unknown")
    of_ceiling = f" of {wording.count(standing.daily_credits)}" if standing.daily_credits is not None else ""
    since = "" if standing.today.is_whole else f" since {wording.clock_time(standing.today.since, glance.zone)}"
    return (Span(f"today {wording.count(standing.today.credits)}{of_ceiling}"), Span(since, Role.DIM))


def _day_state(standing: BudgetStanding) -> Line:
    role = BUDGET_STATES[standing.daily_state][1]
    if standing.daily_state is BudgetState.UNKNOWN:
        return NOTHING
    return (Span(f"{budget_words(standing.daily_state)}  {wording.short_percent(standing.daily_share)}", role),)


def _today_short(standing: BudgetStanding) -> Line:
    if standing.today is None:
        return NOTHING
    if standing.daily_share is not None and standing.today.is_whole:
        return dim(f"today {wording.short_percent(standing.daily_share)}")
    return dim(f"{'today' if standing.today.is_whole else 'since start'} {wording.short_count(standing.today.credits)}")
