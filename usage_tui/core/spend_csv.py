"""Reads spend from CSV lines with the columns `time,spend`: credits spent in the interval that starts there."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from usage_tui.core.errors import SpendInvalid
from usage_tui.core.spend_record import HOUR, SpendRecord
from usage_tui.core.time_words import KNOWN_YEARS, iso_moment
from usage_tui.core.wording import harmless

_NUMBER = re.compile(r"[0-9]{1,30}(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?")
_EPOCH_SECONDS = re.compile(r"[0-9]{1,11}(\.[0-9]*)?")
_LARGEST_SPEND = 2.0**63
_MINUTE = timedelta(minutes=1)
_KNOWN_SHARE = 0.75


class _Row(NamedTuple):
    """A row: when its interval starts, and its credits, None where the cell is empty."""

    start: datetime
    spend: float | None


def read_spend(lines: Iterable[str], name: str) -> SpendRecord:
    """Read a file of spend, whose `name` is for what is said of it; the hours begin with the first row.

    Times are ISO 8601 (without a zone, UTC) or epoch seconds, in order. Intervals are as long as most of them are; one
    that is longer leaves hours unknown, as does an empty cell. Other columns are passed over.

    Raises:
        SpendInvalid: with the line, and what is wrong there.
    """
    rows = list(_rows(lines, harmless(name, 120)))
    if not rows:
        raise SpendInvalid(
            f"{harmless(name, 120)}: there is no row; each has a time and the credits spent from then on."
        )
    began_at = rows[0].start
    step = _step(rows)
    ends = [min(one.start + step, other.start) for one, other in pairwise(rows)] + [rows[-1].start + step]
    hours = round((ends[-1] - began_at) / HOUR)
    counted, known = [0.0] * hours, [0.0] * hours
    for row, end in zip(rows, ends, strict=True):
        if row.spend is None:
            continue
        for index, share, covered in _parts((row.start - began_at) / HOUR, (end - began_at) / HOUR):
            if index < hours:
                counted[index] += share * row.spend
                known[index] += covered
    spends = [hour if share >= _KNOWN_SHARE else None for hour, share in zip(counted, known, strict=True)]
    return SpendRecord(began_at, tuple(spends), tuple(counted))


def _rows(lines: Iterable[str], name: str) -> Iterator[_Row]:
    reader = csv.reader(lines)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if not {"time", "spend"} <= set(header):
            raise SpendInvalid(f"{name}:1: the first line has to name the columns `time,spend`.")
        time_column, spend_column = header.index("time"), header.index("spend")
        before: datetime | None = None
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{name}:{reader.line_num}"
            if len(cells) <= max(time_column, spend_column):
                raise SpendInvalid(f"{where}: this line has {len(cells)} cells, and the first one {len(header)}.")
            start = _time(cells[time_column].strip(), where)
            if before is not None and start <= before:
                fault = "stands twice" if start == before else "is earlier than that of the row before"
                raise SpendInvalid(f"{where}: its time {fault}; put the rows in order, and times in UTC.")
            before = start
            yield _Row(start, _spend(cells[spend_column].strip(), where))
    except csv.Error as error:
        raise SpendInvalid(f"{name}:{reader.line_num}: this is no CSV ({harmless(str(error), 80)}).") from None


def _time(text: str, where: str) -> datetime:
    try:
        is_epoch = _EPOCH_SECONDS.fullmatch(text)
        moment = datetime.fromtimestamp(float(text), UTC) if is_epoch else iso_moment(text)
    except (ValueError, OverflowError, OSError):
        moment = None
    if moment is None:
        raise SpendInvalid(f"{where}: {_shown(text)} is no time in ISO 8601 and no epoch seconds.")
    if moment.year not in KNOWN_YEARS:
        raise SpendInvalid(f"{where}: {_shown(text)} is of the year {moment.year}; give ISO 8601 or epoch seconds.")
    return moment


def _spend(text: str, where: str) -> float | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or not float(text) < _LARGEST_SPEND:
        raise SpendInvalid(
            f"{where}: {_shown(text)} is no amount of credits; give a number from 0 on, without separators."
        )
    return float(text)


def _shown(text: str) -> str:
    return f"`{harmless(text, 40)}`"


def _step(rows: Sequence[_Row]) -> timedelta:
    """Say how long the intervals are: as long as most are, the shorter where as many are longer."""
    apart = Counter(_rounded(other.start - one.start) for one, other in pairwise(rows))
    return min(apart, key=lambda length: (-apart[length], length), default=HOUR)


def _rounded(length: timedelta) -> timedelta:
    """Leave out of a length what is jitter: seconds, where it has minutes."""
    return length if length < _MINUTE else round(length / _MINUTE) * _MINUTE


def _parts(begin: float, end: float) -> Iterator[tuple[int, float, float]]:
    """Cut an interval, in hours, at the full hours: the hour, the share of the interval, and that of the hour."""
    at = begin
    while at < end:
        until = min(end, int(at) + 1)
        yield int(at), (until - at) / (end - begin), until - at
        at = until
