"""Reports imported: exact sums, replaced days, whole or not at all, and whatever happens half-way."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.makers import a_snapshot, utc
from tests.services.stored import SetClock, a_database, rows
from usage_tui.core.errors import DatesUndecided, ReportInvalid
from usage_tui.core.reconcile import Meaning, compared_days
from usage_tui.core.report import Entry, Field, Figures, Grouping, Order, Page, Place, date_of
from usage_tui.core.report_dates import DateOrder
from usage_tui.core.rollup import DAY_MS, HOUR_MS, TimeSpan
from usage_tui.services.history_range import spans
from usage_tui.services.history_rows import put_spans
from usage_tui.services.paths import StateFolder
from usage_tui.services.report_backfill import fill_in
from usage_tui.services.report_heading import Terms
from usage_tui.services.report_import import Imported, ReportImport, RowsBad
from usage_tui.services.report_reader import page

HEADER = "Domain,Date,Parameters,Requests,Credits,Failed,Cancelled\n"
TERMS = Terms(accounts={"production": 1, "staging": 2}, account="production")
EVERYTHING = 1_000_000
WHOLE = Place()


class Reports:
    """A folder with files to import, and the history beside them."""

    def __init__(self, folder: Path) -> None:
        self.state = StateFolder(folder / "state")
        self.file = folder / "report.csv"
        self.told: list[float] = []
        self.clock = SetClock()

    def take(self, text: str, terms: Terms = TERMS, *, skips_bad_rows: bool = False) -> Imported:
        """Import a file of this text."""
        self.file.write_text(text)
        importing = ReportImport(self.state, self.clock, lambda _: None)
        try:
            return importing.run(self.file, terms, self.told.append, skips_bad_rows=skips_bad_rows)
        finally:
            importing.close()

    def refusal(self, text: str, terms: Terms = TERMS) -> str:
        """Import what is refused, and give why."""
        with pytest.raises(ReportInvalid) as fault:
            self.take(text, terms)
        return str(fault.value).replace(str(self.file), "report.csv")

    def page(self, place: Place = WHOLE, account: int = 1, order: Order = Order.CREDITS, part: str = "") -> Page | None:
        """Read a page of the report."""
        connection = sqlite3.connect(f"file:{self.state.history}?mode=ro", uri=True)
        try:
            return page(connection, account, place, order, is_turned=False, part=part, most=EVERYTHING)
        finally:
            connection.close()

    def credits(self, place: Place = WHOLE, account: int = 1) -> dict[str, int]:
        """Give the credits of each entry."""
        found = self.page(place, account)
        return {entry.label: entry.figures.credits for entry in found.entries} if found else {}


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    return Reports(tmp_path)


def test_rows_are_added_up_by_domain_date_and_parameters(reports: Reports) -> None:
    done = reports.take(
        HEADER + "a.com,2026-11-21,render=true,2,20,1,0\nb.com,2026-11-21,,5,5,0,0\na.com,2026-11-22,,7,7,0,3\n"
    )
    assert (done.row_count, done.bad_count) == (3, 0)
    assert reports.credits() == {"a.com": 27, "b.com": 5}
    assert reports.credits(Place(Grouping.DATE)) == {"2026-11-21": 25, "2026-11-22": 7}
    assert reports.credits(Place(Grouping.PARAMETERS)) == {"render=true": 20, "": 12}
    found = reports.page()
    assert found is not None
    assert found.entries[0] == Entry("a.com", Figures(27, requests=9, failed=1, cancelled=3))
    assert found.total == Figures(32, requests=14, failed=1, cancelled=3)


def test_the_same_key_twice_in_a_file_adds_up(reports: Reports) -> None:
    reports.take(HEADER + "a.com,2026-11-21,,1,2,3,4\nhttps://A.com/x,2026-11-21T10:00:00Z,,10,20,30,40\n")
    found = reports.page()
    assert found is not None
    assert [entry.figures for entry in found.entries] == [Figures(22, requests=11, failed=33, cancelled=44)]


def test_the_same_file_twice_doubles_nothing_and_leaves_nothing_behind(reports: Reports) -> None:
    text = HEADER + "".join(
        f"a{number}.com,2026-11-{day},,1,{number},0,0\n" for number in range(50) for day in (20, 21)
    )
    reports.take(text)
    first = reports.page()
    reports.take(text)
    assert reports.page() == first
    for table in ("report_rows", "report_names", "report_days", "report_totals"):
        assert rows(reports.state, f"SELECT count(DISTINCT import) FROM {table}") == [(1,)]  # noqa: S608
    assert rows(reports.state, "SELECT count(*) FROM report_imports") == [(1,)]


def test_a_later_file_replaces_the_days_that_it_covers_and_no_others(reports: Reports) -> None:
    reports.take(HEADER + "a.com,2026-11-20,,1,1,0,0\na.com,2026-11-21,,1,2,0,0\nb.com,2026-11-22,,1,4,0,0\n")
    reports.take(HEADER + "a.com,2026-11-21,x,1,100,0,0\nc.com,2026-11-23,,1,8,0,0\n")
    assert reports.credits(Place(Grouping.DATE)) == {
        "2026-11-21": 100,
        "2026-11-23": 8,
        "2026-11-22": 4,
        "2026-11-20": 1,
    }
    assert reports.credits() == {"a.com": 101, "b.com": 4, "c.com": 8}
    assert reports.credits(Place(Grouping.PARAMETERS)) == {"x": 100, "": 13}
    assert reports.credits(Place(Grouping.DATE, domain="a.com")) == {"2026-11-21": 100, "2026-11-20": 1}
    assert rows(reports.state, "SELECT sum(credits) FROM report_rows") == [(113,)]


def test_accounts_are_told_apart_and_only_their_own_days_are_replaced(reports: Reports) -> None:
    both = Terms(accounts=TERMS.accounts)
    text = "Account,Domain,Date,Credits\nProduction,a.com,2026-11-21,1\nstaging,a.com,2026-11-21,2\n"
    done = reports.take(text, both)
    assert {each.account: each.credits for each in done.covered} == {1: 1, 2: 2}
    reports.take(HEADER + "z.com,2026-11-21,,1,50,0,0\n")
    assert (reports.credits(account=1), reports.credits(account=2)) == ({"z.com": 50}, {"a.com": 2})
    assert reports.take(text).left_out == 1
    assert (reports.credits(account=1), reports.credits(account=2)) == ({"a.com": 1}, {"a.com": 2})
    assert "account: none of the config: other" in reports.refusal(text.replace("staging", "other"), both)
    assert "names no accounts, and there are several" in reports.refusal(HEADER + "a.com,2026-11-21,,1,1,0,0\n", both)


def test_a_column_of_accounts_that_names_none_of_ours_says_nothing_of_them(reports: Reports) -> None:
    text = (
        "Account,Domain,Date,Credits\nacme@example.com,a.com,2026-11-21,1\n42,b.com,2026-11-21,2\n,c.com,2026-11-21,4\n"
    )
    assert reports.take(text).left_out == 0
    assert reports.credits() == {"a.com": 1, "b.com": 2, "c.com": 4}
    text += "PRODUCTION,d.com,2026-11-21,8\nstaging,e.com,2026-11-21,16\n42,f.com,2026-11-21,x\n"
    done = reports.take(text, skips_bad_rows=True)
    assert (done.row_count, done.left_out, done.bad_count) == (2, 3, 1)
    assert reports.credits() == {"d.com": 8, "c.com": 4}


def test_a_config_of_many_accounts_takes_a_file_of_a_few(reports: Reports) -> None:
    many = Terms(accounts={f"account {number}": number for number in range(1, 301)})
    text = "Account,Domain,Date,Credits\nAccount 7,a.com,2026-11-21,1\naccount 300,a.com,2026-11-21,2\n"
    assert {each.account: each.credits for each in reports.take(text, many).covered} == {7: 1, 300: 2}


def test_what_a_file_does_not_say_is_unknown_and_not_zero(reports: Reports) -> None:
    reports.take("Host,Day,API credits,Failed\na.com,2026-11-21,5,\nb.com,2026-11-21,5,2\n")
    found = reports.page(order=Order.LABEL)
    assert found is not None
    assert [entry.figures for entry in found.entries] == [Figures(5), Figures(5, failed=2)]
    assert found.total == Figures(10, failed=2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a.com,2026-11-21,,1,x,0,0", "credits: no whole number: x"),
        ("a.com,2026-11-21,,1,-5,0,0", "credits: no whole number: -5"),
        ("a.com,2026-11-21,,1,=1+1,0,0", "credits: no whole number: =1+1"),
        ("a.com,2026-13-21,,1,1,0,0", "date: no day of the calendar: 2026-13-21"),
        ("[/foo],2026-11-21,,1,1,0,0", "domain: no domain: [/foo]"),
        (",2026-11-21,,1,1,0,0", "domain: empty"),
        ("=cmd(),2026-11-21,,1,1,0,0", "domain: no domain: =cmd()"),
        ("a.com,2026-11-21,\x1b[2J,1,1,0,0", "parameters: control characters: \\x1b[2J"),
        ("a.com,2026-11-21,1,1,0,0", "6 columns, where the heading has 7"),
        ("a.com,2026-11-21,,1,1,0,0,9", "8 columns, where the heading has 7"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_nothing_is_stored(reports: Reports, row: str, reason: str) -> None:
    text = HEADER + "a.com,2026-11-20,,1,1,0,0\n" + row + "\n"
    told = reports.refusal(text)
    assert told.startswith(f"report.csv:3: {reason};")
    assert "--skip-bad-rows" in told
    assert rows(reports.state, "SELECT count(*) FROM report_imports") == [(0,)]
    done = reports.take(text, skips_bad_rows=True)
    assert (done.row_count, done.bad_count, done.bad[0].line, done.bad[0].reason) == (1, 1, 3, reason)
    assert reports.credits() == {"a.com": 1}


def test_bad_rows_are_counted_and_the_first_are_listed(reports: Reports) -> None:
    reports.file.write_text(HEADER + "a.com,2026-11-20,,1,x,0,0\n" * 30)
    with pytest.raises(RowsBad) as fault:
        reports.take(reports.file.read_text())
    assert (fault.value.count, [row.line for row in fault.value.bad]) == (30, list(range(2, 22)))
    with pytest.raises(ReportInvalid, match="no row of it can be used"):
        reports.take(reports.file.read_text(), skips_bad_rows=True)


def test_blank_rows_blank_cells_at_the_end_and_sums_are_left_out(reports: Reports) -> None:
    done = reports.take(HEADER + "\n,,,,,,\na.com,2026-11-20,,1,1,0,0,,\nTotal,,,1,1,0,0\n")
    assert (done.row_count, done.bad_count, done.left_out) == (1, 0, 1)


def test_lines_before_the_heading_are_passed_over(reports: Reports) -> None:
    reports.take("Domain report\n\nmade for production\n" + HEADER + "a.com,2026-11-20,,1,1,0,0\n")
    assert reports.credits() == {"a.com": 1}


def test_a_report_without_rows_or_without_a_needed_column_is_refused(reports: Reports) -> None:
    assert "it has no rows" in reports.refusal(HEADER)
    assert (
        "no column is recognised as credits; say which with --map COLUMN=credits (columns: Spent)"
        in reports.refusal("Domain,Date,Spent\na.com,2026-11-20,1\n")
    )


def test_what_was_told_of_a_column_is_remembered_for_the_next_file(reports: Reports) -> None:
    text = "Domain,Date,Spent\na.com,2026-11-20,1\n"
    reports.take(text, Terms(accounts=TERMS.accounts, account="production", told={"spent": Field.CREDITS}))
    reports.take(text.replace(",1\n", ",2\n"))
    assert reports.credits() == {"a.com": 2}


def dated(*dates: str) -> str:
    return "Domain,Date,Credits\n" + "".join(f"a.com,{each},1\n" for each in dates)


def test_dates_that_can_be_read_two_ways_are_never_guessed(reports: Reports) -> None:
    with pytest.raises(DatesUndecided) as fault:
        reports.take(dated("04/04/2026", "03/04/2026"))
    assert fault.value.example == "03/04/2026"
    assert "report.csv:3: 03/04/2026 can be read" in str(fault.value)
    assert rows(reports.state, "SELECT count(*) FROM report_imports") == [(0,)]


@pytest.mark.parametrize(
    ("others", "terms", "day"),
    [
        (["13/04/2026"], {}, "2026-04-03"),
        (["04/13/2026"], {}, "2026-03-04"),
        ([], {"date_order": DateOrder.DAY_FIRST}, "2026-04-03"),
        ([], {"date_order": DateOrder.MONTH_FIRST}, "2026-03-04"),
        ([], {"date_format": "%m/%d/%Y"}, "2026-03-04"),
    ],
)
def test_dates_are_read_as_another_date_proves_or_as_told(
    reports: Reports, others: list[str], terms: Mapping[str, object], day: str
) -> None:
    reports.take(
        dated("03/04/2026", *others),
        Terms(accounts=TERMS.accounts, account="production", **terms),  # type: ignore[arg-type]
    )
    assert day in reports.credits(Place(Grouping.DATE))


def test_a_day_in_two_forms_is_one_day(reports: Reports) -> None:
    reports.take(dated("03/04/2026", "13/04/2026", "2026-04-03"))
    assert reports.credits(Place(Grouping.DATE)) == {"2026-04-03": 2, "2026-04-13": 1}


def test_dates_that_prove_both_orders_are_refused_with_their_lines(reports: Reports) -> None:
    assert "on the lines 2 (13/04/2026) and 3 (04/13/2026)" in reports.refusal(dated("13/04/2026", "04/13/2026"))


class _Killed(Exception):
    """The process ends here."""


def test_what_an_import_that_was_cut_off_left_is_never_seen_and_is_forgotten_by_the_next(reports: Reports) -> None:
    reports.take(HEADER + "a.com,2026-11-20,,1,1,0,0\n")
    reports.file.write_text(HEADER + "b.com,2026-11-20,,1,2,0,0\n")
    importing = ReportImport(reports.state, SetClock(), lambda _: None)

    def end(share: float) -> None:
        if share > 0.8:
            raise _Killed

    with pytest.raises(_Killed):
        importing.run(reports.file, TERMS, end, skips_bad_rows=False)
    importing.close()
    assert rows(reports.state, "SELECT count(*) FROM report_rows") == [(2,)]
    assert reports.credits() == {"a.com": 1}
    reports.take(HEADER + "c.com,2026-11-21,,1,4,0,0\n")
    assert reports.credits() == {"a.com": 1, "c.com": 4}
    assert rows(reports.state, "SELECT count(*) FROM report_rows") == [(2,)]


def test_two_imports_at_once_are_refused(reports: Reports) -> None:
    reports.take(HEADER + "a.com,2026-11-20,,1,1,0,0\n")

    def another(_share: float) -> None:
        assert "another import is under way" in reports.refusal(HEADER + "b.com,2026-11-20,,1,2,0,0\n")

    importing = ReportImport(reports.state, SetClock(), lambda _: None)
    importing.run(reports.file, TERMS, another, skips_bad_rows=False)
    importing.close()


def test_progress_goes_from_nothing_to_all(reports: Reports) -> None:
    reports.take(HEADER + "a.com,2026-11-20,,1,1,0,0\n" * 9000)
    assert reports.told == sorted(reports.told)
    assert reports.told[-1] == 1.0
    assert len(reports.told) > 4


def test_the_trend_is_of_the_last_week_against_the_one_before(reports: Reports) -> None:
    days = "".join(f"a.com,2026-11-{day:02},,1,{10 if day <= 7 else 15},0,0\n" for day in range(1, 15))
    reports.take(HEADER + days + "b.com,2026-11-14,,1,1,0,0\n")
    found = reports.page()
    assert found is not None
    assert [(entry.label, entry.figures.trend, entry.figures.is_new) for entry in found.entries] == [
        ("a.com", 0.5, False),
        ("b.com", None, True),
    ]
    dates = reports.page(Place(Grouping.DATE), order=Order.LABEL)
    assert dates is not None
    assert [dates.entries[0].figures.trend, dates.entries[7].figures.trend] == [None, 0.5]


@pytest.mark.parametrize(
    "days",
    [range(2, 15), (*range(1, 4), *range(8, 15)), (*range(8, 15), 1)],
    ids=["a week and a part", "days missing between imports", "no week before"],
)
def test_weeks_of_which_days_are_missing_have_no_trend(reports: Reports, days: Sequence[int]) -> None:
    for day in days:
        reports.take(HEADER + f"a.com,2026-11-{day:02},,1,{day},0,0\nb.com,2026-11-{day:02},,1,1,0,0\n")
    found = reports.page()
    assert found is not None
    assert [(entry.figures.trend, entry.figures.is_new) for entry in found.entries] == [(None, False)] * 2


def test_a_day_without_rows_between_others_of_its_file_is_one_on_which_nothing_was_scraped(reports: Reports) -> None:
    days = "".join(f"a.com,2026-11-{day:02},,1,10,0,0\n" for day in range(1, 15) if day != 3)
    reports.take(HEADER + days)
    found = reports.page()
    assert found is not None
    assert found.entries[0].figures.trend == pytest.approx(70 / 60 - 1)


def test_a_day_that_was_not_over_when_it_was_imported_has_no_trend_and_is_in_none(reports: Reports) -> None:
    days = "".join(f"a.com,2026-11-{day:02},,1,{10 if day < 15 else 15},0,0\n" for day in range(8, 22))
    half_a_day = "a.com,2026-11-22,,1,1,0,0\n"
    reports.take(HEADER + days + half_a_day)
    found, dates = reports.page(), reports.page(Place(Grouping.DATE), order=Order.LABEL)
    assert found is not None
    assert dates is not None
    assert found.entries[0].figures.trend == 0.5
    assert [entry.figures.trend for entry in dates.entries[-2:]] == [0.5, None]
    later = "".join(f"a.com,2026-11-{day},,1,15,0,0\n" for day in range(23, 30))
    reports.clock = SetClock(at=utc(2026, 11, 30, 10))
    reports.take(HEADER + later)
    found, dates = reports.page(), reports.page(Place(Grouping.DATE), order=Order.LABEL)
    assert found is not None
    assert dates is not None
    assert found.entries[0].figures.trend is None
    assert dates.entries[-1].label == "2026-11-29"
    assert dates.entries[-1].figures.trend is None


def test_what_an_import_replaces_is_told(reports: Reports) -> None:
    first = reports.take(HEADER + "a.com,2026-11-20,,1,1,0,0\nb.com,2026-11-20,,1,1,0,0\na.com,2026-11-19,,1,1,0,0\n")
    assert [(each.replaced_days, each.replaced_rows) for each in first.covered] == [(0, 0)]
    second = reports.take(HEADER + "a.com,2026-11-20,,1,5,0,0\na.com,2026-11-21,,1,5,0,0\n")
    assert [(each.replaced_days, each.replaced_rows) for each in second.covered] == [(1, 2)]


def test_each_order_puts_the_largest_first_and_the_unknown_last(reports: Reports) -> None:
    reports.take(
        HEADER + "a.com,2026-11-20,,1,30,,0\nb.com,2026-11-20,,10,20,5,1\nc.com,2026-11-20,,2,10,9,7\n"
        "d.com,2026-11-20,,,1,1,\n"
    )
    for place in (Place(), Place(day=20_777)):
        for order, labels in {
            Order.LABEL: "abcd",
            Order.CREDITS: "abcd",
            Order.REQUESTS: "bcad",
            Order.FAILED: "cbda",
            Order.CANCELLED: "cbad",
            Order.PER_SUCCESS: "acbd",
        }.items():
            found = reports.page(place, order=order)
            assert found is not None
            assert "".join(entry.label[0] for entry in found.entries) == labels, (place, order)


def test_a_filter_takes_part_of_a_label_whatever_its_case(reports: Reports) -> None:
    reports.take(HEADER + "shop.com,2026-11-20,Render=TRUE,1,30,0,0\nnews.com,2026-11-20,,1,20,0,0\n")
    found = reports.page(part="SHOP")
    assert found is not None
    assert ([entry.label for entry in found.entries], found.count, found.total.credits) == (["shop.com"], 1, 50)
    parameters = reports.page(Place(Grouping.PARAMETERS), part="render=true")
    assert parameters is not None
    assert parameters.count == 1


DOMAINS = st.sampled_from(["a.com", "b.com", "c.com"])
ROW = st.tuples(DOMAINS, st.integers(1, 20), st.sampled_from(["", "x", "y"]), st.integers(0, 10**9))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(ROW, min_size=1, max_size=12), min_size=1, max_size=4))
def test_sums_are_exact_whatever_is_imported_in_whatever_order(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[tuple[str, int, str, int]]]
) -> None:
    reports = Reports(tmp_path_factory.mktemp("sums"))
    expected: dict[int, Counter[tuple[str, str]]] = {}
    for file in files:
        reports.take(
            HEADER + "".join(f"{domain},2026-11-{day:02},{words},1,{spent},0,0\n" for domain, day, words, spent in file)
        )
        for day in {day for _, day, _, _ in file}:
            expected[day] = Counter()
        for domain, day, words, spent in file:
            expected[day][domain, words] += spent
    by_domain: Counter[str] = Counter()
    for sums in expected.values():
        for (domain, _), spent in sums.items():
            by_domain[domain] += spent
    assert reports.credits() == dict(by_domain)
    assert reports.credits(Place(Grouping.DATE)) == {
        f"2026-11-{day:02}": sum(sums.values()) for day, sums in expected.items()
    }
    for domain in by_domain:
        below = reports.credits(Place(Grouping.DATE, domain=domain))
        assert sum(below.values()) == by_domain[domain]
        assert set(below) <= {date_of(20_757 + day).isoformat() for day in range(1, 21)}


def a_history(first_day: int, days: int) -> list[TimeSpan]:
    """Make the hours of days that were watched whole, at 10 credits an hour."""
    begin_ms = (20_757 + first_day) * DAY_MS
    return [
        TimeSpan(begin_ms + hour * HOUR_MS, a_snapshot(), covered_ms=HOUR_MS, spend=10, highest=5, lowest=1)
        for hour in range(24 * days)
    ]


def test_days_before_the_first_sample_are_filled_in_to_the_credit_and_marked() -> None:
    with a_database() as connection:
        put_spans(connection, "hours", 1, a_history(3, 2))
        report = {20_757 + day: 1_000 + day for day in range(1, 6)}
        assert fill_in(connection, 1, report) == 2
        days = spans(connection, 1, (20_757 + 1) * DAY_MS, (20_757 + 6) * DAY_MS, DAY_MS)
        assert [(day.spend, day.is_reported, day.covered_ms) for day in days] == [
            (1_001, True, 0),
            (1_002, True, 0),
            (240, False, DAY_MS),
            (240, False, DAY_MS),
        ]
        compared = compared_days(report, days)
        assert [day.meaning for day in compared[:2]] == [Meaning.FILLED_IN] * 2
        assert compared[0].collected is None


def test_filling_in_again_replaces_what_was_filled_in() -> None:
    with a_database() as connection:
        assert fill_in(connection, 1, {20_758: 1_000, 20_759: 1_000}) == 2
        assert fill_in(connection, 1, {20_758: 7}) == 1
        days = spans(connection, 1, 20_758 * DAY_MS, 20_761 * DAY_MS, DAY_MS)
        assert [day.spend for day in days] == [7]
