"""The service is asked for prices until it did not say three times in a row."""

from __future__ import annotations

import pytest

from tests.services.collecting import at, read_key
from tests.services.hostile_server import Answer, HostileServer, answer
from usage_tui.core.account import PollPlan
from usage_tui.services.connection import ServiceConnection
from usage_tui.services.url_costs import ask_prices

SAYS, REFUSES = answer(b'{"cost": 5}'), answer(b"no", status=404)


@pytest.mark.parametrize(
    ("answers", "credits_", "asked"),
    [
        ([REFUSES, REFUSES, SAYS, REFUSES, REFUSES, SAYS], [1, 1, 5, 1, 1, 5], 6),
        ([REFUSES, REFUSES, REFUSES, SAYS, SAYS, SAYS], [1] * 6, 3),
    ],
)
def test_prices_are_asked_for_until_three_refusals_in_a_row(
    answers: list[Answer], credits_: list[int], asked: int
) -> None:
    urls = [f"https://example.com/{number}" for number in range(6)]
    with HostileServer(answers) as server:
        prices = ask_prices(at(server), urls, {}, PollPlan(), ServiceConnection(read_key))
        assert [price.credits for price in prices] == credits_
        assert [price.is_documented for price in prices] == [each == 1 for each in credits_]
        assert len(server.requests) == asked
