"""Whether an account is within the limits that a script sets before it starts a job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.account import AccountState
from usage_tui.core.risk import run_out_chance
from usage_tui.core.view import AccountView

MOST_PARTS = 10**12


class Limits(Struct, frozen=True):
    """What may not be passed; None where that does not matter. Percentages are 0–100, a probability 0–1, both exact."""

    min_credits: int | None = None
    max_used: Fraction | None = None
    max_run_out_probability: Fraction | None = None
    max_concurrency: Fraction | None = None
    max_failure_rate: Fraction | None = None


class Verdict(Struct, frozen=True):
    """What was found of one account: a line for each limit that was crossed, and for each value that is not known."""

    crossed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class _Check(NamedTuple):
    """One limit: its option, the value in words and as a number, and how it is compared."""

    option: str
    limit: Fraction
    what: str
    value: Callable[[AccountView], Fraction | None]
    worded: Callable[[Fraction], str]
    is_least: bool = False


def verdict(view: AccountView, limits: Limits, now: datetime) -> Verdict:
    """Hold an account against the limits; one is crossed strictly beyond it. An old sample tells nothing of now."""
    is_told = view.key_error is None and view.state(now) in (AccountState.OK, AccountState.EXHAUSTED)
    crossed, unknown = [], []
    for check in _checks(limits):
        value = check.value(view) if is_told else None
        if value is None:
            unknown.append(f"{view.name}: {check.option} needs the {check.what}, and that is not known.")
        elif value < check.limit if check.is_least else value > check.limit:
            beyond = "below" if check.is_least else "above"
            limit = check.worded(check.limit)
            crossed.append(f"{view.name}: {check.what} {check.worded(value)}, {beyond} {check.option} {limit}")
    return Verdict(tuple(crossed), tuple(unknown))


def _checks(limits: Limits) -> list[_Check]:
    checks = []
    if limits.min_credits is not None:
        least = Fraction(limits.min_credits)
        checks.append(_Check("--min-credits", least, "remaining credits", _remaining, _credits, is_least=True))
    for option, limit, what, value in (
        ("--max-used", limits.max_used, "credits used", _used),
        ("--max-concurrency", limits.max_concurrency, "concurrency", _concurrency),
        ("--max-failure-rate", limits.max_failure_rate, "failure share", _failed),
    ):
        if limit is not None:
            checks.append(_Check(option, limit, what, value, _percent))
    if (limit := limits.max_run_out_probability) is not None:
        checks.append(_Check("--max-run-out-probability", limit, "run-out probability", _run_out, _probability))
    return checks


def _remaining(view: AccountView) -> Fraction | None:
    if view.error is not None and view.last_poll is not None and view.last_poll.state is AccountState.EXHAUSTED:
        return Fraction(0)
    remaining = view.snapshot.remaining
    return None if remaining is None else Fraction(remaining)


def _used(view: AccountView) -> Fraction | None:
    return _share(view.snapshot.used, view.snapshot.limit)


def _concurrency(view: AccountView) -> Fraction | None:
    return _share(view.snapshot.concurrency, view.snapshot.concurrency_limit)


def _failed(view: AccountView) -> Fraction | None:
    share = view.failed_share
    return None if share is None else 100 * Fraction(share).limit_denominator(MOST_PARTS)


def _run_out(view: AccountView) -> Fraction | None:
    chance = run_out_chance(view)
    return None if chance is None else Fraction(chance).limit_denominator(MOST_PARTS)


def _share(part: int | None, whole: int | None) -> Fraction | None:
    return Fraction(100 * part, whole) if part is not None and whole else None


def _credits(value: Fraction) -> str:
    return wording.count(int(value))


def _percent(value: Fraction) -> str:
    return f"{_plain(value)} %"


def _probability(value: Fraction) -> str:
    return _plain(value)


def _plain(value: Fraction) -> str:
    """Word a number with as many decimals as tell it from what is next to it, at most four."""
    return f"{float(value):.4f}".rstrip("0").rstrip(".")
