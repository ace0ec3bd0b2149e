"""The charts of the history as values and words: what was seen, what was not, and how it compares."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

import pytest
from msgspec.structs import replace

from tests.makers import CYCLE, NOW, a_snapshot, a_view, utc
from tests.past import USED, USED_BEFORE, an_outlook, past
from usage_tui.core import history_concurrency, history_cumulative, history_spend
from usage_tui.core.budget import Budget
from usage_tui.core.compared import Compared
from usage_tui.core.history_ahead import way_ahead
from usage_tui.core.history_chart import ChartKind, plot, step_at, steps, title_line
from usage_tui.core.history_seen import Earlier, Seen, change, kept_ms
from usage_tui.core.outlook import Evidence, Outlook
from usage_tui.core.plot import Layer, Plot, Texture
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, TimeSpan, epoch_ms, folded
from usage_tui.core.spans import Line
from usage_tui.core.stretch import HISTORY_RANGES, Stretch, of_cycle
from usage_tui.core.view import AccountView

NOW_MS = epoch_ms(NOW) // HOUR_MS * HOUR_MS
BEGIN_MS = NOW_MS - 10 * HOUR_MS
TEN_HOURS = Stretch(BEGIN_MS, NOW_MS, HOUR_MS, NOW_MS)
DAY, CYCLE_RANGE, PREVIOUS = HISTORY_RANGES[2], HISTORY_RANGES[4], HISTORY_RANGES[5]


def an_hour(
    number: int, *, spend: int = 100, mean: int = 50, has_gap: bool = False, used: int | None = 5000
) -> TimeSpan:
    """Make the span of an hour of the ten."""
    return TimeSpan(
        start_ms=BEGIN_MS + number * HOUR_MS,
        last=a_snapshot(used=used),
        lowest=mean - 10,
        highest=mean + 10,
        request_ms=mean * HOUR_MS,
        covered_ms=HOUR_MS,
        saturated_ms=HOUR_MS // 2 if mean >= 90 else 0,
        spend=spend,
        has_gap=has_gap,
    )


def seen(*spans: TimeSpan, view: AccountView | None = None, earlier: Earlier | None = None) -> Seen:
    """Make ten hours of what was seen."""
    by_start = {span.start_ms: span for span in spans}
    return Seen(DAY, TEN_HOURS, by_start, view or a_view(), epoch_ms(NOW), None, earlier)


def a_cycle(*, view: AccountView | None = None, columns: int = 90, is_past: bool = False) -> Seen:
    """Make the current cycle of the past, or the one before it."""
    cycle = replace(CYCLE, started_at=utc(2026, 10, 3, 10), resets_at=CYCLE.started_at) if is_past else CYCLE
    before_ms = epoch_ms(utc(2026, 9, 3, 10) if is_past else utc(2026, 10, 3, 10))
    shown = of_cycle(cycle, epoch_ms(NOW), columns, has_future=True)
    stored = past()
    spans = folded([each for each in stored if shown.begin_ms <= each.start_ms < shown.until_ms], shown.step_ms)
    earlier = [each for each in stored if before_ms <= each.start_ms < shown.begin_ms]
    wanted = PREVIOUS if is_past else CYCLE_RANGE
    return Seen(
        wanted,
        shown,
        {span.start_ms: span for span in spans},
        view or a_view(),
        epoch_ms(NOW),
        cycle,
        Earlier(before_ms, shown.begin_ms, shown.step_ms, tuple(folded(earlier, shown.step_ms)), 1_210_000),
    )


def layer(drawn: Plot, meaning: str) -> Layer:
    """Give the layer of that meaning."""
    return next(each for each in drawn.layers if each.meaning == meaning)


def text(forms: list[Line] | Line) -> str:
    """Give the text of a line, or of the fullest form of one."""
    line = forms[0] if isinstance(forms, list) else forms
    return "".join(span.text for span in line)


def cells(each: Layer) -> list[int]:
    """Give the cells that a layer marks."""
    return sorted({int(mark.x) for mark in each.marks if mark is not None})


def test_concurrency_is_a_band_and_a_mean_and_a_gap_stays_open() -> None:
    drawn = history_concurrency.plot(seen(an_hour(0), an_hour(1), an_hour(4, mean=90)), 10, 8, UTC)
    assert cells(layer(drawn, "least to most")) == [0, 1, 4]
    assert cells(layer(drawn, "saturated for a while")) == [4]
    assert cells(layer(drawn, "mean")) == [0, 1, 4]
    assert cells(layer(drawn, "no samples")) == [2, 3, 5, 6, 7, 8, 9]
    assert [mark[1:] for mark in layer(drawn, "least to most").marks if mark] == [(60, 40), (60, 40), (100, 80)]


def test_line_of_means_is_broken_at_a_gap() -> None:
    fine = Stretch(BEGIN_MS, BEGIN_MS + 10 * MINUTE_MS, MINUTE_MS, BEGIN_MS + 10 * MINUTE_MS)
    spans = [replace(an_hour(0), start_ms=BEGIN_MS + minute * MINUTE_MS) for minute in (0, 1, 5)]
    looked = replace(seen(*spans), shown=fine)
    means = layer(history_concurrency.plot(looked, 10, 8, UTC), "mean")
    assert [mark is not None for mark in means.marks] == [True, True, *[False] * 3, True, *[False] * 4]
    assert means.is_joined


def test_scale_grows_above_the_limit_and_its_line_stays() -> None:
    drawn = history_concurrency.plot(seen(an_hour(0, mean=140)), 10, 8, UTC)
    assert drawn.top == 150
    assert {mark.y for mark in layer(drawn, "limit").marks if mark} == {100}


def test_unknown_limit_has_no_line() -> None:
    span = replace(an_hour(0), last=a_snapshot(concurrency_limit=None))
    drawn = history_concurrency.plot(seen(span), 10, 8, UTC)
    assert drawn.top == 60
    assert not any(each.meaning == "limit" for each in drawn.layers)


def test_concurrency_is_read_in_words() -> None:
    looked = seen(an_hour(0), an_hour(9, mean=90))
    assert text(history_concurrency.reading(looked, BEGIN_MS + 9 * HOUR_MS, UTC)) == (
        "09:00–10:00  mean 90.0 · least 80 · most 100 of 100 · saturated 50 %"
    )
    assert text(history_concurrency.reading(looked, BEGIN_MS + HOUR_MS, UTC)) == "01:00–02:00  no samples"
    assert text(history_concurrency.headline(looked, UTC)).startswith(
        "mean 70 of 100 · most 100 in 09:00–10:00 · saturated 25 %"
    )


def against(now: TimeSpan | None, before: TimeSpan | None) -> Seen:
    """Hold a day up to ten o'clock against the one before."""
    return replace(seen(an_hour(0)), compared=Compared(NOW_MS, now, before))


