"""All accounts as rows, the riskiest first."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.risk import risk, run_out_chance
from usage_tui.core.rows import in_columns
from usage_tui.core.signs import BUDGET_STATES, budget_words, state_sign
from usage_tui.core.spans import Line, Role, Span, cut, fullest
from usage_tui.core.view import AccountView

BAR_CELLS = 6
Forms = Sequence[Line]


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


class AccountRows(Struct, frozen=True):
    """The rows of some accounts, with those of `COLUMNS` that a screen of so many columns has room for."""

    accounts: Sequence[AccountRow]
    screen_columns: int

    @property
    def names(self) -> Sequence[str]:
        """The accounts' names."""
        return [row.name for row in self.accounts]

    def titles(self, width: int) -> Line:
        """Word the columns' titles."""
        return self._laid([(Span(column.title, Role.LABEL),) for column in COLUMNS], width)

    def row(self, index: int, width: int) -> Line:
        """Word an account's row."""
        return self._laid(self.accounts[index].cells, width)

    def _laid(self, cells: Sequence[Line], width: int) -> Line:
        chosen = columns_at(self.screen_columns)
        return cut(in_columns([cells[index] for index in chosen], [COLUMNS[index].width for index in chosen]), width)


def account_rows(
    views: Iterable[AccountView], now: datetime, zone: tzinfo | None, name_part: str = ""
) -> list[AccountRow]:
    """Make the rows of the accounts whose name has `name_part` in it, sorted by risk, then by name."""
    wanted = name_part.casefold()
    chosen = [view for view in views if wanted in view.name.casefold()]
    return [account_row(view, now, zone) for view in sorted(chosen, key=lambda view: risk(view, now))]


def columns_at(screen_columns: int) -> list[int]:
    """Say which of `COLUMNS` there are on a screen of so many cells."""
    return [
        index for index, column in enumerate(COLUMNS) if column.from_columns <= screen_columns < column.below_columns
    ]


def account_row(view: AccountView, now: datetime, zone: tzinfo | None) -> AccountRow:
    """Word one account's row: of each cell's forms, the fullest that fits its column."""
    symbol, word, role = state_sign(view, now)
    budget = _budget(view)
    cells: tuple[Forms, ...] = (
        [(Span(view.name, Role.STRONG),)],
        _standing(view, now, budget),
        [(Span(f"{symbol} {word}", role),)],
        _concurrency(view),
        _forms(wording.percent(view.used_share), wording.short_percent(view.used_share)),
        budget,
        _forms(wording.short_percent(run_out_chance(view))),
        _run_out(view, now, zone),
        _forms(wording.percent(view.failed_share)),
        _age(view, now),
        _forms(wording.rate(view.spend_per_minute), wording.short_count(view.spend_per_minute)),
    )
    return AccountRow(
        view.name, tuple(fullest(forms, column.width) for forms, column in zip(cells, COLUMNS, strict=True))
    )


def _forms(*words: str, role: Role = Role.TEXT) -> Forms:
    return [(Span(each, role),) for each in words]


def _standing(view: AccountView, now: datetime, budget: Forms) -> Forms:
    """Word what matters most where there is room for one thing: a state that is not well, else the budget's."""
    symbol, word, role = state_sign(view, now)
    if role is not Role.GOOD:
        return _forms(f"{symbol} {word}", role=role)
    return [(Span(f"{symbol} ", role), *form) for form in budget]


def _concurrency(view: AccountView) -> Forms:
    """Draw concurrency as a small bar with its numbers, which matter more."""
    snapshot = view.snapshot
    in_use, limit = snapshot.concurrency, snapshot.concurrency_limit
    full = 0 if in_use is None or not limit else min(BAR_CELLS, -(-BAR_CELLS * in_use // limit))
    role = Role.BAR_NEAR if snapshot.is_saturated else Role.ACCENT
    bar = (Span("━" * full, role), Span("─" * (BAR_CELLS - full), Role.FAINT), Span(" "))
    numbers = _forms(*(f"{word(in_use)} of {word(limit)}" for word in (wording.count, wording.short_count)))
    return [*((*bar, *form) for form in numbers), *numbers]


def _budget(view: AccountView) -> Forms:
    """Word the share of the budget that is used, and the budget's state, which matters more."""
    if view.budget is None:
        return _forms(wording.UNKNOWN, role=Role.DIM)
    share, state = wording.short_percent(view.budget.used_share), budget_words(view.budget.state)
    return _forms(f"{share} {state}", state, role=BUDGET_STATES[view.budget.state][1])


def _run_out(view: AccountView, now: datetime, zone: tzinfo | None) -> Forms:
    """Word when the lower of budget and limit runs out, if it does; the day matters more than the time."""
    if view.cycle is not None and view.cycle.is_due:
        return _forms("renewal due", role=Role.DIM)
    lower = view.prospect
    if lower is None or lower.chance is None:
        return _forms(wording.UNKNOWN, role=Role.DIM)
    if lower.is_spent:
        return _forms("spent", role=Role.OVER)
    if lower.run_out_p50 is None:
        return _forms("lasts", role=Role.DIM)
    weekday_and_day, time = wording.about(lower.run_out_p50, now, zone)
    day = weekday_and_day.split(" ", 1)[1]
    return _forms(f"{day} {time}", day, role=Role.NEAR)


def _age(view: AccountView, now: datetime) -> Forms:
    age = view.age_seconds(now)
    if age is None:
        return _forms(wording.UNKNOWN, role=Role.DIM)
    return _forms(wording.age(age), f"{int(age) // 3600} h", role=Role.DIM)
