"""The chart shows what was seen, in the right place, and moves seldom."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from tests.makers import NOW, a_snapshot, a_view, buckets
from usage_tui.core import chart
from usage_tui.core.chart import GAP, LIMIT_LINE, RANGES, Chart, Range, Window
from usage_tui.core.chart_picture import ChartPicture, drawn_columns
from usage_tui.core.spans import Line, Role, line_cells
from usage_tui.core.view import AccountView

TWO_MINUTES, TEN_MINUTES, HOUR = RANGES
EPOCH = int(NOW.timestamp())


def drawn(view: AccountView, width: int = 40, shown: Range = TEN_MINUTES) -> Chart:
    """Make the chart of a view at the usual moment."""
    return chart.chart(view, shown, width, NOW.timestamp())


def column(made: Chart, index: int, rows: int = 4) -> str:
    """Give one column from bottom to top, without its blanks."""
    return "".join(text for text, _ in reversed(chart.column_cells(made, rows)[index])).rstrip()


def text_of(line: Line) -> str:
    """Give a line's text."""
    return "".join(span.text for span in line)


@given(st.sampled_from(RANGES), st.integers(1, 400), st.integers(1_600_000_000, 1_900_000_000))
def test_now_is_always_within_the_window_and_near_its_end(shown: Range, width: int, now: int) -> None:
    laid = chart.window(shown, width, float(now))
    assert 0 <= laid.index(now) < laid.count
    assert laid.count - laid.index(now) <= max(1, laid.count // 5)
    assert laid.start % laid.column_seconds == 0
    assert laid.count * laid.cells_per_column <= width


@given(st.sampled_from(RANGES), st.integers(1, 400))
def test_a_window_is_as_long_as_its_range_in_whole_multiples_of_the_finest_step(shown: Range, width: int) -> None:
    laid = chart.window(shown, width, EPOCH)
    assert laid.column_seconds % shown.finest_seconds == 0
    assert abs(laid.seconds - shown.seconds) <= laid.count * shown.finest_seconds / 2


@given(st.integers(120, 400))
def test_two_minutes_have_columns_of_a_second_wherever_they_fit(width: int) -> None:
    assert chart.window(TWO_MINUTES, width, EPOCH).column_seconds == 1


def test_two_minutes_fold_seconds_whatever_the_width() -> None:
    seconds = buckets([10, 20, 30, 40, 50, 60], start=EPOCH // 6 * 6, width_seconds=1)
    view = a_view(fine=seconds, coarse=buckets([99], start=EPOCH // 5 * 5, width_seconds=5))
    for width, column_seconds in ((20, 6), (40, 3), (60, 2), (120, 1)):
        made = chart.chart(view, TWO_MINUTES, width, NOW.timestamp() + 6)
        assert made.window.column_seconds == column_seconds
        assert [each.peak for each in made.columns if each] == [*range(10 * column_seconds, 61, 10 * column_seconds)]


def test_the_window_moves_by_several_columns_once_a_minute() -> None:
    starts = {chart.window(TEN_MINUTES, 108, float(EPOCH + second)).start for second in range(600)}
    assert len(starts) <= 11
    assert all((later - earlier) == 60 for earlier, later in zip(sorted(starts), sorted(starts)[1:], strict=False))


def test_a_wide_screen_gets_wider_columns_not_a_longer_span() -> None:
    assert chart.window(TEN_MINUTES, 240, EPOCH) == Window(
        chart.window(TEN_MINUTES, 240, EPOCH).start, 5, 120, cells_per_column=2
    )


def test_scale_is_the_limit_whatever_was_seen() -> None:
    made = drawn(a_view(a_snapshot(concurrency=3), coarse=buckets([3], start=EPOCH // 5 * 5, width_seconds=5)))
    assert made.top == 100


def test_scale_grows_above_the_limit_and_only_what_is_above_covers_its_line() -> None:
    view = a_view(a_snapshot(concurrency=200), coarse=buckets([100, 110, 200], start=EPOCH - 45, width_seconds=15))
    made = drawn(view)
    assert made.top == 200
    assert column(made, 0) == f"{GAP} {LIMIT_LINE}"
    at, above, top = (column(made, made.window.index(each.start)) for each in view.coarse)
    assert (at, above, top) == (f"██{LIMIT_LINE}", "██▂", "████")


def test_without_a_limit_the_scale_is_the_peak_and_there_is_no_line() -> None:
    snapshot = a_snapshot(concurrency_limit=None)
    made = drawn(a_view(snapshot, coarse=buckets([40, 20], start=EPOCH // 5 * 5 - 5, width_seconds=5, limit=None)))
    assert made.top == 40
    assert LIMIT_LINE not in "".join(column(made, index) for index in range(made.window.count))


def test_gap_zero_and_time_to_come_each_look_different() -> None:
    start = EPOCH // 15 * 15 - 60
    made = drawn(a_view(coarse=buckets([50, 50, 50, 0, 0, 0], start=start, width_seconds=5)), width=40)
    first = made.window.index(start)
    assert made.window.column_seconds == 15
    assert column(made, first) == f"██ {LIMIT_LINE}"
    assert column(made, first + 1).startswith("▁")
    assert column(made, first + 2).startswith(GAP)
    assert made.current < made.window.count - 1
    assert column(made, made.current + 1) == f"   {LIMIT_LINE}"


def test_one_request_in_flight_is_seen_and_full_is_full() -> None:
    limit_reached = a_view(coarse=buckets([1], start=EPOCH // 5 * 5, width_seconds=5))
    assert column(drawn(limit_reached, 108), drawn(limit_reached, 108).current)[0] == "▁"
    full = a_view(coarse=buckets([100], start=EPOCH // 5 * 5, width_seconds=5))
    assert column(drawn(full, 108), drawn(full, 108).current) == "████"


def test_saturated_columns_have_the_colour_of_near() -> None:
    view = a_view(coarse=buckets([94, 95], start=EPOCH // 5 * 5 - 5, width_seconds=5))
    made = drawn(view, 108)
    below, above = (chart.column_cells(made, 4)[made.current - back][-1][1] for back in (1, 0))
    assert (below, above) == (Role.BAR, Role.BAR_NEAR)


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 300)), max_size=150),
    st.integers(1, 200),
    st.integers(1, 40),
    st.sampled_from(RANGES),
)
def test_every_row_is_as_wide_as_its_columns(peaks: list[int | None], width: int, rows: int, shown: Range) -> None:
    view = a_view(coarse=buckets(peaks, start=EPOCH // 5 * 5 - 5 * len(peaks), width_seconds=5))
    made = drawn(view, width, shown)
    cells = chart.column_cells(made, rows)
    for row in range(rows):
        line = chart.row_line([column[row] for column in cells], made.window.cells_per_column)
        assert line_cells(line) == made.window.count * made.window.cells_per_column


def test_axis_tells_where_it_starts_how_long_it_is_and_where_now_is() -> None:
    laid = chart.window(TEN_MINUTES, 108, EPOCH)
    words = text_of(chart.axis(laid, EPOCH, 108, UTC))
    assert words.startswith("10:34 · 9 min")
    assert words.rstrip().endswith("now")
    assert len(words.rstrip()) == laid.index(EPOCH) + 1


@given(st.sampled_from(RANGES), st.integers(1, 200))
def test_axis_is_as_wide_as_the_plot(shown: Range, width: int) -> None:
    assert len(text_of(chart.axis(chart.window(shown, width, EPOCH), EPOCH, width, UTC))) == width


PEAKS = st.lists(st.none() | st.integers(0, 12), min_size=1, max_size=3)


def picture(made: Chart, rows: int = 6, before: ChartPicture | None = None) -> ChartPicture:
    """Make the picture of a chart."""
    return ChartPicture((), made, rows, drawn_columns(made, rows, before), 0, {}, None)


@given(PEAKS, PEAKS, st.sampled_from([None, 4, 10]), st.sampled_from([None, 4, 10]), st.integers(0, 6))
def test_a_picture_is_drawn_alike_whatever_was_there_before(
    one: list[int | None], other: list[int | None], one_limit: int | None, other_limit: int | None, rows: int
) -> None:
    before, after = (
        drawn(
            a_view(
                a_snapshot(concurrency_limit=limit),
                coarse=buckets(peaks, start=EPOCH // 5 * 5 - 5, width_seconds=5, limit=limit),
            )
        )
        for peaks, limit in ((one, one_limit), (other, other_limit))
    )
    assert picture(after, rows, picture(before, rows)).columns == picture(after, rows).columns


@given(PEAKS, PEAKS)
def test_what_changed_in_a_picture_is_told_column_by_column(one: list[int | None], other: list[int | None]) -> None:
    before, after = (
        picture(drawn(a_view(coarse=buckets(peaks, start=EPOCH // 5 * 5 - 5, width_seconds=5))))
        for peaks in (one, other)
    )
    assert after.is_laid_as(before)
    changed = dict(after.changed_rows(before))
    for index, (column, was) in enumerate(zip(after.columns, before.columns, strict=True)):
        rows = [row for row in range(after.rows) if column[row] != was[row]]
        assert changed.get(index) == (range(rows[0], rows[-1] + 1) if rows else None)


def test_a_picture_tells_by_how_many_columns_it_moved_unless_it_is_laid_otherwise() -> None:
    view = a_view()
    at, later, much_later = (picture(chart.chart(view, TEN_MINUTES, 108, NOW.timestamp() + s)) for s in (0, 60, 6000))
    assert later.columns_moved(at) == 12
    assert [at.columns_moved(at), at.columns_moved(later), much_later.columns_moved(at)] == [0, 0, 0]
    wider = picture(chart.chart(view, TEN_MINUTES, 109, NOW.timestamp() + 60))
    lower = picture(later.drawn, rows=5)
    assert [wider.columns_moved(at), lower.columns_moved(at)] == [0, 0]


def test_summary_is_of_the_range_whatever_the_columns_have_room_for() -> None:
    seen = buckets([index % 97 for index in range(300)], start=EPOCH // 5 * 5 - 1_500, width_seconds=5)
    view = a_view(coarse=seen)
    summaries = {chart.chart(view, TEN_MINUTES, width, EPOCH).summary for width in (34, 70, 109, 113, 190)}
    assert len(summaries) == 1
    (summary,) = summaries
    assert summary is not None
    assert summary.peak_at >= EPOCH - TEN_MINUTES.seconds


def test_time_that_passed_without_a_sample_becomes_a_gap_in_a_picture_that_is_gone_on_with() -> None:
    view = a_view(fine=buckets([50], start=EPOCH))
    before, after = (chart.chart(view, TWO_MINUTES, 120, EPOCH + seconds) for seconds in (1, 4))
    assert before.window == after.window
    picture = ChartPicture((), before, 4, drawn_columns(before, 4, None), 0, {}, None)
    assert drawn_columns(after, 4, picture) == chart.column_cells(after, 4)
