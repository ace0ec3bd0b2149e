"""What may be said of the future with so little seen of the past."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from usage_tui.core import wording
from usage_tui.core.outlook import Evidence

if TYPE_CHECKING:
    from usage_tui.core.forecast import Analysis

_REASONS = {
    Evidence.LEARNING: "learning",
    Evidence.ROUGH: "rough",
    Evidence.NO_WEEKEND: "no weekend seen yet",
    Evidence.THIS_CYCLE: "from this cycle only",
}
_CHANCES = ((0.1, "very unlikely"), (0.35, "unlikely"), (0.65, "about even"), (0.9, "likely"), (1.0, "very likely"))


def evidence(analysis: Analysis, cycle_started_at: datetime) -> Evidence:
    """Say for what the hours seen are enough; what the counter says of the cycle's unseen part counts as seen in total.

    Where nothing was seen hour by hour, as with a single sample, nothing may be said; with less than a day of it only
    what is rough, and with less than a week no weekend was seen, however long the counter had counted before.
    """
    days, seen = analysis.known_days, analysis.seen_days
    if analysis.pace is None or days < 1 or not seen:
        return Evidence.LEARNING
    if days < 3 or seen < 1:
        return Evidence.ROUGH
    if days < 7 or seen < 7:
        return Evidence.NO_WEEKEND
    is_of_earlier_cycle = analysis.began_at is not None and analysis.began_at < cycle_started_at
    return Evidence.FULL if days >= 14 or is_of_earlier_cycle else Evidence.THIS_CYCLE


def reason(seen: Evidence) -> str:
    """Word why no more is said; nothing where all is."""
    return _REASONS.get(seen, "")


def chance_in_words(chance: float) -> str:
    """Word a chance of 0–1 without a number: from `very unlikely` to `very likely`."""
    return next(words for most, words in _CHANCES if chance <= most)


def short_chance(seen: Evidence, chance: float | None) -> str:
    """Word a chance of 0–1: without a number while less than a week was seen, not at all with less than three days."""
    if chance is None or seen <= Evidence.ROUGH:
        return ""
    return chance_in_words(chance) if seen is Evidence.NO_WEEKEND else wording.short_percent(chance)


def likely_words(seen: Evidence, chance: float | None) -> str:
    """Word the same as a part of a sentence: `92 % likely`, or `very likely`."""
    words = short_chance(seen, chance)
    return f"{words} likely" if words and seen is not Evidence.NO_WEEKEND else words
