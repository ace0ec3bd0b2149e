"""What the service said once, and a sample: that, with when it was said."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from msgspec import Struct

from usage_tui.core.errors import AnswerInvalid
from usage_tui.core.time_words import KNOWN_YEARS, iso_moment
from usage_tui.core.wording import harmless

SATURATED_SHARE = 0.95
CORRECTION_SHARE = 0.01
LARGEST_COUNT = 2**63
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,640}(\.0+)?")  # Python reads 640 digits whatever its settings


class Snapshot(Struct, frozen=True):
    """The fields of one answer of `GET /account`; None where the answer did not have them.

    `used`, `limit` and `credits_left` are credits of the cycle: `requestCount` counts credits, despite its name.
    """

    concurrency: int | None = None
    concurrency_limit: int | None = None
    burst: int | None = None
    used: int | None = None
    failed: int | None = None
    limit: int | None = None
    cycle_started_at: datetime | None = None
    credits_left: int | None = None
    is_pay_as_you_go: bool | None = None
    is_auto_upgrade: bool | None = None

    @property
    def remaining(self) -> int | None:
        """Credits left: what the service says, else limit − used, never below 0."""
        if self.credits_left is not None:
            return self.credits_left
        if self.used is None or self.limit is None:
            return None
        return max(0, self.limit - self.used)

    @property
    def is_exhausted(self) -> bool:
        """Whether the credits are used up and nothing lets requests go on."""
        if self.used is None or self.limit is None or self.is_pay_as_you_go or self.is_auto_upgrade:
            return False
        return self.used >= self.limit

    @property
    def is_saturated(self) -> bool:
        """Whether concurrency is at or above 95 % of its limit: that is when requests get 429."""
        return is_saturated(self.concurrency, self.concurrency_limit)


class Sample(Struct, frozen=True):
    """A snapshot with its times: `at` in UTC, `monotonic_seconds` of a clock that no one sets."""

    at: datetime
    monotonic_seconds: float
    snapshot: Snapshot


def is_saturated(concurrency: int | None, limit: int | None) -> bool:
    """Say whether `concurrency` is at or above 95 % of a known `limit`."""
    return concurrency is not None and limit is not None and limit > 0 and concurrency >= SATURATED_SHARE * limit


def is_reset_between(earlier: Snapshot, later: Snapshot) -> bool:
    """Say whether a new cycle began between two snapshots.

    The cycle's start moved, or the counter fell. A fall of at most 1 % is a correction, or the word of a replica that
    lags: after a reset, a counter is far lower.
    """
    starts = (earlier.cycle_started_at, later.cycle_started_at)
    if None not in starts and starts[0] != starts[1]:
        return True
    if earlier.used is None or later.used is None:
        return False
    return earlier.used - later.used > CORRECTION_SHARE * earlier.used


def parse_snapshot(body: bytes) -> Snapshot:
    """Read one answer of `GET /account`.

    Numbers may come as strings, fields may be missing and unknown ones may be there. What cannot be true is refused
    as a whole.

    Raises:
        AnswerInvalid: with one sentence that names the field and what it held.
    """
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise AnswerInvalid("The service's answer is no JSON.") from None
    if not isinstance(answer, dict):
        raise AnswerInvalid("The service's answer is JSON, but no object.")
    snapshot = Snapshot(
        concurrency=_count(answer, "concurrentRequests"),
        concurrency_limit=_count(answer, "concurrencyLimit"),
        burst=_count(answer, "burst"),
        used=_count(answer, "requestCount"),
        failed=_count(answer, "failedRequestCount"),
        limit=_count(answer, "requestLimit"),
        cycle_started_at=_moment(answer, "subscriptionDate"),
        credits_left=_count(answer, "creditsLeft"),
        is_pay_as_you_go=_flag(answer, "payAsYouGoEnabled"),
        is_auto_upgrade=_flag(answer, "autoUpgradeEnabled"),
    )
    if snapshot.concurrency is None and snapshot.used is None:
        raise AnswerInvalid("The service's answer has neither concurrentRequests nor requestCount.")
    return snapshot


def _refuse(field: str, value: object, reason: str) -> AnswerInvalid:
    match value:
        case bool():
            shown = "true" if value else "false"
        case list():
            shown = "a list"
        case dict():
            shown = "an object"
        case _:
            shown = harmless(repr(value), 40)
    return AnswerInvalid(f"The service's answer cannot be true: {field} is {shown}, {reason}.")


def _count(answer: dict[str, object], field: str) -> int | None:
    """Take a count, or None where it is missing."""
    value = answer.get(field)
    if value is None:
        return None
    count: int
    match value:
        case bool():
            raise _refuse(field, value, "which is no number")
        case int():
            count = value
        case float() if value.is_integer():
            count = int(value)
        case float():
            raise _refuse(field, value, "which is no whole number")
        case str() if _WHOLE_NUMBER.fullmatch(value.strip()):
            count = int(value.strip().partition(".")[0])
        case _:
            raise _refuse(field, value, "which is no number")
    if count < 0:
        raise _refuse(field, value, "which is negative")
    if count >= LARGEST_COUNT:
        raise _refuse(field, value, "which is too large")
    return count


def _flag(answer: dict[str, object], field: str) -> bool | None:
    value = answer.get(field)
    if value is None or isinstance(value, bool):
        return value
    raise _refuse(field, value, "which is neither true nor false")


def _moment(answer: dict[str, object], field: str) -> datetime | None:
    """Take an ISO 8601 time as UTC, or None where it is missing or empty; a time without a zone is UTC."""
    value = answer.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise _refuse(field, value, "which is no date")
    moment = iso_moment(value.strip())
    if moment is None:
        raise _refuse(field, value, "which is no date")
    if moment.year not in KNOWN_YEARS:
        raise _refuse(field, value, "which is no date of a billing cycle")
    return moment
