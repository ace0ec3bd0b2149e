"""Times as they are typed: a moment in ISO 8601, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

KNOWN_YEARS = range(2000, 2200)
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


def iso_moment(text: str) -> datetime | None:
    """Read an ISO 8601 time as UTC, which it is in without a zone; None where it is none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
