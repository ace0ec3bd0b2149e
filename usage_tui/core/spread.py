"""How far spend may come out from what is expected: a gamma, by its cube-root normal form (Wilson, Hilferty 1931)."""

from __future__ import annotations

from collections.abc import Sequence
from math import cbrt, erfc, sqrt

from msgspec import Struct

from usage_tui.core.days import Days
from usage_tui.core.pace import Pace, level

Z_OF_TENTH = 1.2815515655446004
_MOST_VARIANCE = 6.0
_LATEST_DAYS = 35
_USUAL_VARIANCE, _USUAL_DAYS = 0.2, 0.5


class Spread(Struct, frozen=True):
    """What makes a forecast wide: how uneven days are, on how many days it rests, how far the paces disagree.

    `unevenness` is the variance of a day's spend as a share of the pace, squared; `days` are those known in all.
    """

    unevenness: float
    effective_days: float
    days: float
    split: float

    def variance(self, days_ahead: float) -> float:
        """Give the variance of what is spent in the days ahead, as a share of what is expected, squared."""
        own: float = 2.7 * self.unevenness**0.75 * (1 / days_ahead + 1 / self.effective_days)
        return min(_MOST_VARIANCE, own + 0.1 / self.days + self.split * min(1.0, days_ahead / 7))


def spread_of(days: Days, weekday: Sequence[float], pace: Pace) -> Spread:
    """Measure how uneven the last 35 days that were seen are."""
    latest = [day for day in range(len(days.spend)) if days.is_seen(day)][:_LATEST_DAYS]
    squares = sum((level(days, weekday, day) / pace.reference - 1) ** 2 for day in latest)
    return Spread(
        unevenness=(squares + _USUAL_DAYS * _USUAL_VARIANCE) / (len(latest) + _USUAL_DAYS),
        effective_days=pace.effective_days,
        days=sum(days.known),
        split=pace.split,
    )


def factor(variance: float, z: float) -> float:
    """Give by how much the quantile of the standard normal's `z` lies above or below what is expected."""
    root = max(0.0, 1 - variance / 9 + z * sqrt(variance) / 3)
    return root * root * root


def chance_above(share: float, variance: float) -> float:
    """Give the chance, 0–1, that more comes than a `share` of what is expected."""
    return erfc((cbrt(share) - 1 + variance / 9) * 3 / sqrt(2 * variance)) / 2
