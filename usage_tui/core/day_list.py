"""Days as a user types them into a field, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from usage_tui.core.time_words import KNOWN_YEARS, month_number

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})\.? ?([a-z]{3,9})(?: ([0-9]{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9}) ([0-9]{1,2})(?: ([0-9]{4}))?")
_AGO = {"today": 0, "yesterday": 1}
_YEARS_BACK = 8  # the 29th of February may be that far away


class DaysEntry(NamedTuple):
    """Days as typed, in the order of time and each once, or what is wrong with them."""

    days: tuple[date, ...] = ()
    fault: str | None = None


def read_days(text: str, today: date) -> DaysEntry:
    """Read days between commas: `2026-11-12`, `12 Nov`, `12 Nov 2025`, `yesterday`; empty is none.

    A day without a year is the last one of that date.
    """
    days = set()
    for part in text.split(","):
        typed = " ".join(part.lower().split())
        if not typed:
            continue
        day = _day(typed, today)
        if day is None or day.year not in KNOWN_YEARS:
            return DaysEntry(fault="needs days such as 2026-11-12 or 12 Nov, with commas between them")
        days.add(day)
    return DaysEntry(tuple(sorted(days)))


def typed_days(days: Iterable[date]) -> str:
    """Write days as a user may type them."""
    return ", ".join(day.isoformat() for day in days)


def _day(typed: str, today: date) -> date | None:
    if typed in _AGO:
        return today - timedelta(days=_AGO[typed])
    if found := _ISO.fullmatch(typed):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_MONTH.fullmatch(typed):
        day, name, year = found.groups()
    elif found := _MONTH_DAY.fullmatch(typed):
        name, day, year = found.groups()
    else:
        return None
    month = month_number(name)
    if month is None:
        return None
    if year is not None:
        return _date(int(year), month, int(day))
    dates = (_date(today.year - ago, month, int(day)) for ago in range(_YEARS_BACK + 1))
    return next((each for each in dates if each is not None and each <= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