def a_day(*, mean: int = 50, spend: int = 100, watched_hours: int = 24) -> TimeSpan:
    """Make the span of a day of which so many hours were watched."""
    hours = [an_hour(number, mean=mean, spend=0) for number in range(watched_hours)]
    return replace(folded(hours, 2 * NOW_MS)[0], spend=spend)


def test_mean_is_held_against_the_stretch_before() -> None:
    assert text(history_concurrency.compared(against(a_day(), a_day(mean=40)), UTC)) == (
        "24 h up to 10:00: mean 50.0, the 24 h before: mean 40.0 (+25 %)"
    )
    assert text(history_concurrency.compared(against(a_day(), None), UTC)) == "the 24 h before: not seen"


def test_mean_of_a_part_is_held_against_nothing() -> None:
    part = a_day(watched_hours=12)
    assert text(history_concurrency.compared(against(a_day(), part), UTC)) == "the 24 h before: not seen"
    assert text(history_concurrency.compared(against(part, a_day(mean=40)), UTC)) == "the 24 h before: mean 40.0"


def test_spend_has_a_bar_a_step_a_zero_is_a_thin_line_and_the_unknown_is_dotted() -> None:
    drawn = history_spend.plot(seen(an_hour(0), an_hour(1, spend=0), an_hour(2, spend=40)), 10, 8, UTC)
    assert cells(layer(drawn, "credits spent")) == [0, 2]
    assert cells(next(each for each in drawn.layers if each.texture is Texture.THIN)) == [1]
    assert cells(layer(drawn, "no samples")) == list(range(3, 10))
    assert {mark.y for mark in layer(drawn, "credits spent").marks if mark} == {100, 40}


