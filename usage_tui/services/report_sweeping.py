"""Finds and forgets what stands of reports that nobody is shown any more."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

STEP_ROWS = 4_000
_KEYS = {
    "report_rows": "import, account, day, domain, parameters",
    "report_days": "import, account, day",
    "report_totals": "import, account, kind, credits, text",
    "report_names": "import, kind, id",
}
_LIVE = """SELECT d.source, d.account, d.day FROM report_heads h
    JOIN report_days d ON d.import = h.import AND d.account = h.account"""


class Dead(Struct, frozen=True):
    """Rows of a table that are to be forgotten."""

    table: str
    where: str
    values: tuple[int, ...]

    def forget_some(self, connection: sqlite3.Connection) -> bool:
        """Forget a few thousand of them; say whether there may be more."""
        keys = _KEYS[self.table]
        done = connection.execute(
            f"""DELETE FROM {self.table} WHERE ({keys}) IN (
            SELECT {keys} FROM {self.table} WHERE {self.where} LIMIT {STEP_ROWS})""",  # noqa: S608 -- our own names
            self.values,
        )
        return done.rowcount >= STEP_ROWS


def dead_rows(connection: sqlite3.Connection) -> list[Dead]:
    """Find what is of no use any more: imports that were cut off, and what later ones replaced."""
    live = set(connection.execute(_LIVE))
    sources = {source for source, _, _ in live}
    heads = set(connection.execute("SELECT import, account FROM report_heads"))
    found: list[Dead] = []
    for number, is_whole in connection.execute("SELECT id, is_whole FROM report_imports").fetchall():
        if not is_whole or (number not in sources and number not in {head for head, _ in heads}):
            found += [Dead(table, "import = ?", (number,)) for table in _KEYS]
            continue
        days = connection.execute("SELECT account, day, source FROM report_days WHERE import = ?", (number,)).fetchall()
        for account, day, source in days:
            is_live = (number, account, day) in live
            if source == number and not is_live:
                found.append(Dead("report_rows", "import = ? AND account = ? AND day = ?", (number, account, day)))
            if (number, account) not in heads and (source != number or not is_live):
                found.append(Dead("report_days", "import = ? AND account = ? AND day = ?", (number, account, day)))
        accounts = connection.execute("SELECT DISTINCT account FROM report_totals WHERE import = ?", (number,))
        found += [
            Dead("report_totals", "import = ? AND account = ?", (number, account))
            for (account,) in accounts.fetchall()
            if (number, account) not in heads
        ]
    return found


def forget_imports(connection: sqlite3.Connection) -> None:
    """Forget the imports of which nothing stands any more."""
    connection.execute(
        """DELETE FROM report_imports WHERE id NOT IN (SELECT source FROM report_days)
        AND id NOT IN (SELECT import FROM report_heads)"""
    )
