"""How the polls of several accounts are spread over time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import floor

from msgspec import Struct

from usage_tui.core.account import PollPlan
from usage_tui.services.connection import ClientTerms
from usage_tui.services.pacer import Cadence

FIRST_SPACING_SECONDS = 0.25
SLOT_SECONDS = 0.5
MOST_KEPT_CONNECTIONS = 200


class Timetable(Struct, frozen=True):
    """One account's cadences, on the screen and off it, and what its client is held to."""

    shown: Cadence
    background: Cadence
    terms: ClientTerms


def timetables(names: Sequence[str], shown: Collection[str], plan: PollPlan) -> dict[str, Timetable]:
    """Give each account its timetable: those polled alike are spread evenly over their interval.

    Those off the screen are polled at whole half seconds, a few at once where there are many: a poll among others costs
    half of one for which the program has to wake up.
    A single account on the screen keeps to the whole intervals of the wall clock, with which the screen's own ticks.
    """
    terms = ClientTerms(
        timeout_seconds=plan.timeout_seconds,
        keepalive_seconds=(
            None if len(names) > MOST_KEPT_CONNECTIONS else 2 * max(plan.interval_seconds, plan.background_seconds)
        ),
    )
    on_screen = [name for name in names if name in shown]
    shown_phases = {name: index / len(on_screen) for index, name in enumerate(on_screen)}
    return {
        name: Timetable(
            shown=Cadence(plan.interval_seconds, shown_phases.get(name, 0.0)),
            background=Cadence(plan.background_seconds, _slot(index / len(names), plan.background_seconds)),
            terms=terms,
        )
        for index, name in enumerate(names)
    }


def _slot(phase: float, seconds: float) -> float:
    """Give the phase of the slot that begins at or before `phase`."""
    return floor(phase * seconds / SLOT_SECONDS) * SLOT_SECONDS / seconds


def first_delay(index: int, count: int, plan: PollPlan) -> float:
    """Give the seconds that the account at `index` of `count` new ones waits before its first poll.

    A few accounts are all asked within a moment; many no faster than they are asked from then on.
    """
    return index * min(FIRST_SPACING_SECONDS, plan.background_seconds / count)
