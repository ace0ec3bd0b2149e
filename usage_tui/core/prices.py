"""What the service charges for one request, in credits: after the vendor's table, and as the service itself says."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from usage_tui.core.errors import AnswerInvalid

MOST_CREDITS = 1_000_000
_WORDS = ("cost", "credits")
_MARKETPLACE, _SEARCH_ENGINE, _SOCIAL = 5, 25, 30
_DOMAIN_PRICES = {
    **dict.fromkeys(("amazon", "walmart", "ebay", "etsy", "aliexpress", "redfin"), _MARKETPLACE),
    **dict.fromkeys(("google", "bing", "yahoo", "duckduckgo", "yandex"), _SEARCH_ENGINE),
    "linkedin": _SOCIAL,
}
_PLAIN, _RENDERED = (1, 10, 30), (10, 25, 75)  # with usual, premium and ultra premium proxies


def is_on(parameters: Mapping[str, str], name: str) -> bool:
    """Say whether a request switches a parameter on."""
    return parameters.get(name, "").lower() in ("true", "1")


def price(url: str, parameters: Mapping[str, str]) -> int:
    """Give the credits that a request for `url` costs with the parameters render, premium and ultra_premium.

    How the price of a domain and that of parameters add up is not documented: the dearer one counts.

    Raises:
        ValueError: the URL has no host.
    """
    host = urlsplit(url if "://" in url else f"http://{url}").hostname
    if not host:
        raise ValueError("a URL without a host has no price")
    for_domain = max(_DOMAIN_PRICES.get(label, 1) for label in host.split("."))
    proxies = 2 if is_on(parameters, "ultra_premium") else 1 if is_on(parameters, "premium") else 0
    for_parameters = (_RENDERED if is_on(parameters, "render") else _PLAIN)[proxies]
    return max(for_domain, for_parameters)


def parse_cost(body: bytes) -> int:
    """Read what `GET /account/urlcost` says: `{"cost": n}`, `{"credits": n}` or a number alone, in credits.

    Its shape is not documented, so a number may come as a text too. What cannot be true is refused.

    Raises:
        AnswerInvalid: it says no whole number of credits from 0 to 1,000,000; what it says is not repeated.
    """
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise AnswerInvalid("The service's answer on the price is no JSON.") from None
    if isinstance(said, dict):
        said = next((said[word] for word in _WORDS if word in said), None)
    if isinstance(said, str) and said.isascii() and said.strip().isdigit() and len(said) <= 20:
        said = int(said)
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= MOST_CREDITS:
        raise AnswerInvalid("The service's answer on the price is no number of credits.")
    return said
