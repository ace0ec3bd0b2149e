"""A span that comes right after others: what it counts from where those end."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from usage_tui.core.rollup import TimeSpan, spent_between
from usage_tui.core.snapshot import is_reset_between


def joined(before: TimeSpan, after: TimeSpan, brought: Sequence[TimeSpan] = ()) -> TimeSpan:
    """Let a span count from where the one before it ends.

    `brought` are the spans up to that one where the later one has counted from before them until now; none where it
    counted from nowhere.
    """
    brought_spend = sum(span.spend for span in brought)
    if before.last.used is None or after.last.used is None:
        spend = max(0, after.spend - brought_spend) if after.has_gap else after.spend
        return _counting(after, spend, has_reset=after.has_reset)
    has_reset = is_reset_between(before.last, after.last)
    if after.has_reset and (has_reset or not any(span.has_reset for span in brought)):
        least = after.last.used if has_reset and after.last.used < before.last.used else 0
        return _counting(after, max(least, after.spend - brought_spend), has_reset=True)
    return _counting(after, spent_between(before.last, after.last, has_reset=has_reset), has_reset=has_reset)


def _counting(span: TimeSpan, spend: int, *, has_reset: bool) -> TimeSpan:
    if spend == span.spend and has_reset == span.has_reset:
        return span
    return replace(span, spend=spend, has_reset=has_reset, has_gap=True)
