"""All accounts as rows, the riskiest first."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime, tzinfo

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.risk import risk, run_out_chance
from usage_tui.core.signs import BUDGET_STATES, budget_words, state_sign
from usage_tui.core.spans import Line, Role, Span, shortened
from usage_tui.core.view import AccountView

BAR_CELLS = 6


class Column(Struct, frozen=True):
    """A column of the table: its title, its width in cells, and from and below which screen width it is there."""

    title: str
    width: int
    from_columns: int
    below_columns: int = sys.maxsize


COLUMNS = (
    Column("account", 15, 0),
    Column("state", 16, 0, 60),
    Column("state", 14, 60),
    Column("concurrency", 19, 80),
    Column("used", 7, 90),
    Column("budget", 12, 60),
    Column("risk", 5, 66),
    Column("runs out", 12, 102),
    Column("failed", 7, 112),
    Column("age", 6, 120),
    Column("credits/min", 11, 132),
)


class AccountRow(Struct, frozen=True):
    """One account's row: a line for each of `COLUMNS`."""

    name: str
    cells: tuple[Line, ...]


def account_rows(
    views: Iterable[AccountView], now: datetime, zone: tzinfo | None, name_part: str = ""
) -> list[AccountRow]:
    """Make the rows of the accounts whose name has `name_part` in it, sorted by risk, then by name."""
    wanted = name_part.casefold()
    chosen = [view for view in views if wanted in view.name.casefold()]
    return [account_row(view, now, zone) for view in sorted(chosen, key=lambda view: risk(view, now))]


def _run_out(view: AccountView, now: datetime, zone: tzinfo | None) -> Line:
    """Word when the lower of budget and limit runs out, if it does."""
    if view.cycle is not None and view.cycle.is_due:
        return (Span("renewal due", Role.DIM),)
    lower = view.prospect
    if lower is None or lower.chance is None:
        return (Span(wording.UNKNOWN, Role.DIM),)
    if lower.is_spent:
        return (Span("spent", Role.OVER),)
    if lower.run_out_p50 is None:
        return (Span("lasts", Role.DIM),)
    day, time = wording.about(lower.run_out_p50, now, zone)
    return (Span(f"{day[4:]} {time}"[:12], Role.NEAR),)


def columns_at(screen_columns: int) -> list[int]:
    """Say which of `COLUMNS` there are on a screen of so many cells."""
    return [
        index for index, column in enumerate(COLUMNS) if column.from_columns <= screen_columns < column.below_columns
    ]


def _standing(view: AccountView, now: datetime, budget: Line) -> Line:
    """Word what matters most where there is room for one thing: a state that is not well, else the budget's."""
    symbol, word, role = state_sign(view, now)
    if role is not Role.GOOD:
        return (Span(f"{symbol} {word}", role),)
    return (Span(f"{symbol} ", role), *budget)


def account_row(view: AccountView, now: datetime, zone: tzinfo | None) -> AccountRow:
    """Word one account's row."""
    symbol, word, role = state_sign(view, now)
    age = view.age_seconds(now)
    budget: Line = (Span(wording.UNKNOWN, Role.DIM),)
    if view.budget is not None:
        words = f"{wording.short_percent(view.budget.used_share)} {budget_words(view.budget.state)}"
        budget = (Span(words, BUDGET_STATES[view.budget.state][1]),)
    return AccountRow(
        view.name,
        (
            (Span(shortened(view.name, COLUMNS[0].width), Role.STRONG),),
            _standing(view, now, budget),
            (Span(f"{symbol} {word}", role),),
            concurrency_bar(view),
            (Span(wording.percent(view.used_share)),),
            budget,
            (Span(wording.short_percent(run_out_chance(view))),),
            _run_out(view, now, zone),
            (Span(wording.percent(view.failed_share)),),
            (Span(wording.UNKNOWN if age is None else wording.age(age), Role.DIM),),
            (Span(wording.rate(view.spend_per_minute)),),
        ),
    )


def concurrency_bar(view: AccountView) -> Line:
    """Draw concurrency as a small bar with its numbers."""
    snapshot = view.snapshot
    in_use, limit = snapshot.concurrency, snapshot.concurrency_limit
    numbers = Span(f" {wording.count(in_use)} of {wording.count(limit)}")
    full = 0 if in_use is None or not limit else min(BAR_CELLS, -(-BAR_CELLS * in_use // limit))
    role = Role.BAR_NEAR if snapshot.is_saturated else Role.ACCENT
    return (Span("━" * full, role), Span("─" * (BAR_CELLS - full), Role.FAINT), numbers)
