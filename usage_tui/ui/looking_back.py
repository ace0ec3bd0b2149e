"""Reads what a chart of the history needs: the stretch that it shows, and the like one before."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.compared import compare
from usage_tui.core.cycle import Cycle
from usage_tui.core.history_ahead import way_ahead
from usage_tui.core.history_chart import ChartKind
from usage_tui.core.history_seen import Earlier, Seen, kept_ms
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, ReadSpans, TimeSpan, epoch_ms, folded, moment
from usage_tui.core.stretch import HistoryRange, Stretch, cycle_before, longest_before_ms, of_cycle, recent, step_for
from usage_tui.core.view import AccountView

_LEAST_STEP_MS = {ChartKind.CONCURRENCY: 5000, ChartKind.SPEND: 15_000, ChartKind.CUMULATIVE: 15_000}
_LOOK_FOR_CYCLE_MS, _LOOK_CLOSER_MS = 6 * HOUR_MS, 5 * MINUTE_MS
_AROUND_POINT_MS = 2 * HOUR_MS


class Asked(Struct, frozen=True):
    """Which chart is asked for: at `now_ms`, for so many columns, and around `centre_ms` where it is a closer look."""

    view: AccountView
    wanted: HistoryRange
    kind: ChartKind
    now_ms: int
    columns: int
    centre_ms: int | None = None


def look_back(asked: Asked, read: ReadSpans) -> Seen | None:
    """Read what is asked for; None where the cycle that it is about is not known, or was not seen to begin.

    `read` gives the account's spans from a begin until an end in steps, all in epoch milliseconds.
    """
    if asked.wanted.seconds is not None:
        return _of_last(asked, read, asked.wanted.seconds)
    cycle = asked.view.cycle
    if cycle is None or (cycle.is_due and not asked.wanted.is_past):
        return None
    before = _before(read, cycle)
    if asked.wanted.is_past:
        cycle, before = before, _before(read, before)
    return _of_cycle(asked, read, cycle, before)


def _of_last(asked: Asked, read: ReadSpans, seconds: int) -> Seen:
    """Read the last so many seconds, or those around a moment, and as many before them."""
    shown, found, begun = _as_kept(asked, read, seconds)
    length_ms = 1000 * seconds
    last_ms = asked.now_ms if asked.centre_ms is None else min(asked.now_ms, asked.centre_ms + length_ms // 2)
    return Seen(
        asked.wanted,
        shown,
        {span.start_ms: span for span in found},
        asked.view,
        asked.now_ms,
        earlier=_earlier(read, shown) if asked.kind is ChartKind.CUMULATIVE and shown.step_ms <= length_ms else None,
        compared=compare(read, length_ms, last_ms),
        begun=begun,
    )


def _as_kept(asked: Asked, read: ReadSpans, seconds: int) -> tuple[Stretch, Sequence[TimeSpan], TimeSpan | None]:
    """Read a stretch in steps that fit the columns, or as wide as the minutes or hours that alone are kept of it.

    The last is the hour that it begins in, where that alone is kept of its time, and finer steps of later ones.
    """
    shown = recent(
        seconds, asked.now_ms, asked.columns, least_step_ms=_LEAST_STEP_MS[asked.kind], centre_ms=asked.centre_ms
    )
    found = read(shown.begin_ms, shown.until_ms, shown.step_ms)
    begun: Sequence[TimeSpan] = () if found and found[0].start_ms <= shown.begin_ms else _hour_begun(read, shown)
    kept = kept_ms(found or begun, shown.step_ms)
    if kept == shown.step_ms:
        return shown, found, next((span for span in begun if span.covered_ms > MINUTE_MS), None)
    shown = recent(seconds, asked.now_ms, asked.columns, least_step_ms=kept, centre_ms=asked.centre_ms)
    return shown, read(shown.begin_ms, shown.until_ms, shown.step_ms), None


def _hour_begun(read: ReadSpans, shown: Stretch) -> Sequence[TimeSpan]:
    """Read the hour that a stretch begins in up to there: one that alone is kept has its beginning before."""
    hour_ms = shown.begin_ms // HOUR_MS * HOUR_MS
    return read(hour_ms, shown.begin_ms, MINUTE_MS) if hour_ms < shown.begin_ms else ()


def _earlier(read: ReadSpans, shown: Stretch) -> Earlier:
    """Read the like stretch before one; where hours alone are kept of it, it begins with a whole one."""
    length_ms, passed_ms = shown.end_ms - shown.begin_ms, shown.until_ms - shown.begin_ms
    begin_ms, step_ms = shown.begin_ms - length_ms, shown.step_ms
    spans = read(begin_ms, begin_ms + passed_ms, step_ms)
    kept = kept_ms(spans, step_ms)
    if kept > step_ms:
        begin_ms, step_ms = begin_ms // kept * kept, kept
        spans = read(begin_ms, begin_ms + passed_ms, step_ms)
    return Earlier(begin_ms, begin_ms + length_ms, step_ms, tuple(spans))


def _of_cycle(asked: Asked, read: ReadSpans, cycle: Cycle, before: Cycle) -> Seen:
    """Read a cycle and the one before it; what lies ahead is asked of that one too, where the chart goes so far."""
    has_future = asked.kind is ChartKind.CUMULATIVE
    shown = of_cycle(cycle, asked.now_ms, asked.columns, has_future=has_future)
    begin_ms, end_ms = epoch_ms(before.started_at), epoch_ms(before.resets_at)
    point_ms = end_ms if asked.wanted.is_past else min(end_ms, begin_ms + shown.until_ms - shown.begin_ms)
    found = read(shown.begin_ms, shown.until_ms, shown.step_ms)
    step_ms = kept_ms(found, shown.step_ms)
    shown = replace(shown, step_ms=step_ms)
    step_ms = max(step_ms, step_for(end_ms - begin_ms, asked.columns))
    earlier = read(begin_ms, end_ms if has_future else point_ms, step_ms)
    around = read(max(begin_ms, point_ms - _AROUND_POINT_MS), point_ms, MINUTE_MS)
    used = next((span.last.used for span in reversed(around) if span.last.used is not None), None)
    if used is None:
        used = _added_up(read(begin_ms, point_ms, step_ms), begin_ms + step_ms)
    spans = {span.start_ms: span for span in folded(found, shown.step_ms)}
    held = Earlier(begin_ms, end_ms, step_ms, tuple(folded(earlier, step_ms)), used)
    seen = Seen(asked.wanted, shown, spans, asked.view, asked.now_ms, cycle, held)
    if asked.wanted.is_past or not has_future:
        return seen
    return replace(seen, ahead=way_ahead(asked.view, cycle, moment(asked.now_ms)))


def _added_up(spans: Sequence[TimeSpan], first_before_ms: int) -> int | None:
    """Add up spends that were brought in without a counter; None unless they go back to the beginning."""
    is_whole = bool(spans) and spans[0].start_ms < first_before_ms
    return sum(span.spend for span in spans) if is_whole and all(span.last.used is None for span in spans) else None


def _before(read: ReadSpans, cycle: Cycle) -> Cycle:
    """Find the cycle before one; the last reset is looked at closer, for it may be where that began."""
    begin_ms = epoch_ms(cycle.started_at)
    stored = list(read(begin_ms - longest_before_ms(cycle), begin_ms, _LOOK_FOR_CYCLE_MS))
    resets = [number for number, span in enumerate(stored) if span.has_reset]
    for number in resets[-1:]:
        at_ms = stored[number].start_ms
        stored[number : number + 1] = read(at_ms, min(begin_ms, at_ms + _LOOK_FOR_CYCLE_MS), _LOOK_CLOSER_MS)
    return cycle_before(cycle, stored)
