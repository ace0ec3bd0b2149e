"""A job that somebody means to start: which URLs, how often, and with which parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from msgspec import Struct, field

from usage_tui.core.wording import harmless

LONGEST_URL = 8_000
MOST_URLS = 1_000
MOST_REQUESTS = 10**12
SHOWN_URL = 120

_HEADER = re.compile(r'"?url"?\s*(,\s*"?count"?)?', re.IGNORECASE)


class JobFault(Exception):
    """A job that cannot be read; the text says where, why, and the mend."""


class Requests(Struct, frozen=True):
    """`count` requests for one URL."""

    url: str
    count: int


class Job(Struct, frozen=True):
    """Requests, and the parameters that all of them have."""

    requests: tuple[Requests, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many requests there are."""
        return sum(each.count for each in self.requests)


def parameters(*, render: bool, premium: bool, ultra_premium: bool, country_code: str | None) -> dict[str, str]:
    """Make the parameters of a request, by the service's own names."""
    flags = {"render": render, "premium": premium, "ultra_premium": ultra_premium}
    chosen = {name: "true" for name, is_on in flags.items() if is_on}
    return chosen | ({"country_code": country_code} if country_code else {})


def url_fault(url: str) -> str | None:
    """Say what is wrong with a URL, without repeating it; None where nothing is."""
    if len(url) > LONGEST_URL:
        return f"is longer than {LONGEST_URL:,} characters; shorten it"
    if not url.isprintable() or " " in url:
        return "has spaces or characters that cannot be shown; encode them as %20 and the like"
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    return None if is_address else "is no web address; write it as https://host/path"


def shown_url(url: str) -> str:
    """Word a URL for people: without user name, password, query and fragment, which may hold secrets."""
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return harmless(address + ("?…" if parts.query or parts.fragment else ""), SHOWN_URL)


def job_of(urls: Iterable[str], count: int, lines: Iterable[str], parameters: Mapping[str, str]) -> Job:
    """Make a job of URLs that are each asked for `count` times, and of a file's lines `url` or `url,count`.

    Empty lines, those that begin with # and a first one of the columns' names are left out; the same URL twice adds up.

    Raises:
        JobFault: an URL is none, a count is none, or there are none or too many.
    """
    counts: dict[str, int] = {}
    for number, url in enumerate(urls, start=1):
        if reason := url_fault(url):
            raise JobFault(f"URL {number} {reason}.")
        counts[url] = counts.get(url, 0) + count
    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("\ufeff")
        if not text or text.startswith("#") or (number == 1 and _HEADER.fullmatch(text)):
            continue
        url, times = _split(text, count)
        if reason := url_fault(url):
            raise JobFault(f"line {number}: the URL {reason}.")
        if times is None:
            raise JobFault(f"line {number}: the count is no whole number from 1 on; write url,count.")
        counts[url] = counts.get(url, 0) + times
        if len(counts) > MOST_URLS:
            break
    if not counts:
        raise JobFault("there is no URL; name one, or give a file of lines url,count with --file.")
    if len(counts) > MOST_URLS:
        raise JobFault(f"there are more than {MOST_URLS:,} different URLs; give one for each kind of page.")
    if sum(counts.values()) > MOST_REQUESTS:
        raise JobFault(f"there are more than {MOST_REQUESTS:,} requests; lower the counts.")
    return Job(tuple(Requests(url, times) for url, times in counts.items()), parameters)


def _split(text: str, count: int) -> tuple[str, int | None]:
    """Take a line apart; a comma belongs to the URL where no number stands behind it."""
    url, comma, times = text.rpartition(",")
    times = times.strip().replace("_", "")
    if not comma:
        return text.strip('"'), count
    if times.isascii() and times.isdigit() and len(times) <= 15:
        return url.strip().strip('"'), int(times) or None
    if times.removeprefix("-").isascii() and times.removeprefix("-").replace(".", "").isdigit():
        return url.strip().strip('"'), None
    return text.strip('"'), count
