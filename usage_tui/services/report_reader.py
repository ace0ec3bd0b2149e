"""Reads what is stored of an account's report: its entries as they are asked for, its days, and its headers."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from msgspec.structs import replace

from usage_tui.core.report import Entry, Figures, Grouping, Order, Page, Place, date_of
from usage_tui.core.report_order import chosen
from usage_tui.core.report_weeks import WEEK_DAYS, ReportedDay, weeks_until
from usage_tui.services.report_store import DOMAIN_KIND, PARAMETERS_KIND

_KINDS = {Grouping.DOMAIN: DOMAIN_KIND, Grouping.PARAMETERS: PARAMETERS_KIND}
_COLUMNS = {Grouping.DOMAIN: "r.domain", Grouping.DATE: "r.day", Grouping.PARAMETERS: "r.parameters"}
_SORTED_BY = {
    Order.LABEL: "text",
    Order.CREDITS: "credits",
    Order.REQUESTS: "requests",
    Order.FAILED: "failed",
    Order.CANCELLED: "cancelled",
    Order.PER_SUCCESS: "credits * 1.0 / nullif(requests, 0)",
    Order.TREND: "recent * 1.0 / nullif(earlier, 0)",
}
_SUMS = "sum(r.credits), sum(r.requests), sum(r.failed), sum(r.cancelled)"


def account_days(connection: sqlite3.Connection, account: int) -> dict[int, Figures]:
    """Read what each day of an account's report comes to; nothing where there is no report."""
    rows = connection.execute(
        """SELECT d.day, d.credits, d.requests, d.failed, d.cancelled
        FROM report_heads h JOIN report_days d ON d.import = h.import AND d.account = h.account
        WHERE h.account = ? ORDER BY d.day""",
        (account,),
    )
    return {day: Figures(*sums) for day, *sums in rows}


def page(
    connection: sqlite3.Connection, account: int, place: Place, order: Order, *, is_turned: bool, part: str, most: int
) -> Page | None:
    """Read the first `most` entries of a place whose label has `part` in it, in some order; None without a report."""
    days = account_days(connection, account)
    if not days:
        return None
    first_day, last_day = min(days), max(days)
    reported = _reported_days(connection, account)
    whole = {each.day for each in reported if each.is_whole}
    has_weeks = weeks_until(reported) is not None
    if place.is_whole and place.by in _KINDS:
        total = _added_up(days.values())
        entries, count = _totals(connection, account, place.by, order, is_turned, part.lower(), most, has_weeks)
        return Page(entries, count, total, first_day, last_day)
    found = _by_day(days, whole) if place.is_whole else _within(connection, account, place, whole)
    total = _added_up(entry.figures for entry in found)
    entries, count = chosen(found, order, is_turned=is_turned, part=part, most=most)
    return Page(entries, count, total, first_day, last_day)


def _totals(
    connection: sqlite3.Connection,
    account: int,
    by: Grouping,
    order: Order,
    is_turned: bool,
    part: str,
    most: int,
    has_weeks: bool,
) -> tuple[tuple[Entry, ...], int]:
    """Read entries that are added up already."""
    where = """FROM report_heads h JOIN report_totals t ON t.import = h.import AND t.account = h.account
        WHERE h.account = ?1 AND t.kind = ?2 AND (?3 = '' OR instr(lower(t.text), ?3))"""
    (count,) = connection.execute(f"SELECT count(*) {where}", (account, _KINDS[by], part)).fetchone()
    key = _SORTED_BY[order]
    way = "ASC" if is_turned != (order is Order.LABEL) else "DESC"
    unknown_last = "" if order in (Order.CREDITS, Order.LABEL) else f"{key} IS NULL,"
    second = "" if order is Order.LABEL else ", text" if order is Order.CREDITS else ", credits DESC, text"
    rows = connection.execute(
        f"""SELECT text, credits, requests, failed, cancelled, recent, earlier {where}
        ORDER BY {unknown_last} {key} {way}{second} LIMIT ?4""",
        (account, _KINDS[by], part, most),
    )
    if has_weeks:
        return tuple(Entry(text, Figures(*sums)) for text, *sums in rows), count
    return tuple(Entry(text, Figures(*sums[:4])) for text, *sums in rows), count


