"""Jobs: what is taken as URLs and counts, and what is said of what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.job import LONGEST_URL, MOST_REQUESTS, MOST_URLS, JobFault, job_of, parameters, shown_url

URL = "https://example.com/a"


def counts(*lines: str, urls: tuple[str, ...] = (), count: int = 1) -> dict[str, int]:
    return {each.url: each.count for each in job_of(urls, count, lines, {}).requests}


def test_urls_are_asked_for_count_times_each() -> None:
    assert counts(urls=(URL, "http://b.c"), count=7) == {URL: 7, "http://b.c": 7}


def test_lines_have_counts_of_their_own_or_the_common_one() -> None:
    assert counts(f"{URL},5", "", "# no", " http://b.c ", '"http://d.e",1_000', count=2) == {
        URL: 5,
        "http://b.c": 2,
        "http://d.e": 1000,
    }


def test_the_same_url_adds_up() -> None:
    assert counts(f"{URL},5", f"{URL},6", urls=(URL,)) == {URL: 12}


def test_comma_belongs_to_the_url_where_no_number_follows() -> None:
    assert counts("https://a.b/x,y", "https://a.b/x,y,3") == {"https://a.b/x,y": 4}


@pytest.mark.parametrize("header", ["url,count", "URL", '"url","count"', "\ufeffUrl, Count"])
def test_first_line_may_name_the_columns(header: str) -> None:
    assert counts(header, f"{URL},5") == {URL: 5}
    with pytest.raises(JobFault, match="line 2: the URL "):
        counts(f"{URL},5", header)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nope", "line 1: the URL is no web address; write it as https://host/path."),
        (f"{URL},0", "line 1: the count is no whole number from 1 on; write url,count."),
        (f"{URL},-3", "line 1: the count is no whole"),
        (f"{URL},1.5", "line 1: the count is no whole"),
        ("https://", "line 1: the URL is no web address"),
        ("http://[half", "line 1: the URL is no web address"),
        ("ftp://a.b", "line 1: the URL is no web address"),
        ("https://a.b/\x1b[31m", "line 1: the URL has spaces or characters that cannot be shown"),
        ("https://a.b/ x", "line 1: the URL has spaces"),
        ("https://a.b/\u202e", "line 1: the URL has spaces or characters"),
        ("https://a.b/" + "x" * LONGEST_URL, "line 1: the URL is longer than 8,000 characters"),
        ("https://a.b:0/", "line 1: the URL is no web address"),
        (f"{URL},{MOST_REQUESTS + 1}", "there are more than 1,000,000,000,000 requests"),
        ("", "there is no URL"),
    ],
)
def test_what_is_no_job_is_said_with_its_line(line: str, words: str) -> None:
    with pytest.raises(JobFault) as caught:
        counts(line)
    assert str(caught.value).startswith(words)
    assert str(caught.value).isprintable()


def test_job_may_have_as_many_requests_as_can_be_counted() -> None:
    assert counts(f"{URL},{MOST_REQUESTS}") == {URL: MOST_REQUESTS}


def test_so_many_different_urls_are_refused_before_they_are_asked_for() -> None:
    with pytest.raises(JobFault, match="more than 1,000 different URLs"):
        counts(*(f"{URL}{number}" for number in range(MOST_URLS + 1)))


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_lines_are_a_job_or_refused(lines: list[str]) -> None:
    try:
        job = job_of((), 1, lines, {})
    except JobFault:
        return
    assert job.count >= 1
    assert all(shown_url(each.url).isprintable() for each in job.requests)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:password@a.b/c?key=secret#x", "https://a.b/c?…"),
        ("https://a.b/c#token", "https://a.b/c?…"),
        ("https://a.b", "https://a.b"),
        ("https://a.b/[/foo]", "https://a.b/[/foo]"),
    ],
)
def test_url_is_shown_without_what_may_be_a_secret(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_parameters_have_the_services_names() -> None:
    assert parameters(render=True, premium=False, ultra_premium=True, country_code="us") == {
        "render": "true",
        "ultra_premium": "true",
        "country_code": "us",
    }
    assert parameters(render=False, premium=False, ultra_premium=False, country_code=None) == {}
