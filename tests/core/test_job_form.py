"""A job as it is typed into the monitor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.job import JobFault, Requests
from usage_tui.core.job_form import typed_job

URL = "https://example.com/a"


@pytest.mark.parametrize(
    ("count", "seconds", "read"),
    [
        ("", "", (1, None)),
        ("20k", "2.5", (20_000, 2.5)),
        (" 1,000 ", "3 s", (1000, 3.0)),
        ("1.5M", " ", (1_500_000, None)),
    ],
)
def test_fields_are_read_as_people_write(count: str, seconds: str, read: tuple[int, float | None]) -> None:
    job, each = typed_job(f" {URL} ", count, "render", seconds)
    assert (job.requests, each) == ((Requests(URL, read[0]),), read[1])
    assert job.parameters == {"render": "true"}


@pytest.mark.parametrize(
    ("url", "count", "seconds", "words"),
    [
        ("", "", "", "Type a URL"),
        ("nope", "", "", "The URL is no web address"),
        (URL, "0", "", "How many requests"),
        (URL, "many", "", "How many requests"),
        (URL, "9" * 40, "", "How many requests"),
        (URL, "1", "0", "How long a request takes"),
        (URL, "1", "nan", "How long a request takes"),
        (URL, "1", "1e9", "How long a request takes"),
        (URL, "1", "x", "How long a request takes"),
    ],
)
def test_first_field_that_is_wrong_is_said(url: str, count: str, seconds: str, words: str) -> None:
    with pytest.raises(JobFault, match=words):
        typed_job(url, count, "", seconds)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("", {}),
        ("render, premium", {"render": "true", "premium": "true"}),
        ("Ultra Premium US", {"ultra_premium": "true", "country_code": "us"}),
        ("ultra-premium", {"ultra_premium": "true"}),
        ("ultra", {"ultra_premium": "true"}),
    ],
)
def test_parameters_are_read_as_people_write(text: str, parameters: dict[str, str]) -> None:
    assert typed_job(URL, "", text, "")[0].parameters == parameters


@pytest.mark.parametrize("text", ["rendr", "usa", "[/foo]", "ü ö", "1 2"])
def test_parameter_that_is_none_is_said(text: str) -> None:
    with pytest.raises(JobFault, match="With what is render"):
        typed_job(URL, "", text, "")


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_typed_is_read_or_refused(url: str, count: str, parameters: str, seconds: str) -> None:
    for each in (url, URL):
        try:
            job, _ = typed_job(each, count, parameters, seconds)
        except JobFault:
            continue
        assert job.count >= 1
