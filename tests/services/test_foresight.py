"""An account's outlook follows its stored hours by the hour, its counters at once, and costs nothing in between."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from tests.makers import CYCLE, NOW, a_snapshot, a_view, an_account
from tests.services.collecting import KEY
from tests.services.stored import SetClock, rows
from usage_tui.core.account import Account
from usage_tui.core.budget import Budget
from usage_tui.core.cycle import Cycle
from usage_tui.core.one_off import OneOffDays
from usage_tui.core.outlook import Evidence
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms, moment
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.desk import LocalDesk
from usage_tui.services.foresight import Foresight, next_look
from usage_tui.services.history import History
from usage_tui.services.history_rows import put_spans
from usage_tui.services.paths import StateFolder
from usage_tui.services.prospect_rows import select_prospects
from usage_tui.services.shared_desk import SharedDesk

pytestmark = pytest.mark.anyio
ACCOUNT = an_account()
BUDGET = Budget(2_000_000)
NOW_HOUR = epoch_ms(NOW) // HOUR_MS * HOUR_MS
DAYS_SEEN = 60
T = TypeVar("T")


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


@pytest.fixture
async def new_desk(folder: StateFolder) -> AsyncIterator[SharedDesk]:
    """Give a desk that holds the account, of which nothing is stored."""
    clock = SetClock()
    desk = SharedDesk(History(folder, clock, HistorySettings()), folder, clock, {"USAGE_TUI_TEST_KEY": KEY})
    desk.watch(lambda _: None)
    await desk.claim(ACCOUNT)
    yield desk
    await desk.close()


@pytest.fixture
def desk(new_desk: SharedDesk) -> SharedDesk:
    """Give a desk that holds the account, whose last sixty days are stored."""
    put_sixty_days(new_desk)
    return new_desk


def put_sixty_days(desk: SharedDesk) -> None:
    """Have the hours of the account's last sixty days put down."""
    starts = range(NOW_HOUR - DAYS_SEEN * 24 * HOUR_MS, NOW_HOUR, HOUR_MS)
    hours = [
        TimeSpan(start, Snapshot(used=5, limit=3_000_000), spend=3_000 + start // HOUR_MS % 24, covered_ms=HOUR_MS)
        for start in starts
    ]

    def store(connection: sqlite3.Connection, number: int) -> None:
        put_spans(connection, "hours", number, hours)
        connection.execute("UPDATE accounts SET minutes_until = ?1, hours_until = ?1 WHERE id = ?2", (NOW_HOUR, number))

    desk.put_down(ACCOUNT, store)


class CountingDesk(LocalDesk):
    """A desk without history that counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    async def consult(self, account: Account, question: Callable[[sqlite3.Connection, int], T]) -> T | None:
        self.count += 1
        return await super().consult(account, question)


async def looked(desk: SharedDesk | LocalDesk, *, is_holder: bool = True) -> Foresight:
    """Make a foresight that has seen a view and looked over the hours, twice as it does when it begins."""
    foresight = Foresight(desk, OneOffDays())
    foresight.outlook(a_view(), BUDGET, NOW)
    assert foresight.is_due(NOW)
    await foresight.look_over(ACCOUNT, NOW, is_holder=is_holder)
    await foresight.look_over(ACCOUNT, NOW, is_holder=is_holder)
    return foresight


async def test_stored_hours_tell_what_lies_ahead(desk: SharedDesk) -> None:
    foresight = await looked(desk)
    ahead = foresight.outlook(a_view(), BUDGET, NOW)
    assert ahead is not None
    assert ahead.evidence is Evidence.FULL
    assert ahead.lower == ahead.budget
    assert ahead.budget is not None
    assert ahead.budget.run_out_probability is not None
    here = foresight.usual(NOW)
    assert here is not None
    assert here.spend_per_hour == 3_000 + NOW_HOUR // HOUR_MS % 24


async def test_what_lies_ahead_is_put_down_for_those_who_read_it_there(desk: SharedDesk) -> None:
    foresight = await looked(desk)
    ahead = foresight.outlook(a_view(), BUDGET, NOW)
    assert ahead is not None
    assert ahead.lower is not None
    assert ahead.lower.run_out_p50 is not None
    stored = await desk.consult(ACCOUNT, lambda connection, _: select_prospects(connection, epoch_ms(NOW)))
    assert stored is not None
    assert stored[1].run_out_p50 == moment(epoch_ms(ahead.lower.run_out_p50))
    assert (stored[1].ceiling, stored[1].is_limit, stored[1].chance) == (2_000_000, False, ahead.lower.chance)
    for later in (CYCLE.resets_at, NOW + timedelta(days=1)):
        gone = await desk.consult(ACCOUNT, lambda connection, _: select_prospects(connection, epoch_ms(later)))  # noqa: B023
        assert gone == {}


async def test_new_counter_or_budget_makes_the_outlook_anew_from_the_same_hours(desk: SharedDesk) -> None:
    foresight = await looked(desk)
    before = foresight.outlook(a_view(), BUDGET, NOW)
    assert foresight.outlook(a_view(), BUDGET, NOW + timedelta(seconds=1)) is before
    after = foresight.outlook(a_view(a_snapshot(used=1_999_000)), BUDGET, NOW + timedelta(seconds=15))
    assert before is not None
    assert after is not None
    assert (after.total_p50 or 0) > (before.total_p50 or 0)
    richer = foresight.outlook(a_view(), Budget(2_900_000), NOW)
    assert richer is not None
    assert richer.budget is not None
    assert richer.budget.ceiling == 2_900_000
    assert not foresight.is_due(NOW + timedelta(minutes=10))


async def test_outlook_on_a_year_is_made_anew_seldom_but_at_once_where_a_ceiling_is_reached(desk: SharedDesk) -> None:
    year = CYCLE.__class__(CYCLE.started_at, CYCLE.started_at + timedelta(days=365), is_assumed=False)
    foresight = Foresight(desk, OneOffDays())
    foresight.outlook(a_view(cycle=year), BUDGET, NOW)
    await foresight.look_over(ACCOUNT, NOW, is_holder=True)
    before = foresight.outlook(a_view(cycle=year), BUDGET, NOW)
    soon, later = NOW + timedelta(seconds=30), NOW + timedelta(minutes=6)
    more = a_view(a_snapshot(used=1_412_800), cycle=year)
    assert foresight.outlook(more, BUDGET, soon) is before
    spent = foresight.outlook(a_view(a_snapshot(used=2_000_000), cycle=year), BUDGET, soon)
    assert spent is not None
    assert spent.budget is not None
    assert spent.budget.is_spent
    assert foresight.outlook(more, BUDGET, later) not in (before, spent)


async def test_hours_are_looked_over_once_an_hour_and_when_a_cycle_begins(desk: SharedDesk) -> None:
    foresight = await looked(desk)
    next_hour = NOW.replace(minute=0, second=0) + timedelta(hours=1)
    assert not foresight.is_due(next_hour)
    assert foresight.is_due(next_hour + timedelta(minutes=12))
    assert foresight.is_due(NOW - timedelta(hours=1))
    renewed = CYCLE.__class__(NOW, NOW + timedelta(days=30), is_assumed=False)
    foresight.outlook(a_view(cycle=renewed), BUDGET, NOW)
    assert not foresight.is_due(NOW + timedelta(seconds=5))
    assert foresight.is_due(NOW + timedelta(seconds=25))


async def test_hours_are_looked_over_again_soon_after_the_first_time(desk: SharedDesk) -> None:
    foresight = Foresight(desk, OneOffDays())
    foresight.outlook(a_view(), BUDGET, NOW)
    await foresight.look_over(ACCOUNT, NOW, is_holder=True)
    assert not foresight.is_due(NOW + timedelta(seconds=10))
    assert foresight.is_due(NOW + timedelta(seconds=21))
    await foresight.look_over(ACCOUNT, NOW + timedelta(seconds=21), is_holder=True)
    assert not foresight.is_due(NOW + timedelta(minutes=10))


async def test_new_account_is_learning_until_hours_are_put_down(new_desk: SharedDesk) -> None:
    foresight = await looked(new_desk)
    ahead = foresight.outlook(a_view(), BUDGET, NOW)
    assert ahead is not None
    assert ahead.evidence is Evidence.LEARNING
    put_sixty_days(new_desk)
    await foresight.look_over(ACCOUNT, NOW, is_holder=True)
    ahead = foresight.outlook(a_view(), BUDGET, NOW)
    assert ahead is not None
    assert ahead.evidence is Evidence.FULL


async def test_new_account_leaves_out_other_days_at_once(new_desk: SharedDesk) -> None:
    foresight = await looked(new_desk)
    before = foresight.outlook(a_view(), BUDGET, NOW)
    foresight.leave_out(OneOffDays((NOW.date() - timedelta(days=1),), UTC))
    await foresight.look_over(ACCOUNT, NOW, is_holder=True)
    ahead = foresight.outlook(a_view(), BUDGET, NOW)
    assert before is not None
    assert ahead is not None
    assert (before.one_off_days, ahead.one_off_days) == (0, 1)


async def test_days_that_are_left_out_are_so_from_a_look_at_once(desk: SharedDesk) -> None:
    foresight = await looked(desk)
    before = foresight.outlook(a_view(), BUDGET, NOW)
    assert not foresight.is_due(NOW)
    left_out = OneOffDays((date(2026, 11, 12), date(2026, 11, 13), date(2020, 1, 1)), UTC)
    assert foresight.leave_out(left_out)
    assert foresight.is_due(NOW)
    await foresight.look_over(ACCOUNT, NOW, is_holder=True)
    ahead = foresight.outlook(a_view(), BUDGET, NOW)
    assert before is not None
    assert ahead is not None
    assert (before.one_off_days, ahead.one_off_days) == (0, 2)
    assert not foresight.leave_out(left_out)
    assert not foresight.is_due(NOW)


async def test_days_left_out_while_the_hours_are_looked_over_are_left_out_next(desk: SharedDesk) -> None:
    foresight = await looked(desk)
    looking = asyncio.create_task(foresight.look_over(ACCOUNT, NOW, is_holder=False))
    await asyncio.sleep(0)
    foresight.leave_out(OneOffDays((date(2026, 11, 12),), UTC))
    await looking
    assert foresight.is_due(NOW)


async def test_days_left_out_while_a_new_account_is_looked_over_are_left_out_next(new_desk: SharedDesk) -> None:
    foresight = await looked(new_desk)
    looking = asyncio.create_task(foresight.look_over(ACCOUNT, NOW, is_holder=False))
    await asyncio.sleep(0)
    foresight.leave_out(OneOffDays((NOW.date() - timedelta(days=1),), UTC))
    await looking
    await foresight.look_over(ACCOUNT, NOW, is_holder=False)
    ahead = foresight.outlook(a_view(), BUDGET, NOW)
    assert ahead is not None
    assert ahead.one_off_days == 1


def test_accounts_are_looked_over_at_moments_of_their_own() -> None:
    moments = [next_look(f"account-{number}", NOW) for number in range(100)]
    assert len(set(moments)) > 80
    assert max(moments) - min(moments) > timedelta(minutes=5)


async def test_without_a_history_nothing_is_said_but_the_pace() -> None:
    foresight = await looked(LocalDesk())
    ahead = foresight.outlook(a_view(), BUDGET, NOW)
    assert ahead is not None
    assert ahead.evidence is Evidence.LEARNING
    assert ahead.total_p50 is None


async def test_unknown_cycle_or_counter_is_looked_at_not_at_all() -> None:
    foresight = Foresight(desk := CountingDesk(), OneOffDays())
    assert foresight.outlook(a_view(cycle=None), BUDGET, NOW) is None
    assert not foresight.is_due(NOW)
    assert foresight.outlook(a_view(a_snapshot(used=None)), BUDGET, NOW) is None
    assert not foresight.is_due(NOW)
    await foresight.look_over(ACCOUNT, NOW, is_holder=True)
    assert desk.count == 0


async def test_counters_of_another_cycle_have_no_outlook(desk: SharedDesk) -> None:
    foresight = await looked(desk)
    due = Cycle(NOW, NOW + timedelta(days=30), is_assumed=True, is_due=True)
    assert foresight.outlook(a_view(cycle=due), BUDGET, NOW) is None
    assert not foresight.is_due(NOW + timedelta(hours=2))
    begun = Cycle(NOW, NOW + timedelta(days=30), is_assumed=False)
    assert foresight.outlook(a_view(at=NOW - timedelta(seconds=1), cycle=begun), BUDGET, NOW) is None
    assert foresight.outlook(a_view(at=NOW, cycle=begun), BUDGET, NOW) is not None


async def test_a_history_that_is_not_read_for_once_leaves_the_outlook_as_it_was(desk: SharedDesk) -> None:
    foresight = await looked(desk)
    foresight._desk = LocalDesk()
    await foresight.look_over(ACCOUNT, NOW, is_holder=True)
    ahead = foresight.outlook(a_view(), BUDGET, NOW)
    assert ahead is not None
    assert ahead.evidence is Evidence.FULL


async def test_holder_puts_each_days_forecast_down_and_a_follower_none(desk: SharedDesk, folder: StateFolder) -> None:
    await looked(desk, is_holder=False)
    foresight = await looked(desk)
    await foresight.look_over(ACCOUNT, NOW + timedelta(hours=1), is_holder=True)
    await foresight.look_over(ACCOUNT, NOW + timedelta(days=1), is_holder=True)
    await desk.consult(ACCOUNT, lambda *_: None)
    found = rows(folder, "SELECT made_at, ceiling, used, actual FROM forecasts ORDER BY day")
    assert found == [
        (epoch_ms(NOW), 2_000_000, 1_412_700, None),
        (epoch_ms(NOW + timedelta(days=1)), 2_000_000, 1_412_700, None),
    ]
