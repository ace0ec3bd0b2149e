from __future__ import annotations

import gc
import sys
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.makers import NOW, a_last_poll, a_sample, a_snapshot, an_account, utc
from usage_tui.core.account import AccountState, PollPlan
from usage_tui.core.budget import Budget, BudgetState, DaySpend
from usage_tui.core.cycle import Cycle, CyclePlan, Period
from usage_tui.core.ledger import Ledger
from usage_tui.core.renewal import CountersSeen
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.view import AccountView

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
UTC_ZONE = ZoneInfo("UTC")


class Watch:
    """A ledger, a clock, and the last answer: it takes samples in as a collector would."""

    def __init__(
        self,
        *,
        at: datetime = NOW,
        zone: tzinfo | None = UTC_ZONE,
        budget: Budget | None = None,
        cycle: CyclePlan | None = None,
        interval_seconds: float = 1.0,
    ) -> None:
        self.account = an_account(budget=budget, cycle=cycle)
        self.ledger = Ledger(self.account, PollPlan(), zone, is_insecure=False)
        self.at = at
        self.monotonic_seconds = 50_000.0
        self.interval_seconds = interval_seconds

    def pass_time(self, seconds: float) -> None:
        """Let time pass without a sample."""
        self.at += timedelta(seconds=seconds)
        self.monotonic_seconds += seconds

    def sees(self, snapshot: Snapshot, *, after: float = 1.0) -> AccountView:
        """Take in a sample `after` so many seconds, and give the view that follows."""
        self.pass_time(after)
        sample = a_sample(snapshot, at=self.at, monotonic_seconds=self.monotonic_seconds)
        self.ledger.add(sample, self.interval_seconds, is_simulated=False)
        self.ledger.close_poll(a_last_poll(at=self.at))
        return self.view()

    def uses(
        self,
        used: int | None,
        *,
        after: float = 1.0,
        failed: int | None = 0,
        cycle_started_at: datetime | None = None,
        limit: int | None = 3_000_000,
    ) -> AccountView:
        """Take in a sample with these counters."""
        snapshot = a_snapshot(used=used, failed=failed, cycle_started_at=cycle_started_at, limit=limit)
        return self.sees(snapshot, after=after)

    def view(self) -> AccountView:
        """Give the view as of now."""
        return self.ledger.view(self.at, self.interval_seconds)

    def today(self) -> DaySpend | None:
        """Give today's spend as of now."""
        standing = self.view().budget
        return standing.today if standing else None


def test_before_any_sample_nothing_is_known() -> None:
    view = Watch().view()
    assert (view.name, view.sample, view.cycle, view.budget) == ("production", None, None, None)
    assert (view.spend_per_minute, view.failed_share, view.failed_window_seconds) == (None, None, 0.0)
    assert (view.counters_changed_at, view.fine, view.coarse) == (None, (), ())
    assert (view.is_simulated, view.is_stored) == (False, False)
    assert view.state(NOW) is AccountState.WAITING


def test_a_sample_is_seen_with_all_that_follows_from_it() -> None:
    watch = Watch(budget=Budget(credits=2_000_000, near_at=0.7))
    view = watch.sees(a_snapshot())
    assert view.snapshot == a_snapshot()
    assert view.cycle == Cycle(utc(2026, 11, 3, 10), utc(2026, 12, 3, 10), is_assumed=False)
    assert view.budget is not None
    assert (view.budget.ceiling, view.budget.state) == (2_000_000, BudgetState.NEAR)
    assert [bucket.peak for bucket in (*view.fine, *view.coarse)] == [62, 62]
    assert (view.interval_seconds, view.stale_seconds) == (1.0, 120.0)
    assert (view.is_insecure, view.is_simulated) == (False, False)


def test_what_is_simulated_or_insecure_says_so() -> None:
    ledger = Ledger(an_account(), PollPlan(), None, is_insecure=True)
    ledger.add(a_sample(), 1.0, is_simulated=True)
    view = ledger.view(NOW, 1.0)
    assert (view.is_insecure, view.is_simulated) == (True, True)


def test_a_failed_poll_keeps_the_last_good_sample() -> None:
    watch = Watch()
    watch.sees(a_snapshot())
    failed = a_last_poll(AccountState.UNREACHABLE, at=watch.at, error="Refused.")
    watch.ledger.close_poll(failed)
    view = watch.view()
    assert (view.snapshot, view.last_poll, view.error) == (a_snapshot(), failed, "Refused.")


