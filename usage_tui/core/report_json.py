"""Reports and comparisons as JSON, where what is not known is null, and as CSV, where it is empty."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from usage_tui.core.csv_cells import defused
from usage_tui.core.reconcile import ComparedDay, Meaning, agreement
from usage_tui.core.report import Entry, Figures, Page, Place, date_of


def entries_report(name: str, place: Place, page: Page | None) -> dict[str, Any]:
    """Make the JSON of an account's entries; its days and rows are empty where it has no report."""
    if page is None:
        return {"name": name, "by": place.by, "first_day": None, "last_day": None, "total": None, "rows": []}
    total = page.total.credits
    return {
        "name": name,
        "by": place.by,
        "first_day": date_of(page.first_day).isoformat(),
        "last_day": date_of(page.last_day).isoformat(),
        "total": _figures(page.total),
        "rows": [_entry(entry, place, total) for entry in page.entries],
    }


def _entry(entry: Entry, place: Place, total: int) -> dict[str, Any]:
    figures = entry.figures
    return {
        place.by.value: entry.label,
        **_figures(figures),
        "share": round(figures.credits / total, 6) if total else None,
        "trend": None if figures.trend is None else round(figures.trend, 4),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    per_success = figures.per_success
    return {
        "credits": figures.credits,
        "requests": figures.requests,
        "failed": figures.failed,
        "cancelled": figures.cancelled,
        "credits_per_success": None if per_success is None else round(per_success, 4),
    }


def entries_csv(accounts: Sequence[dict[str, Any]], by: str) -> str:
    """Make the CSV of what `entries_report` gave; no cell is a formula to a spreadsheet."""
    columns = (by, "credits", "share", "requests", "failed", "cancelled", "credits_per_success", "trend")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("account", *columns))
    for account in accounts:
        for row in account["rows"]:
            cells = [row[column] for column in columns]
            writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in (account["name"], *cells)])
    return text.getvalue()


def comparison_report(name: str, days: Sequence[ComparedDay]) -> dict[str, Any]:
    """Make the JSON of an account's days, compared; there are none where it has no report."""
    found = agreement(days)
    return {
        "name": name,
        "days_compared": found.compared,
        "days_agreeing": found.agreeing,
        "days_without_samples": found.without_samples,
        "days": [
            {
                "date": date_of(day.day).isoformat(),
                "reported": day.reported,
                "collected": day.collected,
                "difference": day.difference,
                "watched_share": round(day.watched, 4),
                "agrees": day.meaning is Meaning.AGREES,
                "finding": day.meaning,
            }
            for day in days
        ],
    }
