"""Days of spend counted back from a moment, without calendar or zone, and how the days of the week differ.

Day j is the time from 24 (j + 1) to 24 j hours ago, so that day 0 is the latest. Spend is in credits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

DAY_HOURS = 24
MOST_DAYS = 100
_SEEN_SHARE = 0.5
_SPIKE_BLOCK_DAYS = 28
_SPIKE_LEAST_DAYS = 3
_SPIKE_TIMES = 3.0
_WEEKDAY_HALF_LIFE = 60.0
_HOUR_HALF_LIFE = 14.0


class Days(Struct, frozen=True):
    """Days, the latest first: credits spent in what is known of each, and the shares of it, 0–1, that are known.

    `seen` is the share that was seen hour by hour; the rest of `known` has its part of what the counter told later.
    """

    spend: tuple[float, ...]
    known: tuple[float, ...]
    seen: tuple[float, ...]

    def is_seen(self, day: int) -> bool:
        """Say whether more than half of a day was seen hour by hour."""
        return self.seen[day] > _SEEN_SHARE


def days_of(
    hours: Sequence[float | None], unseen_hour: float | None, unseen_hours: int, paused: Collection[int]
) -> Days:
    """Gather hours, of which the last one ended now, into days; at most the latest 100 of them.

    Each unknown hour among the last `unseen_hours` is taken to have cost `unseen_hour` credits, those before the first
    one included; the indexes in `paused` are not.
    """
    latest = max(len(hours), unseen_hours if unseen_hour is not None else 0)
    spend, known, seen = [], [], []
    for first_age in range(0, min(latest, MOST_DAYS * DAY_HOURS), DAY_HOURS):
        total, known_hours, seen_hours = 0.0, 0, 0
        for age in range(first_age, first_age + DAY_HOURS):
            index = len(hours) - 1 - age
            hour = hours[index] if index >= 0 else None
            if hour is not None:
                seen_hours += 1
            elif unseen_hour is not None and age < unseen_hours and index not in paused:
                hour = unseen_hour
            if hour is not None:
                total += hour
                known_hours += 1
        spend.append(total)
        known.append(known_hours / DAY_HOURS)
        seen.append(seen_hours / DAY_HOURS)
    return Days(tuple(spend), tuple(known), tuple(seen))


def without_spikes(days: Days) -> Days:
    """Cut the largest day of each four weeks to three times the second largest: a backfill is no pace."""
    spend = list(days.spend)
    for first in range(0, len(spend), _SPIKE_BLOCK_DAYS):
        block = [day for day in range(first, min(len(spend), first + _SPIKE_BLOCK_DAYS)) if days.is_seen(day)]
        if len(block) < _SPIKE_LEAST_DAYS:
            continue
        second, largest = sorted(block, key=spend.__getitem__)[-2:]
        if spend[second] > 0:
            spend[largest] = min(spend[largest], _SPIKE_TIMES * spend[second])
    return Days(tuple(spend), days.known, days.seen)


def weekday_factors(days: Days) -> tuple[float, ...]:
    """Say how the seven weekdays differ from their mean of 1; day j has the factor j mod 7.

    Recent weeks count more, and each weekday is drawn to the mean as by one more day of it.
    """
    weights = [0.5 ** (day / _WEEKDAY_HALF_LIFE) for day in range(len(days.spend))]
    known = sum(weight * share for weight, share in zip(weights, days.known, strict=True))
    if not known:
        return (1.0,) * 7
    mean = sum(weight * spent for weight, spent in zip(weights, days.spend, strict=True)) / known
    if not mean:
        return (1.0,) * 7
    factors = []
    for weekday in range(7):
        same = [day for day in range(weekday, len(weights), 7) if days.is_seen(day)]
        spent = sum(weights[day] * days.spend[day] for day in same)
        share = sum(weights[day] * days.known[day] for day in same)
        factors.append((spent + mean) / (mean * share + mean))
    return _scaled(factors)


def hour_factors(hours: Sequence[float | None]) -> tuple[float, ...]:
    """Say how the 24 hours of a day differ from their mean of 1, the first being that which ended 23 hours ago.

    Recent days count more, and each hour is drawn to the mean as by one more day.
    """
    spent, share = [0.0] * DAY_HOURS, [0.0] * DAY_HOURS
    for age, hour in enumerate(reversed(hours[-MOST_DAYS * DAY_HOURS :])):
        if hour is not None:
            day, earlier = divmod(age, DAY_HOURS)
            weight = _HOUR_WEIGHTS[day]
            spent[earlier] += weight * hour
            share[earlier] += weight
    mean = sum(spent) / sum(share) if any(share) else 0.0
    if not mean:
        return (1.0,) * DAY_HOURS
    factors = [(one + mean) / (mean * other + mean) for one, other in zip(spent, share, strict=True)]
    return _scaled(factors[::-1])


def _scaled(factors: Sequence[float]) -> tuple[float, ...]:
    """Scale factors to a mean of 1."""
    mean = sum(factors) / len(factors)
    return tuple(factor / mean for factor in factors)


_HOUR_WEIGHTS = tuple(0.5 ** (day / _HOUR_HALF_LIFE) for day in range(MOST_DAYS))
