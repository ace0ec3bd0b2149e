"""Gathers what an import brings in, in tables that this connection alone sees and that vanish with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby, islice
from math import gcd
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.errors import ImportInvalid
from usage_tui.core.history_table import Form
from usage_tui.core.imported import as_kept, marked, step_width, with_intervals
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, Reading, TimeSpan, folded, minutes, moment
from usage_tui.core.wording import harmless, iso
from usage_tui.services.history_rows import put_readings, put_spans, select_readings, select_spans
from usage_tui.services.history_schema import make_staging
from usage_tui.services.history_table_file import FileRow, read_table

BATCH_ROWS = 1000
FOLDED_MS = 6 * HOUR_MS
UNNAMED = ""
T = TypeVar("T")


class Gathered(Struct, frozen=True):
    """What a file holds: rows of which form, and of which accounts; an account's place is its number in the staging."""

    form: Form
    names: tuple[str, ...]


def gather(connection: sqlite3.Connection, path: Path, now_ms: int, told: Callable[[int], None]) -> Gathered | None:
    """Read a whole file into the staging tables, which are made for it; None where it has no row.

    `told` is called with the bytes that were read so far.

    Raises:
        ImportInvalid: a line is wrong or lies in the future, or the rows are steps of a width that nobody exports.
    """
    make_staging(connection)
    form: Form | None = None
    names: dict[str, int] = {}
    for batch in _batches(read_table(path), BATCH_ROWS):
        form = batch[0].form
        connection.execute("BEGIN")
        for account, rows in groupby(batch, lambda each: each.row.account or UNNAMED):
            number = names.setdefault(account, len(names))
            said = [_past(each, path, now_ms) for each in rows]
            put_readings(connection, "read_samples", number, (each for each in said if isinstance(each, Reading)))
            put_spans(connection, "read_steps", number, (each for each in said if isinstance(each, TimeSpan)))
        connection.execute("COMMIT")
        told(batch[-1].bytes_read)
    if form is None:
        return None
    if form is not Form.SAMPLES:
        for number in names.values():
            _width(connection, form, number)
    return Gathered(form, tuple(names))


def work_out(
    connection: sqlite3.Connection, form: Form, number: int, account: int, *, samples_from_ms: int, now_ms: int
) -> None:
    """Work out which samples, minutes and hours the gathered rows of one of the file's accounts come to.

    Samples are kept from `samples_from_ms` on, and the last one whenever it was.
    """
    connection.execute("BEGIN")
    if form is Form.SAMPLES:
        _fold_samples(connection, number, account, samples_from_ms)
    else:
        _fold_steps(connection, form, number, account, now_ms)
    connection.execute("COMMIT")


def _past(each: FileRow, path: Path, now_ms: int) -> Reading | TimeSpan:
    if each.row.at_ms > now_ms:
        raise ImportInvalid(
            f"{harmless(str(path), 200)}, line {each.line}: {iso(moment(each.row.at_ms))} lies in the future; "
            "nothing was imported."
        )
    return each.row.said


def _fold_samples(connection: sqlite3.Connection, number: int, account: int, samples_from_ms: int) -> None:
    before: Reading | None = None
    counted: Reading | None = None
    begin_ms = 0
    readings = with_intervals(_pages(connection, number))
    for window, group in groupby(readings, lambda reading: reading.at_ms // FOLDED_MS):
        seen: list[Reading] = []
        earlier, earlier_counted = before, counted
        for reading in group:
            seen.append(reading.after(before, counted))
            before = seen[-1]
            counted = before if before.snapshot.used is not None else counted
        end_ms = (window + 1) * FOLDED_MS
        spans = minutes(seen, before=earlier, counted=earlier_counted, begin_ms=begin_ms, end_ms=end_ms)
        put_spans(connection, "new_minutes", account, spans)
        put_spans(connection, "new_hours", account, folded(spans, HOUR_MS))
        kept = [reading for reading in seen if reading.at_ms >= samples_from_ms]
        put_readings(connection, "new_samples", account, kept)
        begin_ms = end_ms
    if counted is not None:
        put_readings(connection, "new_samples", account, [counted])


def _pages(connection: sqlite3.Connection, number: int) -> Iterator[Reading]:
    after_ms = -1
    while page := select_readings(
        connection, "account = ? AND at > ? ORDER BY at LIMIT ?", (number, after_ms, BATCH_ROWS), "read_samples"
    ):
        yield from page
        after_ms = page[-1].at_ms


def _fold_steps(connection: sqlite3.Connection, form: Form, number: int, account: int, now_ms: int) -> None:
    width_ms = _width(connection, form, number)
    spans: Iterator[TimeSpan] = marked(_steps(connection, form, number, width_ms), width_ms)
    for _, group in groupby(spans, lambda span: span.start_ms // FOLDED_MS):
        kept = as_kept(group, width_ms, now_ms)
        if width_ms <= MINUTE_MS:
            put_spans(connection, "new_minutes", account, kept)
            put_spans(connection, "new_hours", account, folded(kept, HOUR_MS))
        else:
            put_spans(connection, "new_hours", account, kept)


def _steps(connection: sqlite3.Connection, form: Form, number: int, width_ms: int) -> Iterator[TimeSpan]:
    """Give the gathered steps in the order of time; an interval of which the spend is known is covered whole."""
    (first, last) = connection.execute(
        "SELECT min(at), max(at) FROM read_steps WHERE account = ?", (number,)
    ).fetchone()
    page_ms = BATCH_ROWS * width_ms
    for begin_ms in range(first, last + 1, page_ms):
        for span in select_spans(connection, "read_steps", number, begin_ms, begin_ms + page_ms):
            yield replace(span, covered_ms=width_ms) if form is Form.SPEND else span


def _width(connection: sqlite3.Connection, form: Form, number: int) -> int:
    """Tell how wide the steps are: what `history export` writes, or for spends what mostly lies between two."""
    distances: dict[int, int] = {}
    common_ms, before = 0, None
    for (at_ms,) in connection.execute("SELECT at FROM read_steps WHERE account = ? ORDER BY at", (number,)):
        common_ms = gcd(common_ms, at_ms)
        if before is not None:
            distances[at_ms - before] = distances.get(at_ms - before, 0) + 1
        before = at_ms
    if form is Form.SPEND:
        return max(distances, key=lambda distance: (distances[distance], -distance), default=HOUR_MS)
    (covered_ms,) = connection.execute("SELECT max(covered_ms) FROM read_steps WHERE account = ?", (number,)).fetchone()
    width_ms = step_width(min(distances, default=None), common_ms, covered_ms)
    if width_ms is None:
        raise ImportInvalid(
            "The rows are no steps of 15s, 1m, 5m, 1h or 1d: their times or what they cover do not go with any of "
            "these; nothing was imported."
        )
    return width_ms


def _batches(rows: Iterator[T], most: int) -> Iterator[list[T]]:
    while batch := list(islice(rows, most)):
        yield batch
