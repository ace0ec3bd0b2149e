"""A click on an account's tab shows the account, and one on a key's hint is as good as the key."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from tests.ui.monitor import SIZES, Monitor, running, three_accounts
from usage_tui.ui.ports import Settings

pytestmark = pytest.mark.anyio


async def click(monitor: Monitor, words: str, row: int) -> None:
    """Click on the first of some words of a row."""
    assert words in monitor.lines[row]
    x = monitor.lines[row].index(words)
    await monitor.pilot.click(offset=(x, row % len(monitor.lines)))
    await monitor.settle()


async def test_click_on_a_tab_shows_its_account(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["roomy"]) as monitor:
        await click(monitor, "client-acme", 0)
        assert monitor.roster.current == "client-acme"
        await click(monitor, "2 staging", 0)
        assert ("show", "staging") in monitor.asked
        assert monitor.roster.current == "staging"


async def test_click_on_the_number_of_other_accounts_shows_the_next_one(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["small"]) as monitor:
        await click(monitor, "+2", 0)
        assert monitor.roster.current == "staging"


async def test_click_on_a_tab_of_the_history_shows_the_history_of_its_account(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["roomy"]) as monitor:
        await monitor.press("h")
        await monitor.settle()
        await click(monitor, "staging", 0)
        assert monitor.roster.current == "staging"
        assert "CONCURRENCY" in monitor.line_of("staging", below=2)


async def test_click_on_a_hint_does_what_its_key_does(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["roomy"]) as monitor:
        await click(monitor, "refresh", -1)
        assert ("refresh", "production") in monitor.asked
        await click(monitor, "space", -1)
        assert monitor.roster.is_frozen
        await click(monitor, "domains", -1)
        assert "DOMAINS" in monitor.text
        await click(monitor, "back", -1)
        assert "CONCURRENCY" in monitor.text


async def test_click_on_one_key_of_two_does_what_that_one_does(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["roomy"]) as monitor:
        begun = monitor.roster.range
        await click(monitor, "]", -1)
        assert monitor.roster.range != begun
        await click(monitor, "[", -1)
        assert monitor.roster.range == begun


async def test_click_on_a_hint_follows_the_key_that_is_in_force(tmp_path: Path) -> None:
    settings = Settings(zone=UTC, keys={"freeze": "x"})
    async with running(tmp_path, *three_accounts(), size=SIZES["roomy"], settings=settings) as monitor:
        await click(monitor, "x freeze", -1)
        assert monitor.roster.is_frozen


async def test_click_beside_words_that_do_something_does_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["roomy"]) as monitor:
        before = monitor.text
        await monitor.pilot.click(offset=(119, 35))
        await monitor.pilot.click(offset=(5, 20))
        await monitor.settle()
        assert monitor.text == before
