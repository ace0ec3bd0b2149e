"""An estimate in words, and as a report for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from usage_tui.core import wording
from usage_tui.core.confidence import likely_words
from usage_tui.core.estimate import Cost, Estimate
from usage_tui.core.glance import simulated_words
from usage_tui.core.outlook import Prospect
from usage_tui.core.spans import Line, Role, Span, beside
from usage_tui.core.view import AccountView
from usage_tui.core.wording import iso
from usage_tui.core.wrapping import wrapped

ESTIMATE_SCHEMA = "usage-tui/estimate/1"
MOST_LISTED = 10
HOUR_SECONDS = 3600
LABEL_CELLS, LABELS_FROM_COLUMNS = 10, 56


def estimate_report(made: Estimate, now: datetime) -> dict[str, Any]:
    """Give what `estimate --json` prints; all its members are always there."""
    return {
        "schema": ESTIMATE_SCHEMA,
        "generated_at": iso(now),
        "account": made.name,
        "requests": made.requests,
        "credits": made.credits,
        "fits": made.fits,
        "urls": [
            {
                "url": cost.url,
                "count": cost.count,
                "credits_each": cost.price.credits,
                "credits": cost.credits,
                "price_from": "table" if cost.price.is_documented else "service",
            }
            for cost in made.costs
        ],
        "remaining": made.remaining,
        "fits_credits": made.fits_credits,
        "budget": {"credits": made.budget, "left": made.budget_left, "fits": made.fits_budget},
        "concurrency": {"free": made.free, "limit": made.concurrency_limit},
        "duration_seconds": None if made.duration_seconds is None else round(made.duration_seconds, 1),
        "run_out": {"before": _run_out(made.before), "after": _run_out(made.after)},
        "notes": list(_notes(made)),
    }


def estimate_lines(made: Estimate, zone: tzinfo | None) -> list[Line]:
    """Word an estimate, the answer first."""
    dearest = sorted(made.costs, key=lambda cost: -cost.credits)
    lines = [_answer(made)]
    lines += [_cost_line(cost) for cost in dearest[:MOST_LISTED]]
    if len(dearest) > MOST_LISTED:
        rest = dearest[MOST_LISTED:]
        left_out = sum(cost.credits for cost in rest)
        lines.append(_led("", f"and {len(rest)} more URLs for {wording.count(left_out)} credits", Role.DIM))
    lines.append(_led("CREDITS", *_credits_words(made)))
    if made.budget is not None:
        lines.append(_led("BUDGET", *_budget_words(made)))
    if (words := _run_out_words(made, zone)) is not None:
        lines.append(_led("RUN-OUT", *words))
    if made.duration_seconds is not None:
        lines.append(_led("TAKES", _duration_words(made), Role.TEXT))
    lines += [_led("NOTE", note, Role.DIM) for note in _notes(made)]
    return lines


def answer_rows(lines: Iterable[Line], width: int) -> tuple[Line, ...]:
    """Break what was worded into rows of a narrow screen, words under words where there is room for that."""
    indent = LABEL_CELLS if width >= LABELS_FROM_COLUMNS else 2
    return tuple(row for line in lines for row in wrapped(line, width, indent))


def estimate_title(view: AccountView, width: int) -> Line:
    """Word the title of the screen: whose job it is, and what is left."""
    left: Line = (Span("ESTIMATE  ", Role.LABEL), Span(view.name, Role.STRONG))
    simulated = simulated_words((view,))
    remaining = (*simulated, Span(f"{wording.count(view.snapshot.remaining)} credits remaining", Role.DIM))
    return beside([left], [remaining, simulated], width)


def _answer(made: Estimate) -> Line:
    word, role = {True: ("fits", Role.GOOD), False: ("does not fit", Role.OVER), None: ("unknown", Role.NEAR)}[
        made.fits
    ]
    total = f"{wording.counted(made.credits, 'credit')} for {wording.counted(made.requests, 'request')}"
    return (Span(made.name, Role.STRONG), Span(": "), Span(word, role), Span(f" · {total}"))


def _cost_line(cost: Cost) -> Line:
    source = ", usual price" if cost.price.is_documented else ""
    words = f"{wording.count(cost.count)} × {wording.count(cost.price.credits)}{source}"
    return _led("", f"{words}  {cost.url}", Role.TEXT)


def _led(label: str, words: str, role: Role) -> Line:
    return (Span(f"{label:<{LABEL_CELLS}}", Role.LABEL), Span(words, role))


def _credits_words(made: Estimate) -> tuple[str, Role]:
    if made.remaining is None:
        return "how many are left is not known", Role.NEAR
    return _left_words(made.credits, made.remaining, "remaining")


def _budget_words(made: Estimate) -> tuple[str, Role]:
    if made.budget_left is None:
        return "how much of it is left is not known", Role.NEAR
    return _left_words(made.credits, made.budget_left, f"below {wording.count(made.budget)}")


def _left_words(total: int, left: int, where: str) -> tuple[str, Role]:
    if total > left:
        return f"{wording.count(total - left)} more than the {wording.count(left)} {where}", Role.OVER
    return f"{wording.count(left - total)} of the {wording.count(left)} {where} would be left", Role.TEXT


def _run_out_words(made: Estimate, zone: tzinfo | None) -> tuple[str, Role] | None:
    """Word what the job does to the run-out; None where nothing may be said of that."""
    before, after = made.before, made.after
    if before is None or after is None or not made.fits:
        return None
    ceiling = "limit" if after.is_limit else "budget"
    if after.is_spent:
        return f"the {ceiling} would be spent at once", Role.OVER
    if after.run_out_p50 is None:
        is_said = before.run_out_probability is not None or after.run_out_probability is not None
        return (f"the {ceiling} would still last until the renewal", Role.GOOD) if is_said else None
    then = wording.day_time(after.run_out_p50, zone)
    chance = likely_words(made.evidence, after.run_out_probability)
    if before.run_out_p50 is None:
        return f"fits, but then the {ceiling} runs out about {then}, before the renewal: {chance}", Role.NEAR
    was = wording.day_time(before.run_out_p50, zone)
    return f"fits, but then the {ceiling}'s run-out moves to about {then} from {was}: {chance}", Role.NEAR


def _duration_words(made: Estimate) -> str:
    took = _took(made.duration_seconds or 0.0)
    return f"about {took}, with {wording.count(made.free)} of {wording.count(made.concurrency_limit)} requests free now"


def _took(seconds: float) -> str:
    """Word a span no more precisely than an estimate is."""
    if seconds < 2:
        return wording.latency(seconds)
    if seconds < HOUR_SECONDS / 6:
        return wording.span(round(seconds))
    if seconds < 48 * HOUR_SECONDS:
        return wording.span(60 * round(seconds / 60))
    return f"{seconds / (24 * HOUR_SECONDS):,.1f} days"


def _notes(made: Estimate) -> Iterator[str]:
    if made.has_documented_prices:
        yield "The service did not say every price itself; those are the usual ones of its documents."
    if made.fits_credits is False and made.is_going_on:
        yield "The account goes on beyond its limit, by pay-as-you-go or auto-upgrade, at its own price."
    if made.free == 0:
        yield "No request is free at the moment: concurrency is at its limit."


def _run_out(prospect: Prospect | None) -> dict[str, Any]:
    return {
        "ceiling": None if prospect is None else "limit" if prospect.is_limit else "budget",
        "probability": None if prospect is None else prospect.run_out_probability,
        "p50": None if prospect is None else iso(prospect.run_out_p50),
        "p10": None if prospect is None else iso(prospect.run_out_p10),
    }
