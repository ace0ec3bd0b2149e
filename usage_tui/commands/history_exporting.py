"""Writes the stored history to stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from usage_tui.commands.common import Common
from usage_tui.commands.complaints import complain
from usage_tui.commands.exits import emit
from usage_tui.commands.history_in_force import HistoryInForce, history_in_force
from usage_tui.commands.progress import progress_bar
from usage_tui.commands.streams import write_for_programs
from usage_tui.core.history_table import Form
from usage_tui.core.rollup import epoch_ms
from usage_tui.services.history_accounts import StoredAccount
from usage_tui.services.history_export import STEPS_MS, CsvTable, JsonTable, Page, bounds, sample_pages, step_pages


def export(common: Common, since: datetime | None, until: datetime | None, step: str | None, form: str) -> None:
    """Write samples, or steps of time, as CSV or JSON.

    Raises:
        click.UsageError: no account is of the name that was asked for.
        HistoryUnavailable: the history cannot be read.
    """
    rows = Form.SAMPLES if step is None else Form.STEPS
    table = CsvTable(rows) if form == "csv" else JsonTable(rows)
    begin_ms = 0 if since is None else epoch_ms(since)
    end_ms = 2**62 if until is None else epoch_ms(until)
    with history_in_force(common) as force:
        parts = _parts(force, common.account, begin_ms, end_ms, step)
        write_for_programs()
        emit(table.begin(), end="")
        whole_ms = max(1, sum(part.length_ms for part in parts))
        with progress_bar("Exporting") if not sys.stdout.isatty() else nullcontext(_nobody) as tell:
            done_ms = 0
            for part in parts:
                named = part._replace(account=replace(part.account, name=table.named(part.account.name)))
                for page in _pages(force, named, step):
                    emit(table.page(page.rows), end="")
                    tell((done_ms + page.reached_ms - part.begin_ms) / whole_ms)
                done_ms += part.length_ms
        emit(table.end(), end="")


class _Part(NamedTuple):
    """What is there to export of one account."""

    account: StoredAccount
    begin_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return max(0, self.end_ms - self.begin_ms)


def _nobody(_share: float) -> None:
    """Tell nobody how far it is: the rows go to the same terminal."""


def _parts(force: HistoryInForce, name: str | None, begin_ms: int, end_ms: int, step: str | None) -> list[_Part]:
    """Find what there is of the account of a name, or of all of them."""
    chosen = force.asked_for(name)
    if not chosen:
        complain("Nothing is stored yet.")
        return []
    with force.file.reading() as connection:
        found = [(account, bounds(connection, account, is_samples_only=step is None)) for account in chosen]
    return [_Part(account, max(begin_ms, there[0]), min(end_ms, there[1])) for account, there in found if there]


def _pages(force: HistoryInForce, part: _Part, step: str | None) -> Iterator[Page]:
    """Read page by page; nothing is read while one is written, which may take as long as whoever reads it likes."""
    with force.file.reading() as connection:
        pages = sample_pages(connection, *part) if step is None else step_pages(connection, *part, STEPS_MS[step])
    while True:
        with force.file.reading():
            page = next(pages, None)
        if page is None:
            return
        yield page
