"""Forgets forecasts and alerts that are older than they are kept."""

from __future__ import annotations

import sqlite3

from usage_tui.core.rollup import DAY_MS

FORECASTS_KEPT_MS = 800 * DAY_MS
UNSETTLED_KEPT_MS = 3 * DAY_MS
ALERTS_KEPT_MS = 365 * DAY_MS


def prune_logs(connection: sqlite3.Connection, account: int, now_ms: int) -> None:
    """Forget an account's old forecasts and alerts, and forecasts whose cycle ended unseen; in a transaction.

    What a cycle that was cut short, as by an upgrade, would have come to is not known, nor ever will be.
    """
    connection.execute(
        """DELETE FROM forecasts WHERE account = ?1
        AND (made_at < ?2 OR (actual IS NULL AND cycle_ends < ?3))""",
        (account, now_ms - FORECASTS_KEPT_MS, now_ms - UNSETTLED_KEPT_MS),
    )
    of_alerts = "account = ? AND fired_at < ? AND resolved_at IS NOT NULL"
    old = (account, now_ms - ALERTS_KEPT_MS)
    connection.execute(
        f"DELETE FROM alert_deliveries WHERE alert IN (SELECT id FROM alerts WHERE {of_alerts})",  # noqa: S608 -- ours
        old,
    )
    connection.execute(f"DELETE FROM alerts WHERE {of_alerts}", old)  # noqa: S608 -- likewise