def test_spend_of_a_gap_lies_evenly_over_it_and_is_not_taken_for_a_peak() -> None:
    looked = seen(an_hour(0, spend=110), an_hour(5, spend=600, has_gap=True), an_hour(6))
    drawn = history_spend.plot(looked, 10, 8, UTC)
    hatched = layer(drawn, "spent in a gap, known in total")
    assert cells(hatched) == [1, 2, 3, 4, 5]
    assert sum(mark.y for mark in hatched.marks if mark) == pytest.approx(600)
    assert cells(layer(drawn, "credits spent")) == [0, 6]
    assert "· most 110 at 00:00" in text(history_spend.headline(looked, UTC))
    assert text(history_spend.reading(looked, BEGIN_MS + 3 * HOUR_MS, UTC)) == (
        "03:00–04:00  not watched from 01:00 to 06:00: 600 credits in all"
    )


def test_day_known_from_a_report_is_hatched_and_said_to_be_so() -> None:
    looked = seen(an_hour(0), replace(an_hour(1, spend=500), is_reported=True))
    drawn = history_spend.plot(looked, 10, 8, UTC)
    assert cells(layer(drawn, "credits spent")) == [0]
    assert cells(layer(drawn, "spent in a gap, known in total")) == [1]
    assert text(history_spend.reading(looked, BEGIN_MS + HOUR_MS, UTC)) == (
        "01:00–02:00  500 credits of a day known from a report"
    )
    assert "most 100" in text(history_spend.headline(looked, UTC))


def test_gap_from_before_the_stretch_is_said_to_be_so() -> None:
    looked = seen(an_hour(5, spend=600, has_gap=True))
    assert text(history_spend.headline(looked, UTC)).startswith("up to 600 credits since 00:00")
    assert "not watched from before to 06:00" in text(history_spend.reading(looked, BEGIN_MS, UTC))


def test_correction_takes_credits_back_in_words_and_has_no_bar() -> None:
    looked = seen(an_hour(0, spend=-30), an_hour(1))
    assert cells(layer(history_spend.plot(looked, 10, 8, UTC), "credits spent")) == [1]
    assert text(history_spend.reading(looked, BEGIN_MS, UTC)) == "00:00–01:00  -30 credits, corrected"


def test_spend_is_read_with_its_pace() -> None:
    assert text(history_spend.reading(seen(an_hour(0)), BEGIN_MS, UTC)) == "00:00–01:00  100 credits · 1.7/min"
    assert text(history_spend.reading(seen(an_hour(0)), BEGIN_MS + HOUR_MS, UTC)) == "01:00–02:00  no samples"


def test_spend_is_held_against_the_stretch_before() -> None:
    forms = history_spend.compared(against(a_day(), a_day(spend=80)), UTC)
    assert [text(form) for form in forms] == [
        "24 h up to 10:00: 100, the 24 h before: 80 (+25 %)",
        "the 24 h before: 80 (+25 %)",
    ]
    assert text(history_spend.compared(against(a_day(), None), UTC)) == "the 24 h before: not seen"
    assert text(history_spend.compared(against(None, a_day(spend=80)), UTC)) == "the 24 h before: 80"


def test_cycle_before_is_named_at_this_point() -> None:
    assert text(history_spend.compared(a_cycle(), UTC)) == (
        "the cycle before: 1,210,000 at this point, now 1,412,700 (+17 %)"
    )
    assert text(history_spend.compared(replace(a_cycle(), earlier=Earlier(0, 0, HOUR_MS, ())), UTC)) == (
        "the cycle before: not seen at this point"
    )


def test_cumulative_of_a_cycle_is_its_counter_and_stays_open_over_a_gap() -> None:
    looked = a_cycle()
    points = list(history_cumulative.sums(looked))
    assert points[0] == (looked.shown.begin_ms, 0.0)
    assert points[-1] == (epoch_ms(NOW), float(USED))
    assert None in points[1:-1]
    values = [point[1] for point in points if point is not None]
    assert values == sorted(values)


def test_cumulative_of_other_ranges_begins_with_nothing() -> None:
    points = list(history_cumulative.sums(seen(an_hour(0), an_hour(1, spend=50))))
    assert points[:3] == [(BEGIN_MS, 0.0), (BEGIN_MS + HOUR_MS, 100.0), (BEGIN_MS + 2 * HOUR_MS, 150.0)]


def test_sums_of_a_range_say_since_when() -> None:
    looked = seen(an_hour(0), an_hour(1, spend=50))
    assert text(history_cumulative.headline(looked, UTC)) == "150 used since 00:00"
    assert [text(form) for form in history_spend.headline(looked, UTC)] == [
        "150 credits since 00:00 · 1 h a bar · most 100 at 00:00",
        "150 credits since 00:00 · 1 h a bar",
        "150 credits since 00:00",
        "150 credits",
    ]
    assert " since " not in text(history_cumulative.headline(a_cycle(), UTC))


