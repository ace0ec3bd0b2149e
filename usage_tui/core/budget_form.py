"""What a user types into the budget editor, read and checked as it is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from usage_tui.core.account import Wishes
from usage_tui.core.budget import Budget
from usage_tui.core.day_list import DaysEntry, read_days, typed_days

FIELDS = ("a cycle", "a day", "near from", "one-off days")
HINTS = ("none: the plan's limit", "none", "80 %", "none, such as yesterday or 12 Nov")
LARGEST_CREDITS = 2**63 - 1
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*)(\.\d+)?\s*([kmg]?)", re.IGNORECASE | re.ASCII)
_SHARE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(%?)", re.ASCII)
_SIZES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_MOST_DIGITS = 30


class CreditsEntry(NamedTuple):
    """A number of credits as typed: None where nothing is set, or what is wrong with it."""

    credits: int | None = None
    fault: str | None = None


class ShareEntry(NamedTuple):
    """A share of 0–1 as typed: None where nothing is set, or what is wrong with it."""

    share: float | None = None
    fault: str | None = None


class BudgetForm(Struct, frozen=True):
    """The editor's fields, read."""

    credits: CreditsEntry
    daily_credits: CreditsEntry
    near_at: ShareEntry
    one_off: DaysEntry

    @property
    def fault(self) -> str | None:
        """What is wrong with the first field that is wrong."""
        return next((f"{name}: {fault}" for name, fault in zip(FIELDS, self.faults, strict=True) if fault), None)

    @property
    def faults(self) -> tuple[str | None, ...]:
        """What is wrong with each field, None where it is right."""
        return (self.credits.fault, self.daily_credits.fault, self.near_at.fault, self.one_off.fault)

    @property
    def budget(self) -> Budget | None:
        """The budget that is meant, or None where something of it is wrong."""
        if any(self.faults[:3]):
            return None
        near_at = Budget().near_at if self.near_at.share is None else self.near_at.share
        return Budget(self.credits.credits, self.daily_credits.credits, near_at)

    @property
    def wishes(self) -> Wishes | None:
        """What is meant in all, or None where something is wrong."""
        budget = self.budget
        return None if budget is None or self.one_off.fault is not None else Wishes(budget, self.one_off.days)


def read_form(texts: Sequence[str], today: date) -> BudgetForm:
    """Read the fields as they stand, in their order; `today` is the day that days without a year are before."""
    credits_text, daily_text, near_text, days_text = texts
    return BudgetForm(
        read_credits(credits_text), read_credits(daily_text), read_share(near_text), read_days(days_text, today)
    )


def written_form(wishes: Wishes) -> tuple[str, ...]:
    """Write what the fields hold, in their order; what goes without saying is left out."""
    budget = wishes.budget
    near = "" if budget.near_at == Budget().near_at else typed_share(budget.near_at)
    return (
        typed_credits(budget.credits),
        typed_credits(budget.daily_credits),
        near,
        typed_days(wishes.one_off_days),
    )


def read_credits(text: str) -> CreditsEntry:
    """Read a whole number of credits: `2000000`, `2_000_000`, `2,000,000`, `2M` or `80k`; empty is none."""
    typed = text.strip()
    if not typed:
        return CreditsEntry()
    found = _NUMBER.fullmatch(typed) if len(typed) <= _MOST_DIGITS else None
    if found is None:
        return CreditsEntry(fault="needs a whole number such as 2000000, 2,000,000 or 2M")
    whole, part, unit = found[1].replace(",", "").replace("_", ""), (found[2] or ".")[1:], found[3].lower()
    number, rest = divmod(int(whole + part) * _SIZES[unit], 10 ** len(part))
    if rest:
        return CreditsEntry(fault="needs whole credits")
    if number > LARGEST_CREDITS:
        return CreditsEntry(fault="is more than can be counted")
    return CreditsEntry(number)


def read_share(text: str) -> ShareEntry:
    """Read a share: `0.7`, `70%` or `70`; empty is none."""
    typed = text.strip()
    if not typed:
        return ShareEntry()
    found = _SHARE.fullmatch(typed) if len(typed) <= _MOST_DIGITS else None
    if found is None:
        return ShareEntry(fault="needs a share such as 80 % or 0.8")
    number = float(found[1])
    share = number / 100 if found[2] or number > 1 else number
    if share > 1:
        return ShareEntry(fault="needs a share from 0 to 100 %")
    return ShareEntry(round(share, 6))


def typed_credits(number: int | None) -> str:
    """Write credits as a user may type them."""
    return "" if number is None else f"{number:,}"


def typed_share(share: float) -> str:
    """Write a share as a user may type it."""
    return f"{round(100 * share, 4):g} %"
