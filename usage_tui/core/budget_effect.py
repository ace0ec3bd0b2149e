"""What the budget editor says: how the account stands now, and how it would with what was typed."""

from __future__ import annotations

from usage_tui.core import wording
from usage_tui.core.budget import Budget, BudgetStanding, BudgetState
from usage_tui.core.glance import NOTHING, SEPARATOR, Glance, dim, simulated_words
from usage_tui.core.lookout import carried
from usage_tui.core.outlook import Prospect
from usage_tui.core.outlook_words import short_prospect
from usage_tui.core.signs import BUDGET_STATES, budget_words
from usage_tui.core.spans import Line, Role, Span, beside, cut, fullest, joined

_LEAD_CELLS = 6


def title(name: str, glance: Glance | None, width: int) -> Line:
    """Word the editor's first row."""
    simulated = simulated_words([glance.view] if glance else ())
    label: Line = (Span("BUDGET  ", Role.LABEL), Span(name, Role.STRONG))
    hints = (dim("empty: none · 2000000, 2,000,000 or 2M"), dim("2M, 80k"))
    return beside([label], [*((*simulated, *hint) for hint in hints), simulated], width)


def effect_lines(glance: Glance, proposed: Budget | None, width: int) -> tuple[Line, ...]:
    """Word how the account stands now, how it would then, and how today would; nothing then where that is unclear."""
    view = glance.view
    snapshot, standing = view.snapshot, view.budget
    if standing is None:
        return (cut(dim("nothing is known of this account yet"), width), NOTHING, NOTHING)
    now = _cycle_line("now", standing, _coming(glance, standing), width)
    if proposed is None:
        return (now, NOTHING, NOTHING)
    then = proposed.standing(snapshot.used, snapshot.limit, standing.today)
    return (now, _cycle_line("then", then, _coming(glance, then), width), _day_line(then, width))


def _coming(glance: Glance, standing: BudgetStanding) -> list[Line]:
    """Word what lies ahead of a ceiling, from the fullest to the shortest."""
    view = glance.view
    ahead, used, cycle = view.outlook, view.snapshot.used, view.cycle
    if ahead is None or used is None or cycle is None or not standing.ceiling:
        return [NOTHING]
    ceiling = Prospect(standing.ceiling, is_limit=standing.is_plan_limit)
    seen = carried(ceiling, ahead, used=used, cycle=cycle, now=glance.now)
    if seen.is_spent:
        return [NOTHING]
    whats, chances = short_prospect(glance, ahead, seen)
    return [*(joined([what, chances[0]], Span(", ", Role.DIM)) for what in whats), chances[0], NOTHING]


def _cycle_line(lead: str, standing: BudgetStanding, coming: list[Line], width: int) -> Line:
    ceiling = f" of {wording.count(standing.ceiling)}" + (", the plan's limit" if standing.is_plan_limit else "")
    state: Line = (_state(standing.state, standing.used_share),)
    long: Line = (*state, Span(ceiling))
    short: Line = (*state, Span(f" of {wording.short_count(standing.ceiling)}"))
    forms = [joined([how, what], SEPARATOR) for how in (long, short, state) for what in coming if what]
    return _led(lead, [*forms, long, short, state], width)


def _day_line(standing: BudgetStanding, width: int) -> Line:
    if standing.daily_credits is None:
        return _led("today", [dim("no ceiling")], width)
    spent = wording.count(standing.today.credits) if standing.today else wording.UNKNOWN
    of_ceiling: Line = (Span(f"{spent} of {wording.count(standing.daily_credits)}"),)
    if standing.daily_state is BudgetState.UNKNOWN:
        part = "" if standing.today is None else ", of which only a part was seen"
        return _led("today", [(*of_ceiling, *dim(part)), of_ceiling], width)
    state: Line = (_state(standing.daily_state, standing.daily_share),)
    return _led("today", [(*state, SEPARATOR, *of_ceiling), state], width)


def _state(state: BudgetState, share: float | None) -> Span:
    return Span(f"{budget_words(state)} {wording.percent(share)}", BUDGET_STATES[state][1])


def _led(lead: str, forms: list[Line], width: int) -> Line:
    """Put a dim lead before the fullest form that fits."""
    fitting = fullest(forms, width - _LEAD_CELLS)
    return cut((Span(f"{lead:<{_LEAD_CELLS}}", Role.LABEL), *fitting), width)
