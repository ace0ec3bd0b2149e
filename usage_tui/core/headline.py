"""The words around the panels: the first row, the notice under it, and everything on one row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from usage_tui.core import outlook_words, wording
from usage_tui.core.glance import NOTHING, SEPARATOR, Glance, dim, simulated_words, trouble
from usage_tui.core.signs import BUDGET_STATES, budget_words
from usage_tui.core.spans import Line, Role, Span, beside, fullest, joined, line_cells, shortened
from usage_tui.core.view import AccountView, OpenAlert
from usage_tui.core.wrapping import wrapped

LEAD_CELLS = 3
AGED_CELLS = len("<1 s old · 120 ms")


def tabs(glance: Glance) -> list[Line]:
    """Word the account tabs, from all of them to the current one's name alone; trouble elsewhere keeps its mark."""
    views, current, now = glance.views, glance.view.name, glance.now
    full: list[Span] = []
    for number, view in enumerate(views, start=1):
        is_current = view.name == current
        label = f" {number} {view.name} " if number <= 9 else f" {view.name} "
        full.append(Span(label, Role.SELECTED if is_current else Role.DIM, f"account({number})"))
        mark = trouble(view, now)
        if mark is not None and not is_current:
            full.append(Span(mark.text + " ", mark.role))
    elsewhere = [mark for view in views if view.name != current and (mark := trouble(view, now)) is not None]
    tail: Line = (Span(f" {elsewhere[0].text}", elsewhere[0].role),) if elsewhere else NOTHING
    others: Line = (Span(f" +{len(views) - 1}", Role.DIM, "next_account(1)"),) if len(views) > 1 else NOTHING
    short = [(Span(f" {shortened(current, size)} ", Role.SELECTED),) for size in (64, 24, 16, 10)]
    return [tuple(full), (*short[0], *others, *tail), *short]


def state_words(glance: Glance) -> Line:
    """Word the account's state: symbol and word; standing still comes first."""
    if glance.frozen_at is not None:
        return (Span("❚❚ frozen", Role.NEAR),)
    symbol, word, role = glance.sign
    return (Span(f"{symbol} {word}", role),)


def marks(view: AccountView) -> Line:
    """Word what must not be overlooked of where the numbers come from."""
    words = [word for word, holds in (("simulated", view.is_simulated), ("insecure http", view.is_insecure)) if holds]
    return (Span(" · ".join(words), Role.NEAR if view.is_insecure else Role.LABEL),) if words else NOTHING


def status(glance: Glance) -> list[Line]:
    """Word state, age, latency and clock, from all of them to the state alone."""
    view, now = glance.view, glance.now
    age = view.age_seconds(now)
    old = NOTHING if age is None else dim(f"{wording.age(age)} old")
    took = NOTHING
    if view.last_poll is not None and view.last_poll.latency_seconds is not None and view.last_poll.error is None:
        took = dim(wording.latency(view.last_poll.latency_seconds))
    head = joined([marks(view), state_words(glance)], Span("  "))
    aged = _steady(joined([old, took], SEPARATOR))
    duty = dim(view.standing.duty) if view.standing.duty else NOTHING
    zone = f" {wording.zone_name(now, glance.zone)}"
    clock = dim(wording.clock_time(now, glance.zone, with_seconds=True) + zone)
    short_clock = dim(wording.clock_time(now, glance.zone))
    gap = Span("  ")
    return [
        *([joined([head, joined([aged, duty], SEPARATOR), clock], gap)] if duty else []),
        joined([head, aged, clock], gap),
        joined([head, aged, short_clock], gap),
        joined([head, old], gap),
        joined([head, dim(wording.age(age)) if age is not None else NOTHING], gap),
        head,
        joined([marks(view), (Span(state_words(glance)[0].text[0], state_words(glance)[0].role),)], Span(" ")),
    ]


def _steady(aged: Line) -> Line:
    """Give age and latency the room that they usually need, so that what stands before them stays where it is."""
    return (Span(" " * (AGED_CELLS - line_cells(aged))), *aged) if aged else NOTHING


def top_line(glance: Glance, width: int) -> Line:
    """Word the first row: the accounts on the left, the state of the one shown on the right."""
    return (*beside(tabs(glance), status(glance), width - 1), Span(" "))


def has_notice(glance: Glance) -> bool:
    """Say whether something has to be told below the first row."""
    view = glance.view
    words = (glance.remark, view.error, view.standing.remark, view.alert, glance.frozen_at)
    return any(word is not None for word in words)


