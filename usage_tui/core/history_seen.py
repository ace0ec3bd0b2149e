"""What the history tells of a stretch of time and of the like one before it, for its charts to draw and word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta, tzinfo
from typing import TypeVar

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.compared import Compared
from usage_tui.core.cycle import Cycle
from usage_tui.core.history_ahead import Ahead
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, TimeSpan, moment
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.stretch import HistoryRange, Stretch
from usage_tui.core.view import AccountView

BY_THE_HOUR = "kept by the hour alone"
T = TypeVar("T", int, float)


class Earlier(Struct, frozen=True):
    """The like stretch before, in steps of its own: it may be longer.

    `used` is the counter of credits at the point that time has come to now.
    """

    begin_ms: int
    end_ms: int
    step_ms: int
    spans: tuple[TimeSpan, ...]
    used: int | None = None


class Seen(Struct, frozen=True):
    """Spans of the `shown` stretch by their starts, with the terms that hold in it.

    `cycle` is there where it is a whole one, and `ahead` what is likely in the rest of it; `compared` where it is a
    range up to now, or around a moment. `begun` is the hour that the stretch begins in, where no more is kept of that.
    """

    wanted: HistoryRange
    shown: Stretch
    spans: dict[int, TimeSpan]
    view: AccountView
    now_ms: int
    cycle: Cycle | None = None
    earlier: Earlier | None = None
    ahead: tuple[Ahead, ...] = ()
    compared: Compared | None = None
    begun: TimeSpan | None = None

    @property
    def known_from_ms(self) -> int:
        """Since when the spans add up, in epoch milliseconds: the end of an hour that alone is kept, else the begin."""
        return self.shown.begin_ms if self.begun is None else self.begun.start_ms + HOUR_MS

    @property
    def is_live(self) -> bool:
        """Whether the stretch goes on with time."""
        return self.shown.until_ms < self.shown.end_ms or (self.cycle is not None and not self.wanted.is_past)

    @property
    def is_one_step(self) -> bool:
        """Whether the range is no longer than a step: nothing closer is kept of it."""
        return self.wanted.seconds is not None and self.shown.step_ms >= 1000 * self.wanted.seconds

    @property
    def limit(self) -> int | None:
        """The credits of the cycle: as they are now, or as they were last in a cycle that is over."""
        if not self.wanted.is_past:
            return self.view.snapshot.limit
        return next((span.last.limit for span in reversed(self.spans.values()) if span.last.limit), None)

    @property
    def own_ceiling(self) -> int | None:
        """The user's own ceiling for this cycle, where there is one."""
        standing = self.view.budget
        if standing is None or standing.is_plan_limit or self.wanted.is_past:
            return None
        return standing.ceiling

    @property
    def lower_ceiling(self) -> int | None:
        """The lower one of limit and budget: what an even pace is held against."""
        return min((each for each in (self.limit, self.own_ceiling) if each), default=None)

    def hour_of(self, start_ms: int) -> TimeSpan | None:
        """Give the hour that alone is kept of the time of a step, if that is so."""
        return self.begun if start_ms < self.known_from_ms and start_ms not in self.spans else None

    def by_cell(self, columns: int, parts: int = 1) -> Iterator[tuple[float, int, TimeSpan | None]]:
        """Give for each part of a cell that time has come to: its middle, its step's start, and what was seen of it."""
        for part in range(columns * parts):
            cell = (part + 0.5) / parts
            start_ms = self.shown.start_of(self.shown.at(cell, columns))
            if start_ms >= self.shown.until_ms:
                return
            yield cell, start_ms, self.spans.get(start_ms)


def knows_spend(span: TimeSpan | None) -> bool:
    """Say whether a span tells what was spent: it has counters, or holds the spend of an interval alone."""
    return span is not None and (span.last.used is not None or (span.highest is None and span.covered_ms > 0))


def kept_ms(spans: Sequence[TimeSpan], step_ms: int) -> int:
    """Say in which steps what was read in steps of `step_ms` is kept: of old times in minutes or hours alone."""
    longest_ms = max((span.covered_ms for span in spans), default=0)
    if longest_ms <= step_ms:
        return step_ms
    return MINUTE_MS if longest_ms <= MINUTE_MS else HOUR_MS


def moment_words(seen: Seen, at_ms: int, zone: tzinfo | None) -> str:
    """Word a moment: its day goes without saying where that is today."""
    at, today = moment(at_ms), wording.midnight(moment(seen.now_ms), zone)
    if not today <= at < today + timedelta(days=1):
        return wording.day_time(at, zone)
    return wording.clock_time(at, zone, with_seconds=seen.shown.step_ms < MINUTE_MS)


def when_words(seen: Seen, at_ms: int, zone: tzinfo | None) -> str:
    """Word when something was, in a sentence: `at 10:33`, `on Tue 17 Nov 12:00`."""
    words = moment_words(seen, at_ms, zone)
    return f"at {words}" if words[0].isdigit() else f"on {words}"


def step_words(seen: Seen, start_ms: int, zone: tzinfo | None) -> str:
    """Word a step: from when to when."""
    begin_ms, end_ms = seen.shown.bounds(start_ms)
    begin = moment_words(seen, begin_ms, zone)
    if seen.shown.step_ms >= DAY_MS:
        return f"{begin} – {moment_words(seen, max(begin_ms, end_ms), zone)}"
    end = moment(max(begin_ms, end_ms))
    return f"{begin}–{wording.clock_time(end, zone, with_seconds=seen.shown.step_ms < MINUTE_MS)}"


def change(now: float, before: float) -> str:
    """Word by how much something is more or less than before: `+17 %`; nothing where there was nothing before."""
    if before <= 0:
        return ""
    return f"{round(100 * (now / before - 1)) or 0:+d} %".replace("-", "−").replace("+0", "±0")


def since_words(seen: Seen, zone: tzinfo | None) -> str:
    """Word since when a range adds up: from its first whole step on, or from the first one that was ever seen."""
    first = next(iter(seen.spans.values()), None)
    seen_from_ms = 0 if first is None or first.has_gap else seen.shown.bounds(first.start_ms)[0]
    return f" since {moment_words(seen, max(seen.known_from_ms, seen_from_ms), zone)}"


def hour_words(seen: Seen, hour: TimeSpan, words: str, zone: tzinfo | None) -> str:
    """Word what is known of an hour that alone is kept, and which one that is."""
    begin, end = (moment_words(seen, at_ms, zone) for at_ms in (hour.start_ms, hour.start_ms + HOUR_MS))
    return f"{BY_THE_HOUR}: {words} from {begin} to {end}"


def compared_words(
    seen: Seen, zone: tzinfo | None, known: Callable[[TimeSpan], T | None], word: Callable[[T], str]
) -> list[Line]:
    """Hold what is known of a range against the like one before it, from the fullest form to the shortest."""
    compared, earlier = seen.compared, seen.wanted.earlier
    if compared is None:
        return [()]
    if seen.is_one_step:
        return [(Span(BY_THE_HOUR, Role.DIM),)]
    now, before = (None if span is None else known(span) for span in (compared.now, compared.before))
    if before is None:
        return [(Span(f"{earlier}: not seen", Role.DIM),)]
    if now is None:
        return [(Span(f"{earlier}: {word(before)}", Role.DIM),)]
    by = change(now, before)
    held = f"{earlier}: {word(before)}{f' ({by})' if by else ''}"
    until = moment_words(seen, compared.until_ms, zone)
    return [(Span(form, Role.DIM),) for form in (f"{seen.wanted.label} up to {until}: {word(now)}, {held}", held)]
