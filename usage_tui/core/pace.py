"""The pace of spend, in credits a day: several memories of different length, blended by how right each would have been.

The method was chosen against real and simulated hourly series; `usage-tui backtest` shows how it does on one's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, log, sqrt
from typing import NamedTuple

from msgspec import Struct

from usage_tui.core.days import Days

HALF_LIVES = (3.5, 10.0, 30.0)
_REFERENCE_HALF_LIFE = 20.0
_FLOOR = 0.03
WEEK, FORTNIGHT = 7, 14
_FURTHEST_ORIGIN = 77
_ORIGIN_FADING = 0.98
_LEAST_DAYS_BEHIND = 4
_LEAST_SEEN_AFTER = 0.6
_CHOICE = 8
_DRIFT_TIMES = 3
_RECENT_ORIGIN, _LEAST_OUTCOMES = 38, 14
_MOST_DRIFT, _EVEN = 0.1, 0.1
_JUMP_DAYS = 3
_JUMP_OLD_DAYS = range(3, 28)
_JUMP_LEAST_OLD = 5
_JUMP_WEIGHT = 0.75
_JUMP_DAYS_SEEN = 3.0
_LATEST_DAYS = 35
_USUAL_UNEVENNESS, _USUAL_DAYS = 0.2, 0.5


class Pace(Struct, frozen=True):
    """A blended pace in credits a day of mean weekday, growth that goes on included, and what it rests on.

    `reference` is the pace of the last weeks that all else is measured against, `weights` those of the half-lives and,
    where there was a jump, of the pace since. `split` is how far the paces disagree, as the variance of their
    logarithms; `effective_days` is on how many days of equal weight they rest. `unevenness` is the variance of a day's
    spend, and `strayed` how far, squared, the fortnights after earlier days came out from the pace of those days, a
    drift counting more than chance does: both as shares of the reference. `fortnights` is how many of them there were.
    """

    credits: float
    reference: float
    weights: tuple[float, ...]
    split: float
    effective_days: float
    unevenness: float
    strayed: float
    fortnights: float


class _Outcome(NamedTuple):
    """What came in some days after an earlier day: that day, the weight of what came, and its pace."""

    origin: int
    weight: float
    pace: float


def blended_pace(days: Days, weekday: Sequence[float]) -> Pace | None:
    """Blend the paces of days, or None where nothing was spent."""
    levels = [_levels(days, weekday, half_life) for half_life in HALF_LIVES]
    reference = _levels(days, weekday, _REFERENCE_HALF_LIFE)[0] if days.spend else 0.0
    if not reference > 0:
        return None
    weeks = list(_outcomes(days, weekday, WEEK))
    weights = _weights(weeks, levels, reference)
    growth = _growth(weeks, levels, weights, reference)
    fortnights = list(_outcomes(days, weekday, FORTNIGHT))
    strayed = _strayed(fortnights, levels, weights, reference)
    paces = [each[0] / reference for each in levels]
    effective = [_effective_days(days, half_life) for half_life in HALF_LIVES]
    jumped = jump(days, weekday)
    if jumped is not None:
        paces.append(jumped / reference)
        weights = [*((1 - _JUMP_WEIGHT) * weight for weight in weights), _JUMP_WEIGHT]
        effective.append(_JUMP_DAYS_SEEN)
    blend = _blend(paces, weights)
    middle = log(blend + _FLOOR)
    unevenness = _unevenness(days, weekday, reference)
    return Pace(
        credits=reference * blend * (1 + growth * max(0.0, 1 - unevenness / _EVEN)),
        reference=reference,
        weights=tuple(weights),
        split=sum(weight * (log(pace + _FLOOR) - middle) ** 2 for weight, pace in zip(weights, paces, strict=True)),
        effective_days=sum(weight * each for weight, each in zip(weights, effective, strict=True)),
        unevenness=unevenness,
        strayed=strayed,
        fortnights=sum(each.weight for each in fortnights) / FORTNIGHT,
    )


def jump(days: Days, weekday: Sequence[float]) -> float | None:
    """Give the pace of the last three days where it is plainly above all before, in credits a day, else None."""
    if len(days.spend) <= _JUMP_DAYS or not all(days.is_seen(day) for day in range(_JUMP_DAYS)):
        return None
    new = [level(days, weekday, day) for day in range(_JUMP_DAYS)]
    old = [level(days, weekday, day) for day in _JUMP_OLD_DAYS if day < len(days.spend) and days.is_seen(day)]
    if len(old) < _JUMP_LEAST_OLD:
        return None
    before, now = sum(old) / len(old), sum(new) / _JUMP_DAYS
    deviation = sqrt(sum((each - before) ** 2 for each in old) / len(old))
    is_far = now - before > 4 * (deviation / sqrt(_JUMP_DAYS) + 0.1 * before)
    return now if is_far and sorted(new)[1] > 1.25 * before + deviation else None


def level(days: Days, weekday: Sequence[float], day: int) -> float:
    """Give the spend of a day, of which something is known, as of a whole day of mean weekday."""
    return days.spend[day] / (days.known[day] * weekday[day % 7])


def _levels(days: Days, weekday: Sequence[float], half_life: float) -> list[float]:
    """Give the pace with a half-life in days as it stood at the end of each day, the latest first."""
    fading: float = 0.5 ** (1 / half_life)
    spent = share = 0.0
    levels = [0.0] * len(days.spend)
    for day in range(len(levels) - 1, -1, -1):
        spent = days.spend[day] + fading * spent
        share = days.known[day] * weekday[day % 7] + fading * share
        levels[day] = spent / share if share > 0 else 0.0
    return levels


def _blend(paces: Sequence[float], weights: Sequence[float]) -> float:
    """Blend paces, as shares of the reference, by their logarithms; none of them is so small that it counts alone."""
    logs = sum(weight * log(pace + _FLOOR) for weight, pace in zip(weights, paces, strict=True))
    return max(0.0, exp(logs) - _FLOOR)


def _outcomes(days: Days, weekday: Sequence[float], length: int) -> Iterator[_Outcome]:
    """Give what came in so many days after each of the last eleven weeks' days, where enough was seen of both."""
    for origin in range(length, min(_FURTHEST_ORIGIN, len(days.spend) - 1) + 1):
        after = range(origin - length, origin)
        if sum(days.seen[day] for day in after) > _LEAST_SEEN_AFTER * length and _has_days_behind(days, origin):
            known = sum(days.known[day] * weekday[day % 7] for day in after)
            pace = sum(days.spend[day] for day in after) / known
            yield _Outcome(origin, _ORIGIN_FADING ** (origin - length), pace)


