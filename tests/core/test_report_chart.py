"""The chart over a report's table: what has a bar, how high, what stands out, and the words around it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.plot import Plot, Texture
from usage_tui.core.report import Entry, Figures, Grouping, Order, Page, date_of
from usage_tui.core.report_bars import much_failed
from usage_tui.core.report_chart import ReportChart, plot, pointed, title_line
from usage_tui.core.spans import Line, Role, line_cells

FIRST = 20_000
SHOPS = tuple(Entry(f"www.shop{number}.com", Figures(1000 - 100 * number, 100, 2, 1)) for number in range(9))


def a_page(*entries: Entry, count: int | None = None, total: int | None = None) -> Page:
    """Make a page of entries, which are all that there are unless told otherwise."""
    spent = sum(entry.figures.credits for entry in entries)
    return Page(entries, count or len(entries), Figures(total or spent, 900, 18, 9), FIRST, FIRST + 9)


def a_day(number: int, figures: Figures) -> Entry:
    return Entry(date_of(FIRST + number).isoformat(), figures)


def words(line: Line) -> str:
    return "".join(span.text for span in line).strip()


def heights(shown: Plot, texture: Texture = Texture.SOLID) -> list[float]:
    """Give the heights of the bars of a texture, each once for each stretch of the same height."""
    (layer,) = [layer for layer in shown.layers if layer.texture is texture]
    found: list[float] = []
    for mark in layer.marks:
        if mark is not None and found[-1:] != [mark.y]:
            found.append(mark.y)
    return found


def test_first_entries_have_bars_as_high_as_what_is_sorted_by() -> None:
    chart = ReportChart(a_page(*SHOPS), Grouping.DOMAIN)
    shown = plot(chart, 69, 8)
    assert heights(shown) == [1000, 900, 800, 700, 600]
    assert words(shown.axis).split() == [f"shop{number}.com" for number in range(5)]
    assert heights(plot(ReportChart(a_page(*SHOPS), Grouping.DOMAIN, Order.REQUESTS), 26, 8)) == [100]
    assert heights(plot(ReportChart(a_page(*SHOPS), Grouping.DOMAIN, Order.TREND), 26, 8)) == [1000, 900]


@pytest.mark.parametrize(
    ("order", "is_turned", "count", "total", "expected"),
    [
        (Order.CREDITS, False, 9, None, "CREDITS  the 5 largest of 9 domains · 74.1 % of all"),
        (Order.CREDITS, True, 9, None, "CREDITS  the first 5 of 9 domains · 74.1 % of all"),
        (Order.LABEL, False, 9, None, "CREDITS  the first 5 of 9 domains · 74.1 % of all"),
        (Order.FAILED, False, 9, None, "FAILED  the 5 largest of 9 domains · 55.6 % of all"),
        (Order.PER_SUCCESS, False, 9, None, "CREDITS PER SUCCESS  the 5 largest of 9 domains"),
        (Order.CREDITS, False, 5_000, 1_000_000, "CREDITS  the 5 largest of 5,000 domains · 0.4 % of all"),
    ],
)
def test_title_says_what_part_the_bars_are(
    order: Order, is_turned: bool, count: int, total: int | None, expected: str
) -> None:
    chart = ReportChart(a_page(*SHOPS, count=count, total=total), Grouping.DOMAIN, order, is_turned)
    assert words(title_line(chart, plot(chart, 69, 8), 76)) == expected


def test_bars_of_what_failed_much_are_marked_and_the_mark_is_explained_first() -> None:
    entries = (Entry("good.com", Figures(500, 90, 10)), Entry("bad.com", Figures(300, 89, 11)))
    chart = ReportChart(a_page(*entries, count=9, total=10_000), Grouping.DOMAIN)
    shown = plot(chart, 60, 8)
    assert (heights(shown), heights(shown, Texture.DENSE)) == ([500], [300])
    assert words(title_line(chart, shown, 70)).split("  ")[0] == "CREDITS"
    assert words(title_line(chart, shown, 50)).endswith("▒ more than 10 % failed")
    assert heights(plot(ReportChart(a_page(*entries), Grouping.DOMAIN, Order.FAILED), 60, 8)) == [10, 11]


def test_failures_that_are_not_known_mark_nothing() -> None:
    assert not much_failed(Figures(5, None, 9))
    assert not much_failed(Figures(5, 9, None))
    assert not much_failed(Figures(5, 0, 0))
    assert much_failed(Figures(0, 0, 1))


def test_names_are_short_as_long_as_they_stay_apart() -> None:
    entries = (Entry("www.a.com", Figures(9)), Entry("a.com", Figures(8)), Entry("www.b.com", Figures(7)))
    assert words(plot(ReportChart(a_page(*entries), Grouping.DOMAIN), 60, 8).axis).split() == [
        "www.a.com",
        "a.com",
        "b.com",
    ]
    sets = (Entry("", Figures(9)), Entry("render=true&premium=true", Figures(8)))
    assert words(plot(ReportChart(a_page(*sets), Grouping.PARAMETERS), 60, 8).axis).split("  ") == [
        "no parameters",
        "",
        "",
        " render&premium",
    ]


def test_name_of_the_entry_under_the_cursor_stands_out() -> None:
    chart = ReportChart(a_page(*SHOPS), Grouping.DOMAIN)
    shown, cursor = pointed(chart, plot(chart, 69, 8), "www.shop2.com")
    assert cursor is None
    assert [span.text for span in shown.axis if span.role is Role.STRONG] == ["shop2.com"]
    beyond, _ = pointed(chart, shown, "www.shop8.com")
    assert not any(span.role is Role.STRONG for span in beyond.axis)


def test_dates_are_a_bar_a_day_from_left_to_right_whatever_the_order() -> None:
    entries = [a_day(number, Figures(100 + 10 * number, 10, 0)) for number in range(5)]
    for given_in in (entries, entries[::-1]):
        chart = ReportChart(a_page(*given_in), Grouping.DATE, Order.LABEL)
        shown = plot(chart, 60, 8)
        assert heights(shown) == [100, 110, 120, 130, 140]
        assert words(title_line(chart, shown, 80)) == "CREDITS A DAY  mean 120 · most 140 on 8 Oct"
        assert pointed(chart, shown, entries[3].label)[1] == 35
    assert words(shown.axis) == "4 Oct     5 Oct     6 Oct     7 Oct     8 Oct"


def test_days_that_the_report_has_not_are_points_and_no_bars_of_zero() -> None:
    entries = (a_day(0, Figures(100)), a_day(1, Figures(0)), a_day(4, Figures(100)))
    chart = ReportChart(a_page(*entries), Grouping.DATE)
    shown = plot(chart, 50, 8)
    by_texture = {layer.texture: sorted({int(mark.x // 10) for mark in layer.marks if mark}) for layer in shown.layers}
    assert by_texture == {Texture.SOLID: [0, 4], Texture.THIN: [1], Texture.DOTTED: [2, 3], Texture.DENSE: []}
    assert words(title_line(chart, shown, 80)).endswith("· not in the report")
    assert words(title_line(chart, shown, 80)).startswith("CREDITS A DAY  mean 67")


def test_days_that_a_filter_leaves_out_are_nothing() -> None:
    entries = (a_day(0, Figures(100)), a_day(4, Figures(100)))
    chart = ReportChart(a_page(*entries), Grouping.DATE, is_filtered=True)
    shown = plot(chart, 50, 8)
    assert not any(layer.marks for layer in shown.layers if layer.texture is Texture.DOTTED)
    assert words(title_line(chart, shown, 80)) == "CREDITS A DAY  mean 100 · most 100 on 8 Oct"


def test_more_days_than_fit_are_means_of_several() -> None:
    entries = [a_day(number, Figures(100 if number % 2 else 300, 10, 0)) for number in range(40)]
    chart = ReportChart(a_page(*entries), Grouping.DATE)
    shown = plot(chart, 10, 8)
    assert heights(shown) == [200]
    assert words(title_line(chart, shown, 80)) == "CREDITS A DAY  mean 200 · 2 days a bar"
    per_success = ReportChart(a_page(*entries), Grouping.DATE, Order.PER_SUCCESS)
    assert words(title_line(per_success, shown, 80)) == "CREDITS PER SUCCESS  mean 20.0 · 2 days a bar"


def test_what_no_row_says_is_unknown() -> None:
    entries = [a_day(number, Figures(100)) for number in range(3)]
    chart = ReportChart(a_page(*entries), Grouping.DATE, Order.FAILED)
    shown = plot(chart, 40, 8)
    assert heights(shown) == []
    assert words(title_line(chart, shown, 80)).startswith("FAILED A DAY  not in the report")


FIGURES = st.builds(
    Figures,
    st.integers(0, 10**14),
    st.none() | st.integers(0, 10**12),
    st.none() | st.integers(0, 10**12),
    st.none() | st.integers(0, 10**12),
)


@given(
    st.lists(st.tuples(st.text(max_size=30), FIGURES), max_size=30),
    st.sampled_from(Order),
    st.integers(1, 200),
    st.integers(1, 12),
    st.booleans(),
)
def test_any_report_has_a_chart_within_its_room(
    rows: list[tuple[str, Figures]], order: Order, columns: int, height: int, is_filtered: bool
) -> None:
    named = [Entry(label, figures) for label, figures in rows]
    dated = [
        Entry((date_of(FIRST) + timedelta(days=37 * place)).isoformat(), figures)
        for place, (_, figures) in enumerate(rows)
    ]
    for by, entries in ((Grouping.PARAMETERS, named), (Grouping.DOMAIN, named), (Grouping.DATE, dated)):
        if entries:
            chart = ReportChart(a_page(*entries), by, order, is_filtered=is_filtered)
            shown, cursor = pointed(chart, plot(chart, columns, height), entries[-1].label)
            marks = [mark for layer in shown.layers for mark in layer.marks if mark is not None]
            assert all(0 <= mark.x <= columns and 0 <= mark.y <= shown.top for mark in marks)
            assert cursor is None or 0 <= cursor <= columns
            assert line_cells(title_line(chart, shown, columns)) == columns
