"""Exports and imports of account 1 between histories in memory."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.services.stored import NOW_MS
from usage_tui.core.history_table import Form
from usage_tui.core.rollup import DAY_MS
from usage_tui.services.history_accounts import StoredAccount
from usage_tui.services.history_export import STEPS_MS, CsvTable, JsonTable, bounds, sample_pages, step_pages
from usage_tui.services.history_import import Imported, bring_in
from usage_tui.services.history_range import spans
from usage_tui.services.history_rollup import roll_up
from usage_tui.services.history_staging import gather, work_out

ACCOUNT = StoredAccount(1, "production")
RAW_DAYS, MINUTE_DAYS = 7, 90


def roll_all(connection: sqlite3.Connection, now_ms: int) -> None:
    """Roll up all that can be at a moment."""
    while roll_up(connection, 1, now_ms):
        pass


def exported(
    connection: sqlite3.Connection, path: Path, step: str | None, *, begin_ms: int = 0, end_ms: int = 2**62
) -> Path:
    """Write what `history export` writes of account 1."""
    table = CsvTable(Form.SAMPLES if step is None else Form.STEPS)
    if path.suffix == ".json":
        table = JsonTable(Form.SAMPLES if step is None else Form.STEPS)  # type: ignore[assignment]
    first, last = bounds(connection, ACCOUNT, is_samples_only=step is None) or (0, 0)
    part = (max(begin_ms, first), min(end_ms, last))
    pages = (
        sample_pages(connection, ACCOUNT, *part)
        if step is None
        else step_pages(connection, ACCOUNT, *part, STEPS_MS[step])
    )
    path.write_text(table.begin() + "".join(table.page(page.rows) for page in pages) + table.end())
    return path


def bring(connection: sqlite3.Connection, path: Path, now_ms: int) -> Imported:
    """Import a file into account 1."""
    for table in ("read_samples", "read_steps", "new_samples", "new_minutes", "new_hours"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    gathered = gather(connection, path, now_ms, lambda _: None)
    assert gathered is not None
    work_out(connection, gathered.form, 0, 1, samples_from_ms=now_ms - RAW_DAYS * DAY_MS, now_ms=now_ms)
    roll_all(connection, now_ms)
    return bring_in(connection, 1, MINUTE_DAYS, now_ms)


def spent(connection: sqlite3.Connection, step_ms: int) -> int:
    """Add up all that the history says was spent, read in steps of a width."""
    return sum(span.spend for span in spans(connection, 1, NOW_MS - 400 * DAY_MS, NOW_MS + 400 * DAY_MS, step_ms))
