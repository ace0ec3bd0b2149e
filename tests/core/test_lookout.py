"""What lies ahead is said as far as what was seen allows, and never beyond."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.makers import CYCLE, NOW
from usage_tui.core.budget import Budget
from usage_tui.core.lookout import Grounds, is_as_blank, look_over, outlook, usual_of_now
from usage_tui.core.one_off import OneOffDays
from usage_tui.core.outlook import Evidence, Outlook, Prospect
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms, moment
from usage_tui.core.snapshot import Snapshot

HOUR = timedelta(hours=1)
NOW_HOUR = epoch_ms(NOW) // HOUR_MS * HOUR_MS


def seen_hours(spends: Sequence[int]) -> list[TimeSpan]:
    """Make watched hours of which the last one is the running hour."""
    first = NOW_HOUR - (len(spends) - 1) * HOUR_MS
    return [
        TimeSpan(first + index * HOUR_MS, Snapshot(used=1_000), spend=spend, covered_ms=HOUR_MS)
        for index, spend in enumerate(spends)
    ]


def grounds_of(spends: Sequence[int], used: int) -> Grounds:
    return look_over(seen_hours(spends), used=used, cycle=CYCLE, now=NOW, one_off=OneOffDays(), accuracy=None)


def looked(
    spends: Sequence[int], used: int, *, limit: int | None = 3_000_000, budget: int | None = None, now: datetime = NOW
) -> Outlook:
    return outlook(grounds_of(spends, used), used=used, limit=limit, budget=Budget(budget), cycle=CYCLE, now=now)


STEADY = [3_000 + 40 * (hour % 24) for hour in range(60 * 24)]
USED = sum(STEADY[-457:])


def test_both_ceilings_are_looked_at_and_the_lower_one_is_meant() -> None:
    ahead = looked(STEADY, USED, limit=3_000_000, budget=2_000_000)
    assert ahead.limit is not None
    assert ahead.budget is not None
    assert ahead.lower == ahead.budget
    assert (ahead.budget.run_out_probability or 0) > (ahead.limit.run_out_probability or 0)
    assert ahead.budget.run_out_p50 is not None
    assert NOW < ahead.budget.run_out_p50 < CYCLE.resets_at
    assert looked(STEADY, USED, budget=9_000_000).lower == ahead.limit


def test_spent_ceiling_says_since_when_and_forecasts_nothing() -> None:
    ahead = looked(STEADY, USED, budget=USED - sum(STEADY[-10:]) + 1)
    assert ahead.budget == Prospect(
        USED - sum(STEADY[-10:]) + 1, is_limit=False, is_spent=True, spent_at=NOW.replace(minute=0, second=0) - 9 * HOUR
    )
    assert ahead.total_p50 is not None


def test_credits_that_are_used_up_have_no_total_ahead() -> None:
    ahead = looked(STEADY, USED, limit=USED)
    assert ahead.total_p50 is None
    assert ahead.limit is not None
    assert ahead.limit.is_spent


@pytest.mark.parametrize(
    ("hours_seen", "used"), [(0, 0), (0, 500_000), (5, 0), (1, 1)], ids=["nothing", "one sample", "idle", "an hour"]
)
def test_nothing_is_said_from_nothing(hours_seen: int, used: int) -> None:
    ahead = looked([0] * hours_seen, used, budget=2_000_000)
    assert ahead.evidence is Evidence.LEARNING
    assert (ahead.total_p10, ahead.total_p50, ahead.total_p90) == (None, None, None)
    for prospect in (ahead.limit, ahead.budget):
        assert prospect is not None
        assert (prospect.run_out_probability, prospect.run_out_p50, prospect.run_out_p10) == (None, None, None)


def test_nothing_is_looked_over_again_until_an_hour_is_complete_or_was_put_down() -> None:
    blank = grounds_of([5], 500_000)
    assert is_as_blank(blank, seen_hours([9]), CYCLE, NOW)
    assert not is_as_blank(blank, seen_hours([3, 9]), CYCLE, NOW)
    assert not is_as_blank(blank, seen_hours([9]), CYCLE, NOW + HOUR)
    assert not is_as_blank(blank, [], CYCLE, NOW + HOUR)
    assert not is_as_blank(blank, seen_hours([9]), replace(CYCLE, started_at=NOW - HOUR), NOW)
    assert not is_as_blank(grounds_of([0, 0], 0), seen_hours([9]), CYCLE, NOW)


def test_two_days_give_a_range_and_the_early_case_alone() -> None:
    cycle_used = sum(STEADY[-48:])
    new_cycle = CYCLE.__class__(NOW - 48 * HOUR, CYCLE.resets_at, is_assumed=False)
    grounds = look_over(
        seen_hours(STEADY[-48:]), used=cycle_used, cycle=new_cycle, now=NOW, one_off=OneOffDays(), accuracy=None
    )
    ahead = outlook(grounds, used=cycle_used, limit=400_000, budget=Budget(), cycle=new_cycle, now=NOW)
    assert ahead.evidence is Evidence.ROUGH
    assert ahead.total_p10 is not None
    assert ahead.limit is not None
    assert ahead.limit.run_out_p10 is not None
    assert (ahead.limit.run_out_probability, ahead.limit.run_out_p50) == (None, None)


BACKFILL_DAY = datetime(2026, 11, 12, tzinfo=UTC)
BACKFILL = OneOffDays((date(2026, 11, 12),), UTC)
BACKFILL_STARTS = range(epoch_ms(BACKFILL_DAY), epoch_ms(BACKFILL_DAY) + 24 * HOUR_MS)


def with_backfill(spends: Sequence[int], credits_an_hour: int) -> list[TimeSpan]:
    """Make watched hours with something else spent in each hour of the twelfth."""
    return [
        replace(span, spend=credits_an_hour) if span.start_ms in BACKFILL_STARTS else span
        for span in seen_hours(spends)
    ]


def ahead_of(spans: Sequence[TimeSpan], one_off: OneOffDays, *, budget: int | None = None) -> tuple[int, Outlook]:
    """Look over hours: what they used of the cycle, and what lies ahead of it."""
    used = sum(span.spend for span in spans if span.start_ms >= epoch_ms(CYCLE.started_at))
    grounds = look_over(spans, used=used, cycle=CYCLE, now=NOW, one_off=one_off, accuracy=None)
    return used, outlook(grounds, used=used, limit=9_000_000, budget=Budget(budget), cycle=CYCLE, now=NOW)


@given(st.integers(0, 100_000))
def test_what_was_spent_on_a_one_off_day_is_used_and_says_nothing_of_the_days_to_come(credits_an_hour: int) -> None:
    usual_used, usually = ahead_of(seen_hours(STEADY), BACKFILL)
    used, ahead = ahead_of(with_backfill(STEADY, credits_an_hour), BACKFILL)
    assert ahead.analysis == usually.analysis
    assert (ahead.total_p50 or 0) - used == pytest.approx((usually.total_p50 or 0) - usual_used)
    assert ahead.pace_per_day == pytest.approx(ahead_of(seen_hours(STEADY), OneOffDays())[1].pace_per_day, rel=0.005)
    assert ahead.one_off_days == 1


def test_a_one_off_day_that_is_not_left_out_raises_the_total() -> None:
    spans = with_backfill(STEADY, 100_000)
    assert (ahead_of(spans, OneOffDays())[1].total_p50 or 0) > 1.1 * (ahead_of(spans, BACKFILL)[1].total_p50 or 0)


def test_a_one_off_day_that_nobody_watched_is_not_spread_over_the_rest_of_the_cycle() -> None:
    watched = [span for span in with_backfill(STEADY, 100_000) if span.start_ms not in BACKFILL_STARTS]
    after = next(index for index, span in enumerate(watched) if span.start_ms >= BACKFILL_STARTS.stop)
    watched[after] = replace(watched[after], spend=watched[after].spend + 2_400_000, has_gap=True)
    used, ahead = ahead_of(watched, BACKFILL)
    usual_used, usually = ahead_of(seen_hours(STEADY), BACKFILL)
    assert used > usual_used + 2_000_000
    assert ahead.pace_per_day == pytest.approx(usually.pace_per_day, rel=0.08)


def test_a_ceiling_that_a_one_off_day_spent_was_spent_on_that_day() -> None:
    before = sum(span.spend for span in seen_hours(STEADY) if CYCLE.started_at <= moment(span.start_ms) < BACKFILL_DAY)
    _, ahead = ahead_of(with_backfill(STEADY, 100_000), BACKFILL, budget=before + 250_000)
    assert ahead.budget is not None
    assert ahead.budget.spent_at == BACKFILL_DAY + 2 * HOUR


def test_a_running_hour_that_a_reset_lies_in_takes_nothing_from_before_it() -> None:
    assert (grounds_of([50], used=10).spent, grounds_of([50], used=60).spent) == (0, 10)


def test_a_ceiling_that_is_spent_is_at_risk() -> None:
    spent = Prospect(1000, is_limit=True, is_spent=True)
    assert (spent.is_at_risk, spent.chance) == (True, 1.0)
    assert not Prospect(1000, is_limit=True).is_at_risk


def test_limit_of_nothing_and_no_limit_have_no_prospect() -> None:
    assert looked(STEADY, USED, limit=0).limit is None
    assert looked(STEADY, USED, limit=None).lower is None


def test_usual_is_of_the_running_hour_and_the_next_and_then_unknown() -> None:
    grounds = grounds_of(STEADY, USED)
    here = usual_of_now(grounds, NOW)
    assert here is not None
    assert here.spend_per_hour == STEADY[-1 - 168]
    assert usual_of_now(grounds, NOW + HOUR) is not None
    assert usual_of_now(grounds, NOW + 2 * HOUR) is None


@given(
    st.lists(st.integers(0, 50_000), max_size=400),
    st.integers(0, 4_000_000),
    st.none() | st.integers(0, 4_000_000),
    st.none() | st.integers(0, 4_000_000),
    st.integers(-40 * 24, 40 * 24),
)
def test_no_date_is_in_the_past_and_every_chance_is_one(
    spends: list[int], used: int, limit: int | None, budget: int | None, hours_on: int
) -> None:
    now = NOW + hours_on * HOUR
    ahead = looked(spends, used, limit=limit, budget=budget, now=now)
    for prospect in (ahead.limit, ahead.budget):
        if prospect is None:
            continue
        for at in (prospect.run_out_p50, prospect.run_out_p10):
            assert at is None or now <= at <= CYCLE.resets_at
        assert prospect.run_out_probability is None or 0 <= prospect.run_out_probability <= 1
        assert prospect.spent_at is None or CYCLE.started_at <= prospect.spent_at <= NOW
    totals = [total for total in (ahead.total_p10, ahead.total_p50, ahead.total_p90) if total is not None]
    assert totals == sorted(totals)
    assert all(total >= used for total in totals)
