"""The table that `status` prints, and the line that `watch` prints of a sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo

from usage_tui.core import outlook_words, wording
from usage_tui.core.confidence import short_chance
from usage_tui.core.glance import Glance
from usage_tui.core.headline import marks
from usage_tui.core.signs import BUDGET_STATES, budget_words
from usage_tui.core.spans import Line, Role, Span, cut, joined, line_cells
from usage_tui.core.view import AccountView

_GAP = Span("  ")
_NOTHING_KNOWN: Line = (Span(wording.UNKNOWN, Role.DIM),)
_NAME_CELLS = (200, 24, 16)


_Cell = Callable[[Glance], Line]


def status_table(views: Sequence[AccountView], now: datetime, zone: tzinfo | None, width: int) -> list[Line]:
    """Word all accounts as a table of at most `width` cells: the fullest of its forms that fits."""
    glances = [Glance(view, now, zone) for view in views]
    is_ahead_known = any(view.prospect is not None for view in views)
    for columns in (*_FORMS_AHEAD, *_FORMS) if is_ahead_known else _FORMS:
        for longest_name in _NAME_CELLS:
            rows = _rows(columns, glances, longest_name)
            if all(line_cells(row) <= width for row in rows):
                return rows
    return [cut(row, width) for row in rows]


def sample_line(view: AccountView, now: datetime, zone: tzinfo | None) -> Line:
    """Word a new sample in one line."""
    glance = Glance(view, now, zone)
    at = view.sample.at if view.sample else now
    parts: list[Line] = [
        (Span(wording.clock_time(at, zone, with_seconds=True), Role.DIM),),
        _name(glance),
        _state(glance),
        (*_in_flight(glance), Span(" in flight")),
        (*_credits(glance), Span(" credits")),
        _used(glance),
        (Span(f"failed {wording.count(view.snapshot.failed)}"),),
    ]
    return joined(parts, _GAP)


def _rows(columns: Sequence[tuple[str, _Cell]], glances: Iterable[Glance], longest_name: int) -> list[Line]:
    """Lay cells out below their titles, as wide as the widest of each column."""
    table: list[list[Line]] = [[(Span(title, Role.LABEL),) for title, _ in columns]]
    table += [
        [cut(cell(glance), longest_name) if cell is _name else cell(glance) for _, cell in columns]
        for glance in glances
    ]
    widths = [max(map(line_cells, column)) for column in zip(*table, strict=True)]
    return [_row(cells, widths) for cells in table]


def _row(cells: Sequence[Line], widths: Sequence[int]) -> Line:
    spans: list[Span] = []
    for cell, width in zip(cells, widths, strict=True):
        spans += [*cell, Span(" " * (width - line_cells(cell))), _GAP]
    while spans and not spans[-1].text.strip():
        spans.pop()
    return tuple(spans)


def _name(glance: Glance) -> Line:
    return (Span(glance.view.name, Role.STRONG),)


def _state(glance: Glance) -> Line:
    """Word the state: symbol, word, and what must not be overlooked."""
    view = glance.view
    symbol, word, role = glance.sign
    return joined([(Span(f"{symbol} {word}", role),), marks(view)], Span(" "))


def _in_flight(glance: Glance) -> Line:
    snapshot = glance.view.snapshot
    if snapshot.concurrency is None:
        return _NOTHING_KNOWN
    role = Role.NEAR if snapshot.is_saturated else Role.TEXT
    return (Span(f"{wording.count(snapshot.concurrency)} of {wording.count(snapshot.concurrency_limit)}", role),)


def _credits(glance: Glance) -> Line:
    snapshot = glance.view.snapshot
    if snapshot.used is None:
        return _NOTHING_KNOWN
    return (Span(f"{wording.count(snapshot.used)} of {wording.count(snapshot.limit)}"),)


def _short_credits(glance: Glance) -> Line:
    snapshot = glance.view.snapshot
    if snapshot.used is None:
        return _NOTHING_KNOWN
    return (Span(f"{wording.short_count(snapshot.used)} of {wording.short_count(snapshot.limit)}"),)


def _used(glance: Glance) -> Line:
    return (Span(wording.percent(glance.view.used_share)),)


def _budget(glance: Glance) -> Line:
    budget = glance.view.budget
    if budget is None:
        return _NOTHING_KNOWN
    words = f"{wording.short_percent(budget.used_share)} {budget_words(budget.state)}"
    return (Span(words, BUDGET_STATES[budget.state][1]),)


def _run_out(glance: Glance) -> Line:
    """Word what lies ahead of the lower ceiling: when it runs out and how sure that is, or that it lasts."""
    ahead = glance.view.outlook
    if ahead is None or ahead.lower is None:
        return _NOTHING_KNOWN
    whats, chances = outlook_words.short_prospect(glance, ahead, ahead.lower)
    return joined([whats[0], chances[0]], Span(" · ", Role.DIM))


def _short_run_out(glance: Glance) -> Line:
    """Word the chance alone that the lower ceiling runs out."""
    ahead = glance.view.outlook
    if ahead is None or ahead.lower is None or ahead.lower.chance is None:
        return _NOTHING_KNOWN
    return (Span("100 %" if ahead.lower.is_spent else short_chance(ahead.evidence, ahead.lower.chance)),)


def _renews(glance: Glance) -> Line:
    cycle = glance.view.cycle
    if cycle is None:
        return _NOTHING_KNOWN
    return (Span("due" if cycle.is_due else wording.day_time(cycle.resets_at, glance.zone)),)


def _short_renews(glance: Glance) -> Line:
    cycle = glance.view.cycle
    if cycle is None:
        return _NOTHING_KNOWN
    return (Span("due" if cycle.is_due else f"in {wording.short_ahead(cycle.resets_at, glance.now)}"),)


_ACCOUNT = ("ACCOUNT", _name)
_STATE = ("STATE", _state)
_FLIGHT = ("IN FLIGHT", _in_flight)
_SHORT_CREDITS = ("CREDITS", _short_credits)
_USED = ("USED", _used)
_BUDGET = ("BUDGET", _budget)
_AHEAD = ("AHEAD", _run_out)
_RISK = ("RISK", _short_run_out)
_RENEWS = ("RENEWS", _renews)
_SHORT_RENEWS = ("RENEWS", _short_renews)
_Forms = tuple[tuple[tuple[str, _Cell], ...], ...]
_FORMS_AHEAD: _Forms = (
    (_ACCOUNT, _STATE, _FLIGHT, ("CREDITS", _credits), _USED, _BUDGET, _AHEAD, _RENEWS),
    (_ACCOUNT, _STATE, _FLIGHT, _SHORT_CREDITS, _USED, _BUDGET, _AHEAD, _SHORT_RENEWS),
    (_ACCOUNT, _STATE, _FLIGHT, ("CREDITS", _credits), _USED, _BUDGET, _RISK, _RENEWS),
    (_ACCOUNT, _STATE, _FLIGHT, _SHORT_CREDITS, _USED, _BUDGET, _RISK, _SHORT_RENEWS),
    (_ACCOUNT, _STATE, _FLIGHT, _SHORT_CREDITS, _BUDGET, _RISK),
    (_ACCOUNT, _STATE, _FLIGHT, _BUDGET, _RISK),
)
_FORMS: _Forms = (
    (_ACCOUNT, _STATE, _FLIGHT, ("CREDITS", _credits), _USED, _BUDGET, _RENEWS),
    (_ACCOUNT, _STATE, _FLIGHT, _SHORT_CREDITS, _USED, _BUDGET, _RENEWS),
    (_ACCOUNT, _STATE, _FLIGHT, _SHORT_CREDITS, _USED, _BUDGET, _SHORT_RENEWS),
    (_ACCOUNT, _STATE, _FLIGHT, _SHORT_CREDITS, _USED, _BUDGET),
    (_ACCOUNT, _STATE, _FLIGHT, _SHORT_CREDITS, _USED),
    (_ACCOUNT, _STATE, _FLIGHT, _USED),
    (_ACCOUNT, _STATE, _FLIGHT),
    (_ACCOUNT, _STATE),
)
