"""The tables of the history, and how an older file comes to have them; the schema's number is `user_version`.

All times are epoch milliseconds, but for `cycle_start`, which has to come back exactly as the service said it: epoch
microseconds. A negative account holds rows that a clock, since set back, had dated into the future.

A report's days are counted since the epoch. What an import brought is seen once `report_heads` names it for the
account: its `report_days` say which import holds each day's rows, its `report_totals` what all of them come to.
"""

from __future__ import annotations

import sqlite3

from usage_tui.core.errors import HistoryUnavailable

_COUNTERS = """
    concurrency_limit INTEGER, used INTEGER, failed INTEGER, credit_limit INTEGER, credits_left INTEGER,
    cycle_start INTEGER, flags INTEGER NOT NULL,"""
_SPAN = f"""
    account INTEGER NOT NULL, at INTEGER NOT NULL, lowest INTEGER, highest INTEGER, request_ms INTEGER NOT NULL,
    covered_ms INTEGER NOT NULL, saturated_ms INTEGER NOT NULL, spend INTEGER NOT NULL, {_COUNTERS}
    PRIMARY KEY (account, at)"""
_SAMPLE = f"""
    account INTEGER NOT NULL, at INTEGER NOT NULL, interval INTEGER NOT NULL, concurrency INTEGER, burst INTEGER,
    {_COUNTERS} PRIMARY KEY (account, at)"""
_FIRST = (
    """CREATE TABLE accounts (
    id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    minutes_until INTEGER, hours_until INTEGER, holder_pid INTEGER)""",
    f"CREATE TABLE samples ({_SAMPLE}) WITHOUT ROWID",
    f"CREATE TABLE minutes ({_SPAN}) WITHOUT ROWID",
    f"CREATE TABLE hours ({_SPAN}) WITHOUT ROWID",
    """CREATE TABLE last_poll (
    account INTEGER PRIMARY KEY, serial INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, error TEXT,
    latency REAL, next_at INTEGER NOT NULL, pid INTEGER NOT NULL)""",
    "CREATE TABLE wanted (account INTEGER PRIMARY KEY, until INTEGER NOT NULL, refresh_asked_at INTEGER NOT NULL)",
)
_FORECASTS: tuple[str, ...] = (
    """CREATE TABLE forecasts (
    account INTEGER NOT NULL, day INTEGER NOT NULL, made_at INTEGER NOT NULL, cycle_began INTEGER NOT NULL,
    cycle_ends INTEGER NOT NULL, used INTEGER NOT NULL, total_p10 REAL NOT NULL, total_p50 REAL NOT NULL,
    total_p90 REAL NOT NULL, ceiling INTEGER, run_out_probability REAL, actual INTEGER,
    PRIMARY KEY (account, day)) WITHOUT ROWID""",
    """CREATE TABLE prospects (
    account INTEGER PRIMARY KEY, made_at INTEGER NOT NULL, cycle_ends INTEGER NOT NULL, ceiling INTEGER NOT NULL,
    is_limit INTEGER NOT NULL, is_spent INTEGER NOT NULL, run_out_probability REAL, run_out_p50 INTEGER,
    run_out_p10 INTEGER)""",
)
_ALERTS: tuple[str, ...] = (
    "CREATE TABLE alert_serial (serial INTEGER NOT NULL)",
    "INSERT INTO alert_serial VALUES (0)",
    """CREATE TABLE alert_levels (
    account INTEGER NOT NULL, rule TEXT NOT NULL, height REAL NOT NULL, has_fired INTEGER NOT NULL,
    PRIMARY KEY (account, rule, height)) WITHOUT ROWID""",
    """CREATE TABLE alerts (
    id INTEGER PRIMARY KEY, account INTEGER NOT NULL, rule TEXT NOT NULL, height REAL NOT NULL, threshold REAL,
    value REAL, message TEXT NOT NULL, fired_at INTEGER NOT NULL, resolved_at INTEGER, acknowledged_at INTEGER,
    is_muted INTEGER NOT NULL)""",
    "CREATE INDEX alerts_of_account ON alerts (account, fired_at)",
    """CREATE TABLE alert_mutes (
    account INTEGER NOT NULL, rule TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (account, rule)) WITHOUT ROWID""",
    """CREATE TABLE alert_deliveries (
    id INTEGER PRIMARY KEY, alert INTEGER NOT NULL, channel TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL,
    made_at INTEGER NOT NULL, error TEXT)""",
    "CREATE INDEX deliveries_of_alert ON alert_deliveries (alert)",
    "CREATE INDEX deliveries_by_status ON alert_deliveries (status)",
)
_FIGURES = "credits INTEGER NOT NULL, requests INTEGER, failed INTEGER, cancelled INTEGER"
_REPORTS: tuple[str, ...] = (
    """CREATE TABLE report_imports (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, file TEXT NOT NULL, row_count INTEGER NOT NULL,
    is_whole INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE report_names (
    import INTEGER NOT NULL, kind INTEGER NOT NULL, id INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (import, kind, id)) WITHOUT ROWID""",
    f"""CREATE TABLE report_rows (
    import INTEGER NOT NULL, account INTEGER NOT NULL, day INTEGER NOT NULL, domain INTEGER NOT NULL,
    parameters INTEGER NOT NULL, {_FIGURES}, PRIMARY KEY (import, account, day, domain, parameters)) WITHOUT ROWID""",
    f"""CREATE TABLE report_days (
    import INTEGER NOT NULL, account INTEGER NOT NULL, day INTEGER NOT NULL, source INTEGER NOT NULL, {_FIGURES},
    PRIMARY KEY (import, account, day)) WITHOUT ROWID""",
    f"""CREATE TABLE report_totals (
    import INTEGER NOT NULL, account INTEGER NOT NULL, kind INTEGER NOT NULL, text TEXT NOT NULL, {_FIGURES},
    recent INTEGER NOT NULL, earlier INTEGER NOT NULL,
    PRIMARY KEY (import, account, kind, credits DESC, text)) WITHOUT ROWID""",
    "CREATE TABLE report_heads (account INTEGER PRIMARY KEY, import INTEGER NOT NULL)",
    "CREATE TABLE report_columns (header TEXT PRIMARY KEY, field TEXT NOT NULL) WITHOUT ROWID",
)
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, (*_FORECASTS, *_ALERTS, *_REPORTS))


