"""Which entries of a report are shown, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from usage_tui.core.report import Entry, Order


def chosen(
    entries: Sequence[Entry], order: Order, *, is_turned: bool, part: str, most: int
) -> tuple[tuple[Entry, ...], int]:
    """Choose the first `most` entries whose label has `part` in it, and say how many have.

    The largest come first, labels in their own order; `is_turned` is the other way round. What is not known comes last
    either way.
    """
    wanted = part.lower()
    found = [entry for entry in entries if wanted in entry.label.lower()]
    if order is Order.LABEL:
        found.sort(key=lambda entry: entry.label, reverse=is_turned)
        return tuple(found[:most]), len(found)
    found.sort(key=lambda entry: (-entry.figures.credits, entry.label))
    known = [(value, entry) for entry in found if (value := value_of(entry, order)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=not is_turned)
    unknown = [entry for entry in found if value_of(entry, order) is None]
    return tuple([*(entry for _, entry in known), *unknown][:most]), len(found)


def value_of(entry: Entry, order: Order) -> float | None:
    """Give the number that an entry is sorted by; None where it is not known."""
    figures = entry.figures
    match order:
        case Order.REQUESTS:
            return figures.requests
        case Order.FAILED:
            return figures.failed
        case Order.CANCELLED:
            return figures.cancelled
        case Order.PER_SUCCESS:
            return figures.per_success
        case Order.TREND:
            return figures.trend
        case _:
            return figures.credits
