"""What lies ahead, in words: no more than what was seen allows, each in forms from the fullest to the shortest."""

from __future__ import annotations

from datetime import datetime, timedelta

from usage_tui.core import wording
from usage_tui.core.confidence import likely_words, reason
from usage_tui.core.cycle import Cycle
from usage_tui.core.glance import NOTHING, Glance, dim
from usage_tui.core.outlook import Evidence, Outlook, Prospect
from usage_tui.core.spans import Line, Role, Span, beside, cells, line_cells

_EARLY_FROM = timedelta(hours=2)
_DAY = timedelta(days=1)


def own_prospect(ahead: Outlook) -> Prospect | None:
    """Give the prospect that the budget's panel is about: the user's own ceiling, else the plan's limit."""
    return ahead.budget if ahead.budget is not None else ahead.limit


def prospect_forms(glance: Glance, ahead: Outlook, seen: Prospect) -> list[Line]:
    """Word whether a ceiling lasts, and when it runs out if not."""
    if seen.is_spent:
        return _spent_forms(glance, seen)
    if ahead.evidence is Evidence.LEARNING:
        return _learning_forms(ahead)
    chance = likely_words(ahead.evidence, seen.run_out_probability)
    if seen.run_out_p50 is not None:
        return _run_out_forms(glance, seen.run_out_p50, chance)
    if seen.run_out_p10 is not None:
        return _early_forms(glance, seen.run_out_p10, chance)
    return _lasting_forms(ahead, seen)


def short_prospect(glance: Glance, ahead: Outlook, seen: Prospect) -> tuple[list[Line], list[Line]]:
    """Word the same for a narrow row: what, and how sure that is."""
    if seen.is_spent:
        return [_spent_forms(glance, seen)[0], (Span("spent", Role.OVER),)], [NOTHING]
    if ahead.evidence is Evidence.LEARNING:
        return [dim("learning")], [*_pace_forms(ahead), NOTHING]
    words = likely_words(ahead.evidence, seen.run_out_probability)
    rights: list[Line] = [(Span(words),), NOTHING] if words else [dim(reason(ahead.evidence)), NOTHING]
    moment = seen.run_out_p50 or seen.run_out_p10
    if moment is None:
        rights = [(Span(_lasting_words(ahead, seen)),), *rights[1:]]
        return [_lasting_forms(ahead, seen)[-1]], rights
    day, time = wording.about(moment, glance.now, glance.zone)
    lead = "out" if seen.run_out_p50 is not None else "out from"
    role = Role.NEAR_STRONG if seen.run_out_p50 is not None else Role.NEAR
    return [(Span(f"{lead} "), Span(f"{day} {time}", role)), (Span(f"{lead} "), Span(day, role))], rights


def prospect_line(glance: Glance, ahead: Outlook, seen: Prospect, width: int) -> Line:
    """Word a ceiling's prospect on one row; why no more is said keeps its place before fuller words do."""
    forms, notes = prospect_forms(glance, ahead, seen), _note_forms(glance, ahead, seen)
    why = _why(ahead, seen)
    if why:
        room = width - cells(why) - 2
        forms = [form for form in forms if line_cells(form) <= room] or forms
        notes = [dim(why), NOTHING]
    return beside(forms, notes, width)


def _why(ahead: Outlook, seen: Prospect) -> str:
    return "" if seen.is_spent or ahead.evidence is Evidence.LEARNING else reason(ahead.evidence)


def _note_forms(glance: Glance, ahead: Outlook, seen: Prospect) -> list[Line]:
    """Word what stands beside a prospect: for how long nothing was spent, or how much too early the run-out is."""
    idle = f"idle for {wording.counted(ahead.idle_days, 'day')}" if ahead.idle_days else ""
    early = _early_words(seen.run_out_p50, glance.view.cycle)
    words = [word for word in (idle, early) if word]
    return [dim(word) for word in words] + [NOTHING]


def total_words(ahead: Outlook) -> str:
    """Word the range of the cycle's total; nothing where it is not known."""
    if ahead.total_p10 is None or ahead.total_p90 is None:
        return ""
    return wording.short_range(ahead.total_p10, ahead.total_p90)


def total_forms(ahead: Outlook) -> list[Line]:
    """Word what the cycle will come to."""
    total = total_words(ahead)
    return [(Span(f"cycle total {total}"),), NOTHING] if total else [NOTHING]


def accuracy_forms(ahead: Outlook) -> list[Line]:
    """Word how right the forecasts were that have come true, or that none has."""
    seen = ahead.accuracy
    if seen is None:
        return [dim("no forecast has come true yet"), dim("none came true yet"), NOTHING]
    off = f"off by {wording.short_percent(seen.median_error)} (median)"
    held = f"range held {round(seen.covered_share * seen.count)} of {seen.count}"
    return [
        dim(f"forecasts of the last cycle were {off}, {held}"),
        dim(f"last cycle's forecasts were {off}, {held}"),
        dim(f"forecasts were {off}, {held}"),
        dim(f"forecasts were {off}"),
        dim(off),
        NOTHING,
    ]


def one_off_forms(ahead: Outlook) -> list[Line]:
    """Word how many days the user left out of the forecast; nothing where there are none."""
    if not ahead.one_off_days:
        return [NOTHING]
    days = wording.counted(ahead.one_off_days, "one-off day")
    return [dim(f"{days} left out of the forecast"), dim(f"{days} left out")]


