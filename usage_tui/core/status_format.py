"""The line that `statusline` prints: a format of literal text and named fields, filled from an account's view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from usage_tui.core import wording
from usage_tui.core.budget import BudgetState
from usage_tui.core.risk import run_out_chance
from usage_tui.core.signs import BUDGET_STATES, state_sign
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.view import AccountView

LIKELY = 0.5
DEFAULT_FORMAT = "{name} · {state} · {concurrency}/{concurrency_limit} · {used_percent} used · budget {budget_state}"


class FormatFault(Exception):
    """A format that cannot be filled; the text says why, and the mend."""


class Moment(NamedTuple):
    """An account's view, when and in which zone it is looked at."""

    view: AccountView
    now: datetime
    zone: tzinfo | None


class Piece(NamedTuple):
    """A part of a format: literal text, or the name of a field."""

    text: str
    is_field: bool


def parsed(text: str) -> list[Piece]:
    """Take a format apart; `{{` and `}}` are braces.

    Raises:
        FormatFault: a field is unknown, or a brace stands alone.
    """
    pieces: list[Piece] = []
    literal, at = "", 0
    while at < len(text):
        character = text[at]
        if text[at : at + 2] in ("{{", "}}"):
            literal, at = literal + character, at + 2
        elif character == "{" and "}" in text[at:]:
            end = text.index("}", at)
            pieces += [Piece(literal, is_field=False), Piece(_known(text[at + 1 : end]), is_field=True)]
            literal, at = "", end + 1
        elif character in "{}":
            raise FormatFault(f"a {character} stands alone; write {2 * character} for the character itself")
        else:
            literal, at = literal + character, at + 1
    pieces.append(Piece(literal, is_field=False))
    return [piece for piece in pieces if piece.text]


def filled(pieces: Sequence[Piece], moment: Moment, paint: Callable[[Line], str]) -> str:
    """Fill a format, its literal text as it is and the fields painted.

    The age of a stale sample is added where the format does not show it.
    """
    parts = [paint(_FIELDS[piece.text](moment)) if piece.is_field else piece.text for piece in pieces]
    if Piece("age", is_field=True) not in pieces:
        parts.append(paint(_staleness(moment)))
    return "".join(parts)


def _known(name: str) -> str:
    if name in _FIELDS:
        return name
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault needs it

    near = get_close_matches(name, list(_FIELDS), 1, 0.4)
    mend = f"did you mean {{{near[0]}}}?" if near else f"there are {', '.join(_FIELDS)}"
    raise FormatFault(f"{{{wording.harmless(name, 40)}}} is no field; {mend}")


def _staleness(moment: Moment) -> Line:
    """Word the age of a sample that is older than it should be."""
    age = moment.view.age_seconds(moment.now)
    if age is None or age <= moment.view.stale_seconds:
        return ()
    return (Span(" · "), Span(f"{wording.age(age)} old", Role.NEAR))


def _name(moment: Moment) -> Line:
    return (Span(moment.view.name, Role.STRONG),)


def _state(moment: Moment) -> Line:
    return (Span(moment.view.state(moment.now).value, state_sign(moment.view, moment.now)[2]),)


def _age(moment: Moment) -> Line:
    age = moment.view.age_seconds(moment.now)
    is_stale = age is not None and age > moment.view.stale_seconds
    return (Span(wording.UNKNOWN if age is None else wording.age(age), Role.NEAR if is_stale else Role.TEXT),)


def _concurrency(moment: Moment) -> Line:
    snapshot = moment.view.snapshot
    return (Span(wording.count(snapshot.concurrency), Role.NEAR if snapshot.is_saturated else Role.TEXT),)


def _budget_role(view: AccountView) -> Role:
    return BUDGET_STATES[view.budget.state if view.budget else BudgetState.UNKNOWN][1]


def _budget_percent(moment: Moment) -> Line:
    budget = moment.view.budget
    return (Span(wording.percent(budget.used_share if budget else None), _budget_role(moment.view)),)


def _budget_state(moment: Moment) -> Line:
    budget = moment.view.budget
    return (Span((budget.state if budget else BudgetState.UNKNOWN).value, _budget_role(moment.view)),)


def _renews(moment: Moment) -> Line:
    cycle = moment.view.cycle
    if cycle is None:
        return (Span(wording.UNKNOWN),)
    return (Span("due" if cycle.is_due else wording.day_time(cycle.resets_at, moment.zone)),)


def _run_out(moment: Moment) -> Line:
    """Word when the lower of budget and limit runs out; a dash where that is not before the renewal, or not known."""
    lower = moment.view.prospect
    if lower is None or not (lower.is_spent or lower.run_out_p50):
        return (Span(wording.UNKNOWN),)
    words = "spent" if lower.run_out_p50 is None else wording.day_time(lower.run_out_p50, moment.zone)
    return (Span(words, Role.OVER if lower.is_spent else Role.NEAR),)


def _run_out_probability(moment: Moment) -> Line:
    chance = run_out_chance(moment.view)
    is_likely = chance is not None and chance >= LIKELY
    return (Span(wording.short_percent(chance), Role.NEAR if is_likely else Role.TEXT),)


def _worded(word: Callable[[AccountView], str]) -> Callable[[Moment], Line]:
    return lambda moment: (Span(word(moment.view)),)


_FIELDS: Mapping[str, Callable[[Moment], Line]] = {
    "name": _name,
    "state": _state,
    "age": _age,
    "concurrency": _concurrency,
    "concurrency_limit": _worded(lambda view: wording.count(view.snapshot.concurrency_limit)),
    "used": _worded(lambda view: wording.count(view.snapshot.used)),
    "limit": _worded(lambda view: wording.count(view.snapshot.limit)),
    "remaining": _worded(lambda view: wording.count(view.snapshot.remaining)),
    "used_percent": _worded(lambda view: wording.percent(view.used_share)),
    "budget_percent": _budget_percent,
    "budget_state": _budget_state,
    "run_out": _run_out,
    "run_out_probability": _run_out_probability,
    "renews": _renews,
    "failed_percent": _worded(lambda view: wording.percent(view.failed_share)),
}
FIELDS = tuple(_FIELDS)