def test_a_view_says_whether_its_poll_is_stored() -> None:
    watch = Watch()
    watch.ledger.close_poll(a_last_poll(), is_stored=True)
    assert watch.view().is_stored
    watch.ledger.close_poll(a_last_poll())
    assert not watch.view().is_stored


def test_a_missing_key_is_told_until_a_poll_was_made() -> None:
    watch = Watch()
    watch.ledger.miss_key("No variable SCRAPERAPI_KEY.")
    assert watch.view().error == "No variable SCRAPERAPI_KEY."
    assert watch.uses(100).error is None


def test_fine_and_coarse_buckets_are_of_1_and_5_seconds() -> None:
    watch = Watch(at=utc(2026, 11, 22, 10))
    for second in range(12):
        view = watch.sees(a_snapshot(concurrency=second), after=1.0)
    assert [bucket.start % 60 for bucket in view.fine] == list(range(1, 13))
    assert [(bucket.start % 60, bucket.peak) for bucket in view.coarse] == [(0, 3), (5, 8), (10, 11)]


def test_a_gap_between_polls_is_a_gap_in_the_buckets() -> None:
    watch = Watch(at=utc(2026, 11, 22, 10))
    watch.sees(a_snapshot())
    view = watch.sees(a_snapshot(), after=10.0)
    assert [bucket.start % 60 for bucket in view.fine] == [1, 2, 11]


def test_a_sample_holds_for_two_of_its_polls_intervals() -> None:
    watch = Watch(at=utc(2026, 11, 22, 10), interval_seconds=15.0)
    watch.sees(a_snapshot(), after=0.0)
    view = watch.sees(a_snapshot(), after=50.0)
    assert sum(bucket.covered_seconds for bucket in view.coarse) == 30.0


def test_an_answer_without_concurrency_draws_nothing() -> None:
    view = Watch().sees(a_snapshot(concurrency=None))
    assert (view.fine, view.coarse, view.snapshot.used) == ((), (), 1_412_700)