def is_of_alert(glance: Glance) -> bool:
    """Say whether what is told is an alert."""
    view = glance.view
    is_else = glance.remark is not None or view.error is not None or view.standing.remark is not None
    return view.alert is not None and not is_else


def notice(glance: Glance, width: int, rows: int = 1) -> tuple[Line, ...]:
    """Word what is wrong in at most so many rows; empty where nothing is."""
    view = glance.view
    if glance.remark is not None:
        forms = [_told(glance.remark, Role.NEAR)]
    elif view.error is not None:
        told = _told(view.error, glance.sign[2])
        forms = [(*told, *dim(_wait_words(glance))), told]
    elif view.standing.remark is not None:
        forms = [_told(view.standing.remark, Role.NEAR)]
    elif view.alert is not None:
        return (_alert_words(glance, view.alert, width),)
    elif glance.frozen_at is not None:
        since = wording.clock_time(glance.frozen_at, glance.zone, with_seconds=True)
        forms = [dim(f" Standing still since {since}; collecting goes on. {glance.freeze_key}: go on")]
    else:
        return (NOTHING,)
    form = next((form for form in forms if len(wrapped(form, width, LEAD_CELLS)) <= rows), forms[-1])
    return wrapped(form, width, LEAD_CELLS, rows)


def _told(sentence: str, role: Role) -> Line:
    return (Span(" ▲ ", role), Span(sentence, role))


def _wait_words(glance: Glance) -> str:
    """Word how long it is to the next try, where that is more than a moment."""
    if glance.view.last_poll is None:
        return ""
    left = (glance.view.last_poll.next_at - glance.now).total_seconds()
    return f" Next try in {wording.short_span(left)}." if left >= 2 else ""


def _alert_words(glance: Glance, alert: OpenAlert, width: int) -> Line:
    """Word what the newest alert found, when, that it goes on, and how many others do."""
    lead: Line = (Span(" ▲ ", Role.NEAR), Span(alert.found))
    at = wording.time_or_day(alert.fired_at, glance.now, glance.zone)
    others = f" · {alert.others} more" if alert.others else ""
    notes = [f"  fired {at}, still on{others}", f"  fired {at}{others}", f"  {at}{others}", f"  {at}"]
    return fullest([(*lead, *dim(note)) for note in notes], width)


def status_line(glance: Glance, width: int) -> Line:
    """Word everything on one row, for a screen of three rows or fewer."""
    view, snapshot = glance.view, glance.view.snapshot
    name: Line = (Span(view.name, Role.STRONG),)
    flight: Line = (Span(f"{wording.count(snapshot.concurrency)}/{wording.count(snapshot.concurrency_limit)}"),)
    used: Line = (Span(f"{wording.short_percent(view.used_share)} used"),)
    budget: Line = NOTHING
    if view.budget is not None:
        role = BUDGET_STATES[view.budget.state][1]
        budget = (
            Span(f"budget {budget_words(view.budget.state)} {wording.short_percent(view.budget.used_share)}", role),
        )
    state = joined([marks(view), state_words(glance)], Span(" "))
    full = [name, state, flight, used, budget]
    forms = [
        *([*full, coming] for coming in _coming_forms(glance)),
        full,
        [name, state, flight, used],
        [state, flight, used],
        [state, flight],
    ]
    return fullest([joined(parts, SEPARATOR) for parts in forms], width)


def _coming_forms(glance: Glance) -> list[Line]:
    """Word what lies ahead of the lower ceiling."""
    ahead = glance.view.outlook
    if ahead is None or ahead.lower is None:
        return []
    whats, chances = outlook_words.short_prospect(glance, ahead, ahead.lower)
    return [joined([whats[0], chances[0]], Span(", ")), *whats]


def accounts_title(views: Sequence[AccountView], now: datetime, width: int) -> Line:
    """Word the title of the table of accounts: how many there are, and how many need a look."""
    needy = sum(trouble(view, now) is not None for view in views)
    left: Line = (Span("ACCOUNTS  ", Role.LABEL), Span(wording.count(len(views)), Role.STRONG))
    right = (Span(f"{needy} need{'s' if needy == 1 else ''} a look", Role.NEAR),) if needy else dim("all well")
    simulated = simulated_words(views)
    return beside([left], [(*simulated, *right), simulated or right, NOTHING], width)
