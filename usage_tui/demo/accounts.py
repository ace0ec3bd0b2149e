"""The accounts of the simulated service: three that differ, and as many more like them as one asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from usage_tui.core.account import ApiKey
from usage_tui.core.budget import Budget
from usage_tui.demo.traffic import DAY_SECONDS, Character, Traffic, mixed

BUSY = Character(
    night_level=0.52,
    day_level=0.72,
    weekend_factor=0.94,
    batch_level=0.12,
    unevenness=0.08,
    wave=0.28,
    burst_chance=0.8,
    overshoot=0.0,
    failed_share=0.006,
)
QUIET = Character(
    night_level=0.05,
    day_level=0.2,
    weekend_factor=0.6,
    batch_level=0.2,
    unevenness=0.25,
    wave=0.5,
    burst_chance=0.0,
    overshoot=0.0,
    failed_share=0.012,
)
BURSTING = Character(
    night_level=0.08,
    day_level=0.16,
    weekend_factor=0.8,
    batch_level=0.0,
    unevenness=0.35,
    wave=0.22,
    burst_chance=0.65,
    overshoot=0.24,
    failed_share=0.02,
)


@dataclass(frozen=True, slots=True)
class SimulatedAccount:
    """One account of the simulated service.

    `limit` is in credits of a cycle, which is a month from `anchor`. The service tells the limit as text where
    `is_limit_text`, and where `is_pay_as_you_go` is known, that and the credits left.
    """

    name: str
    key: ApiKey
    limit: int
    anchor: datetime
    traffic: Traffic
    budget: Budget = field(default_factory=Budget)
    is_limit_text: bool = False
    is_pay_as_you_go: bool | None = None


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one of the three is like, `days_passed` days and `used` credits into its cycle."""

    name: str
    character: Character
    limit: int
    concurrency_limit: int
    days_passed: int
    used: int
    budget: Budget = field(default_factory=Budget)
    is_limit_text: bool = False
    is_pay_as_you_go: bool | None = None


_KINDS = (
    _Kind(
        name="production",
        character=BUSY,
        limit=3_000_000,
        concurrency_limit=100,
        days_passed=19,
        used=1_430_000,
        budget=Budget(credits=2_000_000, daily_credits=80_000, near_at=0.7),
    ),
    _Kind(
        name="staging",
        character=QUIET,
        limit=100_000,
        concurrency_limit=20,
        days_passed=8,
        used=15_000,
        is_limit_text=True,
    ),
    _Kind(
        name="client-acme",
        character=BURSTING,
        limit=1_000_000,
        concurrency_limit=50,
        days_passed=24,
        used=436_000,
        budget=Budget(credits=400_000),
        is_pay_as_you_go=False,
    ),
)


def simulated_accounts(now: datetime, *, count: int = 3, seed: int = 1) -> tuple[SimulatedAccount, ...]:
    """Make `count` accounts, which stand `now` as they are meant to: near, within and over their budgets.

    From the fourth on they are like the first three, each with traffic and a renewal of its own.
    """
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    prices = [_price(kind, seed=mixed(seed, number), now=hour) for number, kind in enumerate(_KINDS[:count])]
    accounts = []
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        own_seed = mixed(seed, number)
        is_named = number < len(_KINDS)
        days_passed = kind.days_passed if is_named else 1 + own_seed % 27
        accounts.append(
            SimulatedAccount(
                name=kind.name if is_named else f"account-{number + 1}",
                key=ApiKey(f"{mixed(own_seed, 1000):016x}{mixed(own_seed, 1001):016x}"),
                limit=kind.limit,
                anchor=hour - timedelta(days=days_passed),
                traffic=Traffic(
                    kind.character,
                    kind.concurrency_limit,
                    seed=own_seed,
                    credits_per_request_second=prices[number % len(_KINDS)],
                ),
                budget=kind.budget,
                is_limit_text=kind.is_limit_text,
                is_pay_as_you_go=kind.is_pay_as_you_go,
            )
        )
    return tuple(accounts)


def _price(kind: _Kind, *, seed: int, now: datetime) -> float:
    """Give the credits per request-second with which an account has used what it is meant to."""
    traffic = Traffic(kind.character, kind.concurrency_limit, seed=seed, credits_per_request_second=1.0)
    until = now.timestamp()
    return kind.used / traffic.spend_between(until - kind.days_passed * DAY_SECONDS, until).credits
