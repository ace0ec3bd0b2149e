"""Adds up what an account's report will be once an import is seen: its days, its domains and parameters, its weeks.

Only the private database is written here.
"""

from __future__ import annotations

import sqlite3
from itertools import groupby
from operator import itemgetter

from usage_tui.core.report_weeks import ReportedDay, weeks_until

_DAYS = """CREATE TABLE staging.days (
    account INTEGER, day INTEGER, source INTEGER, credits INTEGER, requests INTEGER, failed INTEGER,
    cancelled INTEGER)"""
_NEW_DAYS = """INSERT INTO staging.days
    SELECT account, day, ?1, sum(credits), sum(requests), sum(failed), sum(cancelled)
    FROM report_rows WHERE import = ?1 GROUP BY account, day"""
_ACCOUNTS = "CREATE TABLE staging.rows_of_accounts AS SELECT DISTINCT account FROM staging.days"
_OLD_DAYS = """INSERT INTO staging.days
    SELECT d.account, d.day, d.source, d.credits, d.requests, d.failed, d.cancelled
    FROM staging.rows_of_accounts a JOIN report_heads h ON h.account = a.account
    JOIN report_days d ON d.import = h.import AND d.account = h.account
    WHERE NOT EXISTS (SELECT 1 FROM staging.days n WHERE n.account = d.account AND n.day = d.day)"""
_REPLACED = """CREATE TABLE staging.replaced AS
    SELECT o.account, count(DISTINCT o.day) AS days, count(*) AS rows
    FROM staging.days n JOIN report_heads h ON h.account = n.account
    JOIN report_days o ON o.import = h.import AND o.account = n.account AND o.day = n.day
    CROSS JOIN report_rows r ON r.import = o.source AND r.account = o.account AND r.day = o.day
    GROUP BY o.account"""
_REPORTED = """SELECT d.account, d.day, d.source, i.at
    FROM staging.days d JOIN report_imports i ON i.id = d.source ORDER BY d.account"""
_PAIRS = """CREATE TABLE staging.pairs AS
    SELECT s.account AS account, r.import AS import, r.domain AS domain, r.parameters AS parameters,
        sum(r.credits) AS credits, sum(r.requests) AS requests, sum(r.failed) AS failed,
        sum(r.cancelled) AS cancelled, sum(iif(r.day > l.day - 7 AND r.day <= l.day, r.credits, 0)) AS recent,
        sum(iif(r.day <= l.day - 7 AND r.day > l.day - 14, r.credits, 0)) AS earlier
    FROM staging.days s JOIN staging.weeks l ON l.account = s.account
    CROSS JOIN report_rows r ON r.import = s.source AND r.account = s.account AND r.day = s.day
    GROUP BY s.account, r.import, r.domain, r.parameters"""
_NUMBERED = """CREATE TABLE staging.numbered (
    account INTEGER, kind INTEGER, import INTEGER, name INTEGER, credits INTEGER, requests INTEGER, failed INTEGER,
    cancelled INTEGER, recent INTEGER, earlier INTEGER)"""
_TOTALS = """CREATE TABLE staging.totals AS
    SELECT t.account, t.kind, n.text, sum(t.credits) AS credits, sum(t.requests), sum(t.failed), sum(t.cancelled),
        sum(t.recent), sum(t.earlier)
    FROM staging.numbered t JOIN report_names n ON n.import = t.import AND n.kind = t.kind AND n.id = t.name
    GROUP BY t.account, t.kind, n.text ORDER BY t.account, t.kind, credits DESC, n.text"""


def gather_days(connection: sqlite3.Connection, number: int) -> None:
    """Say which import holds each day: this one all that it has, and what it has not stays as it is."""
    connection.execute(_DAYS)
    connection.execute(_NEW_DAYS, (number,))
    for statement in (_REPLACED, _ACCOUNTS, _OLD_DAYS, "CREATE TABLE staging.weeks (account INTEGER, day INTEGER)"):
        connection.execute(statement)
    for account, days in groupby(connection.execute(_REPORTED).fetchall(), key=itemgetter(0)):
        last = weeks_until([ReportedDay(*day) for _, *day in days])
        connection.execute("INSERT INTO staging.weeks VALUES (?, ?)", (account, last))


def add_up(connection: sqlite3.Connection) -> None:
    """Add up domains and parameters over all days."""
    connection.execute(_PAIRS)
    connection.execute(_NUMBERED)
    for kind, column in enumerate(("domain", "parameters")):
        connection.execute(
            f"""INSERT INTO staging.numbered SELECT account, {kind}, import, {column}, sum(credits), sum(requests),
            sum(failed), sum(cancelled), sum(recent), sum(earlier) FROM staging.pairs
            GROUP BY account, import, {column}"""  # noqa: S608 -- our own names
        )
    connection.execute(_TOTALS)
