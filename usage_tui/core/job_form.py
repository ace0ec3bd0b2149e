"""What is typed of a job: a URL, how often, and how long a request takes."""

from __future__ import annotations

from usage_tui.core.budget_form import read_credits
from usage_tui.core.job import MOST_REQUESTS, Job, JobFault, Requests, url_fault

FIELDS = ("URL", "requests", "with", "seconds each")
HINTS = (
    "https://example.com/page",
    "1, or such as 20,000 or 20k",
    "nothing, or such as render, premium, us",
    "how long one takes, if known",
)
_FLAGS = {"render": "render", "premium": "premium", "ultra_premium": "ultra_premium", "ultra": "ultra_premium"}
LONGEST_SECONDS = 86_400.0


def typed_job(url: str, count: str, parameters: str, seconds: str) -> tuple[Job, float | None]:
    """Read a job as it was typed; without a count it is one request, without seconds None.

    Parameters are `render`, `premium`, `ultra premium`, and the two letters of a country.

    Raises:
        JobFault: with one sentence on the first field that is wrong.
    """
    if not url.strip():
        raise JobFault("Type a URL, such as https://example.com/page.")
    if fault := url_fault(url.strip()):
        raise JobFault(f"The URL {fault}.")
    return Job((Requests(url.strip(), _count(count)),), _parameters(parameters)), _seconds(seconds)


def _parameters(text: str) -> dict[str, str]:
    words = text.lower().replace("-", "_").replace("ultra premium", "ultra_premium").replace(",", " ").split()
    found: dict[str, str] = {}
    for word in words:
        if word in _FLAGS:
            found[_FLAGS[word]] = "true"
        elif len(word) == 2 and word.isascii() and word.isalpha():
            found["country_code"] = word
        else:
            raise JobFault("With what is render, premium, ultra premium, or a country's two letters such as us.")
    return found


def _count(text: str) -> int:
    count = read_credits(text).credits if text.strip() else 1
    if count is None or not 1 <= count <= MOST_REQUESTS:
        raise JobFault("How many requests is a whole number from 1 on, such as 20,000 or 20k.")
    return count


def _seconds(text: str) -> float | None:
    plain = text.strip().removesuffix("s").strip()
    if not plain:
        return None
    try:
        seconds = float(plain)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_SECONDS:
        raise JobFault("How long a request takes is a number of seconds above 0, such as 2.5.")
    return seconds
