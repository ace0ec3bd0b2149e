"""What is read for a chart: its own stretch, and the like one before up to the same point."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.makers import CYCLE, NOW, a_snapshot, a_view
from tests.past import USED, USED_BEFORE, an_outlook, past
from usage_tui.core.history_chart import ChartKind, compared_line, plot, reading_line, title_line
from usage_tui.core.history_cumulative import sums, sums_before
from usage_tui.core.history_seen import Seen
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, TimeSpan, epoch_ms, folded
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.spans import Line
from usage_tui.core.stretch import HISTORY_RANGES, HistoryRange
from usage_tui.core.view import AccountView
from usage_tui.ui.looking_back import Asked, look_back

TEN_MINUTES, AN_HOUR, DAY, _, THIS_CYCLE, PREVIOUS = HISTORY_RANGES
NOW_MS = epoch_ms(NOW)
BEGAN_MS = epoch_ms(CYCLE.started_at)


class Stored:
    """Spans that can be read, and a note of what was."""

    def __init__(self, spans: Sequence[TimeSpan]) -> None:
        self.spans = spans
        self.reads: list[tuple[int, int, int]] = []

    def read(self, begin_ms: int, end_ms: int, step_ms: int) -> list[TimeSpan]:
        """Read as the history does."""
        self.reads.append((begin_ms, end_ms, step_ms))
        return folded((span for span in self.spans if begin_ms <= span.start_ms < end_ms), step_ms)


@pytest.fixture(scope="module")
def spans() -> list[TimeSpan]:
    return past(asleep=None)


def ask(kind: ChartKind = ChartKind.SPEND, *, view: AccountView | None = None, **changes: object) -> Asked:
    asked = Asked(view or a_view(), DAY, kind, NOW_MS, 96)
    return replace(asked, **changes)


def found(asked: Asked, stored: Stored) -> Seen:
    seen = look_back(asked, stored.read)
    assert seen is not None
    return seen


def came_to(spans: Sequence[TimeSpan], begin_ms: int, end_ms: int) -> int:
    return sum(span.spend for span in spans if begin_ms <= span.start_ms < end_ms)


def test_last_hours_are_read_up_to_now(spans: list[TimeSpan]) -> None:
    stored = Stored(spans)
    seen = found(ask(), stored)
    begin_ms, end_ms, step_ms = stored.reads[0]
    assert (end_ms, step_ms) == (NOW_MS, 900_000)
    assert sum(span.spend for span in seen.spans.values()) == came_to(spans, begin_ms, NOW_MS)


@pytest.mark.parametrize("columns", [20, 33, 73, 96, 113, 200])
@pytest.mark.parametrize("kind", ChartKind)
def test_a_day_is_held_against_the_one_before_whatever_the_width(
    spans: list[TimeSpan], kind: ChartKind, columns: int
) -> None:
    compared = found(ask(kind, columns=columns), Stored(spans)).compared
    until_ms = epoch_ms(NOW.replace(minute=0, second=0))
    assert compared is not None
    assert compared.until_ms == until_ms
    assert compared.now is not None
    assert compared.before is not None
    assert compared.now.covered_ms == compared.before.covered_ms == DAY_MS
    assert compared.now.spend == came_to(spans, until_ms - DAY_MS, until_ms)
    assert compared.before.spend == came_to(spans, until_ms - 2 * DAY_MS, until_ms - DAY_MS)


def test_minutes_are_held_against_as_many_before(spans: list[TimeSpan]) -> None:
    compared = found(ask(wanted=TEN_MINUTES), Stored(spans)).compared
    assert compared is not None
    assert compared.now is not None
    assert compared.before is not None
    assert compared.until_ms == epoch_ms(NOW.replace(second=0))
    assert compared.now.covered_ms == compared.before.covered_ms == 600_000


def test_cycle_is_held_against_the_one_before_at_this_point(spans: list[TimeSpan]) -> None:
    seen = found(ask(wanted=THIS_CYCLE), Stored(spans))
    assert seen.earlier is not None
    point_ms = seen.earlier.begin_ms + NOW_MS - BEGAN_MS
    hour = next(span for span in reversed(spans) if span.start_ms < point_ms)
    assert seen.earlier.begin_ms == epoch_ms(CYCLE.started_at - timedelta(days=31))
    assert seen.earlier.used == hour.last.used
    assert max(span.start_ms for span in seen.earlier.spans) < point_ms


def test_chart_that_goes_to_the_renewal_has_all_of_the_cycle_before_and_the_way_ahead(spans: list[TimeSpan]) -> None:
    view = replace(a_view(), outlook=an_outlook())
    seen = found(ask(ChartKind.CUMULATIVE, view=view, wanted=THIS_CYCLE), Stored(spans))
    assert seen.earlier is not None
    assert seen.earlier.spans[-1].last.used == USED_BEFORE
    assert seen.ahead[0].p50 == pytest.approx(USED, rel=0.001)
    assert seen.ahead[-1].at_ms == epoch_ms(CYCLE.resets_at)


def test_previous_cycle_ends_where_this_one_began(spans: list[TimeSpan]) -> None:
    view = replace(a_view(), outlook=an_outlook())
    for kind in ChartKind:
        seen = found(ask(kind, view=view, wanted=PREVIOUS), Stored(spans))
        assert (seen.shown.end_ms, seen.shown.until_ms) == (BEGAN_MS, BEGAN_MS)
        assert seen.cycle is not None
        assert seen.cycle.resets_at == CYCLE.started_at
        assert seen.earlier is not None
        assert seen.earlier.used == USED_BEFORE
        assert seen.ahead == ()


def test_unknown_cycle_is_none_and_reads_nothing(spans: list[TimeSpan]) -> None:
    stored = Stored(spans)
    assert look_back(ask(view=a_view(cycle=None), wanted=THIS_CYCLE), stored.read) is None
    assert stored.reads == []


def test_spends_without_counters_are_added_up_to_this_point() -> None:
    hours = range(BEGAN_MS - 31 * 24 * HOUR_MS, BEGAN_MS, HOUR_MS)
    bare = [TimeSpan(hour, Snapshot(), covered_ms=HOUR_MS, spend=10) for hour in hours]
    seen = found(ask(wanted=THIS_CYCLE), Stored(bare))
    assert seen.earlier is not None
    assert seen.earlier.used is not None
    assert abs(seen.earlier.used - 10 * (NOW_MS - BEGAN_MS) // HOUR_MS) <= 60
    late = found(ask(wanted=THIS_CYCLE), Stored(bare[100:]))
    assert late.earlier is not None
    assert late.earlier.used is None


def test_previous_cycle_begins_with_the_hour_of_the_reset_where_nobody_said_when() -> None:
    reset_ms = BEGAN_MS - 31 * DAY_MS + 4 * HOUR_MS
    bare = [
        replace(each, last=a_snapshot(used=number % 800, cycle_started_at=None), has_reset=each.start_ms == reset_ms)
        for number, each in enumerate(hours(reset_ms - 800 * HOUR_MS, 1400))
    ]
    seen = found(ask(ChartKind.CUMULATIVE, wanted=PREVIOUS), Stored(bare))
    assert seen.shown.begin_ms == reset_ms
    values = [point[1] for point in sums(seen) if point is not None]
    assert values == sorted(values)


@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize("wanted", HISTORY_RANGES, ids=lambda wanted: wanted.label)
def test_no_read_gives_much_more_spans_than_there_are_columns(
    spans: list[TimeSpan], kind: ChartKind, wanted: object
) -> None:
    stored = Stored(spans)
    found(ask(kind, wanted=wanted, columns=33), stored)
    for begin_ms, end_ms, step_ms in stored.reads:
        assert (end_ms - begin_ms) / step_ms <= 130


def test_cycle_that_was_not_seen_to_begin_is_not_shown_but_the_one_before_is(spans: list[TimeSpan]) -> None:
    due = a_view(cycle=replace(CYCLE, is_assumed=True, is_due=True))
    stored = Stored(spans)
    assert look_back(ask(view=due, wanted=THIS_CYCLE), stored.read) is None
    assert found(ask(view=due, wanted=PREVIOUS), stored).shown.end_ms == BEGAN_MS


def hours(begin_ms: int, count: int) -> list[TimeSpan]:
    """Make hours of 60 credits that alone are kept."""
    return [an_hour(begin_ms + number * HOUR_MS) for number in range(count)]


def an_hour(start_ms: int, covered_ms: int = HOUR_MS) -> TimeSpan:
    return TimeSpan(start_ms, a_snapshot(), lowest=1, highest=9, request_ms=5, covered_ms=covered_ms, spend=60)


@pytest.mark.parametrize("wanted", HISTORY_RANGES[:2], ids=lambda wanted: wanted.label)
@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize("minute", [1, 30, 58])
def test_closer_look_at_what_is_kept_by_the_hour_shows_the_whole_hour(
    kind: ChartKind, wanted: HistoryRange, minute: int
) -> None:
    hour_ms = (NOW_MS // DAY_MS - 100) * DAY_MS + 13 * HOUR_MS
    stored = Stored(hours(hour_ms - 2 * DAY_MS, 96))
    seen = found(ask(kind, wanted=wanted, centre_ms=hour_ms + minute * MINUTE_MS), stored)
    assert (seen.shown.begin_ms, seen.shown.end_ms) == (hour_ms, hour_ms + HOUR_MS)
    assert [span.spend for span in seen.spans.values()] == [60]
    said = "".join(span.text for span in compared_line(kind, seen, None, 100))
    assert said == "kept by the hour alone"
    assert (seen.earlier is None) is (kind is not ChartKind.CUMULATIVE or wanted is TEN_MINUTES)


def test_hour_that_was_brought_in_makes_what_was_seen_since_no_coarser() -> None:
    hour_ms = NOW_MS // HOUR_MS * HOUR_MS
    fresh = [
        an_hour(at_ms, MINUTE_MS) for at_ms in range(NOW_MS // MINUTE_MS * MINUTE_MS - 3 * MINUTE_MS, NOW_MS, MINUTE_MS)
    ]
    seen = found(ask(wanted=AN_HOUR), Stored([*hours(hour_ms - DAY_MS, 24), *fresh]))
    assert seen.shown.step_ms == MINUTE_MS
    assert len(seen.spans) == len(fresh)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ChartKind.CONCURRENCY, "kept by the hour alone: 1–9, mean 0.0, from Fri 14 Aug 12:00 to Fri 14 Aug 13:00"),
        (ChartKind.SPEND, "kept by the hour alone: 60 credits from Fri 14 Aug 12:00 to Fri 14 Aug 13:00"),
        (ChartKind.CUMULATIVE, "kept by the hour alone"),
    ],
)
def test_hour_that_a_closer_look_begins_in_is_not_said_to_have_no_samples(kind: ChartKind, words: str) -> None:
    hour_ms = (NOW_MS // DAY_MS - 100) * DAY_MS + 13 * HOUR_MS
    fine = [an_hour(at_ms, MINUTE_MS) for at_ms in range(hour_ms, hour_ms + 2 * HOUR_MS, MINUTE_MS)]
    seen = found(ask(kind, wanted=AN_HOUR, centre_ms=hour_ms), Stored([*hours(hour_ms - DAY_MS, 24), *fine]))
    first, last = seen.shown.starts[0], seen.shown.starts[-1]
    assert first < hour_ms < last
    assert words in text(reading_line(kind, seen, first, None, 200))
    assert "kept by the hour" not in text(reading_line(kind, seen, last, None, 200))
    meanings = [layer.meaning for layer in plot(kind, seen, 96, 12, None).layers if layer.marks]
    assert "no samples" not in meanings
    assert ("kept by the hour alone" in meanings) is (kind is not ChartKind.CUMULATIVE)
    if kind is not ChartKind.CONCURRENCY:
        assert "since Fri 14 Aug 13:00" in text(title_line(kind, AN_HOUR, seen, None, is_closer=True, width=200))


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def test_day_that_is_kept_by_the_hour_is_shown_in_whole_hours() -> None:
    noon_ms = (NOW_MS // DAY_MS - 100) * DAY_MS + 12 * HOUR_MS
    seen = found(ask(centre_ms=noon_ms + 17 * MINUTE_MS), Stored(hours(noon_ms - 3 * DAY_MS, 144)))
    assert seen.shown.step_ms == HOUR_MS
    assert list(seen.spans) == list(seen.shown.starts)
    assert len(seen.spans) == 24


def test_hours_before_a_chart_of_minutes_are_drawn_where_each_ends() -> None:
    middle_ms = NOW_MS // HOUR_MS * HOUR_MS - DAY_MS
    fine = [replace(an_hour(at_ms, MINUTE_MS), spend=1) for at_ms in range(middle_ms, NOW_MS, MINUTE_MS)]
    seen = found(ask(ChartKind.CUMULATIVE), Stored([*hours(middle_ms - DAY_MS, 24), *fine]))
    assert seen.shown.step_ms == 900_000
    begun = [at_ms - seen.shown.begin_ms for at_ms, _ in sums_before(seen)]
    assert begun == [number * HOUR_MS for number in range(1, len(begun) + 1)]
    assert [y for _, y in sums_before(seen)] == [60.0 * number for number in range(1, len(begun) + 1)]


@pytest.mark.parametrize(
    ("begin", "end"), [(30, 48), (0, 40), (0, 20)], ids=["its beginning", "its end", "what lies between"]
)
def test_day_whose_spend_is_not_known_for_itself_is_held_against_nothing(begin: int, end: int) -> None:
    until_ms = NOW_MS // HOUR_MS * HOUR_MS
    watched = hours(until_ms - 2 * DAY_MS, 48)[begin:end]
    watched += [replace(each, has_gap=True) for each in hours(until_ms - HOUR_MS, 1) if end == 20]
    compared = found(ask(), Stored(watched)).compared
    assert compared is not None
    assert None in {compared.now, compared.before}
