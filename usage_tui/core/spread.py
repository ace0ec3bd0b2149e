"""How far spend may come out from a pace: like a gamma in its cube-root normal form (Wilson, Hilferty 1931)."""

from __future__ import annotations

from math import cbrt, erfc, sqrt

from msgspec import Struct

from usage_tui.core.pace import FORTNIGHT, Pace

Z_OF_TENTH = 1.2815515655446004
_MOST_VARIANCE = 6.0
_EVEN_SKEW = 0.12
_TELLING_UNEVENNESS = 0.2
_MOST_NARROWED = 0.1
_FORTNIGHTS_TO_TELL = 1.0


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
    """Say how much less an account strays than others as uneven: by the fortnights behind it, as far as they tell.

    Days go astray together, which is why a day's own variance is not enough; where fortnight after fortnight came as
    promised, uneven days even out. Where days differ very much, a few fortnights tell less of it.
    """
    if not pace.fortnights:
        return 1.0
    promised = unevenness * (1 / FORTNIGHT + 1 / pace.effective_days)
    trust = pace.fortnights / (pace.fortnights + _FORTNIGHTS_TO_TELL) * min(1.0, _TELLING_UNEVENNESS / pace.unevenness)
    narrowing: float = (pace.strayed / promised) ** trust
    return min(1.0, max(_MOST_NARROWED, narrowing))


def factor(variance: float, z: float) -> float:
    """Give by how much the quantile of the standard normal's `z` lies above or below what is expected."""
    root = max(0.0, _middle(variance) + z * sqrt(variance) / 3)
    return root * root * root


def chance_above(share: float, variance: float) -> float:
    """Give the chance, 0–1, that more comes than a `share` of what is expected."""
    return erfc((cbrt(share) - _middle(variance)) * 3 / sqrt(2 * variance)) / 2


def _middle(variance: float) -> float:
    """Give the cube root of the median: a blend of logarithms is one already, unless little was seen to blend."""
    return 1 - max(0.0, variance - _EVEN_SKEW) / 9