def test_the_pace_follows_from_counters_that_move_every_15_seconds() -> None:
    watch = Watch()
    paces = [watch.uses(1000 + 25 * (second // 15)).spend_per_minute for second in range(4, 64)]
    assert paces[:26] == [None] * 26
    assert paces[26:] == [pytest.approx(100.0)] * 34


def test_after_a_gap_the_pace_is_unknown_until_two_more_changes() -> None:
    watch = Watch()
    for second in range(60):
        watch.uses(1000 + 25 * (second // 15))
    paces = [watch.uses(9000, after=600.0).spend_per_minute]
    paces += [watch.uses(9010 + 25 * (second // 15)).spend_per_minute for second in range(16)]
    assert paces == [*[None] * 16, pytest.approx(100.0)]


def test_a_machine_that_slept_does_not_inflate_the_pace() -> None:
    watch = Watch()
    for second in range(60):
        watch.uses(1000 + 25 * (second // 15))
    watch.at += timedelta(hours=1)
    assert watch.uses(500_000).spend_per_minute is None


def test_slow_polls_are_no_gaps() -> None:
    watch = Watch(interval_seconds=60.0)
    for minute in range(4):
        view = watch.uses(1000 + 100 * minute, after=60.0)
    assert view.spend_per_minute == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("interval_seconds", "wait_seconds", "is_gap"),
    [(1.0, 30.0, False), (1.0, 31.0, True), (15.0, 30.0, False), (60.0, 120.0, False), (60.0, 121.0, True)],
)
def test_a_gap_is_longer_than_two_refreshes_and_two_intervals(
    interval_seconds: float, wait_seconds: float, is_gap: bool
) -> None:
    watch = Watch(interval_seconds=interval_seconds)
    watch.uses(1000)
    watch.uses(1010, after=wait_seconds)
    view = watch.uses(1020, after=15.0)
    assert view.spend_per_minute == (None if is_gap else 40.0)


def test_idle_counters_mean_a_pace_of_nothing() -> None:
    watch = Watch()
    paces = [watch.uses(1000).spend_per_minute for _ in range(47)]
    assert paces == [*[None] * 46, 0.0]


def test_the_counters_age_is_that_of_their_last_change() -> None:
    watch = Watch()
    assert watch.uses(1000).counters_changed_at is None
    assert watch.uses(1000).counters_changed_at is None
    changed_at = watch.uses(1001).counters_changed_at
    assert changed_at == watch.at
    assert watch.uses(1001).counters_changed_at == changed_at
    assert watch.uses(1001, failed=1).counters_changed_at == watch.at


def test_the_failed_share_is_over_the_last_15_minutes() -> None:
    watch = Watch(interval_seconds=15.0)
    for step in range(61):
        view = watch.uses(1000 + 90 * step, failed=10 * step, after=15.0)
    assert view.failed_share == pytest.approx(0.1)
    assert view.failed_window_seconds == 900.0
    for step in range(60):
        view = watch.uses(6400 + 50 * step, failed=600 + 50 * step, after=15.0)
    assert view.failed_share == pytest.approx(0.5, abs=0.01)


def test_failures_of_longer_ago_are_forgotten() -> None:
    watch = Watch(interval_seconds=60.0)
    watch.uses(1000)
    shares = [watch.uses(1090, failed=10, after=60.0).failed_share for _ in range(16)]
    assert shares == [*[pytest.approx(0.1)] * 15, None]


def test_the_failed_shares_window_is_what_was_seen() -> None:
    watch = Watch(interval_seconds=40.0)
    watch.uses(1000)
    view = watch.uses(1090, failed=10, after=80.0)
    assert view.failed_share == pytest.approx(0.1)
    assert view.failed_window_seconds == 80.0


def test_less_than_a_minute_says_nothing_of_failures() -> None:
    watch = Watch(interval_seconds=40.0)
    watch.uses(1000)
    assert watch.uses(1001, failed=1, after=59.0).failed_share is None


def test_failures_of_an_outage_are_no_part_of_the_last_minutes() -> None:
    watch = Watch(interval_seconds=15.0)
    for step in range(40):
        watch.uses(1000 + 90 * step, failed=step, after=15.0)
    view = watch.uses(9000, failed=5000, after=3 * 3600.0)
    assert (view.failed_share, view.failed_window_seconds) == (None, 0.0)
    for step in range(1, 9):
        view = watch.uses(9000 + 90 * step, failed=5000 + step, after=15.0)
    assert view.failed_share == pytest.approx(1 / 91)
    assert view.failed_window_seconds == 120.0


def test_a_counter_that_fell_starts_a_new_cycle_and_is_no_negative_pace() -> None:
    watch = Watch()
    for second in range(60):
        watch.uses(900_000 + 25 * (second // 15), failed=500)
    view = watch.uses(12)
    assert view.cycle == Cycle(watch.at, watch.at.replace(month=12), is_assumed=True)
    assert (view.spend_per_minute, view.failed_share, view.failed_window_seconds) == (None, None, 0.0)
    assert view.counters_changed_at == watch.at
    for second in range(1, 45):
        view = watch.uses(12 + 25 * (second // 15))
    assert view.spend_per_minute == pytest.approx(100.0)


RENEWAL = utc(2026, 12, 3, 10)
SAID = utc(2026, 11, 3, 10)


@pytest.mark.parametrize(
    ("plan", "said", "resets_at"),
    [
        (CyclePlan(), SAID, utc(2027, 1, 3, 10)),
        (CyclePlan(Period.YEAR), utc(2025, 12, 3, 10), utc(2027, 12, 3, 10)),
        (CyclePlan(anchor=SAID), None, utc(2027, 1, 3, 10)),
    ],
)
def test_a_renewal_is_due_until_the_counters_show_it(
    plan: CyclePlan, said: datetime | None, resets_at: datetime
) -> None:
    watch = Watch(at=RENEWAL - timedelta(seconds=31), cycle=plan)
    before = watch.uses(2_700_000, cycle_started_at=said).cycle
    assert before is not None
    assert (before.resets_at, before.is_due) == (RENEWAL, False)
    due = Cycle(RENEWAL, resets_at, is_assumed=True, is_due=True)
    assert watch.uses(2_700_000, cycle_started_at=said, after=60.0).cycle == due
    assert watch.uses(2_700_900, cycle_started_at=said, after=7200.0).cycle == due
    seen = watch.uses(40, cycle_started_at=said).cycle
    assert seen is not None
    assert (seen.is_due, seen.elapsed_share(watch.at) is None) == (False, False)


def test_a_renewal_is_due_while_the_service_is_unreachable() -> None:
    watch = Watch(at=RENEWAL - timedelta(hours=1))
    watch.uses(2_700_000, cycle_started_at=SAID)
    watch.pass_time(3 * 86_400)
    view = watch.view()
    assert view.cycle is not None
    assert view.cycle.is_due


def test_a_start_that_the_service_moves_is_a_renewal_seen() -> None:
    watch = Watch(at=RENEWAL - timedelta(seconds=31))
    watch.uses(2_700_000, cycle_started_at=SAID)
    assert watch.uses(0, cycle_started_at=RENEWAL, after=60.0).cycle == Cycle(
        RENEWAL, utc(2027, 1, 3, 10), is_assumed=False
    )


def test_a_reset_some_hours_before_the_clocks_renewal_is_that_renewal() -> None:
    watch = Watch(at=RENEWAL - timedelta(hours=12))
    watch.uses(2_700_000, cycle_started_at=SAID)
    watch.uses(40, cycle_started_at=SAID)
    view = watch.uses(90_000, cycle_started_at=SAID, after=86_400.0)
    assert view.cycle == Cycle(RENEWAL, utc(2027, 1, 3, 10), is_assumed=True)


def test_an_account_first_seen_in_mid_cycle_is_taken_by_the_clock() -> None:
    watch = Watch(at=utc(2026, 12, 20))
    view = watch.uses(900_000, cycle_started_at=utc(2026, 8, 3, 10))
    assert view.cycle == Cycle(RENEWAL, utc(2027, 1, 3, 10), is_assumed=True)


def test_an_idle_accounts_renewal_is_not_waited_for() -> None:
    watch = Watch(at=RENEWAL - timedelta(seconds=31))
    watch.uses(0, cycle_started_at=SAID)
    watch.uses(0, cycle_started_at=SAID, after=60.0)
    view = watch.uses(500, cycle_started_at=SAID)
    assert view.cycle == Cycle(RENEWAL, utc(2027, 1, 3, 10), is_assumed=True)


def test_what_was_seen_before_this_process_counts_too() -> None:
    watch = Watch(at=RENEWAL + timedelta(hours=5))
    by_clock = Cycle(RENEWAL, utc(2027, 1, 3, 10), is_assumed=True)
    assert watch.uses(2_700_000, cycle_started_at=SAID).cycle == by_clock
    watch.ledger.recall(CountersSeen(RENEWAL - timedelta(days=3)))
    assert watch.uses(2_700_000, cycle_started_at=SAID).cycle == replace(by_clock, is_due=True)


def test_a_start_that_moved_is_the_new_cycles_own() -> None:
    watch = Watch()
    watch.uses(900_000, cycle_started_at=utc(2026, 10, 22, 10, 42, 8))
    view = watch.uses(12, cycle_started_at=utc(2026, 11, 22, 10, 42, 8))
    assert view.cycle == Cycle(utc(2026, 11, 22, 10, 42, 8), utc(2026, 12, 22, 10, 42, 8), is_assumed=False)


def test_a_small_fall_is_a_correction_and_no_new_cycle() -> None:
    watch = Watch(cycle=CyclePlan(anchor=utc(2026, 11, 3)))
    watch.uses(1000)
    watch.uses(1100)
    view = watch.uses(1095)
    assert view.cycle == Cycle(utc(2026, 11, 3), utc(2026, 12, 3), is_assumed=True)
    assert view.spend_per_minute == 0.0


def test_a_reset_is_seen_past_answers_without_counters() -> None:
    watch = Watch()
    watch.uses(900_000)
    watch.uses(None)
    view = watch.uses(12)
    assert view.cycle is not None
    assert view.cycle.started_at == watch.at


def test_a_changed_limit_is_no_reset() -> None:
    watch = Watch()
    watch.uses(900, limit=5000)
    watch.uses(915, limit=5000, after=15.0)
    view = watch.uses(930, limit=1000, after=15.0)
    assert view.budget is not None
    assert (view.budget.ceiling, view.budget.state) == (1000, BudgetState.NEAR)
    assert view.cycle is None
    assert view.spend_per_minute == pytest.approx(60.0)


def test_a_day_seen_from_its_middle_is_a_lower_bound() -> None:
    watch = Watch(at=utc(2026, 11, 22, 10))
    watch.uses(1000)
    watch.uses(1060)
    assert watch.today() == DaySpend(60, utc(2026, 11, 22, 10, 0, 1), is_whole=False)


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [(UTC_ZONE, utc(2026, 11, 23)), (BERLIN, utc(2026, 11, 22, 23)), (NEW_YORK, utc(2026, 11, 23, 5))],
)
def test_the_days_spend_begins_anew_at_midnight_in_the_users_zone(zone: tzinfo, midnight: datetime) -> None:
    watch = Watch(at=midnight - timedelta(seconds=3), zone=zone)
    watch.uses(1000)
    watch.uses(1100)
    before = watch.today()
    assert before is not None
    assert (before.credits, before.is_whole) == (100, False)
    watch.uses(1105)
    assert watch.today() == DaySpend(5, midnight, is_whole=True)
    watch.uses(1200)
    assert watch.today() == DaySpend(100, midnight, is_whole=True)


def test_no_credit_is_lost_between_two_days() -> None:
    watch = Watch(at=utc(2026, 11, 22, 23, 59, 30), interval_seconds=15.0)
    seen = []
    for used in range(1000, 1060, 10):
        watch.uses(used, after=15.0)
        seen.append(watch.today())
    days = {spend.since: spend.credits for spend in seen if spend is not None}
    assert sum(days.values()) == 50


def test_a_midnight_that_no_one_watched_leaves_a_partly_seen_day() -> None:
    watch = Watch(at=utc(2026, 11, 22, 23, 50))
    watch.uses(1000)
    watch.uses(5000, after=1200.0)
    assert watch.today() == DaySpend(0, watch.at, is_whole=False)


def test_yesterdays_spend_is_not_shown_as_todays() -> None:
    watch = Watch(at=utc(2026, 11, 22, 23, 50), budget=Budget(daily_credits=100))
    watch.uses(1000)
    watch.uses(5000)
    assert watch.today() is not None
    watch.pass_time(1200.0)
    standing = watch.view().budget
    assert standing is not None
    assert (standing.today, standing.daily_state) == (None, BudgetState.UNKNOWN)


@pytest.mark.parametrize("zone", [BERLIN, None])
@pytest.mark.parametrize("change", [utc(2026, 10, 25, 1), utc(2026, 3, 29, 1)])
def test_a_day_on_which_the_clock_changes_is_one_day(zone: tzinfo | None, change: datetime) -> None:
    began = utc(change.year, change.month, change.day) - timedelta(hours=2 if change.month == 10 else 1)
    with time_machine.travel(change.astimezone(BERLIN), tick=False):
        watch = Watch(at=began - timedelta(seconds=90), zone=zone, interval_seconds=60.0)
        for minute in range(180):
            watch.uses(1000 + minute, after=60.0)
        assert watch.today() == DaySpend(179, began, is_whole=True)


def test_a_gap_within_a_day_hides_none_of_its_spend() -> None:
    watch = Watch(at=utc(2026, 11, 22, 23, 59, 59))
    watch.uses(1000, after=0.0)
    watch.uses(1000)
    watch.uses(9000, after=7200.0)
    assert watch.today() == DaySpend(8000, utc(2026, 11, 23), is_whole=True)


def test_a_reset_within_a_day_adds_what_the_new_counter_shows() -> None:
    watch = Watch(at=utc(2026, 11, 22, 23, 59, 59))
    watch.uses(900_000, after=0.0)
    watch.uses(900_010)
    watch.uses(12)
    watch.uses(20)
    assert watch.today() == DaySpend(30, utc(2026, 11, 23), is_whole=True)


def test_a_reset_in_a_gap_hides_spend_so_that_the_day_is_a_lower_bound() -> None:
    watch = Watch(at=utc(2026, 11, 22, 23, 59, 59))
    watch.uses(900_000, after=0.0)
    watch.uses(900_010)
    watch.uses(12, after=3600.0)
    assert watch.today() == DaySpend(22, utc(2026, 11, 23), is_whole=False)


def test_a_start_that_moves_before_its_counter_falls_is_counted_once() -> None:
    watch = Watch()
    watch.uses(900_000, cycle_started_at=utc(2026, 10, 22))
    watch.uses(900_000, cycle_started_at=utc(2026, 11, 22))
    watch.uses(900_010, cycle_started_at=utc(2026, 11, 22))
    watch.uses(12, cycle_started_at=utc(2026, 11, 22))
    today = watch.today()
    assert today is not None
    assert today.credits == 22


def test_a_correction_is_taken_off_todays_spend() -> None:
    watch = Watch()
    watch.uses(1000)
    watch.uses(1100)
    watch.uses(1095)
    today = watch.today()
    assert today is not None
    assert today.credits == 95


def test_a_counter_that_flickers_between_two_replicas_spends_nothing() -> None:
    watch = Watch()
    for _ in range(100):
        watch.uses(10_000)
        watch.uses(10_040)
    today = watch.today()
    assert today is not None
    assert today.credits == 40


def test_a_correction_of_yesterdays_spend_leaves_today_at_nothing() -> None:
    watch = Watch()
    watch.uses(1000)
    watch.uses(995)
    today = watch.today()
    assert today is not None
    assert today.credits == 0


def test_a_clock_that_ran_a_day_ahead_leaves_no_day_in_the_future() -> None:
    watch = Watch(at=utc(2026, 11, 23, 10))
    watch.uses(1000)
    watch.at -= timedelta(days=1)
    watch.uses(1010)
    assert watch.today() == DaySpend(0, watch.at, is_whole=False)
    watch.uses(1015)
    assert watch.today() == DaySpend(5, watch.at - timedelta(seconds=1), is_whole=False)


def test_a_changed_config_keeps_what_was_seen() -> None:
    watch = Watch()
    for second in range(60):
        before = watch.uses(1000 + 25 * (second // 15))
    account = an_account("renamed", budget=Budget(credits=1100), cycle=CyclePlan(anchor=utc(2026, 11, 10)))
    watch.ledger.replan(account, PollPlan(stale_seconds=7.0), UTC_ZONE)
    view = watch.view()
    assert (view.name, view.stale_seconds) == ("renamed", 7.0)
    assert view.budget is not None
    assert (view.budget.ceiling, view.budget.state, view.budget.today) == (1100, BudgetState.NEAR, watch.today())
    assert view.cycle == Cycle(utc(2026, 11, 10), utc(2026, 12, 10), is_assumed=True)
    assert (view.sample, view.fine, view.coarse) == (before.sample, before.fine, before.coarse)
    assert view.spend_per_minute == before.spend_per_minute == pytest.approx(100.0)


@pytest.mark.parametrize(("zone", "is_kept"), [(BERLIN, True), (NEW_YORK, False)])
def test_a_changed_zone_makes_the_day_a_partly_seen_one(zone: tzinfo, is_kept: bool) -> None:
    watch = Watch(at=utc(2026, 11, 21, 23, 59, 59))
    watch.uses(1000, after=0.0)
    watch.uses(1007)
    whole = watch.today()
    assert whole is not None
    assert (whole.credits, whole.is_whole) == (7, True)
    watch.uses(1010, after=10 * 3600)
    watch.ledger.replan(watch.account, PollPlan(), zone)
    watch.uses(1010)
    today = watch.today()
    assert today is not None
    assert (today.credits, today.is_whole) == (10 if is_kept else 0, False)


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0.2, 1.0, 15.0, 40.0, 3600.0, 50_000.0]),
        st.sampled_from([0.0, 0.0, 0.0, -5.0, -90_000.0, 90_000.0]),
        st.none() | st.integers(0, 2000),
        st.none() | st.integers(0, 2000),
        st.sampled_from([None, utc(2026, 11, 3), utc(2026, 12, 3)]),
    ),
    max_size=30,
)


@given(STEPS, st.sampled_from([UTC_ZONE, BERLIN, NEW_YORK]))
def test_whatever_is_seen_no_rate_share_or_spend_is_negative(
    steps: list[tuple[float, float, int | None, int | None, datetime | None]], zone: tzinfo
) -> None:
    watch = Watch(zone=zone, budget=Budget(daily_credits=500))
    for seconds, clock_set, used, failed, started_at in steps:
        watch.at += timedelta(seconds=clock_set)
        view = watch.uses(used, failed=failed, cycle_started_at=started_at, after=seconds)
        assert view.spend_per_minute is None or view.spend_per_minute >= 0.0
        assert view.failed_share is None or 0.0 <= view.failed_share <= 1.0
        assert 0.0 <= view.failed_window_seconds <= 900.0
        assert view.budget is not None
        today = view.budget.today
        if today is not None:
            assert today.credits >= 0
            assert today.since <= watch.at
            assert timedelta() <= watch.at - today.since < timedelta(hours=25)


def test_hours_of_samples_keep_memory_flat() -> None:
    watch = Watch()

    def blocks_after(samples: int) -> int:
        for number in range(samples):
            watch.pass_time(1.0)
            snapshot = a_snapshot(concurrency=number % 100, used=number, failed=number // 7)
            sample = a_sample(snapshot, at=watch.at, monotonic_seconds=watch.monotonic_seconds)
            watch.ledger.add(sample, 1.0, is_simulated=False)
        gc.collect()
        return sys.getallocatedblocks()

    after_two_hours = blocks_after(7_200)
    after_a_day = blocks_after(92_800)
    assert after_a_day - after_two_hours < 2_000
    view = watch.view()
    assert (len(view.fine), len(view.coarse)) == (400, 1000)
