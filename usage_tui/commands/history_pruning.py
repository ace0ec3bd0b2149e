"""Forgets at once what is older than it is kept."""

from __future__ import annotations

from datetime import UTC, datetime

from usage_tui.commands.common import Common
from usage_tui.commands.history_importing import finish_rolling
from usage_tui.commands.history_in_force import HistoryInForce, history_in_force
from usage_tui.commands.progress import progress_bar
from usage_tui.core.rollup import epoch_ms
from usage_tui.core.wording import counted
from usage_tui.services.history_rollup import prune


def prune_history(common: Common) -> str:
    """Forget samples and minutes of all accounts, or of the one asked for, in small steps; word how many.

    Raises:
        click.UsageError: no account is of the name asked for.
        HistoryUnavailable: the history cannot be written.
    """
    now_ms = epoch_ms(datetime.now(UTC))
    with history_in_force(common) as force:
        accounts = force.asked_for(common.account)
        if not accounts:
            return "Nothing is stored yet."
        before = _rows(force)
        with progress_bar("Pruning") as tell:
            for done, account in enumerate(accounts, start=1):
                finish_rolling(force, account.id, now_ms)
                _prune(force, account.id, now_ms)
                tell(done / len(accounts))
        after = _rows(force)
    samples, minutes = (max(0, one - other) for one, other in zip(before, after, strict=True))
    return f"Forgot {counted(samples, 'sample')} and {counted(minutes, 'minute')}."


def _prune(force: HistoryInForce, account: int, now_ms: int) -> None:
    kept = force.config.history
    has_more = True
    while has_more:
        with force.file.writing() as connection:
            has_more = prune(connection, account, kept.raw_days, kept.minute_days, now_ms)


def _rows(force: HistoryInForce) -> list[int]:
    """Count the samples and the minutes."""
    with force.file.reading() as connection:
        counted = [connection.execute(f"SELECT count(*) FROM {table}") for table in ("samples", "minutes")]  # noqa: S608
        return [int(found.fetchone()[0]) for found in counted]