def test_sums_of_a_new_account_begin_when_it_was_first_seen() -> None:
    looked = seen(an_hour(3), an_hour(4, spend=50))
    assert text(history_cumulative.headline(looked, UTC)) == "150 used since 03:00"
    assert text(history_spend.headline(looked, UTC)[2]) == "150 credits since 03:00"


def test_spends_that_were_brought_in_are_drawn_and_added_up() -> None:
    bare = [replace(an_hour(number, used=None), lowest=None, highest=None, request_ms=0) for number in (0, 1, 3)]
    looked = seen(*bare)
    assert cells(layer(history_spend.plot(looked, 10, 8, UTC), "credits spent")) == [0, 1, 3]
    assert cells(layer(history_concurrency.plot(looked, 10, 8, UTC), "no samples")) == list(range(10))
    cycle = replace(looked, cycle=CYCLE, view=a_view(a_snapshot(used=None)))
    points = list(history_cumulative.sums(cycle))
    assert points[:3] == [(BEGIN_MS, 0.0), (BEGIN_MS + HOUR_MS, 100.0), (BEGIN_MS + 2 * HOUR_MS, 200.0)]
    assert points[3:] == [None] * 8


def test_answers_without_counters_tell_nothing_of_the_spend() -> None:
    looked = seen(an_hour(0, used=None, spend=0))
    assert cells(layer(history_spend.plot(looked, 10, 8, UTC), "no samples")) == list(range(10))
    assert text(history_spend.headline(looked, UTC)) == "no samples"


def test_cumulative_has_limit_budget_even_pace_and_the_cycle_before() -> None:
    view = a_view(budget=Budget(2_000_000))
    drawn = history_cumulative.plot(a_cycle(view=view), 90, 20, UTC)
    assert drawn.top == 3_000_000
    assert {mark.y for mark in layer(drawn, "limit").marks if mark} == {3_000_000}
    assert {mark.y for mark in layer(drawn, "budget").marks if mark} == {2_000_000}
    assert [mark and round(mark.y) for mark in layer(drawn, "even pace").marks] == [0, 2_000_000]
    ghost = [mark for mark in layer(drawn, "cycle before").marks if mark]
    assert 1_900_000 < ghost[-1].y < USED_BEFORE
    assert ghost[-1].x > 85


def test_even_pace_that_leaves_the_scale_ends_at_its_top() -> None:
    drawn = history_cumulative.plot(seen(*(an_hour(number) for number in range(10))), 90, 20, UTC)
    start, end = (mark for mark in layer(drawn, "even pace").marks if mark)
    assert (start.x, start.y, end.y) == (0, 0, drawn.top)
    assert 0 < end.x < 90


def test_without_a_ceiling_there_is_no_even_pace() -> None:
    looked = seen(an_hour(0), view=a_view(a_snapshot(limit=None)))
    assert history_cumulative.even_pace(looked, looked.shown.end_ms) is None
    assert "even pace" not in {each.meaning for each in history_cumulative.plot(looked, 90, 20, UTC).layers}


def test_forecast_is_a_fan_from_now_to_the_renewal() -> None:
    outlook = an_outlook()
    view = replace(a_view(), outlook=outlook)
    looked = replace(a_cycle(view=view), ahead=way_ahead(view, CYCLE, NOW))
    marks = [mark for mark in layer(history_cumulative.plot(looked, 90, 20, UTC), "likely").marks if mark]
    now_cell = looked.shown.cell(epoch_ms(NOW), 90)
    assert marks[0].x >= now_cell > marks[0].x - 1
    assert marks[-1].x == 89.5
    widths = [mark.y - (mark.floor or 0) for mark in marks]
    assert widths == sorted(widths)
    assert marks[-1].y == pytest.approx(outlook.total_p90, rel=0.02)
    assert marks[-1].floor == pytest.approx(outlook.total_p10, rel=0.02)
    said = text(history_cumulative.reading(looked, looked.shown.starts[-1] + 20 * looked.shown.step_ms, UTC))
    assert re.match(
        r"Sun 29 Nov 08:00  likely 1\.\d\d? M–\d(\.\d\d?)? M, about 1.\d\d? M · even pace 2,591,667 · the", said
    )


