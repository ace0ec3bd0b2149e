"""Headers of reports: told by their words in any order and case, by what was said, and by what was said before."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.report import Field, Unreadable
from usage_tui.core.report_headers import LONGEST_HEADER, columns_of, folded_header, meaning, recognised

MEANINGS = {
    Field.DOMAIN: ("Domain", "HOST", "target_host", "hostname", "Website", "URL", "Request URL", "scrapedSites"),
    Field.DATE: ("Date", "day", "Request Date", "Date/Time", "timestamp"),
    Field.PARAMETERS: ("Parameters", "params", "API Options", "request parameters"),
    Field.CREDITS: ("Credits", "Credit Usage", "API credits", "cost", "creditsUsed", "TOTAL_COST", "Credits (total)"),
    Field.REQUESTS: ("Requests", "Successful", "successful requests", "# of requests", "SuccessfulRequests"),
    Field.FAILED: ("Failed", "failed requests", "Errors", "Unsuccessful Requests", "failures"),
    Field.CANCELLED: ("Cancelled", "canceled", "cancelled_requests", "Requests cancelled"),
    Field.ACCOUNT: ("Account", "account name"),
}


@pytest.mark.parametrize(("field", "header"), [(field, each) for field, all_ in MEANINGS.items() for each in all_])
def test_a_header_means_what_its_words_say_whatever_their_case(field: Field, header: str) -> None:
    assert meaning(header) is field
    assert meaning(f"  {header.replace('_', ' ')} ") is field


@pytest.mark.parametrize(
    "header", ["", "[/foo]", "Success rate", "% failed", "Credits per request", "Response time", "Credits left", "id"]
)
def test_a_rate_or_a_time_is_no_count(header: str) -> None:
    assert meaning(header) is None


def test_columns_are_found_in_any_order() -> None:
    for order in permutations(("Day", "Website", "Params", "API credits", "Failed")):
        fields = columns_of(order, {}, {}).fields
        assert {field: order[place] for field, place in fields.items()} == {
            Field.DATE: "Day",
            Field.DOMAIN: "Website",
            Field.PARAMETERS: "Params",
            Field.CREDITS: "API credits",
            Field.FAILED: "Failed",
        }


def test_the_plainest_of_several_headers_counts_and_the_others_are_said_to_be_unused() -> None:
    columns = columns_of(["Date", "Domain", "Total requests", "Successful requests", "Credits"], {}, {})
    assert columns.header(Field.REQUESTS) == "Successful requests"
    assert columns.unused == ("Total requests",)
    assert columns.missing == ()


def test_two_headers_that_are_as_plain_are_not_guessed_between() -> None:
    with pytest.raises(Unreadable, match="may both be credits: say which, as COLUMN=credits"):
        columns_of(["Date", "Domain", "Credits", "Cost"], {}, {})
    told = {"cost": Field.CREDITS}
    assert columns_of(["Date", "Domain", "Credits", "Cost"], told, {}).header(Field.CREDITS) == "Cost"


def test_what_is_told_goes_before_what_was_told_and_that_before_the_meaning() -> None:
    headers = ["Spent", "Used up", "Credits"]
    remembered = {"used up": Field.CREDITS}
    assert columns_of(headers, {}, remembered).header(Field.CREDITS) == "Used up"
    assert columns_of(headers, {"spent": Field.CREDITS}, remembered).header(Field.CREDITS) == "Spent"


def test_a_column_that_was_told_of_and_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(Unreadable, match="there is no column spend; the nearest is Spent"):
        columns_of(["Spent", "Day"], {"spend": Field.CREDITS}, {})


@given(st.lists(st.text(max_size=80), max_size=12))
def test_any_headers_are_shown_harmless_and_never_used_twice(headers: list[str]) -> None:
    try:
        columns = columns_of(headers, {}, {})
    except Unreadable:
        return
    assert len(set(columns.fields.values())) == len(columns.fields)
    assert all(len(header) <= LONGEST_HEADER and header.isprintable() for header in columns.headers)
    assert recognised(headers, {}) >= len(columns.fields)


def test_headers_are_remembered_whatever_their_case_and_spaces() -> None:
    assert folded_header("  Used   UP ") == "used up"
