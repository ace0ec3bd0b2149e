"""What the simulated service answers to whom: the counters, the price of a URL, and pages that nobody fetched."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from usage_tui.core.prices import price
from usage_tui.demo.accounts import SimulatedAccount
from usage_tui.demo.meter import Admission, Meter
from usage_tui.demo.wire import Answer, Request

_MOST_PARAMETERS = 100
_JSON = "application/json; charset=utf-8"
_PAGE = Answer(
    HTTPStatus.OK,
    b"<!doctype html><html><head><title>Simulated page</title></head><body><p>Made up by the simulated service of "
    b"usage-tui: nothing was fetched.</p></body></html>\n",
    "text/html; charset=utf-8",
)
_STRUCTURED_PAGE = Answer(HTTPStatus.OK, b'{"simulated":true,"results":[]}', _JSON)
_REFUSED_KEY = Answer(HTTPStatus.UNAUTHORIZED, b"Unauthorized request, please make sure your API key is valid.")
_EXHAUSTED = Answer(HTTPStatus.FORBIDDEN, b"The API credits of this billing cycle are exhausted.")
_SATURATED = Answer(HTTPStatus.TOO_MANY_REQUESTS, b"Too many simultaneous requests: the concurrency limit is reached.")
_NO_URL = Answer(HTTPStatus.BAD_REQUEST, b"The parameter url is missing, or is no URL.")
_NO_ADDRESS = Answer(HTTPStatus.BAD_REQUEST, b"The request's address cannot be read.")
_NOT_FOUND = Answer(HTTPStatus.NOT_FOUND, b"Not found.")
_NOT_ALLOWED = Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"Method not allowed.")


class _Route(NamedTuple):
    """What answers at a path, and to which methods."""

    methods: tuple[str, ...]
    respond: Callable[[Meter, Mapping[str, str]], Answer]


class SimulatedApi:
    """Answers requests; `pause` waits for the seconds that a scrape call lasts."""

    def __init__(
        self,
        accounts: Sequence[SimulatedAccount],
        *,
        clock: Callable[[], datetime],
        pause: Callable[[float], object],
        seconds_per_call: float,
    ) -> None:
        self._meters = {account.key.reveal(): Meter(account) for account in accounts}
        self._clock = clock
        self._pause = pause
        self._seconds_per_call = seconds_per_call
        self._routes = {
            "/": _Route(("GET", "POST", "PUT"), self._scrape_page),
            "/account": _Route(("GET",), self._say_counters),
            "/account/urlcost": _Route(("GET",), _say_cost),
        }
        self._structured_routes = {
            domain: _Route(("GET",), partial(self._scrape, f"https://{domain}.com/", _STRUCTURED_PAGE))
            for domain in ("amazon", "ebay", "google", "redfin", "walmart")
        }

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        try:
            path, parameters = _address(request.target)
        except ValueError:
            return _NO_ADDRESS
        route = self._route(path)
        if route is None:
            return _NOT_FOUND
        if request.method not in route.methods:
            return _NOT_ALLOWED
        meter = self._meters.get(parameters.get("api_key", ""))
        return _REFUSED_KEY if meter is None else route.respond(meter, parameters)

    def _route(self, path: str) -> _Route | None:
        """Find what answers at `path`: a page of its own, or a structured one such as `/structured/amazon/product`."""
        match path.split("/"):
            case ["", "structured", domain, _, *_]:
                return self._structured_routes.get(domain)
        return self._routes.get(path)

    def _say_counters(self, meter: Meter, parameters: Mapping[str, str]) -> Answer:  # noqa: ARG002 - as all routes
        """Say what `GET /account` says, in the form that this account has it."""
        account, reading = meter.account, meter.read(self._clock())
        said: dict[str, object] = {
            "burst": reading.burst,
            "concurrencyLimit": account.traffic.concurrency_limit,
            "concurrentRequests": reading.concurrency,
            "failedRequestCount": reading.failed,
            "requestCount": reading.used,
            "requestLimit": str(account.limit) if account.is_limit_text else account.limit,
            "subscriptionDate": f"{reading.cycle_started_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        }
        if account.is_pay_as_you_go is not None:
            said["creditsLeft"] = reading.credits_left
            said["payAsYouGoEnabled"] = account.is_pay_as_you_go
            said["autoUpgradeEnabled"] = False
        return _json_answer(said)

    def _scrape_page(self, meter: Meter, parameters: Mapping[str, str]) -> Answer:
        return self._scrape(parameters.get("url", ""), _PAGE, meter, parameters)

    def _scrape(self, url: str, page: Answer, meter: Meter, parameters: Mapping[str, str]) -> Answer:
        """Let a call last and cost what a real one would, without asking anybody for the page."""
        try:
            cost = price(url, parameters)
        except ValueError:
            return _NO_URL
        match meter.admit(self._clock()):
            case Admission.EXHAUSTED:
                return _EXHAUSTED
            case Admission.SATURATED:
                return _SATURATED
        try:
            self._pause(self._seconds_per_call)
        finally:
            meter.settle(self._clock(), cost)
        return page


def _address(target: str) -> tuple[str, dict[str, str]]:
    """Take a request's target apart into path and parameters, of which the first of a name counts.

    Raises:
        ValueError: it is no address, or has too many parameters.
    """
    parts = urlsplit(target)
    parameters = parse_qsl(parts.query, max_num_fields=_MOST_PARAMETERS)
    return parts.path.rstrip("/") or "/", dict(reversed(parameters))


def _say_cost(_meter: Meter, parameters: Mapping[str, str]) -> Answer:
    """Say what `GET /account/urlcost` says: the credits that one request would cost."""
    try:
        return _json_answer({"credits": price(parameters.get("url", ""), parameters)})
    except ValueError:
        return _NO_URL


def _json_answer(said: Mapping[str, object]) -> Answer:
    return Answer(HTTPStatus.OK, json.dumps(said, separators=(",", ":")).encode(), _JSON)