@pytest.mark.parametrize("outlook", [None, Outlook(Evidence.LEARNING), replace(an_outlook(), total_p10=None)])
def test_where_no_range_may_be_told_there_is_no_fan(outlook: Outlook | None) -> None:
    view = replace(a_view(), outlook=outlook)
    looked = replace(a_cycle(view=view), ahead=way_ahead(view, CYCLE, NOW))
    assert layer(history_cumulative.plot(looked, 90, 20, UTC), "likely").marks == ()


def test_previous_cycle_has_its_own_limit_and_no_budget() -> None:
    view = a_view(a_snapshot(limit=9_000_000), budget=Budget(2_000_000))
    looked = a_cycle(view=view, is_past=True)
    drawn = history_cumulative.plot(looked, 90, 20, UTC)
    assert {each.meaning for each in drawn.layers if each.marks} == {"limit", "even pace", "cycle before it", "used"}
    assert drawn.top == 3_000_000
    assert text(history_cumulative.headline(looked, UTC)).startswith("2,030,000 used of 3,000,000")
    assert text(history_spend.compared(looked, UTC)) == "the cycle before it: 1,210,000, this one 2,030,000 (+68 %)"


def test_cursor_goes_beyond_now_where_the_chart_does() -> None:
    looked = a_cycle()
    assert steps(ChartKind.CUMULATIVE, looked)[-1] > epoch_ms(NOW)
    assert steps(ChartKind.SPEND, looked)[-1] < epoch_ms(NOW)
    assert steps(ChartKind.CUMULATIVE, seen(an_hour(0)))[-1] == NOW_MS - HOUR_MS


def test_cursor_of_another_chart_reads_the_step_that_it_lies_in() -> None:
    looked = seen(an_hour(0), an_hour(1))
    assert step_at(ChartKind.SPEND, looked, BEGIN_MS + HOUR_MS + 17) == BEGIN_MS + HOUR_MS
    assert step_at(ChartKind.SPEND, looked, BEGIN_MS - 17) is None
    assert step_at(ChartKind.SPEND, looked, NOW_MS + HOUR_MS) is None
    assert step_at(ChartKind.SPEND, looked, None) is None


def test_steps_are_as_wide_as_what_is_kept_of_old_times() -> None:
    minute = replace(an_hour(1), covered_ms=MINUTE_MS)
    assert kept_ms([minute, an_hour(2)], 900_000) == HOUR_MS
    assert kept_ms([minute], 5000) == MINUTE_MS
    assert kept_ms([minute], 900_000) == 900_000
    assert kept_ms([], 5000) == 5000


def test_line_of_steps_wider_than_two_cells_rises_at_their_ends_alone() -> None:
    looked = seen(an_hour(0), an_hour(1, spend=50), an_hour(3, spend=30))
    line = [mark and tuple(mark[:2]) for mark in layer(history_cumulative.plot(looked, 20, 8, UTC), "used").marks]
    assert line[:6] == [(0, 0), (2, 0), (2, 100), (4, 100), (4, 150), None]
    assert line[6:8] == [(8, 180), None]
    fine = [mark and tuple(mark[:2]) for mark in layer(history_cumulative.plot(looked, 10, 8, UTC), "used").marks]
    assert fine[:3] == [(0, 0), (1, 100), (2, 150)]


@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize("columns", [1, 2, 33, 200])
def test_nothing_seen_is_drawn_and_worded_without_numbers(kind: ChartKind, columns: int) -> None:
    nothing = replace(
        seen(), earlier=Earlier(0, 0, HOUR_MS, ()), view=a_view(a_snapshot(used=None, limit=None), cycle=None)
    )
    assert plot(kind, nothing, columns, 1, UTC).columns == columns
    assert "no samples" in text(title_line(kind, DAY, nothing, UTC, is_closer=False, width=100))


@pytest.mark.parametrize(
    ("now", "before", "said"), [(117, 100, "+17 %"), (96, 100, "−4 %"), (100, 100, "±0 %"), (5, 0, "")]
)
def test_change_is_worded_with_its_sign(now: int, before: int, said: str) -> None:
    assert change(now, before) == said


def test_day_is_left_out_for_today_alone() -> None:
    looked = replace(seen(an_hour(0)), now_ms=epoch_ms(NOW + timedelta(days=1)))
    assert text(history_spend.reading(looked, BEGIN_MS, UTC)).startswith("Sun 22 Nov 00:00–01:00")
    days = replace(looked, shown=replace(TEN_HOURS, step_ms=DAY_MS))
    assert text(history_spend.reading(days, BEGIN_MS, UTC)).startswith("Sun 22 Nov 00:00 – Sun 22 Nov 10:00")
