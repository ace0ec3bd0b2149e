"""The dates of a report, in ISO and common forms; day and month that cannot be told apart are never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from usage_tui.core.report import Unreadable, day_of
from usage_tui.core.report_cells import quoted
from usage_tui.core.time_words import month_number

EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s?(?:[AaPp][Mm])?"
_TIME = rf"(?:(?:[T ]|, ?){_CLOCK}\s?(?:Z|UTC|GMT|[+-][0-9]{{2}}:?[0-9]{{2}})?)?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([-/.]?)([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}")
_WEEKDAY = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_DAY_NAMED = re.compile(rf"{_WEEKDAY}([0-9]{{1,2}})(?:st|nd|rd|th)?[ -]([A-Za-z]{{3,9}})\.?,?[ -]([0-9]{{4}}){_TIME}")
_MONTH_NAMED = re.compile(rf"{_WEEKDAY}([A-Za-z]{{3,9}})\.?[ -]([0-9]{{1,2}})(?:st|nd|rd|th)?,?[ -]([0-9]{{4}}){_TIME}")


class DateOrder(StrEnum):
    """Which of day and month comes first in dates such as 03/04/2026."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


class ReadDate(Struct, frozen=True):
    """A date that was read: its day, or two where its numbers can be read both ways; `order` is what it proves."""

    day: int
    other_day: int | None = None
    order: DateOrder | None = None


def read_date(text: str) -> ReadDate:
    """Read a date; the time of day that it may have is left out.

    Where it can be read two ways, `day` is with the day first and `other_day` with the month first.

    Raises:
        Unreadable: it is none of the known forms, no day of the calendar, or not of this century.
    """
    stripped = " ".join(text.split())
    if not stripped:
        raise Unreadable("empty")
    if found := _YEAR_FIRST.fullmatch(stripped):
        is_compact = not found[2]
        if is_compact and len(found[3] + found[4]) != 4:
            raise Unreadable(f"no date: {quoted(text)}")
        return ReadDate(_day(text, int(found[1]), int(found[3]), int(found[4])))
    if found := _YEAR_LAST.fullmatch(stripped):
        return _numbered(text, int(found[1]), int(found[3]), int(found[4]))
    if found := _DAY_NAMED.fullmatch(stripped):
        return ReadDate(_day(text, int(found[3]), _month(text, found[2]), int(found[1])))
    if found := _MONTH_NAMED.fullmatch(stripped):
        return ReadDate(_day(text, int(found[3]), _month(text, found[1]), int(found[2])))
    raise Unreadable(f"no date: {quoted(text)}")


def read_formatted(text: str, date_format: str) -> int:
    """Read a date of a format of `strptime`.

    Raises:
        Unreadable: it is not of that format, or not of this century.
    """
    try:
        read = datetime.strptime(text.strip(), date_format)  # noqa: DTZ007 - a report's days have no zone
    except (ValueError, IndexError, OverflowError, re.error):
        raise Unreadable(f"not of the format {quoted(date_format)}: {quoted(text)}") from None
    return _day(text, read.year, read.month, read.day)


def _numbered(text: str, first: int, second: int, year: int) -> ReadDate:
    """Read a date whose day and month are numbers before the year."""
    if first > 12:
        return ReadDate(_day(text, year, second, first), order=DateOrder.DAY_FIRST)
    if second > 12:
        return ReadDate(_day(text, year, first, second), order=DateOrder.MONTH_FIRST)
    day, other_day = _day(text, year, second, first), _day(text, year, first, second)
    return ReadDate(day) if day == other_day else ReadDate(day, other_day)


def _month(text: str, name: str) -> int:
    found = month_number(name)
    if found is None:
        raise Unreadable(f"no date: {quoted(text)}")
    return found


def _day(text: str, year: int, month: int, day: int) -> int:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Unreadable(f"no day of the calendar: {quoted(text)}") from None
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Unreadable(f"not of this century: {quoted(text)}")
    return day_of(found)
