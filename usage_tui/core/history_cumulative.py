"""Credits added up over a stretch of the history: beside an even pace, the stretch before, and what lies ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from usage_tui.core import wording
from usage_tui.core.history_ahead import likely_at
from usage_tui.core.history_seen import BY_THE_HOUR, Seen, knows_spend, moment_words, since_words
from usage_tui.core.history_spend import came_to
from usage_tui.core.plot import Layer, Mark, Plot, Texture, level, rounded_up, scale_labels
from usage_tui.core.rollup import epoch_ms
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.stretch import axis

Point = tuple[int, float]
STAIRS_FROM_CELLS = 2


def plot(seen: Seen, columns: int, rows: int, zone: tzinfo | None) -> Plot:
    """Draw the credits used and what they are held against; in a cycle up to its renewal, with the likely range."""
    shown = seen.shown
    used, before = list(sums(seen)), list(sums_before(seen))
    levels = [] if seen.cycle is None else [each for each in (seen.limit, seen.own_ceiling) if each]
    pace = even_pace(seen, shown.end_ms)
    reached = [y for _, y in (*filter(None, used), *before) if y > 0]
    wanted = [*reached, *(way.p90 for way in seen.ahead), *([] if seen.cycle is None else [pace or 0]), 0]
    top = max(*levels, *wanted) if levels else rounded_up(max(wanted))

    def cell(at_ms: float) -> float:
        return shown.cell(at_ms, columns)

    layers: list[Layer] = []
    if levels and seen.limit:
        layers.append(level(seen.limit, columns, Texture.DASHED, Role.DIM, "limit"))
    if levels and seen.own_ceiling:
        layers.append(level(seen.own_ceiling, columns, Texture.RULED, Role.NEAR, "budget"))
    if pace is not None:
        ends = (Mark(0, even_pace(seen, shown.begin_ms) or 0), Mark(columns, pace))
        layers.append(Layer(Texture.DOTTED, Role.DIM, _within(ends, top), "even pace", is_joined=True))
    ghost = [Mark(cell(at_ms), y) for at_ms, y in before if at_ms <= shown.end_ms]
    layers.append(Layer(Texture.RINGS, Role.DIM, tuple(_a_cell_each(ghost)), seen.wanted.earlier.removeprefix("the ")))
    likely = [
        (cell, way)
        for cell in (column + 0.5 for column in range(columns))
        if (way := likely_at(seen.ahead, shown.at(cell, columns))) is not None
    ]
    band = tuple(Mark(cell, way.p90, way.p10) for cell, way in likely)
    middle = tuple(Mark(cell, way.p50) for cell, way in likely)
    layers.append(Layer(Texture.SHADE, Role.BAR, band, "likely"))
    layers.append(Layer(Texture.BULLETS, Role.TEXT, middle, "forecast"))
    is_coarse = cell(shown.begin_ms + shown.step_ms) >= STAIRS_FROM_CELLS
    line = tuple(
        None if point is None else Mark(cell(point[0]), point[1]) for point in (_stairs(used) if is_coarse else used)
    )
    layers.append(Layer(Texture.SOLID, Role.ACCENT, line, "used", is_joined=True))
    words = axis(shown, columns, zone, is_live=seen.is_live)
    return Plot(columns, rows, top, tuple(layers), scale_labels(top, rows, levels), words)


def _stairs(points: Sequence[Point | None]) -> Iterator[Point | None]:
    """Let a line rise at the ends of its steps alone: when in a step it did is not known."""
    before: Point | None = None
    for point in points:
        if before is not None and point is not None:
            yield point[0], before[1]
        yield point
        before = point


def headline(seen: Seen, zone: tzinfo | None) -> list[Line]:
    """Word what the stretch came to, from the fullest form to the shortest."""
    if not any(point is not None for point in sums(seen)):
        return [(Span("no samples"),)]
    came = came_to(seen)
    lead: Line = (Span(wording.count(came), Role.STRONG), Span(" used"))
    if seen.cycle is None:
        return [(*lead, Span(since_words(seen, zone), Role.DIM)), lead]
    of_limit = Span(f" of {wording.count(seen.limit)}") if seen.limit else Span("")
    budget = Span(f" · budget {wording.count(seen.own_ceiling)}" if seen.own_ceiling else "", Role.DIM)
    pace = even_pace(seen, seen.shown.until_ms)
    even = Span(f" · even pace {wording.count(round(pace))}" if pace is not None else "", Role.DIM)
    return [(*lead, of_limit, budget, even), (*lead, of_limit, even), (*lead, of_limit), lead]


def reading(seen: Seen, start_ms: int, zone: tzinfo | None) -> list[Line]:
    """Word where all lines stand at the end of a step, from the fullest form to the shortest."""
    end_ms = min(start_ms + seen.shown.step_ms, seen.shown.end_ms)
    if start_ms < seen.shown.until_ms:
        end_ms = min(end_ms, seen.shown.until_ms)
    when = Span(f"{moment_words(seen, end_ms, zone)}  ", Role.STRONG)
    words: list[str] = []
    if end_ms <= seen.shown.until_ms:
        used = next((y for at_ms, y in filter(None, sums(seen)) if at_ms == end_ms), None)
        unknown = "no samples" if seen.hour_of(start_ms) is None else BY_THE_HOUR
        words.append(unknown if used is None else f"{wording.count(round(used))} used")
    elif (way := likely_at(seen.ahead, end_ms)) is not None:
        likely = f"{wording.short_count(way.p10)}–{wording.short_count(way.p90)}"
        words.append(f"likely {likely}, about {wording.short_count(way.p50)}")
    pace = even_pace(seen, end_ms)
    if pace is not None:
        words.append(f"even pace {wording.count(round(pace))}")
    before = _latest(seen, end_ms)
    if before is not None:
        words.append(f"{seen.wanted.earlier} {wording.count(round(before))}")
    forms = [" · ".join(words[:length]) for length in range(len(words), 0, -1)] or ["nothing is known of then"]
    return [(when, Span(form)) for form in forms]


def sums(seen: Seen) -> Iterator[Point | None]:
    """Give the credits used at the end of each step: in a cycle the counter, else what was spent since the start.

    Where spends were brought in without a counter, they are added up for as long as none is missing.
    """
    shown = seen.shown
    added = 0
    is_whole = True
    for start_ms in shown.starts:
        span = seen.spans.get(start_ms)
        added += span.spend if span else 0
        stood = span.last.used if span and seen.cycle is not None else None
        if span is None or not knows_spend(span) or (seen.cycle is not None and stood is None and not is_whole):
            is_whole = False
            yield None
            continue
        begin_ms, end_ms = shown.bounds(start_ms)
        if start_ms == shown.first_ms:
            yield begin_ms, 0.0
        yield end_ms, float(added if stood is None else stood)


def sums_before(seen: Seen) -> Iterator[Point]:
    """Give the same of the stretch before, moved onto this one."""
    earlier = seen.earlier
    if earlier is None:
        return
    offset_ms = seen.shown.begin_ms - earlier.begin_ms
    added = 0
    for span in earlier.spans:
        added += span.spend
        stood = span.last.used if seen.cycle is not None and span.last.used is not None else added
        if knows_spend(span):
            yield min(span.start_ms + earlier.step_ms, earlier.end_ms) + offset_ms, float(stood)


def even_pace(seen: Seen, at_ms: int) -> float | None:
    """Say what an even pace to the lower ceiling would have used at a moment of the stretch."""
    cycle, ceiling = seen.cycle or seen.view.cycle, seen.lower_ceiling
    if cycle is None or ceiling is None:
        return None
    length_ms = epoch_ms(cycle.resets_at) - epoch_ms(cycle.started_at)
    return ceiling * (at_ms - seen.shown.begin_ms) / length_ms


def _latest(seen: Seen, at_ms: int) -> float | None:
    """Say where the stretch before stood at a moment: as last seen, if that is not long ago."""
    if seen.earlier is None:
        return None
    last = max((point for point in sums_before(seen) if point[0] <= at_ms), default=None)
    return last[1] if last is not None and at_ms - last[0] < 2 * seen.earlier.step_ms else None


def _a_cell_each(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Leave out marks that lie in the cell of another, so that a line stays light."""
    taken = -1
    for mark in marks:
        if int(mark.x) > taken:
            taken = int(mark.x)
            yield mark


def _within(ends: tuple[Mark, Mark], top: float) -> tuple[Mark, ...]:
    """Cut a rising line where it leaves the scale."""
    start, end = ends
    if end.y <= top or end.y <= start.y:
        return ends
    return start, Mark(start.x + (end.x - start.x) * (top - start.y) / (end.y - start.y), top)
