"""The history as a table of text: the columns that `history export` writes, and rows of them read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum

from msgspec import Struct

from usage_tui.core.rollup import Reading, TimeSpan, epoch_ms, moment
from usage_tui.core.snapshot import LARGEST_COUNT, Snapshot, is_saturated
from usage_tui.core.time_words import KNOWN_YEARS, iso_moment
from usage_tui.core.wording import harmless

_IN_MEAN = 4
_WHOLE = re.compile(r"([0-9]{1,19})(?:\.0*)?")
_NUMBER = re.compile(r"-?[0-9]{1,19}(?:\.[0-9]{0,20})?")
Cells = Mapping[str, object]


class RowInvalid(ValueError):
    """A row that cannot be read; the text says why, without saying where."""


class Form(Enum):
    """What the rows of a table are: samples, steps of time, or the spend of intervals alone."""

    SAMPLES = (
        "time",
        "account",
        "concurrency",
        "concurrency_limit",
        "burst",
        "used",
        "limit",
        "remaining",
        "failed",
        "cycle_started_at",
    )
    STEPS = (
        "time",
        "account",
        "concurrency_min",
        "concurrency_mean",
        "concurrency_max",
        "concurrency_limit",
        "used",
        "spend",
        "limit",
        "failed",
        "seconds_covered",
    )
    SPEND = ("time", "spend")

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        names: tuple[str, ...] = self.value
        return names


class Row(Struct, frozen=True):
    """A row as it was read: whose it is (None: not said), and what it says."""

    account: str | None
    said: Reading | TimeSpan

    @property
    def at_ms(self) -> int:
        """Its time, in epoch milliseconds."""
        return self.said.at_ms if isinstance(self.said, Reading) else self.said.start_ms


def form_of(columns: Sequence[str]) -> Form:
    """Tell what rows with these columns, in whichever order, are.

    Raises:
        RowInvalid: they are none of ours, or one stands twice.
    """
    given = set(columns)
    if len(given) < len(columns):
        raise RowInvalid("a column stands twice")
    for form in Form:
        if given - {"account"} == set(form.columns) - {"account"}:
            return form
    strange = next((column for column in columns if not any(column in form.columns for form in Form)), None)
    if strange is not None:
        raise RowInvalid(f"the column {harmless(strange, 40)!r} is none that `history export` writes")
    nearest = max(Form, key=lambda form: len(given & set(form.columns)))
    missing = next(column for column in nearest.columns if column not in given and column != "account")
    raise RowInvalid(f"the column {missing} is missing")


def step_cells(account: str, span: TimeSpan) -> tuple[object, ...]:
    """Give the cells of a step."""
    last = span.last
    is_seen = span.lowest is not None and span.covered_ms > 0
    return (
        f"{moment(span.start_ms):%Y-%m-%dT%H:%M:%SZ}",
        account,
        span.lowest,
        round(span.request_ms / span.covered_ms, _IN_MEAN) if is_seen else None,
        span.highest,
        last.concurrency_limit,
        last.used,
        span.spend,
        last.limit,
        last.failed,
        span.covered_ms // 1000 if span.covered_ms % 1000 == 0 else span.covered_ms / 1000,
    )


def read_row(form: Form, cells: Cells) -> Row:
    """Read a row; cells are texts, or numbers and None where the table is JSON.

    A reading's interval is not told by its row, so it is 0.

    Raises:
        RowInvalid: a cell holds what it cannot.
    """
    account = cells.get("account")
    if not (account is None or isinstance(account, str)):
        raise _refuse(cells, "account", "which is no name")
    return Row(account or None, _READERS[form](cells))


def _reading(cells: Cells) -> Reading:
    used, limit, remaining = (_count(cells, column) for column in ("used", "limit", "remaining"))
    is_derived = used is not None and limit is not None and remaining == max(0, limit - used)
    started = None if _is_empty(cells, "cycle_started_at") else _moment(cells, "cycle_started_at")
    snapshot = Snapshot(
        concurrency=_count(cells, "concurrency"),
        concurrency_limit=_count(cells, "concurrency_limit"),
        burst=_count(cells, "burst"),
        used=used,
        failed=_count(cells, "failed"),
        limit=limit,
        cycle_started_at=started,
        credits_left=None if is_derived else remaining,
    )
    if snapshot.concurrency is None and used is None:
        raise RowInvalid("neither concurrency nor used is there")
    return Reading(epoch_ms(_moment(cells, "time")), 0, snapshot)


def _step(cells: Cells) -> TimeSpan:
    lowest, highest = _count(cells, "concurrency_min"), _count(cells, "concurrency_max")
    mean, limit = _number(cells, "concurrency_mean"), _count(cells, "concurrency_limit")
    covered_ms = round(1000 * (_number(cells, "seconds_covered") or 0))
    if covered_ms < 0:
        raise _refuse(cells, "seconds_covered", "which is negative")
    if (lowest is None) != (highest is None) or (lowest is not None and highest is not None and lowest > highest):
        raise _refuse(cells, "concurrency_min", "which does not go with concurrency_max")
    if mean is not None and not (lowest or 0) - 0.001 <= mean <= (highest or 0) + 0.001:
        raise _refuse(cells, "concurrency_mean", "which does not lie between concurrency_min and concurrency_max")
    last = Snapshot(
        concurrency_limit=limit,
        used=_count(cells, "used"),
        failed=_count(cells, "failed"),
        limit=_count(cells, "limit"),
    )
    return TimeSpan(
        start_ms=epoch_ms(_moment(cells, "time")),
        last=last,
        lowest=lowest,
        highest=highest,
        request_ms=round((mean or 0) * covered_ms),
        covered_ms=covered_ms,
        saturated_ms=covered_ms if is_saturated(lowest, limit) else 0,
        spend=_credits(cells),
    )


def _interval(cells: Cells) -> TimeSpan:
    """Read the spend of an interval; nothing is known of requests in flight, nor of counters."""
    if _is_empty(cells, "spend"):
        raise RowInvalid("spend is empty")
    spend = _credits(cells)
    if spend < 0:
        raise _refuse(cells, "spend", "which is below 0")
    return TimeSpan(start_ms=epoch_ms(_moment(cells, "time")), last=Snapshot(), spend=spend)


_READERS: Mapping[Form, Callable[[Cells], Reading | TimeSpan]] = {
    Form.SAMPLES: _reading,
    Form.STEPS: _step,
    Form.SPEND: _interval,
}


def _is_empty(cells: Cells, column: str) -> bool:
    value = cells.get(column)
    return value is None or (isinstance(value, str) and not value.strip())


def _count(cells: Cells, column: str) -> int | None:
    value = cells.get(column)
    count = -1
    match value:
        case None | "":
            return None
        case str() if found := _WHOLE.fullmatch(value.strip()):
            count = int(found[1])
        case bool():
            pass
        case int():
            count = value
        case float() if value.is_integer():
            count = int(value)
    if not 0 <= count < LARGEST_COUNT:
        raise _refuse(cells, column, "which is no count")
    return count


def _number(cells: Cells, column: str) -> float | None:
    value = cells.get(column)
    match value:
        case None | "":
            return None
        case str() if _NUMBER.fullmatch(value.strip()):
            return float(value)
        case int() | float() if not isinstance(value, bool) and abs(value) < LARGEST_COUNT:
            return float(value)
        case _:
            raise _refuse(cells, column, "which is no number")


def _credits(cells: Cells) -> int:
    spend = _number(cells, "spend") or 0.0
    if abs(spend) > 2**53:
        raise _refuse(cells, "spend", "which is too large")
    return round(spend)


def _moment(cells: Cells, column: str) -> datetime:
    """Read an ISO 8601 time, which without a zone is in UTC, or epoch seconds."""
    value = cells.get(column)
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        found = iso_moment(value.strip())
    else:
        found = _epoch_moment(_number(cells, column))
    if found is None:
        raise _refuse(cells, column, "which is no time")
    if found.year not in KNOWN_YEARS:
        raise _refuse(cells, column, "which is too far from today")
    return found


def _epoch_moment(seconds: float | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(round(seconds, 3), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _refuse(cells: Cells, column: str, reason: str) -> RowInvalid:
    value = cells.get(column)
    shown = "empty" if value is None or value == "" else harmless(str(value)[:100], 40)
    return RowInvalid(f"{column} is {shown}, {reason}")
