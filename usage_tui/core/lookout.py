"""Looks ahead: what stored hours tell is looked over once an hour, and carried to the renewal on each new counter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.budget import Budget
from usage_tui.core.confidence import evidence
from usage_tui.core.cycle import Cycle
from usage_tui.core.forecast import Analysis, Forecast, analyse, forecast, reached_at
from usage_tui.core.hourly import Hours, is_spend_alone, spend_by_hour
from usage_tui.core.one_off import OneOffDays, spent_in, without
from usage_tui.core.outlook import Accuracy, Evidence, Outlook, Prospect
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.usual import Usual, usual

HOURS_AHEAD = 2
DAYS_BACK = 100
_HOUR = timedelta(hours=1)


class Grounds(Struct, frozen=True):
    """What an account's hours tell of what lies ahead, as of the last complete one.

    `hours` are those of the cycle that started at `cycle_started_at`, and `spent` is what that had come to by then.
    The analysis leaves out the user's `one_off_days`, so many of which were looked at. `usuals` are of the hours that
    begin now and next, by their start in epoch milliseconds.
    """

    cycle_started_at: datetime
    spent: int
    hours: Hours
    analysis: Analysis
    usuals: Mapping[int, Usual]
    one_off_days: int = 0
    accuracy: Accuracy | None = None


def begin_of_hours(cycle: Cycle, now: datetime) -> int:
    """Give the first hour that is looked at, in epoch milliseconds: 100 days back, or where the cycle started."""
    end_ms = _hour_of(now)
    return min(end_ms - DAYS_BACK * 24 * HOUR_MS, _hour_of(cycle.started_at))


def look_over(
    spans: Sequence[TimeSpan], *, used: int, cycle: Cycle, now: datetime, one_off: OneOffDays, accuracy: Accuracy | None
) -> Grounds:
    """Look over an account's spans of an hour each, the running hour's included, with `used` credits of the cycle.

    What was spent on `one_off` days is part of what was used, and of no pace.
    """
    begin_ms, end_ms = begin_of_hours(cycle, now), _hour_of(now)
    running = [span for span in spans if span.start_ms >= end_ms]
    spent = max(0, used - sum(span.spend for span in running))
    hours = spend_by_hour(spans, begin_ms, end_ms)
    by_start = {span.start_ms: span for span in spans}
    left_out, one_off_days = one_off.hours(begin_ms, len(hours.spends))
    usually_spent: float = spent
    if left_out:
        counted = [_counted(by_start.get(start)) for start in range(begin_ms, end_ms, HOUR_MS)]
        first = (_hour_of(cycle.started_at) - begin_ms) // HOUR_MS
        usually_spent -= spent_in(left_out, counted, first=first, spent=spent)
    return Grounds(
        cycle_started_at=cycle.started_at,
        spent=spent,
        hours=_hours_since(hours, cycle.started_at),
        analysis=analyse(
            without(hours.spends, left_out),
            hours.ended_at,
            cycle_started_at=cycle.started_at,
            spent=usually_spent,
            paused=hours.paused | left_out,
        ),
        usuals={start: usual(by_start, start) for start in range(end_ms, end_ms + HOURS_AHEAD * HOUR_MS, HOUR_MS)},
        one_off_days=one_off_days,
        accuracy=accuracy,
    )


def is_as_blank(before: Grounds, spans: Sequence[TimeSpan], cycle: Cycle, now: datetime) -> bool:
    """Say whether the hours tell as little as `before`: none of them is complete, and none has ended since."""
    end_ms = _hour_of(now)
    is_as_before = before.cycle_started_at == cycle.started_at and epoch_ms(before.hours.ended_at) == end_ms
    return is_as_before and before.analysis.began_at is None and all(span.start_ms >= end_ms for span in spans)


def usual_of_now(grounds: Grounds, now: datetime) -> Usual | None:
    """Say what is usual for the running hour, or None where the hours were looked over too long ago."""
    return grounds.usuals.get(_hour_of(now))


def outlook(grounds: Grounds, *, used: int, limit: int | None, budget: Budget, cycle: Cycle, now: datetime) -> Outlook:
    """Say what lies ahead of an account that has `used` credits of its cycle; no more than so little seen allows."""
    analysis = grounds.analysis
    ahead = Outlook(
        evidence=evidence(analysis, cycle.started_at),
        pace_per_day=analysis.pace.credits if analysis.pace else None,
        idle_days=analysis.idle_days,
        one_off_days=grounds.one_off_days,
        accuracy=grounds.accuracy,
        analysis=analysis,
    )
    is_used_up = bool(limit) and used >= (limit or 0)
    coming = None if is_used_up else _forecast(ahead, None, used, cycle, now)
    of_limit = Prospect(limit, is_limit=True) if limit else None
    of_budget = Prospect(budget.credits, is_limit=False) if budget.credits is not None else None
    limit_ahead, budget_ahead = (
        None if each is None else _with_moment(carried(each, ahead, used=used, cycle=cycle, now=now), grounds)
        for each in (of_limit, of_budget)
    )
    return replace(
        ahead,
        total_p10=coming.total_p10 if coming else None,
        total_p50=coming.total_p50 if coming else None,
        total_p90=coming.total_p90 if coming else None,
        limit=limit_ahead,
        budget=budget_ahead,
    )


def carried(ceiling: Prospect, ahead: Outlook, *, used: int, cycle: Cycle, now: datetime) -> Prospect:
    """Say what lies ahead of any ceiling, such as one that is being typed; of one that is spent, that it is."""
    if used >= ceiling.ceiling:
        return replace(ceiling, is_spent=True)
    coming = _forecast(ahead, ceiling.ceiling, used, cycle, now)
    if coming is None:
        return ceiling
    if ahead.evidence is Evidence.ROUGH:
        return replace(ceiling, run_out_p10=coming.run_out_p10)
    return replace(
        ceiling, run_out_probability=coming.chance, run_out_p50=coming.run_out_p50, run_out_p10=coming.run_out_p10
    )


def _forecast(ahead: Outlook, ceiling: int | None, used: int, cycle: Cycle, now: datetime) -> Forecast | None:
    """Carry the pace to the renewal, where that much may be said."""
    if ahead.evidence is Evidence.LEARNING or ahead.analysis is None:
        return None
    return forecast(ahead.analysis, used=used, ceiling=ceiling, cycle=cycle, now=now)


def _with_moment(seen: Prospect, grounds: Grounds) -> Prospect:
    """Say since when a ceiling is spent, if that is known."""
    hours, cycle_started_at = grounds.hours, grounds.cycle_started_at
    if not seen.is_spent or hours.ended_at <= cycle_started_at:
        return seen
    spent_at = reached_at(
        hours.spends,
        hours.ended_at,
        cycle_started_at=cycle_started_at,
        spent=grounds.spent,
        ceiling=seen.ceiling,
        paused=hours.paused,
    )
    return replace(seen, spent_at=spent_at)


def _counted(span: TimeSpan | None) -> float | None:
    """Give by how much the counter was found to have moved in an hour, None where nobody looked."""
    if span is None or (span.last.used is None and not is_spend_alone(span)):
        return None
    return float(min(span.last.used, span.spend) if span.has_reset and span.last.used is not None else span.spend)


def _hours_since(hours: Hours, started_at: datetime) -> Hours:
    """Leave out the hours before a moment, for they take memory."""
    kept = max(0, (hours.ended_at - started_at) // _HOUR + 1)
    first = max(0, len(hours.spends) - kept)
    paused = frozenset(index - first for index in hours.paused if index >= first)
    return Hours(hours.spends[first:], paused, hours.ended_at)


def _hour_of(moment: datetime) -> int:
    """Give the start of the hour that a moment lies in, in epoch milliseconds."""
    return epoch_ms(moment) // HOUR_MS * HOUR_MS
