"""Requests in flight over a stretch of the history: the least and the most of each step, their mean, and the limit."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial

from usage_tui.core import wording
from usage_tui.core.history_seen import (
    BY_THE_HOUR,
    Seen,
    change,
    compared_words,
    hour_words,
    step_words,
    when_words,
)
from usage_tui.core.plot import Layer, Mark, Plot, Texture, level, scale_labels
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, TimeSpan
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.stretch import axis

MOSTLY = 0.75


def plot(seen: Seen, columns: int, rows: int, zone: tzinfo | None) -> Plot:
    """Draw the band from the least to the most in flight, the mean in it, and the limit; a gap stays a gap."""
    limit = _limit(seen)
    spans = [span for span in seen.spans.values() if _is_seen(span)]
    hour = seen.begun if seen.begun and _is_seen(seen.begun) else None
    top = max(limit or 0, max((span.highest or 0 for span in (*spans, *([hour] if hour else []))), default=0), 1)
    bands: list[Mark] = []
    full: list[Mark] = []
    gaps: list[Mark] = []
    hourly: list[Mark] = []
    for cell, start_ms, span in seen.by_cell(columns):
        if hour is not None and seen.hour_of(start_ms) is hour:
            hourly.append(Mark(cell, hour.highest or 0, hour.lowest or 0))
        elif span is None or not _is_seen(span):
            gaps.append(Mark(cell, 0))
        else:
            bands.append(Mark(cell, span.highest or 0, span.lowest or 0))
            full += [Mark(cell, span.highest or 0)] if span.saturated_ms else []
    layers = [Layer(Texture.DOTTED, Role.DIM, tuple(gaps), "no samples")]
    layers += [level(limit, columns, Texture.DASHED, Role.DIM, "limit")] if limit else []
    layers.append(Layer(Texture.SHADE, Role.DIM, tuple(hourly), BY_THE_HOUR))
    layers.append(Layer(Texture.SHADE, Role.BAR, tuple(bands), "least to most"))
    layers.append(Layer(Texture.DENSE, Role.BAR_NEAR, tuple(full), "saturated for a while"))
    layers.append(_means(seen, columns))
    labels = scale_labels(top, rows, [limit] if limit else ())
    return Plot(columns, rows, top, tuple(layers), labels, axis(seen.shown, columns, zone, is_live=seen.is_live))


def _means(seen: Seen, columns: int) -> Layer:
    """Draw the means: joined to a line, or where a day has but a few steps each on its own, or all would be slopes."""
    is_joined = seen.shown.step_ms < HOUR_MS
    if not is_joined:
        apart = [Mark(cell, _mean(span)) for cell, _, span in seen.by_cell(columns, 2) if span and _is_seen(span)]
        return Layer(Texture.SOLID, Role.ACCENT, tuple(apart), "mean")
    marks: list[Mark | None] = []
    for start_ms in seen.shown.starts:
        span = seen.spans.get(start_ms)
        middle = sum(seen.shown.bounds(start_ms)) / 2
        marks.append(Mark(seen.shown.cell(middle, columns), _mean(span)) if span and _is_seen(span) else None)
    return Layer(Texture.SOLID, Role.ACCENT, tuple(marks), "mean", is_joined=True)


def headline(seen: Seen, zone: tzinfo | None) -> list[Line]:
    """Word what the whole stretch holds, from the fullest form to the shortest."""
    spans = [span for span in seen.spans.values() if _is_seen(span)]
    mean = mean_of(spans)
    if mean is None:
        return [(Span("no samples"),)]
    peak = max(spans, key=lambda span: span.highest or 0)
    of_limit = f" of {wording.count(limit)}" if (limit := _limit(seen)) else " in flight"
    full = sum(span.saturated_ms for span in spans) / sum(span.covered_ms for span in spans)
    lead = (Span(f"mean {mean:,.0f}", Role.STRONG), Span(of_limit))
    most = Span(f" · most {wording.count(peak.highest)}")
    when = Span(f" {_when_words(seen, peak.start_ms, zone)}", Role.DIM)
    saturated = Span(f" · saturated {wording.short_percent(full)}", Role.DIM)
    return [(*lead, most, when, saturated), (*lead, most, saturated), (*lead, most), lead]


def _when_words(seen: Seen, start_ms: int, zone: tzinfo | None) -> str:
    """Word when a step's peak was: no closer than its step tells."""
    if seen.shown.step_ms <= MINUTE_MS:
        return when_words(seen, start_ms, zone)
    return f"in {step_words(seen, start_ms, zone)}"


def reading(seen: Seen, start_ms: int, zone: tzinfo | None) -> list[Line]:
    """Word what was seen in one step, from the fullest form to the shortest."""
    when = Span(f"{step_words(seen, start_ms, zone)}  ", Role.STRONG)
    hour = seen.hour_of(start_ms)
    if hour is not None and _is_seen(hour):
        least_to_most = f"{hour.lowest}–{hour.highest}, mean {_mean(hour):,.1f},"
        return [(when, Span(hour_words(seen, hour, least_to_most, zone))), (when, Span(BY_THE_HOUR))]
    span = seen.spans.get(start_ms)
    if span is None or not _is_seen(span):
        return [(when, Span("no samples"))]
    limit = span.last.concurrency_limit
    mean, most = f"mean {_mean(span):,.1f}", f" · least {span.lowest} · most {span.highest}"
    of_limit = f" of {wording.count(limit)}" if limit else ""
    share = f" · saturated {wording.short_percent(span.saturated_ms / span.covered_ms)}"
    words = (f"{mean}{most}{of_limit}{share}", f"{mean}{most}", f"{mean}, {span.lowest}–{span.highest}")
    return [(when, Span(form)) for form in words]


def compared(seen: Seen, zone: tzinfo | None) -> list[Line]:
    """Hold the mean against that of the stretch before, where most of both was seen."""
    if seen.cycle is None:
        return compared_words(seen, zone, partial(_mean_of_most, length_ms=1000 * (seen.wanted.seconds or 0)), _words)
    if seen.earlier is None:
        return [()]
    before, now = mean_of(seen.earlier.spans), mean_of(list(seen.spans.values()))
    if before is None or now is None:
        return [(Span(f"{seen.wanted.earlier}: not seen", Role.DIM),)]
    by = change(now, before)
    words = f"{seen.wanted.earlier}: {_words(before)}, now {now:,.1f}"
    return [(Span(f"{words} ({by})" if by else words, Role.DIM),)]


def _mean_of_most(span: TimeSpan, length_ms: int) -> float | None:
    return _mean(span) if _is_seen(span) and span.covered_ms >= MOSTLY * length_ms else None


def _words(mean: float) -> str:
    return f"mean {mean:,.1f}"


def mean_of(spans: tuple[TimeSpan, ...] | list[TimeSpan]) -> float | None:
    """Give the mean of requests in flight over the time that samples speak for."""
    covered_ms = sum(span.covered_ms for span in spans)
    return sum(span.request_ms for span in spans) / covered_ms if covered_ms else None


def _limit(seen: Seen) -> int | None:
    """Give the limit of requests in flight as last seen in the stretch."""
    return next((limit for span in reversed(seen.spans.values()) if (limit := span.last.concurrency_limit)), None)


def _is_seen(span: TimeSpan) -> bool:
    return span.covered_ms > 0 and span.highest is not None


def _mean(span: TimeSpan) -> float:
    return span.request_ms / span.covered_ms
