"""The likely way of a cycle's credits from now to its renewal, for a chart to draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from usage_tui.core.cycle import Cycle
from usage_tui.core.forecast import fan
from usage_tui.core.rollup import epoch_ms
from usage_tui.core.view import AccountView

STEPS = 30


class Ahead(NamedTuple):
    """What will have been used at a moment, in credits: one in ten comes to less than `p10`, or more than `p90`."""

    at_ms: int
    p10: float
    p50: float
    p90: float


def way_ahead(view: AccountView, cycle: Cycle, now: datetime) -> tuple[Ahead, ...]:
    """Give the way from now to the renewal; nothing where no range may be told of the total."""
    outlook, used = view.outlook, view.snapshot.used
    if outlook is None or outlook.analysis is None or outlook.total_p10 is None or used is None:
        return ()
    points = fan(outlook.analysis, used=used, cycle=cycle, now=now, steps=STEPS)
    return tuple(Ahead(epoch_ms(point.at), point.p10, point.p50, point.p90) for point in points)


def likely_at(way: Sequence[Ahead], at_ms: float) -> Ahead | None:
    """Read the way between its points; None outside it."""
    for earlier, later in pairwise(way):
        if earlier.at_ms <= at_ms <= later.at_ms:
            share = (at_ms - earlier.at_ms) / max(1, later.at_ms - earlier.at_ms)
            low, middle, high = (a + (b - a) * share for a, b in zip(earlier[1:], later[1:], strict=True))
            return Ahead(int(at_ms), low, middle, high)
    return None
