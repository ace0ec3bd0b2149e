"""Credits spent in each step of a stretch of the history; what a gap hides of their shape is shown so."""

from __future__ import annotations

from datetime import tzinfo

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.history_seen import (
    BY_THE_HOUR,
    Seen,
    change,
    compared_words,
    hour_words,
    knows_spend,
    moment_words,
    since_words,
    step_words,
    when_words,
)
from usage_tui.core.plot import Layer, Mark, Plot, Texture, rounded_up, scale_labels
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, TimeSpan
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.stretch import axis


class Gap(Struct, frozen=True):
    """Time that nobody watched, and what was spent in it in total; it may have begun before the stretch."""

    begin_ms: int
    end_ms: int
    credits: int
    is_cut: bool


def gaps(seen: Seen) -> dict[int, Gap]:
    """Find the gaps whose spend is known in total, by the start of each step that they touch."""
    found: dict[int, Gap] = {}
    unseen: list[int] = []
    for start_ms in seen.shown.starts:
        span = seen.spans.get(start_ms)
        if span is None:
            unseen += [start_ms] if seen.hour_of(start_ms) is None else []
            continue
        if span.has_gap and unseen:
            steps = [*unseen, start_ms]
            is_cut = steps[0] == seen.shown.first_ms
            gap = Gap(seen.shown.bounds(steps[0])[0], seen.shown.bounds(start_ms)[1], span.spend, is_cut)
            found |= dict.fromkeys(steps, gap)
        unseen = []
    return found


def plot(seen: Seen, columns: int, rows: int, zone: tzinfo | None) -> Plot:
    """Draw a bar a step; the spend of a gap lies evenly over it, hatched."""
    hidden = gaps(seen)
    step_ms = seen.shown.step_ms
    by_hour = {start: hour.spend * step_ms / HOUR_MS for start in seen.shown.starts if (hour := _hour(seen, start))}
    evenly = {start: gap.credits * step_ms / (gap.end_ms - gap.begin_ms) for start, gap in hidden.items()}
    evenly |= {start: float(span.spend) for start, span in seen.spans.items() if span.is_reported}
    bars = {start: span.spend for start, span in seen.spans.items() if start not in evenly and knows_spend(span)}
    top = rounded_up(max([*bars.values(), *evenly.values(), *by_hour.values(), 0]))
    solid = [
        Mark(cell, max(bars[start], top / rows / 4), 0)
        for cell, start, _ in seen.by_cell(columns, parts=2)
        if bars.get(start, 0) > 0
    ]
    cells = list(seen.by_cell(columns))
    hatched = [Mark(cell, evenly[start], 0) for cell, start, _ in cells if evenly.get(start, 0) > 0]
    none = [Mark(cell, 0) for cell, start, _ in cells if start in bars and bars[start] <= 0]
    unknown = [
        Mark(cell, 0) for cell, start, _ in cells if start not in {*bars, *by_hour} and evenly.get(start, 0) <= 0
    ]
    hourly = [Mark(cell, by_hour[start], 0) for cell, start, _ in cells if by_hour.get(start, 0) > 0]
    layers = (
        Layer(Texture.DOTTED, Role.DIM, tuple(unknown), "no samples"),
        Layer(Texture.THIN, Role.FAINT, tuple(none)),
        Layer(Texture.SHADE, Role.DIM, tuple(hourly), BY_THE_HOUR),
        Layer(Texture.SHADE, Role.BAR, tuple(hatched), "spent in a gap, known in total"),
        Layer(Texture.SOLID, Role.BAR, tuple(solid), "credits spent"),
    )
    words = axis(seen.shown, columns, zone, is_live=seen.is_live)
    return Plot(columns, rows, top, layers, scale_labels(top, rows), words)