def migrate(connection: sqlite3.Connection, migrations: tuple[tuple[str, ...], ...] = MIGRATIONS) -> None:
    """Bring the schema to the newest number, a transaction a step; to be called with the history's lock held.

    Raises:
        HistoryUnavailable: the schema is newer than this program; nothing was touched.
    """
    while (version := schema_number(connection)) != len(migrations):
        if version > len(migrations):
            raise _too_new(version)
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in migrations[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def make_staging(connection: sqlite3.Connection) -> None:
    """Make the tables, seen by this connection alone, in which an import gathers what it brings in."""
    tables = {
        "read_samples": _SAMPLE,
        "read_steps": _SPAN,
        "new_samples": _SAMPLE,
        "new_minutes": _SPAN,
        "new_hours": _SPAN,
    }
    for table, columns in tables.items():
        connection.execute(f"CREATE TEMP TABLE {table} ({columns}) WITHOUT ROWID")


def check_schema(connection: sqlite3.Connection) -> None:
    """Look whether this program knows the schema of a file: a newer one may have migrated it, also while it is open.

    Raises:
        HistoryUnavailable: the schema is newer than this program.
    """
    if (version := schema_number(connection)) > len(MIGRATIONS):
        raise _too_new(version)


def _too_new(version: int) -> HistoryUnavailable:
    return HistoryUnavailable(
        f"The history has schema {version}, and this usage-tui knows {len(MIGRATIONS)} at most: update usage-tui."
    )


def schema_number(connection: sqlite3.Connection) -> int:
    """Give the number of the schema that a file has; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
