"""The domain report: what its rows say, and what they add up to."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

_EPOCH = date(1970, 1, 1)


class Field(StrEnum):
    """What a column of a report can say."""

    DOMAIN = "domain"
    DATE = "date"
    PARAMETERS = "parameters"
    REQUESTS = "requests"
    CREDITS = "credits"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ACCOUNT = "account"


NEEDED = (Field.DOMAIN, Field.DATE, Field.CREDITS)


class Grouping(StrEnum):
    """What the rows of a report are added up by."""

    DOMAIN = "domain"
    DATE = "date"
    PARAMETERS = "parameters"


class Unreadable(ValueError):
    """Something in a report cannot be read; the text is the reason, without the place."""


class ReportRow(Struct, frozen=True):
    """One row of a report, on a day counted since the epoch; what the file does not say is None."""

    day: int
    domain: str
    parameters: str
    credits: int
    requests: int | None = None
    failed: int | None = None
    cancelled: int | None = None


class BadRow(Struct, frozen=True):
    """A row that cannot be taken: the line that it ends on, and why."""

    line: int
    reason: str


class Figures(Struct, frozen=True):
    """What some rows of a report add up to; what no row said is None.

    `recent` are the credits of the report's last seven days, `earlier` those of the seven before, None where there
    are no such days.
    """

    credits: int
    requests: int | None = None
    failed: int | None = None
    cancelled: int | None = None
    recent: int | None = None
    earlier: int | None = None

    @property
    def per_success(self) -> float | None:
        """Credits a request that succeeded."""
        return self.credits / self.requests if self.requests else None

    @property
    def trend(self) -> float | None:
        """How the last seven days stand against the seven before: 0.12 is 12 % more; None where that says nothing."""
        if self.recent is None or not self.earlier:
            return None
        return self.recent / self.earlier - 1

    @property
    def is_new(self) -> bool:
        """Whether all its credits are of the last seven days, and there are seven before."""
        return self.earlier == 0 and bool(self.recent)


class Entry(Struct, frozen=True):
    """One line of a report added up: a domain, a date or parameters, and its figures."""

    label: str
    figures: Figures


_WAYS_DOWN = {
    Grouping.DOMAIN: (Grouping.DATE, Grouping.PARAMETERS),
    Grouping.DATE: (Grouping.DOMAIN, Grouping.PARAMETERS),
    Grouping.PARAMETERS: (Grouping.DOMAIN, Grouping.DATE),
}


class Place(Struct, frozen=True):
    """Where in a report somebody looks: what entries are by, and of which domain, day or parameters alone."""

    by: Grouping = Grouping.DOMAIN
    domain: str | None = None
    day: int | None = None
    parameters: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole report."""
        return self.domain is None and self.day is None and self.parameters is None

    def within(self, label: str) -> Place | None:
        """Give the place below one of its entries; None where there is nothing below.

        From a domain the way goes to its dates, from a date or from parameters to their domains.
        """
        below = {
            Grouping.DOMAIN: Place(self.by, label, self.day, self.parameters),
            Grouping.DATE: Place(self.by, self.domain, _day_labelled(label), self.parameters),
            Grouping.PARAMETERS: Place(self.by, self.domain, self.day, label),
        }[self.by]
        known = {Grouping.DOMAIN: below.domain, Grouping.DATE: below.day, Grouping.PARAMETERS: below.parameters}
        by = next((by for by in _WAYS_DOWN[self.by] if known[by] is None), None)
        return None if by is None else Place(by, below.domain, below.day, below.parameters)


class Order(StrEnum):
    """What entries are sorted by."""

    LABEL = "label"
    CREDITS = "credits"
    REQUESTS = "requests"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PER_SUCCESS = "per-success"
    TREND = "trend"


class Page(Struct, frozen=True):
    """Entries of a report as they were asked for, and what all that match come to.

    `count` says how many match; `entries` are the first of them. `total` is of the whole place, whatever the filter,
    `first_day` and `last_day` are those of the account's whole report.
    """

    entries: tuple[Entry, ...]
    count: int
    total: Figures
    first_day: int
    last_day: int


def day_of(when: date) -> int:
    """Count a date's days since the epoch."""
    return (when - _EPOCH).days


def _day_labelled(label: str) -> int | None:
    """Give the day of an entry's label, where it is one."""
    try:
        return day_of(date.fromisoformat(label))
    except ValueError:
        return None


def date_of(day: int) -> date:
    """Give the date that lies so many days after the epoch."""
    return _EPOCH + timedelta(days=day)
