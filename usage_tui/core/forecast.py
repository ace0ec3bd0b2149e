"""What a cycle will come to, and when a ceiling is spent: the recent pace, weekday by weekday, carried to the renewal.

Once an hour, `analyse` looks at the hours; on each refresh, `forecast` and `fan` carry what it found to the renewal:

    analysis = analyse(hours, ended_at, cycle_started_at=cycle.started_at, spent=used - running_hour)
    coming = forecast(analysis, used=used, ceiling=limit, cycle=cycle, now=now)

`hours` are the credits spent in each hour, oldest first; the last one is the last complete hour, and ended at
`ended_at`. None is an hour whose spend is not known: in a gap, and from the last sample to a reset. The hour of a reset
holds what the counter came to since. `core/hourly.py` makes such hours of stored spans. The running hour is what was
spent since `ended_at`: it is part of `used`, but of no hour, so that `spent` is what the counter stood at when the last
complete hour ended. Unknown hours of the cycle, those before the first sample included, share what it passed unseen.
More than 100 days may be given: older hours tell only how much of the cycle's spend was seen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from math import ceil, exp

from msgspec import Struct

from usage_tui.core.course import Course
from usage_tui.core.cycle import Cycle
from usage_tui.core.days import DAY_HOURS, days_of, hour_factors, weekday_factors, without_spikes
from usage_tui.core.pace import Pace, blended_pace
from usage_tui.core.spread import Z_OF_TENTH, Spread, chance_above, spread_of

HOUR = timedelta(hours=1)
_SURE_DAYS = 7


class Analysis(Struct, frozen=True):
    """What the hours up to `ended_at` tell; None for pace and spread where nothing was spent.

    `known_days` of them are known, `seen_days` were seen hour by hour. `weekday` has seven factors around 1, that of
    day j before `ended_at` at j mod 7; `hour` has 24, the first that of the hour which begins at `ended_at`.
    `idle_days` is for how many whole days nothing was spent; `began_at` is when the first hour that was seen began.
    """

    ended_at: datetime
    pace: Pace | None
    spread: Spread | None
    weekday: tuple[float, ...]
    hour: tuple[float, ...]
    known_days: float
    seen_days: float
    idle_days: int
    began_at: datetime | None


class Forecast(Struct, frozen=True):
    """What a cycle will come to, in credits, and the chance, 0–1, that it reaches the ceiling, None without one.

    The run-outs are when that is as likely as not, and the early case that one in ten comes to; None where not before
    the renewal.
    """

    total_p10: float
    total_p50: float
    total_p90: float
    chance: float | None
    run_out_p50: datetime | None
    run_out_p10: datetime | None


class FanPoint(Struct, frozen=True):
    """What will have been used of the cycle at a moment, in credits."""

    at: datetime
    p10: float
    p50: float
    p90: float


def analyse(
    hours: Sequence[float | None],
    ended_at: datetime,
    *,
    cycle_started_at: datetime | None = None,
    spent: float | None = None,
    paused: Collection[int] = (),
) -> Analysis:
    """Look at hourly spend in credits; see the module for what the hours are.

    `spent` is what the cycle had come to at `ended_at`, None where it is not known. `paused` are the indexes of unknown
    hours that nothing of it belongs to, as the credits were used up or the user left them out.
    """
    cycle_hours = _cycle_hours(cycle_started_at, ended_at)
    unseen_hour = None if spent is None else _unseen_hour(hours, cycle_hours, spent, paused)
    days = without_spikes(days_of(hours, unseen_hour, cycle_hours, paused))
    weekday = weekday_factors(days)
    pace = blended_pace(days, weekday)
    return Analysis(
        ended_at=ended_at,
        pace=pace,
        spread=None if pace is None else spread_of(pace, sum(days.known)),
        weekday=weekday,
        hour=hour_factors(hours),
        known_days=sum(days.known),
        seen_days=sum(days.seen),
        idle_days=_idle_days(hours),
        began_at=next(
            (ended_at - (len(hours) - index) * HOUR for index, hour in enumerate(hours) if hour is not None), None
        ),
    )


def forecast(analysis: Analysis, *, used: float, ceiling: float | None, cycle: Cycle, now: datetime) -> Forecast | None:
    """Carry the pace to the renewal of the cycle that `now` lies in, from the credits `used` in it.

    None where there is nothing to say: nothing was spent yet, the ceiling is spent, or `now` is not in the cycle.
    """
    pace, spread = analysis.pace, analysis.spread
    if pace is None or spread is None or not cycle.started_at <= now < cycle.resets_at:
        return None
    if ceiling is not None and used >= ceiling:
        return None
    course = _course(analysis, pace, spread, now)
    begin, end = _hours_after(analysis, now), _hours_after(analysis, cycle.resets_at)
    if end <= begin:
        return None
    chance = run_out_p50 = run_out_p10 = None
    if ceiling is not None:
        need = ceiling - used
        chance = _announced(_chance(course, need, end), analysis.known_days, (end - begin) / DAY_HOURS)
        run_out_p50 = _moment(analysis, course.reached(need, end, 0.0))
        run_out_p10 = _moment(analysis, course.reached(need, end, Z_OF_TENTH))
    return Forecast(
        total_p10=used + course.quantile(end, -Z_OF_TENTH),
        total_p50=used + course.quantile(end, 0.0),
        total_p90=used + course.quantile(end, Z_OF_TENTH),
        chance=chance,
        run_out_p50=run_out_p50,
        run_out_p10=run_out_p10,
    )


def fan(analysis: Analysis, *, used: float, cycle: Cycle, now: datetime, steps: int) -> tuple[FanPoint, ...]:
    """Give the way to the renewal in equal steps, `now` first; nothing where there is nothing to say."""
    pace, spread = analysis.pace, analysis.spread
    if pace is None or spread is None or not cycle.started_at <= now < cycle.resets_at:
        return ()
    course = _course(analysis, pace, spread, now)
    points = []
    for step in range(steps + 1):
        at = now + (cycle.resets_at - now) * step / steps
        time = _hours_after(analysis, at)
        low, middle, high = (used + course.quantile(time, z) for z in (-Z_OF_TENTH, 0.0, Z_OF_TENTH))
        points.append(FanPoint(at, low, middle, high))
    return tuple(points)


def reached_at(
    hours: Sequence[float | None],
    ended_at: datetime,
    *,
    cycle_started_at: datetime,
    spent: float,
    ceiling: float,
    paused: Collection[int] = (),
) -> datetime | None:
    """Give the hour in which the cycle's spend came to the ceiling, or None where that was before what was seen.

    The hours are those of `analyse`. Where `spent` is below the ceiling, that is `ended_at`: it came in the hour since.
    """
    at = ended_at
    if spent < ceiling:
        return at
    unseen_hour = _unseen_hour(hours, _cycle_hours(cycle_started_at, ended_at), spent, paused)
    for index in range(len(hours) - 1, -1, -1):
        at -= HOUR
        hour = hours[index]
        if hour is None:
            hour = 0.0 if index in paused else unseen_hour
        spent -= hour
        if spent < ceiling or at <= cycle_started_at:
            return max(at, cycle_started_at)
    return None


def _cycle_hours(cycle_started_at: datetime | None, ended_at: datetime) -> int:
    """Count the complete hours of the cycle, that of its start included."""
    return 0 if cycle_started_at is None else max(0, ceil((ended_at - cycle_started_at) / HOUR))


def _unseen_hour(hours: Sequence[float | None], cycle_hours: int, spent: float, paused: Collection[int]) -> float:
    """Give what each unknown hour of the cycle cost, if all of them cost the same."""
    first = max(0, len(hours) - cycle_hours)
    known = [hour for hour in hours[first:] if hour is not None]
    unknown = cycle_hours - len(known) - sum(index >= first for index in paused)
    return max(0.0, spent - sum(known)) / unknown if unknown > 0 else 0.0


def _idle_days(hours: Sequence[float | None]) -> int:
    """Count the whole days up to the end in which all was seen and nothing spent."""
    idle_hours = 0
    for hour in reversed(hours):
        if hour != 0:
            break
        idle_hours += 1
    return idle_hours // DAY_HOURS


def _course(analysis: Analysis, pace: Pace, spread: Spread, now: datetime) -> Course:
    return Course(pace.credits, analysis.weekday, analysis.hour, spread, _hours_after(analysis, now))


def _hours_after(analysis: Analysis, at: datetime) -> float:
    return max(0.0, (at - analysis.ended_at) / HOUR)


def _moment(analysis: Analysis, time: float | None) -> datetime | None:
    return None if time is None else analysis.ended_at + timedelta(hours=time)


def _chance(course: Course, need: float, end: float) -> float:
    expected = course.expected(end)
    return chance_above(need / expected, course.variance(end)) if expected > 0 else 0.0


def _announced(chance: float, known_days: float, days_left: float) -> float:
    """Keep a chance from 0 and 1 while days remain: nobody is told what cannot be known."""
    nearness = min(1.0, days_left / _SURE_DAYS)
    lowest = nearness * (0.02 + 0.2 * exp(-known_days / 6))
    return min(1 - 0.01 * nearness, max(lowest, chance))
