"""A report's credits per day beside the spend that was collected, the difference, and what it may mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.report_table import day_with_weekday
from usage_tui.core.rollup import DAY_MS, TimeSpan
from usage_tui.core.spans import Line, Role, Span, fullest

AGREE_SHARE = 0.01
AGREE_CREDITS = 30
WATCHED_SHARE = 0.99


class Meaning(StrEnum):
    """What the difference of a day may mean, in words."""

    AGREES = "agrees"
    NO_SAMPLES = "no samples of this day"
    FILLED_IN = "no samples of this day: the history holds it from the report"
    NOT_REPORTED = "not in the report"
    AFTER_GAP = "the counters hold the days before too, which have no samples"
    RESET = "a cycle began on this day"
    PARTLY_WATCHED = "the day was watched in part"
    SHIFTED = "the neighbouring day makes up for it: the report's days may be of another time zone"
    UNFINISHED = "the report may have been made before the day was over"
    REPORT_MORE = "the report has more: another key of the account, or counters that were corrected"
    REPORT_LESS = "the report has less: it may leave something out, or be made too early"


class ComparedDay(Struct, frozen=True):
    """One day, counted since the epoch, in UTC: what the report says and what was collected, in credits.

    `watched` is the share of the day that samples speak for.
    """

    day: int
    reported: int | None
    collected: int | None
    watched: float
    meaning: Meaning

    @property
    def difference(self) -> int | None:
        """The report's credits less those collected."""
        return None if self.reported is None or self.collected is None else self.reported - self.collected


class Agreement(Struct, frozen=True):
    """How report and counters agree over the days that can be compared: those that were watched whole."""

    compared: int
    agreeing: int
    without_samples: int
    reported: int
    collected: int


def compared_days(reported: Mapping[int, int], seen: Sequence[TimeSpan]) -> list[ComparedDay]:
    """Compare each day from the report's first to its last; `seen` are the spans of UTC days."""
    if not reported:
        return []
    spans = {span.start_ms // DAY_MS: span for span in seen}
    last = max(reported)
    days: list[ComparedDay] = []
    for day in range(min(reported), last + 1):
        span = spans.get(day)
        is_known = span is not None and not span.is_reported and bool(span.covered_ms or span.spend)
        collected = span.spend if span is not None and is_known else None
        watched = min(1.0, span.covered_ms / DAY_MS) if span is not None else 0.0
        before = spans.get(day - 1)
        is_after_gap = span is not None and span.has_gap and (before is None or not before.covered_ms)
        meaning = _meaning(reported.get(day), collected, watched, span, is_after_gap=is_after_gap, is_last=day == last)
        days.append(ComparedDay(day, reported.get(day), collected, watched, meaning))
    return _with_shifts(days)


def _meaning(
    reported: int | None,
    collected: int | None,
    watched: float,
    span: TimeSpan | None,
    *,
    is_after_gap: bool,
    is_last: bool,
) -> Meaning:
    """Find the first reason that holds."""
    one, other = reported or 0, collected or 0
    reasons = (
        (span is not None and span.is_reported, Meaning.FILLED_IN),
        (collected is None, Meaning.NO_SAMPLES),
        (reported is None and other != 0, Meaning.NOT_REPORTED),
        (_is_close(one, other), Meaning.AGREES),
        (is_after_gap, Meaning.AFTER_GAP),
        (span is not None and span.has_reset, Meaning.RESET),
        (watched < WATCHED_SHARE, Meaning.PARTLY_WATCHED),
        (one > other, Meaning.REPORT_MORE),
        (is_last, Meaning.UNFINISHED),
    )
    return next((meaning for holds, meaning in reasons if holds), Meaning.REPORT_LESS)


def _is_close(one: int, other: int) -> bool:
    return abs(one - other) <= max(AGREE_CREDITS, AGREE_SHARE * max(one, other))


def _with_shifts(days: list[ComparedDay]) -> list[ComparedDay]:
    """Find days that differ by what a neighbour differs the other way round."""
    odd = (Meaning.REPORT_MORE, Meaning.REPORT_LESS, Meaning.UNFINISHED)
    shifted = set()
    for one, other in pairwise(days):
        if one.meaning in odd and other.meaning in odd and one.difference and other.difference:
            larger = max(abs(one.difference), abs(other.difference))
            if abs(one.difference + other.difference) <= 0.2 * larger:
                shifted |= {one.day, other.day}
    return [
        ComparedDay(day.day, day.reported, day.collected, day.watched, Meaning.SHIFTED) if day.day in shifted else day
        for day in days
    ]


def agreement(days: Sequence[ComparedDay]) -> Agreement:
    """Add the days up."""
    whole = [
        day
        for day in days
        if day.difference is not None and day.watched >= WATCHED_SHARE and day.meaning is not Meaning.AFTER_GAP
    ]
    return Agreement(
        compared=len(whole),
        agreeing=sum(day.meaning is Meaning.AGREES for day in whole),
        without_samples=sum(day.meaning in (Meaning.NO_SAMPLES, Meaning.FILLED_IN) for day in days),
        reported=sum(day.reported or 0 for day in whole),
        collected=sum(day.collected or 0 for day in whole),
    )


def agreement_line(found: Agreement, width: int) -> Line:
    """Word how report and counters agree."""
    if not found.compared:
        forms = (
            "report and counters cannot be compared: no day was watched whole",
            "no day was watched whole to compare",
        )
        return fullest([(Span(form, Role.DIM),) for form in forms], width)
    difference = found.reported - found.collected
    share = wording.percent(abs(difference) / found.collected if found.collected else None)
    sums = (
        "the same credits in all" if not difference else f"{share} {'more' if difference > 0 else 'less'} in the report"
    )
    days = f"{found.agreeing:,} of {found.compared:,} days"
    role = Role.GOOD if found.agreeing == found.compared else Role.NEAR
    head, short = Span(f"report and counters agree on {days}", role), Span(f"counters agree on {days}", role)
    unseen = f" · {found.without_samples:,} {'day has' if found.without_samples == 1 else 'days have'} no samples"
    rest = unseen if found.without_samples else ""
    return fullest(
        [(head, Span(f" · {sums}{rest}", Role.DIM)), (head, Span(f" · {sums}", Role.DIM)), (head,), (short,)], width
    )


def compared_lines(days: Sequence[ComparedDay]) -> list[Line]:
    """Word the days as a table."""
    lines: list[Line] = [
        (Span(f"{'DAY (UTC)':16}{'REPORT':>14}{'COLLECTED':>14}{'DIFFERENCE':>14}{'WATCHED':>9}  ", Role.LABEL),)
    ]
    for day in days:
        difference = wording.UNKNOWN if day.difference is None else f"{day.difference:+,}"
        is_well = day.meaning is Meaning.AGREES
        role = Role.GOOD if is_well else Role.DIM if day.difference is None else Role.NEAR
        lines.append(
            (
                Span(f"{day_with_weekday(day.day):16}"),
                Span(f"{wording.count(day.reported):>14}{wording.count(day.collected):>14}{difference:>14}"),
                Span(f"{wording.short_percent(day.watched):>9}  "),
                Span(day.meaning, role),
            )
        )
    return lines
