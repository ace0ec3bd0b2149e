"""The pace of spend, in credits a day: several memories of different length, blended by how right each would have been.

The method was chosen against real and simulated hourly series; `usage-tui backtest` shows how it does on one's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt

from msgspec import Struct

from usage_tui.core.days import Days

HALF_LIVES = (3.5, 10.0, 30.0)
_REFERENCE_HALF_LIFE = 20.0
_FLOOR = 0.03
_LIFT = 1.04
_ORIGINS = range(7, 36)
_ORIGIN_FADING = 0.95
_LEAST_DAYS_BEHIND = 4
_LEAST_SEEN_AFTER = 4.2
_JUMP_DAYS = 3
_JUMP_OLD_DAYS = range(3, 28)
_JUMP_LEAST_OLD = 5
_JUMP_WEIGHT = 0.75
_JUMP_DAYS_SEEN = 3.0


class Pace(Struct, frozen=True):
    """A blended pace in credits a day of mean weekday, and what it rests on.

    `reference` is the pace of the last weeks that all else is measured against, `weights` those of the half-lives and,
    where there was a jump, of the pace since. `split` is how far the paces disagree, as the variance of their
    logarithms; `effective_days` is on how many days of equal weight they rest.
    """

    credits: float
    reference: float
    weights: tuple[float, ...]
    split: float
    effective_days: float


def blended_pace(days: Days, weekday: Sequence[float]) -> Pace | None:
    """Blend the paces of days, or None where nothing was spent."""
    levels = [_levels(days, weekday, half_life) for half_life in HALF_LIVES]
    reference = _levels(days, weekday, _REFERENCE_HALF_LIFE)[0] if days.spend else 0.0
    if not reference > 0:
        return None
    paces = [each[0] for each in levels]
    weights = _weights(days, weekday, levels, reference)
    effective = [_effective_days(days, half_life) for half_life in HALF_LIVES]
    jumped = jump(days, weekday)
    if jumped is not None:
        paces.append(jumped)
        weights = [*((1 - _JUMP_WEIGHT) * weight for weight in weights), _JUMP_WEIGHT]
        effective.append(_JUMP_DAYS_SEEN)
    logs = [log(pace + _FLOOR * reference) for pace in paces]
    middle = sum(weight * each for weight, each in zip(weights, logs, strict=True))
    return Pace(
        credits=max(0.0, _LIFT * (exp(middle) - _FLOOR * reference)),
        reference=reference,
        weights=tuple(weights),
        split=sum(weight * (each - middle) ** 2 for weight, each in zip(weights, logs, strict=True)),
        effective_days=sum(weight * each for weight, each in zip(weights, effective, strict=True)),
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


def _weights(days: Days, weekday: Sequence[float], levels: Sequence[Sequence[float]], reference: float) -> list[float]:
    """Weigh half-lives by how far the paces of the last five weeks were from what the week after them brought."""
    missed, origins = [0.0] * len(levels), 0.0
    for origin in _ORIGINS:
        if sum(days.seen[origin - 7 : origin]) <= _LEAST_SEEN_AFTER or not _has_days_behind(days, origin):
            continue
        week = range(origin - 7, origin)
        came = sum(days.spend[day] for day in week) / sum(days.known[day] * weekday[day % 7] for day in week)
        weight = _ORIGIN_FADING ** (origin - 7)
        origins += weight
        missed = [sofar + weight * abs(each[origin] - came) for sofar, each in zip(missed, levels, strict=True)]
    scores = [((each + 0.3 * reference) / ((origins + 1) * reference) + 0.02) ** -4 for each in missed]
    return [score / sum(scores) for score in scores]


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
