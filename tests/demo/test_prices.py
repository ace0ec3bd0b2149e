"""The vendor's table of prices."""

from __future__ import annotations

import pytest

from usage_tui.demo.prices import price


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
