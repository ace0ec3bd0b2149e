"""What is read for a chart: its own stretch, and the like one before up to the same point."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.makers import CYCLE, NOW, a_view
from tests.past import USED, USED_BEFORE, an_outlook, past
from usage_tui.core.history_chart import ChartKind
from usage_tui.core.history_seen import Seen
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms, folded
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.stretch import HISTORY_RANGES
from usage_tui.core.view import AccountView
from usage_tui.ui.looking_back import Asked, look_back

TEN_MINUTES, _, DAY, _, THIS_CYCLE, PREVIOUS = HISTORY_RANGES
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


def test_last_hours_are_read_with_as_many_before_them_up_to_the_same_point(spans: list[TimeSpan]) -> None:
    stored = Stored(spans)
    seen = found(ask(), stored)
    (begin_ms, end_ms, step_ms), (before_ms, until_ms, same_step_ms) = stored.reads
    assert (end_ms, step_ms) == (NOW_MS, 900_000)
    assert begin_ms - before_ms == end_ms - until_ms == seen.shown.end_ms - seen.shown.begin_ms
    assert same_step_ms == step_ms
    assert sum(span.spend for span in seen.spans.values()) == sum(
        span.spend for span in spans if begin_ms <= span.start_ms
    )


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