def to_last(glance: Glance, ceiling: int | None) -> list[Line]:
    """Word what may be spent a day from now on so that a ceiling lasts to the renewal."""
    used, cycle = glance.view.snapshot.used, glance.view.cycle
    if cycle is None or cycle.is_due or cycle.resets_at <= glance.now:
        return [NOTHING]
    if ceiling is None or used is None or used >= ceiling:
        return [NOTHING]
    left, days = ceiling - used, (cycle.resets_at - glance.now) / _DAY
    if days < 1:
        return [
            dim(f"to last: {wording.count(left)} until the renewal"),
            dim(f"to last: {wording.count(left)}"),
            NOTHING,
        ]
    a_day = _rounded_down(int(left / days))
    return [dim(f"to last: {wording.count(a_day)} a day"), dim(f"to last: {wording.short_count(a_day)} a day"), NOTHING]


def _rounded_down(number: int) -> int:
    """Keep the first three digits of a number, so that it stands still while time passes, and never says too much."""
    size: int = 10 ** max(0, len(str(number)) - 3)
    return number // size * size


def limit_at_risk(glance: Glance) -> list[Line]:
    """Word the plan's run-out for beside the credits, where it is at risk while the budget has a panel of its own."""
    ahead = glance.view.outlook
    if ahead is None or ahead.budget is None or ahead.limit is None or not ahead.limit.is_at_risk:
        return []
    lefts, rights = short_prospect(glance, ahead, ahead.limit)
    chance = rights[0]
    joined: Line = (*lefts[0], *((Span(" · ", Role.DIM), *chance) if chance else ()))
    return [joined, lefts[0]]


def _run_out_forms(glance: Glance, moment: datetime, chance: str) -> list[Line]:
    """Word a run-out that is as likely as not, or more."""
    day, time = wording.about(moment, glance.now, glance.zone)
    resets_at = glance.view.cycle.resets_at if glance.view.cycle else None
    renewal = f" ({wording.day_time(resets_at, glance.zone)[4:]})" if resets_at else ""
    date = Span(f"{day} about {time}", Role.NEAR_STRONG)
    lead = Span("runs out ")
    return [
        (lead, date, Span(f", before the renewal{renewal}: {chance}")),
        (lead, date, Span(f", before the renewal: {chance}")),
        (lead, date, Span(f" · {chance}")),
        (lead, Span(f"{day} {time}", Role.NEAR_STRONG), Span(f" · {chance}")),
        (Span("out "), Span(f"{day} {time}", Role.NEAR_STRONG), Span(f" · {chance}")),
        (Span("out "), Span(f"{day} {time}", Role.NEAR_STRONG)),
    ]


def _early_forms(glance: Glance, moment: datetime, chance: str) -> list[Line]:
    """Word a run-out that may be, but is not as likely as not: the early case."""
    day, time = wording.about(moment, glance.now, glance.zone)
    date, short = Span(f"{day} about {time}", Role.NEAR), Span(f"{day} {time}", Role.NEAR)
    tail: Line = (Span(f" · {chance}"),) if chance else NOTHING
    return [
        (Span("could run out as early as "), date, *tail),
        (Span("could run out from "), short, *tail),
        (Span("could run out from "), short),
        (Span("out from "), short),
    ]


def _lasting_forms(ahead: Outlook, seen: Prospect) -> list[Line]:
    total, likely = total_words(ahead), _lasting_words(ahead, seen)
    if not total:
        return [(Span("lasts"),)] if seen.run_out_probability is not None else [dim("nothing can be said yet")]
    lead = "rough" if ahead.evidence is Evidence.ROUGH else "lasts"
    words = f"{lead}: {total} of {wording.short_count(seen.ceiling)}"
    return [(Span(f"{words} · {likely}"),), (Span(words),)] if likely else [(Span(words),)]


def _lasting_words(ahead: Outlook, seen: Prospect) -> str:
    chance = seen.run_out_probability
    return "" if chance is None else likely_words(ahead.evidence, 1 - chance)


def _learning_forms(ahead: Outlook) -> list[Line]:
    if not ahead.pace_per_day:
        return [dim("learning: nothing was used yet"), dim("learning")]
    return [(*dim("learning: "), *pace) for pace in _pace_forms(ahead)] + [dim("learning")]


def _pace_forms(ahead: Outlook) -> list[Line]:
    if not ahead.pace_per_day:
        return [NOTHING]
    return [dim(f"{wording.short_count(ahead.pace_per_day)} a day so far"), NOTHING]


def _spent_forms(glance: Glance, seen: Prospect) -> list[Line]:
    """Word since when a ceiling is spent."""
    if seen.spent_at is None:
        return [(Span("spent already", Role.OVER),)]
    when = wording.day_time(seen.spent_at, glance.zone)
    return [(Span(f"spent on {when[:-6]} about {when[-5:]}", Role.OVER),), (Span(f"spent {when}", Role.OVER),)]


def _early_words(moment: datetime | None, cycle: Cycle | None) -> str:
    if moment is None or cycle is None or cycle.resets_at - moment < _EARLY_FROM:
        return ""
    early = cycle.resets_at - moment
    return f"{early.days} days early" if early >= 2 * _DAY else f"{int(early / timedelta(hours=1))} h early"
