"""The other screens: all accounts, help, palette, and the first start."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from tests.makers import a_last_poll, a_snapshot, a_view
from tests.ui.monitor import SIZES, running, three_accounts
from usage_tui.core.account import AccountState
from usage_tui.core.budget import Budget
from usage_tui.core.errors import KeyRefused
from usage_tui.ui.keys import DASHBOARD_KEYS, HELP_KEYS, PROGRAM_KEYS, ROW_KEYS, TABLE_KEYS
from usage_tui.ui.messages import ScreenAsked
from usage_tui.ui.ports import Outcome
from usage_tui.ui.screens.accounts import AccountsScreen
from usage_tui.ui.screens.estimate import EstimateScreen
from usage_tui.ui.screens.palette import Commands

pytestmark = pytest.mark.anyio


async def test_riskiest_account_stands_first_and_enter_opens_it(tmp_path: Path) -> None:
    down = a_view(name="client-acme", last_poll=a_last_poll(AccountState.UNREACHABLE, error="No answer."))
    async with running(tmp_path, *three_accounts()[:2], down, size=(120, 36)) as monitor:
        await monitor.press("a")
        assert "client-acme" in monitor.line_of("account", below=1) or "client-acme" in monitor.lines[3]
        assert "1 needs a look" in monitor.lines[0]
        await monitor.press("enter")
        assert "○ unreachable" in monitor.lines[0]
        assert "CONCURRENCY" in monitor.text


async def test_table_follows_new_views_and_keeps_the_cursor_on_its_account(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        await monitor.press("a", "j", "j")
        await monitor.show(a_view(a_snapshot(concurrency=7), name="staging"))
        assert "7 of 100" in monitor.line_of("staging")
        await monitor.show(a_view(name="production", last_poll=a_last_poll(AccountState.UNREACHABLE, error="No.")))
        await monitor.press("enter")
        assert monitor.roster.current == "staging"


async def test_letters_move_the_cursor_as_arrows_do(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        await monitor.press("a", "G", "k", "enter")
        assert monitor.roster.current == "production"
        await monitor.press("a", "G", "g", "down", "j", "enter")
        assert monitor.roster.current == "staging"


async def test_filter_narrows_the_table_and_escape_gives_it_up(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        await monitor.press("a", "slash", *"acme", "enter")
        assert "staging" not in monitor.text
        assert "client-acme" in monitor.text
        await monitor.press("escape")
        assert "staging" in monitor.text
        await monitor.press("escape")
        assert "CONCURRENCY" in monitor.text


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_table_tells_name_and_state_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(tmp_path, *three_accounts(), size=size) as monitor:
        await monitor.press("a")
        for name in ("production", "staging", "client-acme"):
            assert ("● 47 % within" if size == SIZES["small"] else "● live") in monitor.line_of(name)


async def test_small_table_tells_of_what_is_wrong_first(tmp_path: Path) -> None:
    down = a_view(name="client-acme", last_poll=a_last_poll(AccountState.UNREACHABLE, error="No answer."))
    async with running(tmp_path, a_view(budget=Budget(2_000_000, near_at=0.7)), down, size=SIZES["small"]) as monitor:
        await monitor.press("a")
        assert "○ unreachable" in monitor.line_of("client-acme")
        assert "● 71 % ◆ near" in monitor.line_of("production")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_help_keeps_its_columns_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(tmp_path, *three_accounts(), size=size) as monitor:
        await monitor.press("question_mark")
        lines = [line for line in monitor.lines if line.strip()][2:]
        assert all(line.startswith("  ") and (line[9:11] == "  " or not line[2].isspace()) for line in lines)
        assert any(line.startswith("      1-9  Show the account") for line in lines) or size == SIZES["small"]


async def test_help_is_worded_anew_for_another_width(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(40, 30)) as monitor:
        await monitor.press("question_mark")
        assert monitor.line_of("Mute this account's alerts", below=1).strip().startswith("for 1 h")
        await monitor.pilot.resize_terminal(120, 36)
        await monitor.pilot.pause()
        assert "Mute this account's alerts for 1 h, 8 h, a day, or no longer" in monitor.text


async def test_palette_has_no_emoji(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(80, 24)) as monitor:
        await monitor.press("ctrl+p")
        await monitor.settle()
        assert "Search for commands" in monitor.text
        assert not any(ord(character) > 0xFFFF for character in monitor.text)


async def test_palette_offers_several_entries_on_a_small_screen(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["small"]) as monitor:
        await monitor.press("ctrl+p", *"theme")
        await monitor.settle()
        assert monitor.lines[0].strip() == "theme"
        assert monitor.text.count("View: Use the") > 1


async def test_simulated_is_said_over_the_table(tmp_path: Path) -> None:
    async with running(tmp_path, a_view(is_simulated=True), size=(40, 10)) as monitor:
        await monitor.press("a")
        assert "simulated" in monitor.lines[0]


async def test_key_that_is_held_down_opens_a_screen_once(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        for _ in range(3):
            monitor.app.post_message(ScreenAsked("accounts"))
        await monitor.pilot.pause()
        assert [type(screen).__name__ for screen in monitor.app.screen_stack] == ["DashboardScreen", "AccountsScreen"]


async def test_help_names_every_live_key_of_the_screen_below(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 60)) as monitor:
        await monitor.press("question_mark")
        for binding in (*PROGRAM_KEYS, *DASHBOARD_KEYS, *HELP_KEYS):
            assert not binding.id or binding.tooltip in monitor.text
        await monitor.press("escape")
        assert "CONCURRENCY" in monitor.text
        await monitor.press("a", "question_mark")
        for binding in (*TABLE_KEYS, *ROW_KEYS):
            assert binding.tooltip in monitor.text


async def test_palette_entries_are_a_group_and_a_verb(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 40)) as monitor:
        entries = [command.title for command in monitor.app.get_system_commands(monitor.app.screen)]
        assert "Account: Show client-acme" in entries
        assert "View: Let the display stand still; collecting goes on" in entries
        assert all(": " in entry for entry in entries)


async def test_palette_runs_what_it_names(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 40)) as monitor:
        await monitor.press("ctrl+p", *"show client")
        await monitor.pilot.pause(0.3)
        await monitor.press("enter")
        await monitor.pilot.pause()
        assert monitor.roster.current == "client-acme"


@pytest.mark.parametrize(
    ("screen", "words", "seen"),
    [
        ("dashboard", "show every key", "usage-tui 0"),
        ("dashboard", "help", "usage-tui 0"),
        ("dashboard", "report", "DOMAINS"),
        ("dashboard", "history", "● live"),
        ("dashboard", "save the screen", "The screen is saved"),
        ("accounts", "open the account", "CONCURRENCY"),
    ],
)
async def test_palette_does_what_the_key_does(tmp_path: Path, screen: str, words: str, seen: str) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 40)) as monitor:
        if screen != "dashboard":
            monitor.app.post_message(ScreenAsked(screen))
        await monitor.press("ctrl+p", *words)
        await monitor.settle()
        await monitor.press("enter")
        await monitor.settle()
        assert any(seen in text for text in (monitor.text, *monitor.told))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("quit", "Program: End the monitor"),
        ("exit", "Program: End the monitor"),
        ("freeze", "View: Let the display stand still; collecting goes on"),
        ("pause", "View: Let the display stand still; collecting goes on"),
        ("refresh", "Account: Poll this account at once"),
        ("domains", "View: Show where the credits went"),
        ("charts", "View: Show charts of what was stored"),
        ("history show", "View: Show charts of what was stored"),
        ("settings", "Program: Edit the config in $EDITOR"),
        ("edit config", "Program: Edit the config in $EDITOR"),
        ("^z", "Program: Go to the background"),
        ("nord", "View: Use the theme nord"),
        ("STAGING", "Account: Show staging"),
        ("price", "Account: Estimate a job…"),
        ("acme", "Account: Show client-acme"),
        ("his", "View: Show charts of what was stored"),
        ("histroy", None),
    ],
)
async def test_palette_finds_first_what_is_meant(tmp_path: Path, typed: str, found: str | None) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 40)) as monitor:
        commands = Commands(monitor.app.screen)
        hits = sorted([hit async for hit in commands.search(typed)], key=lambda hit: hit.score, reverse=True)
        assert (hits[0].text if hits else None) == found


async def test_palette_finds_every_action_by_its_word_in_the_footer(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 40)) as monitor:
        commands = Commands(monitor.app.screen)
        for entry in monitor.app.screen.active_bindings.values():
            if entry.binding.id and not entry.binding.id.startswith("account_"):
                hits = [str(hit.text) async for hit in commands.search(entry.binding.description)]
                assert any(entry.binding.tooltip in text for text in hits), entry.binding.id


async def test_first_start_offers_an_account_and_the_demo(tmp_path: Path) -> None:
    async with running(tmp_path) as monitor:
        assert "Add an account" in monitor.text
        assert "Look at the demo" in monitor.text
        assert "simulated" in monitor.text
        await monitor.pilot.click("#demo")
        await monitor.pilot.pause()
    assert monitor.app.return_value is Outcome.DEMO


async def test_account_is_tried_at_once_and_its_key_is_never_on_the_screen(tmp_path: Path) -> None:
    async with running(tmp_path, size=(100, 30)) as monitor:
        await monitor.press(*"production", "enter", *"0123456789abcdef")
        assert "0123456789abcdef" not in monitor.text
        await monitor.press("enter")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert ("add", "production", "0123456789abcdef") in monitor.asked
    assert monitor.app.return_value is Outcome.AGAIN


async def test_refused_key_is_told_and_can_be_tried_again(tmp_path: Path) -> None:
    async with running(tmp_path, size=(100, 30)) as monitor:
        monitor.refusal = KeyRefused("The service refused the key.")
        await monitor.press(*"production", "enter", *"wrong", "enter")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert "The service refused the key." in monitor.text
        monitor.refusal = None
        await monitor.press("enter")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
    assert monitor.app.return_value is Outcome.AGAIN


async def test_one_key_is_tried_at_a_time(tmp_path: Path) -> None:
    async with running(tmp_path, size=(100, 30)) as monitor:
        with monitor.hold_adding:
            await monitor.press(*"production", "enter", *"0123456789abcdef", "enter", "enter")
            await monitor.press("shift+tab", "2", "enter", "enter")
        await monitor.app.workers.wait_for_complete()
    assert [call for call in monitor.asked if call[0] == "add"] == [("add", "production", "0123456789abcdef")]


async def test_nothing_is_asked_of_the_service_without_name_and_key(tmp_path: Path) -> None:
    async with running(tmp_path, size=(100, 30)) as monitor:
        await monitor.press("enter", "enter")
        await monitor.pilot.pause()
        assert "Both a name and a key are needed." in monitor.text
        assert not [call for call in monitor.asked if call[0] == "add"]


async def test_first_start_shows_all_that_it_offers_and_asks_for_what_is_missing_on_a_small_screen(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, size=SIZES["small"]) as monitor:
        assert "Check and add" in monitor.text
        await monitor.press("tab", *"a-key", "enter", *"production")
        await monitor.settle()
        assert "Both a name and a key are needed." in monitor.text
        assert "production" in monitor.text


async def test_tick_while_the_monitor_ends_is_none(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        await monitor.press("a")
    monitor.app._look()
    assert not monitor.crashes


async def test_tick_while_a_screen_is_laid_out_is_waited_out(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        for screen, words in (
            (AccountsScreen(monitor.roster), "ACCOUNTS"),
            (EstimateScreen(monitor.roster, monitor.estimate), "ESTIMATE"),
        ):
            monitor.app.push_screen(screen)
            monitor.app._look()
            await monitor.pilot.pause()
            assert words in monitor.lines[0]


@pytest.mark.parametrize("key", ["question_mark", "a", "ctrl+p"])
async def test_nothing_is_kept_of_a_screen_that_was_left(tmp_path: Path, key: str) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        await monitor.press(key)
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        kept = [weakref.ref(widget._styles_cache) for widget in monitor.app.screen.query("*")]
        assert kept
        await monitor.press("escape")
        await monitor.pilot.pause()
        gc.collect()
        assert [cells() for cells in kept if cells() is not None] == []
