"""The vendor's own Python SDK, talking to the simulated service."""

from __future__ import annotations

import pytest
from scraperapi_sdk import ScraperAPIClient, ScraperAPIException

from tests.demo.clock import StandingClock
from usage_tui.demo.server import SimulatedService


@pytest.fixture
def sdk(service: SimulatedService) -> ScraperAPIClient:
    return ScraperAPIClient(service.accounts[1].key.reveal(), api_endpoint=service.base_url)


def used(sdk: ScraperAPIClient) -> int:
    return int(sdk.make_request(endpoint="account").json()["requestCount"])


def test_sdk_gets_posts_and_puts_pages(sdk: ScraperAPIClient) -> None:
    assert "Simulated" in sdk.get("https://example.com/?a=1&b=ü")
    assert "Simulated" in sdk.post("https://example.com/", data={"a": "1"})
    assert "Simulated" in sdk.put("https://example.com/", data=b"x", params={"render": "true"})


def test_sdk_sees_what_its_calls_cost(sdk: ScraperAPIClient, clock: StandingClock) -> None:
    before = used(sdk)
    for _ in range(20):
        sdk.get("https://www.google.com/search?q=x")
    clock.advance(15)
    assert 500 <= used(sdk) - before < 510


def test_sdk_asks_for_account_and_price(sdk: ScraperAPIClient) -> None:
    assert sdk.make_request(endpoint="account").json()["concurrencyLimit"] == 20
    priced = sdk.make_request(endpoint="account/urlcost", url="https://www.amazon.com", params={"premium": "true"})
    assert priced.json() == {"credits": 10}


def test_sdk_reads_structured_pages_at_the_price_of_their_domain(sdk: ScraperAPIClient, clock: StandingClock) -> None:
    before = used(sdk)
    pages = [
        sdk.amazon.product("B0"),
        sdk.amazon.prices(["B0", "B1"]),
        sdk.walmart.category("1"),
        sdk.ebay.searchV2("chair"),
        sdk.redfin.forsale("https://www.redfin.com/x"),
        sdk.google.search("chair"),
    ]
    assert all(page["simulated"] for page in pages)
    clock.advance(15)
    assert 50 <= used(sdk) - before < 60


def test_sdk_is_told_that_its_key_is_refused(service: SimulatedService) -> None:
    stranger = ScraperAPIClient("0" * 32, api_endpoint=service.base_url)
    with pytest.raises(ScraperAPIException) as caught:
        stranger.get("https://example.com")
    assert caught.value.original_exception.response.status_code == 401


def test_sdk_is_told_of_saturation(service: SimulatedService, clock: StandingClock) -> None:
    production = service.accounts[0]
    while production.traffic.concurrency(clock.now.timestamp()) < 100:
        clock.advance(1)
    with pytest.raises(ScraperAPIException) as caught:
        ScraperAPIClient(production.key.reveal(), api_endpoint=service.base_url).get("https://example.com")
    assert caught.value.original_exception.response.status_code == 429
