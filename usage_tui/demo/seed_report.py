"""The domain report of a simulated account: its traffic of each day, shared out to domains and parameters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from usage_tui.core.report import ReportRow, day_of
from usage_tui.demo.accounts import SimulatedAccount
from usage_tui.demo.traffic import DAY_SECONDS, mixed

DAYS = 60
_CANCELLED_PART = 6
_SWING = 0.5


class _Share(NamedTuple):
    """What part of the credits goes to a domain with some parameters, at a price a request.

    Requests of it fail `failing` times as often as those of the easiest.
    """

    domain: str
    parameters: str
    price: int
    weight: int
    failing: int = 1


_SHARES = (
    _Share("www.amazon.com", "country_code=us", 5, 260),
    _Share("www.google.com", "", 25, 190, 2),
    _Share("www.walmart.com", "render=true", 10, 120, 2),
    _Share("www.linkedin.com", "", 30, 80, 5),
    _Share("www.amazon.de", "country_code=de", 5, 75),
    _Share("shop.example.com", "premium=true", 10, 55),
    _Share("www.ebay.com", "", 5, 50),
    _Share("www.bing.com", "", 25, 40),
    _Share("tickets.example.org", "render=true&premium=true", 25, 34, 4),
    _Share("www.amazon.com", "render=true", 10, 30),
    _Share("news.example.org", "", 1, 22),
    _Share("www.etsy.com", "country_code=us", 5, 18),
    _Share("flights.example.net", "ultra_premium=true", 30, 14, 3),
    _Share("jobs.example.com", "render=true", 10, 8),
    _Share("maps.example.com", "", 1, 4),
)
_PLAIN = _Share("news.example.org", "", 1, 0)


def report_rows(account: SimulatedAccount, now: datetime, days: int = DAYS) -> Iterator[ReportRow]:
    """Give the rows of the whole days before today, in UTC, oldest first; each day's credits add up to its spend."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for back in range(days, 0, -1):
        begun = today - timedelta(days=back)
        spent = account.traffic.spend_between(begun.timestamp(), begun.timestamp() + DAY_SECONDS)
        yield from _day(day_of(begun.date()), spent.credits, spent.failed)


def _day(day: int, credit_count: int, failed: int) -> Iterator[ReportRow]:
    """Share a day out; what no price divides goes to plain requests."""
    weights = [share.weight * (1 - _SWING + 2 * _SWING * _chance(day, place)) for place, share in enumerate(_SHARES)]
    total = sum(weights)
    hardness = [share.failing * weight / share.price for share, weight in zip(_SHARES, weights, strict=True)]
    hardest = sum(hardness)
    left = credit_count
    for share, weight, hard in zip(_SHARES, weights, hardness, strict=True):
        requests = int(credit_count * weight / total) // share.price
        left -= requests * share.price
        lost = int(failed * hard / hardest)
        yield ReportRow(
            day=day,
            domain=share.domain,
            parameters=share.parameters,
            credits=requests * share.price,
            requests=requests,
            failed=lost,
            cancelled=lost // _CANCELLED_PART,
        )
    yield ReportRow(day, _PLAIN.domain, _PLAIN.parameters, left, requests=left, failed=0, cancelled=0)


def _chance(day: int, place: int) -> float:
    """Give a number of 0…1, the same for ever, that goes up and down from week to week."""
    return mixed(place, day // 7) / 2**65 + mixed(place, day) / 2**65