def _weights(weeks: Sequence[_Outcome], levels: Sequence[Sequence[float]], reference: float) -> list[float]:
    """Weigh half-lives by how far their paces were from what the weeks after brought."""
    told = sum(week.weight for week in weeks)
    scores = []
    for each in levels:
        missed = sum(week.weight * abs(each[week.origin] - week.pace) for week in weeks)
        scores.append(((missed + 0.3 * reference) / ((told + 1) * reference) + 0.02) ** -_CHOICE)
    return [score / sum(scores) for score in scores]


def _growth(
    weeks: Sequence[_Outcome], levels: Sequence[Sequence[float]], weights: Sequence[float], reference: float
) -> float:
    """Give the share by which weeks came out above the blend before them, in the last weeks and in those before alike.

    What only one of them shows is chance or over, and what days hide that differ much cannot be told from chance.
    """
    recent: list[float] = []
    earlier: list[float] = []
    for week in weeks:
        promised = _blend([level[week.origin] / reference for level in levels], weights)
        above = (week.pace / reference - promised) / max(promised, _FLOOR)
        (recent if week.origin <= _RECENT_ORIGIN else earlier).append(above)
    if min(len(recent), len(earlier)) < _LEAST_OUTCOMES:
        return 0.0
    return min(_MOST_DRIFT, max(0.0, min(sum(each) / len(each) for each in (recent, earlier))))


def _strayed(
    fortnights: Sequence[_Outcome], levels: Sequence[Sequence[float]], weights: Sequence[float], reference: float
) -> float:
    """Measure how far, squared, fortnights came out from the blend before them; 0 where there were none.

    What they strayed in common is a drift, which goes on where chance would even out.
    """
    told = sum(each.weight for each in fortnights)
    squares = drift = 0.0
    for each in fortnights:
        promised = _blend([level[each.origin] / reference for level in levels], weights)
        stray = each.pace / reference - promised
        squares += each.weight / told * stray**2
        drift += each.weight / told * stray
    return squares + _DRIFT_TIMES * drift**2


def _unevenness(days: Days, weekday: Sequence[float], reference: float) -> float:
    """Measure how uneven the last 35 days that were seen are; with few of them, as uneven as is usual."""
    latest = [day for day in range(len(days.spend)) if days.is_seen(day)][:_LATEST_DAYS]
    squares = sum((level(days, weekday, day) / reference - 1) ** 2 for day in latest)
    return (squares + _USUAL_DAYS * _USUAL_UNEVENNESS) / (len(latest) + _USUAL_DAYS)


def _has_days_behind(days: Days, origin: int) -> bool:
    seen = 0
    for day in range(origin, len(days.spend)):
        seen += days.is_seen(day)
        if seen == _LEAST_DAYS_BEHIND:
            return True
    return False


def _effective_days(days: Days, half_life: float) -> float:
    """Say how many days of equal weight a pace with a half-life rests on."""
    fading: float = 0.5 ** (1 / half_life)
    once = sum(fading**day * share for day, share in enumerate(days.known))
    twice = sum(fading ** (2 * day) * share for day, share in enumerate(days.known))
    return once**2 / twice