def _reported_days(connection: sqlite3.Connection, account: int) -> list[ReportedDay]:
    """Read which days an account's report has, and when their rows came."""
    rows = connection.execute(
        """SELECT d.day, d.source, i.at FROM report_heads h
        JOIN report_days d ON d.import = h.import AND d.account = h.account JOIN report_imports i ON i.id = d.source
        WHERE h.account = ?""",
        (account,),
    )
    return [ReportedDay(*row) for row in rows]


def _by_day(days: dict[int, Figures], whole: Collection[int]) -> list[Entry]:
    """Give the entries of days; each day's trend is against the same weekday before, where both are whole."""
    return [Entry(date_of(day).isoformat(), _beside(days, day, whole)) for day in days]


def _beside(days: dict[int, Figures], day: int, whole: Collection[int]) -> Figures:
    """Give a day's figures beside those of a week before."""
    figures, before = days[day], days.get(day - WEEK_DAYS)
    if before is None or day not in whole or day - WEEK_DAYS not in whole:
        return figures
    return replace(figures, recent=figures.credits, earlier=before.credits)


def _within(connection: sqlite3.Connection, account: int, place: Place, whole: Collection[int]) -> list[Entry]:
    """Add up the rows of one domain, day or parameters."""
    conditions, values = ["h.account = ?"], [account]
    leading: list[int] = []
    joined = ""
    for by, text, column in (
        (Grouping.DOMAIN, place.domain, "domain"),
        (Grouping.PARAMETERS, place.parameters, "parameters"),
    ):
        if text is not None:
            ids = connection.execute(
                "SELECT import, id FROM report_names WHERE kind = ? AND text = ?", (_KINDS[by], text)
            ).fetchall()
            if not ids:
                return []
            pairs = ", ".join("(?, ?)" for _ in ids)
            table = f"(SELECT column1 AS source, column2 AS id FROM (VALUES {pairs})) {column}"  # noqa: S608 -- ours
            joined += f" JOIN {table} ON {column}.source = d.source"
            conditions.append(f"r.{column} = {column}.id")
            leading += [number for pair in ids for number in pair]
    if place.day is not None:
        conditions.append("d.day = ?")
        values.append(place.day)
    rows = connection.execute(
        f"""SELECT r.import, {_COLUMNS[place.by]}, {_SUMS}
        FROM report_heads h JOIN report_days d ON d.import = h.import AND d.account = h.account{joined}
        CROSS JOIN report_rows r ON r.import = d.source AND r.account = d.account AND r.day = d.day
        WHERE {" AND ".join(conditions)} GROUP BY r.import, {_COLUMNS[place.by]}""",  # noqa: S608 -- our own words
        [*leading, *values],
    ).fetchall()
    if place.by is Grouping.DATE:
        return _by_day({day: Figures(*sums) for _, day, *sums in sorted(rows, key=lambda row: int(row[1]))}, whole)
    return _named(connection, _KINDS[place.by], rows)


def _named(connection: sqlite3.Connection, kind: int, rows: list[tuple[int, int, int, int, int, int]]) -> list[Entry]:
    """Give entries their names; one that several imports hold is one entry."""
    sums: dict[str, Figures] = {}
    for number, name, *figures in rows:
        (text,) = connection.execute(
            "SELECT text FROM report_names WHERE import = ? AND kind = ? AND id = ?", (number, kind, name)
        ).fetchone()
        new = Figures(*figures)
        sums[text] = _added_up((sums[text], new)) if text in sums else new
    return [Entry(text, figures) for text, figures in sums.items()]


def _added_up(figures: Iterable[Figures]) -> Figures:
    """Add figures up; what is known of none of them stays unknown."""
    spent = 0
    known: list[int | None] = [None, None, None]
    for each in figures:
        spent += each.credits
        for index, number in enumerate((each.requests, each.failed, each.cancelled)):
            if number is not None:
                known[index] = (known[index] or 0) + number
    return Figures(spent, *known)
