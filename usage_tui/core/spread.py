"""How far spend may come out from what is expected: a gamma, by its cube-root normal form (Wilson, Hilferty 1931)."""

from __future__ import annotations

from math import cbrt, erfc, sqrt

from msgspec import Struct

from usage_tui.core.pace import Pace

Z_OF_TENTH = 1.2815515655446004
_MOST_VARIANCE = 6.0
_STEADY_UNEVENNESS = 0.03
_MOST_NARROWED = 0.1
_WEEKS_TO_TELL = 2.0


class Spread(Struct, frozen=True):
    """What makes a forecast wide: how uneven days are, on how many it rests, how far the paces disagree.

    `unevenness` is the variance of each day ahead, as a share of the pace, squared; `days` are those known in all.
    """

    unevenness: float
    effective_days: float
    days: float
    split: float

    def variance(self, days_ahead: float) -> float:
        """Give the variance of what is spent in the days ahead, as a share of what is expected, squared."""
        own = self.unevenness * (1 / days_ahead + 1 / self.effective_days)
        return min(_MOST_VARIANCE, own + 0.1 / self.days + self.split * min(1.0, days_ahead / 7))


def spread_of(pace: Pace, known_days: float) -> Spread:
    """Say how far spend may come out from a pace that rests on so many known days."""
    unevenness = 2.7 * pace.unevenness**0.75
    return Spread(
        unevenness=unevenness * _narrowing(pace, unevenness),
        effective_days=pace.effective_days,
        days=known_days,
        split=pace.split,
    )


def _narrowing(pace: Pace, unevenness: float) -> float:
    """Say how much less a steady account strays than others as uneven: by the weeks behind it, as far as they tell.

    Days go astray together, which is why a day's own variance is not enough; only where days hardly differ, and week
    after week came as promised, the range may be narrower.
    """
    if not pace.weeks:
        return 1.0
    promised = unevenness * (1 / 7 + 1 / pace.effective_days)
    trust = pace.weeks / (pace.weeks + _WEEKS_TO_TELL) * min(1.0, _STEADY_UNEVENNESS / pace.unevenness)
    narrowing: float = (pace.strayed / promised) ** trust
    return min(1.0, max(_MOST_NARROWED, narrowing))


def factor(variance: float, z: float) -> float:
    """Give by how much the quantile of the standard normal's `z` lies above or below what is expected."""
    root = max(0.0, 1 - variance / 9 + z * sqrt(variance) / 3)
    return root * root * root


def chance_above(share: float, variance: float) -> float:
    """Give the chance, 0–1, that more comes than a `share` of what is expected."""
    return erfc((cbrt(share) - 1 + variance / 9) * 3 / sqrt(2 * variance)) / 2
