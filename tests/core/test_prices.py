"""The vendor's table of prices, and what the service itself says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.errors import AnswerInvalid
from usage_tui.core.prices import MOST_CREDITS, parse_cost, price


@pytest.mark.parametrize(
    ("parameters", "credits_"),
    [
        ({}, 1),
        ({"render": "true"}, 10),
        ({"premium": "true"}, 10),
        ({"premium": "true", "render": "true"}, 25),
        ({"ultra_premium": "true"}, 30),
        ({"ultra_premium": "true", "render": "true"}, 75),
        ({"ultra_premium": "true", "premium": "true"}, 30),
        ({"render": "false", "premium": ""}, 1),
        ({"render": "TRUE"}, 10),
    ],
)
def test_parameters_have_their_price(parameters: dict[str, str], credits_: int) -> None:
    assert price("https://example.com/page", parameters) == credits_


@pytest.mark.parametrize(
    ("url", "credits_"),
    [
        ("https://www.amazon.co.uk/dp/B0", 5),
        ("https://www.walmart.com/ip/1", 5),
        ("http://ebay.de", 5),
        ("https://www.google.com/search?q=amazon", 25),
        ("https://linkedin.com/in/somebody", 30),
        ("https://example.com/amazon", 1),
        ("amazon.com/dp/B0", 5),
        ("https://WWW.AMAZON.COM/", 5),
    ],
)
def test_domains_have_their_price(url: str, credits_: int) -> None:
    assert price(url, {}) == credits_


def test_dearer_one_of_domain_and_parameters_counts() -> None:
    assert price("https://www.amazon.com", {"render": "true"}) == 10
    assert price("https://www.google.com", {"render": "true"}) == 25


@pytest.mark.parametrize("url", ["", "https://", "http://[half", "///"])
def test_what_is_no_url_has_no_price(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the standard library words its own
        price(url, {})


@pytest.mark.parametrize(
    "body", [b'{"cost": 25}', b'{"credits": 25}', b"25", b' {"cost":"25"} ', b'"25"', b"25.0", b'{"cost":25,"x":[1]}']
)
def test_all_shapes_of_the_services_answer_are_read(body: bytes) -> None:
    assert parse_cost(body) == 25


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"true",
        b"[25]",
        b"-1",
        b"0.5",
        b"1e400",
        b"1000001",
        b"99999999999999999999999999",
        b'{"cost": null}',
        b'{"cost": {"cost": 1}}',
        b'{"price": 1}',
        b'{"cost": "\xff"}',
        b'{"cost": "\xd9\xa3"}',
        b"<html>",
        b"NaN",
        b"[" * 100_000,
        b'"' + b"9" * 5000 + b'"',
    ],
)
def test_answer_that_cannot_be_a_price_is_refused_and_not_repeated(body: bytes) -> None:
    with pytest.raises(AnswerInvalid) as caught:
        parse_cost(body)
    assert str(caught.value) in (
        "The service's answer on the price is no JSON.",
        "The service's answer on the price is no number of credits.",
    )


@pytest.mark.parametrize("credits_", [0, MOST_CREDITS])
def test_price_may_be_nothing_or_a_million(credits_: int) -> None:
    assert parse_cost(f'{{"cost": {credits_}}}'.encode()) == credits_


@given(st.binary(max_size=60))
def test_any_answer_is_a_price_or_refused(body: bytes) -> None:
    try:
        assert 0 <= parse_cost(body) <= MOST_CREDITS
    except AnswerInvalid:
        return
