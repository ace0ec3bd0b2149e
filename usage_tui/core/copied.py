"""An account's numbers as plain text, for the clipboard."""

from __future__ import annotations

from usage_tui.core import outlook_words, wording
from usage_tui.core.cycle import Cycle
from usage_tui.core.glance import Glance
from usage_tui.core.spans import Line


def numbers_as_text(glance: Glance) -> str:
    """Word the numbers one a line, with the moment that they are of."""
    view, snapshot = glance.view, glance.view.snapshot
    at = wording.iso(view.sample.at) if view.sample else None
    facts = {
        "account": view.name + (" (simulated)" if view.is_simulated else ""),
        "state": glance.sign[1],
        "sampled at": at or wording.UNKNOWN,
        "concurrency": f"{wording.count(snapshot.concurrency)} of {wording.count(snapshot.concurrency_limit)}",
        "credits used": f"{wording.count(snapshot.used)} of {wording.count(snapshot.limit)}",
        "credits remaining": wording.count(snapshot.remaining),
        "failed": wording.count(snapshot.failed),
        "renews": _renewal(view.cycle),
    }
    if view.budget is not None:
        share = wording.percent(view.budget.used_share)
        facts["budget"] = f"{view.budget.state}, {share} of {wording.count(view.budget.ceiling)}"
    ahead = view.outlook
    if ahead is not None and ahead.lower is not None:
        coming = outlook_words.prospect_forms(glance, ahead, ahead.lower)[0]
        facts["forecast"] = f"{'the limit' if ahead.lower.is_limit else 'the budget'} {_text_of(coming)}"
        if total := outlook_words.total_words(ahead):
            facts["cycle total"] = total
    return "\n".join(f"{name}: {value}" for name, value in facts.items())


def _renewal(cycle: Cycle | None) -> str:
    if cycle is None:
        return wording.UNKNOWN
    return f"due since {wording.iso(cycle.started_at)}" if cycle.is_due else wording.iso(cycle.resets_at) or ""


def _text_of(line: Line) -> str:
    return "".join(span.text for span in line)
