"""The budget editor checks as one types, shows the effect, saves, and takes it back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.makers import a_view
from tests.ui.monitor import SIZES, Monitor, running
from tests.ui.test_dashboard import busy_view
from usage_tui.core.account import Wishes
from usage_tui.core.budget import Budget
from usage_tui.core.errors import ConfigError

pytestmark = pytest.mark.anyio
BUDGET = Budget(2_000_000, 80_000, 0.7)


async def opened(monitor: Monitor, budget: Budget = BUDGET) -> None:
    """Open the editor on a budget of the config."""
    monitor.budgets["production"] = budget
    await monitor.press("b")
    await settled(monitor)


async def settled(monitor: Monitor) -> None:
    await monitor.app.workers.wait_for_complete()
    await monitor.pilot.pause()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_editor_reads_as_drawn(tmp_path: Path, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with running(tmp_path, busy_view(), size=size) as monitor:
        monitor.one_off_days["production"] = (date(2026, 11, 12), date(2026, 11, 14))
        await opened(monitor)
        await monitor.press(*"2.5M")
        assert monitor.text == snapshot


@pytest.mark.parametrize("typed", ["2e6", "12abc", "-5"])
async def test_what_is_no_number_is_told_and_not_made_one(tmp_path: Path, typed: str) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await monitor.press(*(character.replace("-", "minus") for character in typed))
        assert typed in monitor.line_of("a cycle")
        await monitor.press("enter")
        await settled(monitor)
        assert monitor.budgets["production"] == BUDGET
        assert "✗" in monitor.text


async def test_fields_hold_the_budget_of_the_config(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        assert "2,000,000" in monitor.line_of("a cycle")
        assert "80,000" in monitor.line_of("a day")
        assert "70 %" in monitor.line_of("near from")


async def test_effect_of_what_is_typed_is_shown_beside_how_it_stands_now(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        assert "◆ near 70.6 % of 2,000,000" in monitor.line_of("now")
        await monitor.press(*"1.4M")
        assert "▲ over 100.9 % of 1,400,000" in monitor.line_of("then")
        await monitor.press("tab", *"200k")
        assert "within 30.6 % · 61,220 of 200,000" in monitor.line_of("today")


async def test_what_is_wrong_is_said_as_it_is_typed_and_not_saved(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await monitor.press(*"1.4")
        assert "a cycle: needs whole credits" in monitor.text
        await monitor.press("enter")
        await settled(monitor)
        assert monitor.budgets["production"] == BUDGET
        await monitor.press("k")
        assert "needs whole credits" not in monitor.text


async def test_enter_saves_and_another_key_takes_it_back(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        assert "undo" not in monitor.lines[-1]
        await monitor.press(*"3M", "enter")
        await settled(monitor)
        assert monitor.budgets["production"] == Budget(3_000_000, 80_000, 0.7)
        assert "saved to the config" in monitor.text
        assert "^r undo" in monitor.lines[-1]
        await monitor.press("ctrl+r")
        await settled(monitor)
        assert monitor.budgets["production"].credits == 2_000_000
        assert "undone" in monitor.text
        assert "undo" not in monitor.lines[-1]


async def test_what_is_typed_after_saving_goes_into_the_field(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await monitor.press(*"3", "enter")
        await settled(monitor)
        await monitor.press(*"q4")
        assert "3q4" in monitor.line_of("a cycle")
        await monitor.press("backspace", "backspace", "M", "enter")
        await settled(monitor)
        assert monitor.budgets["production"] == Budget(3_000_000, 80_000, 0.7)


async def test_what_is_typed_while_the_config_is_read_stays(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        monitor.budgets["production"] = BUDGET
        monitor.hold_budgets.acquire()
        await monitor.press("b", *"3M")
        await monitor.press("enter")
        assert monitor.budgets["production"] == BUDGET
        monitor.hold_budgets.release()
        await settled(monitor)
        assert "3M" in monitor.line_of("a cycle")
        assert "80,000" in monitor.line_of("a day")
        await monitor.press("enter")
        await settled(monitor)
        assert monitor.budgets["production"] == Budget(3_000_000, 80_000, 0.7)


async def test_one_off_days_are_typed_as_people_write_them_and_saved(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        monitor.one_off_days["production"] = (date(2026, 11, 12),)
        await opened(monitor)
        assert "2026-11-12" in monitor.line_of("one-off days")
        await monitor.press("shift+tab", *", yesterday", "enter")
        await settled(monitor)
        wishes = Wishes(BUDGET, (date(2026, 11, 12), date(2026, 11, 21)))
        assert monitor.read_wishes("production") == wishes
        await monitor.press("ctrl+r")
        await settled(monitor)
        assert monitor.read_wishes("production") == Wishes(BUDGET, wishes.one_off_days[:1])
        assert "yesterday" not in monitor.line_of("one-off days")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_wrong_days_are_told_and_not_saved(
    tmp_path: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with running(tmp_path, busy_view(), size=size) as monitor:
        await opened(monitor)
        await monitor.press("shift+tab", *"12 Nov, 31 Nov", "enter")
        await settled(monitor)
        assert "production" not in monitor.one_off_days
        assert monitor.text == snapshot


async def test_empty_fields_mean_no_ceiling_of_ones_own(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await monitor.press("backspace", "tab", "backspace", "tab", "backspace")
        assert "within 47.1 % of 3,000,000, the plan's limit" in monitor.line_of("then")
        await monitor.press("enter")
        await settled(monitor)
        assert monitor.budgets["production"] == Budget()


async def test_what_cannot_be_edited_says_so_and_takes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        monitor.refusal = ConfigError("The demo has no config, so that its budgets cannot be changed.")
        await opened(monitor)
        assert "The demo has no config" in monitor.text
        assert monitor.lines[-1].split() == ["esc", "back", "?", "help", "q", "quit"]
        assert "2,000,000" in monitor.line_of("a cycle")
        await monitor.press(*"5M", "enter")
        await settled(monitor)
        assert "5M" not in monitor.text
        assert monitor.budgets["production"] == BUDGET


async def test_a_refused_save_is_told_in_full(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        monitor.refusal = ConfigError("config.toml: cannot be written: Permission denied; nothing was changed.")
        await monitor.press(*"5M", "enter")
        await settled(monitor)
        assert "cannot be written: Permission denied; nothing was changed." in monitor.text


async def test_escape_leaves_and_saves_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await monitor.press(*"5M", "escape")
        assert "CONCURRENCY" in monitor.text
        assert monitor.budgets["production"] == BUDGET


async def test_account_that_nothing_is_known_of_can_be_edited(tmp_path: Path) -> None:
    async with running(tmp_path, a_view(name="other"), a_view()) as monitor:
        monitor.roster.select("other")
        await opened(monitor)
        await monitor.press(*"7k", "enter")
        await settled(monitor)
        assert monitor.budgets["other"] == Budget(7_000)
