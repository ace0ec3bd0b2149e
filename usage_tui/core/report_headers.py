"""What the headers of a report mean: its format is documented nowhere, so they are told by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from msgspec import Struct

from usage_tui.core.report import NEEDED, Field, Unreadable
from usage_tui.core.wording import harmless

LONGEST_HEADER = 60
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W_a-zA-Z]+")
_MEASURES = frozenset(
    ("per", "rate", "ratio", "percent", "percentage", "pct", "share", "avg", "average", "mean", "median", "min", "max")
)
_OTHERS = frozenset(
    ("time", "duration", "latency", "seconds", "ms", "left", "remaining", "limit", "price", "id", "method", "status")
)
_DATES = frozenset(("date", "day", "datetime", "timestamp"))
_MEANINGS: tuple[tuple[Field, frozenset[str]], ...] = (
    (Field.ACCOUNT, frozenset({"account", "accounts"})),
    (
        Field.PARAMETERS,
        frozenset({"parameter", "parameters", "param", "params", "option", "options", "features", "settings"}),
    ),
    (Field.DATE, _DATES),
    (Field.CANCELLED, frozenset({"cancelled", "canceled", "cancellations", "cancels", "aborted"})),
    (
        Field.FAILED,
        frozenset({"failed", "failure", "failures", "fail", "fails", "error", "errors", "unsuccessful", "errored"}),
    ),
    (Field.CREDITS, frozenset({"credit", "credits", "cost", "costs"})),
    (
        Field.DOMAIN,
        frozenset({"domain", "domains", "host", "hosts", "hostname", "website", "websites", "site", "sites", "url"}),
    ),
    (
        Field.REQUESTS,
        frozenset({"request", "requests", "successful", "success", "successes", "succeeded", "scrapes", "calls"}),
    ),
)
_SUCCESS = frozenset({"successful", "success", "successes", "succeeded"})


class Columns(Struct, frozen=True):
    """Which column says what: the headers as they stand, and the number of the column of each field."""

    headers: tuple[str, ...]
    fields: Mapping[Field, int]

    @property
    def unused(self) -> tuple[str, ...]:
        """The headers that say nothing that is asked for."""
        used = set(self.fields.values())
        return tuple(header for number, header in enumerate(self.headers) if number not in used and header)

    @property
    def missing(self) -> tuple[Field, ...]:
        """The fields that every report has to have, and this one has not."""
        return tuple(field for field in NEEDED if field not in self.fields)

    def header(self, field: Field) -> str:
        """Give the header of a field's column."""
        return self.headers[self.fields[field]]


def shown_header(text: str) -> str:
    """Make a header harmless, on one line."""
    return harmless(" ".join(text.split()), LONGEST_HEADER)


def folded_header(text: str) -> str:
    """Give what a header is remembered and found by, whatever its case and spaces."""
    return " ".join(text.split()).casefold()


def told_column(text: str) -> dict[str, Field] | None:
    """Read what is told of a column, `COLUMN=FIELD`, by its folded header; None where it is not that."""
    header, _, field = text.rpartition("=")
    word = field.strip().lower()
    return {folded_header(header): Field(word)} if header.strip() and word in set(Field) else None


def meaning(header: str) -> Field | None:
    """Say what a header means by its words; None where it says a rate, a time or nothing that is known."""
    words = _words(header)
    if not words.isdisjoint(_MEASURES) or "%" in header or (words.isdisjoint(_DATES) and not words.isdisjoint(_OTHERS)):
        return None
    return next((field for field, names in _MEANINGS if not words.isdisjoint(names)), None)


def recognised(headers: Iterable[str], told: Mapping[str, Field]) -> int:
    """Count the fields that these headers name, by their meaning or by what was told."""
    return len({told.get(folded_header(header)) or meaning(header) for header in headers} - {None})


def columns_of(headers: Sequence[str], told: Mapping[str, Field], remembered: Mapping[str, Field]) -> Columns:
    """Say which column holds which field: as told, else as remembered, else by what the headers mean.

    `told` and `remembered` go by folded headers. Where several columns mean the same, the one with the fewest other
    words counts.

    Raises:
        Unreadable: a column that was told of is not there, or two may hold the same field.
    """
    shown = tuple(map(shown_header, headers))
    places: dict[str, int] = {}
    for number, header in enumerate(headers):
        places.setdefault(folded_header(header), number)
    fields: dict[Field, int] = {}
    for header, field in told.items():
        if header not in places:
            raise Unreadable(_no_column(header, shown))
        fields[field] = places[header]
    for header, field in remembered.items():
        if header in places and field not in fields and places[header] not in fields.values():
            fields[field] = places[header]
    candidates: dict[Field, list[int]] = {}
    for number, header in enumerate(headers):
        field_meant = meaning(header)
        if field_meant is not None and field_meant not in fields and number not in fields.values():
            candidates.setdefault(field_meant, []).append(number)
    for field, numbers in candidates.items():
        ranked = sorted(numbers, key=lambda number: _distance(headers[number]))
        if len(ranked) > 1 and _distance(headers[ranked[0]]) == _distance(headers[ranked[1]]):
            both = " and ".join(shown[number] for number in ranked[:2])
            raise Unreadable(f"the columns {both} may both be {field}: say which, as COLUMN={field}")
        fields[field] = ranked[0]
    return Columns(shown, fields)


def _words(header: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(header))


def _distance(header: str) -> tuple[bool, int]:
    """Say how far a header is from the plainest: requests that succeeded are meant before requests of any kind."""
    words = _words(header)
    is_vague = words.isdisjoint(_SUCCESS)
    return is_vague, len(words)


def _no_column(header: str, shown: Sequence[str]) -> str:
    near = get_close_matches(header, [each.casefold() for each in shown], 1, 0.4)
    names = {each.casefold(): each for each in shown}
    there = f"the nearest is {names[near[0]]}" if near else f"there are {', '.join(filter(None, shown[:20]))}"
    return f"there is no column {shown_header(header)}; {there}"