def headline(seen: Seen, zone: tzinfo | None) -> list[Line]:
    """Word what was spent in the whole stretch, from the fullest form to the shortest."""
    if not any(knows_spend(span) for span in seen.spans.values()):
        return [(Span("no samples"),)]
    spent, hidden = came_to(seen), gaps(seen)
    at_most = "up to " if seen.cycle is None and any(gap.is_cut for gap in hidden.values()) else ""
    lead = (Span(f"{at_most}{wording.count(spent)}", Role.STRONG), Span(" credits"))
    since = Span(since_words(seen, zone) if seen.cycle is None else "", Role.DIM)
    step = Span(f" · {wording.span(seen.shown.step_ms // 1000)} a bar", Role.DIM)
    watched = [
        (span.spend, start) for start, span in seen.spans.items() if start not in hidden and not span.is_reported
    ]
    most, start = max(watched, default=(0, seen.shown.first_ms))
    peak = Span(f" · most {wording.count(most)} {when_words(seen, seen.shown.bounds(start)[0], zone)}", Role.DIM)
    return [(*lead, since, step, peak), (*lead, since, step), (*lead, since), lead]


def reading(seen: Seen, start_ms: int, zone: tzinfo | None) -> list[Line]:
    """Word what was spent in one step, from the fullest form to the shortest."""
    when = Span(f"{step_words(seen, start_ms, zone)}  ", Role.STRONG)
    gap = gaps(seen).get(start_ms)
    if gap is not None:
        since = "before" if gap.is_cut else moment_words(seen, gap.begin_ms, zone)
        until = moment_words(seen, gap.end_ms, zone)
        spent = f"{wording.count(gap.credits)} credits"
        return [(when, Span(f"not watched from {since} to {until}: {spent} in all")), (when, Span(f"gap: {spent}"))]
    hour = _hour(seen, start_ms)
    if hour is not None:
        words = hour_words(seen, hour, f"{wording.count(hour.spend)} credits", zone)
        return [(when, Span(words)), (when, Span(BY_THE_HOUR))]
    if not knows_spend(seen.spans.get(start_ms)):
        return [(when, Span("no samples"))]
    spend = seen.spans[start_ms].spend
    if seen.spans[start_ms].is_reported:
        shared = f"{wording.count(spend)} credits of a day known from a report"
        return [(when, Span(shared)), (when, Span(wording.count(spend)))]
    begin_ms, end_ms = seen.shown.bounds(start_ms)
    rate = f" · {wording.rate(spend * MINUTE_MS / max(1, end_ms - begin_ms))}/min" if spend >= 0 else ", corrected"
    return [(when, Span(f"{wording.count(spend)} credits{rate}")), (when, Span(wording.count(spend)))]


def compared(seen: Seen, zone: tzinfo | None) -> list[Line]:
    """Hold the spend against that of the stretch before; in a cycle up to the same point."""
    if seen.cycle is None:
        return compared_words(seen, zone, _spent, wording.count)
    if seen.earlier is None:
        return [()]
    now, before = came_to(seen), seen.earlier.used
    point = " at this point" if not seen.wanted.is_past else ""
    if before is None:
        return [(Span(f"{seen.wanted.earlier}: not seen{point}", Role.DIM),)]
    by = change(now, before)
    what = "now" if not seen.wanted.is_past else "this one"
    words = f"{seen.wanted.earlier}: {wording.count(before)}{point}, {what} {wording.count(now)}"
    return [(Span(f"{words} ({by})" if by else words, Role.DIM),)]


def _hour(seen: Seen, start_ms: int) -> TimeSpan | None:
    """Give the hour that alone tells what was spent in a step, if that is so."""
    hour = seen.hour_of(start_ms)
    return hour if knows_spend(hour) else None


def _spent(span: TimeSpan) -> int | None:
    return span.spend if knows_spend(span) else None


def came_to(seen: Seen) -> int:
    """Give what was spent in the stretch as far as is known; in a cycle its counter tells all of it."""
    if seen.cycle is not None and not seen.wanted.is_past and seen.view.snapshot.used is not None:
        return seen.view.snapshot.used
    stood = [span.last.used for span in seen.spans.values() if span.last.used is not None]
    return stood[-1] if seen.cycle is not None and stood else sum(span.spend for span in seen.spans.values())
