"""Small builders of the core's values, with defaults that a test need not care about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from usage_tui.core.account import Account, AccountState, KeyFromEnv, KeySource
from usage_tui.core.budget import Budget, BudgetStanding
from usage_tui.core.cycle import Cycle, CyclePlan
from usage_tui.core.outlook import Accuracy, Evidence, Outlook, Prospect
from usage_tui.core.series import Bucket
from usage_tui.core.snapshot import Sample, Snapshot
from usage_tui.core.view import AccountView, LastPoll


def utc(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Make a UTC moment."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


NOW = utc(2026, 11, 22, 10, 42, 7)
LASTING = Prospect(3_000_000, is_limit=True, run_out_probability=0.02)
RUNNING_OUT = Prospect(
    2_000_000,
    is_limit=False,
    run_out_probability=0.92,
    run_out_p50=utc(2026, 11, 28, 14),
    run_out_p10=utc(2026, 11, 26, 9),
)
CYCLE = Cycle(utc(2026, 11, 3, 10), utc(2026, 12, 3, 10), is_assumed=False)


def a_snapshot(
    *,
    concurrency: int | None = 62,
    concurrency_limit: int | None = 100,
    burst: int | None = 0,
    used: int | None = 1_412_700,
    failed: int | None = 9_041,
    limit: int | None = 3_000_000,
    cycle_started_at: datetime | None = CYCLE.started_at,
    credits_left: int | None = None,
    is_pay_as_you_go: bool | None = None,
    is_auto_upgrade: bool | None = None,
) -> Snapshot:
    """Make a snapshot of a busy account in the middle of its cycle."""
    return Snapshot(
        concurrency=concurrency,
        concurrency_limit=concurrency_limit,
        burst=burst,
        used=used,
        failed=failed,
        limit=limit,
        cycle_started_at=cycle_started_at,
        credits_left=credits_left,
        is_pay_as_you_go=is_pay_as_you_go,
        is_auto_upgrade=is_auto_upgrade,
    )


def a_sample(snapshot: Snapshot | None = None, *, at: datetime = NOW, monotonic_seconds: float | None = None) -> Sample:
    """Make a sample; its monotonic clock runs with `at` unless told otherwise."""
    monotonic = (at - utc(2026)).total_seconds() if monotonic_seconds is None else monotonic_seconds
    return Sample(at=at, monotonic_seconds=monotonic, snapshot=a_snapshot() if snapshot is None else snapshot)


def an_account(
    name: str = "production",
    *,
    key_source: KeySource | None = None,
    base_url: str = "http://127.0.0.1:1",
    allow_insecure: bool = False,
    cycle: CyclePlan | None = None,
    budget: Budget | None = None,
    one_off_days: tuple[date, ...] = (),
) -> Account:
    """Make an account whose service is a loopback port that nobody serves."""
    return Account(
        name=name,
        key_source=key_source or KeyFromEnv("USAGE_TUI_TEST_KEY"),
        base_url=base_url,
        allow_insecure=allow_insecure,
        cycle=cycle or CyclePlan(),
        budget=budget or Budget(),
        one_off_days=one_off_days,
    )


def a_last_poll(
    state: AccountState = AccountState.OK,
    *,
    at: datetime = NOW,
    error: str | None = None,
    latency_seconds: float | None = 0.038,
    next_at: datetime | None = None,
    pid: int = 4242,
) -> LastPoll:
    """Make the end of a poll; the next one is due a second later."""
    return LastPoll(at, state, error, latency_seconds, next_at or at + timedelta(seconds=1), pid)


def buckets(
    peaks: Sequence[int | None], *, start: int, width_seconds: int = 1, limit: int | None = 100
) -> tuple[Bucket, ...]:
    """Make fully covered buckets of constant concurrency, one a peak; None is a gap."""
    return tuple(
        Bucket(
            start=start + index * width_seconds,
            peak=peak,
            peak_at=start + index * width_seconds,
            limit=limit,
            covered_seconds=float(width_seconds),
            saturated_seconds=float(width_seconds) if limit and peak / limit >= 0.95 else 0.0,
            request_seconds=float(width_seconds * peak),
        )
        for index, peak in enumerate(peaks)
        if peak is not None
    )


def a_view(
    snapshot: Snapshot | None = None,
    *,
    name: str = "production",
    at: datetime = NOW,
    interval_seconds: float = 1.0,
    stale_seconds: float = 120.0,
    is_insecure: bool = False,
    is_simulated: bool = False,
    last_poll: LastPoll | None = None,
    key_error: str | None = None,
    cycle: Cycle | None = CYCLE,
    budget: Budget | BudgetStanding | None = None,
    spend_per_minute: float | None = 95.0,
    failed_share: float | None = 0.006,
    failed_window_seconds: float = 900.0,
    counters_changed_at: datetime | None = NOW - timedelta(seconds=6),
    fine: tuple[Bucket, ...] = (),
    coarse: tuple[Bucket, ...] = (),
) -> AccountView:
    """Make the view of an account whose last poll, at `at`, brought `snapshot`; see `a_waiting_view` for none."""
    seen = a_snapshot() if snapshot is None else snapshot
    standing = (
        budget if isinstance(budget, BudgetStanding) else (budget or Budget()).standing(seen.used, seen.limit, None)
    )
    return AccountView(
        name=name,
        interval_seconds=interval_seconds,
        stale_seconds=stale_seconds,
        is_insecure=is_insecure,
        is_simulated=is_simulated,
        last_poll=last_poll or a_last_poll(at=at),
        key_error=key_error,
        sample=a_sample(seen, at=at),
        cycle=cycle,
        budget=standing,
        spend_per_minute=spend_per_minute,
        failed_share=failed_share,
        failed_window_seconds=failed_window_seconds,
        counters_changed_at=counters_changed_at,
        fine=fine,
        coarse=coarse,
    )


def an_outlook(
    *,
    evidence: Evidence = Evidence.FULL,
    totals: tuple[float, float, float] | None = (2_100_000, 2_310_000, 2_600_000),
    limit: Prospect | None = LASTING,
    budget: Prospect | None = RUNNING_OUT,
    idle_days: int = 0,
    one_off_days: int = 0,
    accuracy: Accuracy | None = None,
) -> Outlook:
    """Make what lies ahead of the busy account: its budget runs out five days early."""
    return Outlook(
        evidence=evidence,
        total_p10=totals[0] if totals else None,
        total_p50=totals[1] if totals else None,
        total_p90=totals[2] if totals else None,
        pace_per_day=74_000.0,
        idle_days=idle_days,
        one_off_days=one_off_days,
        limit=limit,
        budget=budget,
        accuracy=accuracy,
    )


def a_waiting_view(
    name: str = "production", *, last_poll: LastPoll | None = None, key_error: str | None = None
) -> AccountView:
    """Make the view of an account that no poll has brought a sample of."""
    return AccountView(name=name, interval_seconds=1.0, stale_seconds=120.0, last_poll=last_poll, key_error=key_error)
