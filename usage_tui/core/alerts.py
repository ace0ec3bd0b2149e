"""When an alert fires, and when it is over: each crossing once, whatever is seen in between and however often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum

from msgspec import Struct

from usage_tui.core.alert_rules import AlertRule


class Verdict(Enum):
    """How a level stands: passed, recovered from, or neither: unknown, or too close to its threshold to tell."""

    PASSED = "passed"
    RECOVERED = "recovered"
    OPEN = "open"


class Level(Struct, frozen=True):
    """What fires by itself: a rule, or one of its thresholds; a rule without several has the level 0."""

    rule: AlertRule
    height: float = 0.0


class Judgement(Struct, frozen=True):
    """How a level stands, with what was held against what; what is not known, or is no number, is None."""

    level: Level
    verdict: Verdict
    value: float | None = None
    threshold: float | None = None


class AlertState(Enum):
    """What a transition says: the alert begins to fire, or it is over."""

    FIRING = "firing"
    RESOLVED = "resolved"


class Transition(Struct, frozen=True):
    """An alert that begins to fire, or that is over, of one account.

    One that `is_told` is sent; an alert whose rule was taken away just ends.
    """

    account: str
    level: Level
    state: AlertState
    at: datetime
    message: str
    value: float | None = None
    threshold: float | None = None
    is_told: bool = True

    @property
    def is_firing(self) -> bool:
        """Whether the alert begins to fire."""
        return self.state is AlertState.FIRING


Passed = Mapping[Level, bool]


class Step(Struct, frozen=True):
    """What follows from judgements: the levels passed from now on, those that fire, those that are over, those gone.

    Of the levels passed, True are those that fired; the others were passed together with a higher one.
    """

    passed: Passed
    fired: tuple[Judgement, ...] = ()
    resolved: tuple[Judgement, ...] = ()
    dropped: tuple[Level, ...] = ()

    @property
    def is_still(self) -> bool:
        """Whether nothing came of it."""
        return not (self.fired or self.resolved or self.dropped)


def against(value: float | None, threshold: float, recovery: float) -> Verdict:
    """Hold a value against the threshold that it passes at, and the lower one below which it has recovered."""
    if value is None:
        return Verdict.OPEN
    if value >= threshold:
        return Verdict.PASSED
    return Verdict.RECOVERED if value < recovery else Verdict.OPEN


def whether(is_so: bool | None) -> Verdict:
    """Judge what is so or not; None is unknown."""
    if is_so is None:
        return Verdict.OPEN
    return Verdict.PASSED if is_so else Verdict.RECOVERED


def stepped(passed: Passed, judgements: Iterable[Judgement]) -> Step:
    """Say what judgements change of the levels `passed` so far.

    Of one rule's levels that are passed at once, the highest fires, and none does below one that was passed before. A
    level that is found no more, for its threshold is gone from the config, is dropped.
    """
    now: dict[Level, bool] = {}
    new: dict[AlertRule, Judgement] = {}
    highest: dict[AlertRule, float] = {}
    resolved: list[Judgement] = []
    found: set[Level] = set()
    for judgement in judgements:
        level = judgement.level
        if passed and level in passed:
            found.add(level)
            if judgement.verdict is not Verdict.RECOVERED:
                now[level] = passed[level]
                highest[level.rule] = max(highest.get(level.rule, level.height), level.height)
            elif passed[level]:
                resolved.append(judgement)
        elif judgement.verdict is Verdict.PASSED:
            now[level] = False
            if level.rule not in new or level.height > new[level.rule].level.height:
                new[level.rule] = judgement
    fired = [each for rule, each in new.items() if rule not in highest or each.level.height > highest[rule]]
    now.update({judgement.level: True for judgement in fired})
    dropped = tuple(level for level in passed if level not in found)
    return Step(now, tuple(fired), tuple(resolved), dropped)
