"""Times as they are typed: a moment in ISO 8601, how long ago, or a month's name."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

KNOWN_YEARS = range(2000, 2200)
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = re.compile(r"([0-9]{1,9})\s*([smhdw])")


def moment_of(text: str, now: datetime) -> datetime:
    """Read `90m` or `7d` as so long before `now`, or an ISO 8601 time, which without a zone is in UTC.

    Raises:
        ValueError: it is neither.
    """
    typed = text.strip()
    if found := _SPAN.fullmatch(typed.lower()):
        try:
            return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
        except OverflowError:
            raise ValueError("that is before there were years") from None
    moment = iso_moment(typed)
    if moment is None:
        raise ValueError("that is neither a span such as 90m or 7d, nor an ISO 8601 time")
    return moment


def month_number(name: str) -> int | None:
    """Number a month, whose name may be cut to three letters or more; None where it is none."""
    start = name.capitalize()
    return next((number for number, month in enumerate(MONTH_NAMES, 1) if month.startswith(start)), None)


def iso_moment(text: str) -> datetime | None:
    """Read an ISO 8601 time as UTC, which it is in without a zone; None where it is none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
