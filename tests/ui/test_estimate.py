"""The estimate: opened from the palette, asked with enter, answered in words, and kept nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.app import SystemCommand

from tests.ui.monitor import SIZES, Monitor, running
from tests.ui.test_dashboard import busy_view
from usage_tui.core.errors import KeyRefused

pytestmark = pytest.mark.anyio
URL = "https://example.com/page?token=secret"


def command(monitor: Monitor) -> SystemCommand:
    """Give the palette's entry."""
    commands = monitor.app.get_system_commands(monitor.app.screen)
    return next(each for each in commands if each.title == "Account: Estimate a job…")


async def opened(monitor: Monitor) -> None:
    command(monitor).callback()
    await monitor.pilot.pause()


async def typed(monitor: Monitor, *texts: str) -> None:
    """Type into one field after the other, and ask."""
    for number, text in enumerate(texts):
        if number:
            await monitor.press("tab")
        await monitor.press(*text)
    await monitor.press("enter")
    await monitor.settle()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_estimate_reads_as_drawn(tmp_path: Path, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with running(tmp_path, busy_view(), size=size) as monitor:
        await opened(monitor)
        await typed(monitor, URL, "20k", "render", "2")
        assert monitor.text == snapshot


async def test_job_is_held_against_the_account_on_the_screen(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await typed(monitor, URL, "1M")
        assert monitor.asked[-1] == ("estimate", "production", URL)
        assert "does not fit" in monitor.line_of("production:")
        assert "3,412,700 more than the 1,587,300 remaining" in monitor.line_of("CREDITS")


async def test_parameters_are_those_that_are_typed(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await typed(monitor, URL, "", "render, ultra premium us")
        assert monitor.asked[-1] == ("estimate", "production", URL, "render", "ultra_premium", "country_code")


async def test_what_is_wrong_is_said_and_nothing_is_asked(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await typed(monitor, "[/foo]")
        assert "✗ The URL is no web address; write it as https://host/path." in monitor.text
        assert "estimate" not in [asked[0] for asked in monitor.asked]


async def test_answer_goes_with_what_it_was_for(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await typed(monitor, URL)
        assert "production: fits" in monitor.text
        await monitor.press("x")
        assert "production: fits" not in monitor.text


async def test_refusal_of_the_service_is_said(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        monitor.refusal = KeyRefused("h refused the key of [/foo]; correct it where it is kept.")
        await opened(monitor)
        await typed(monitor, URL)
        assert "✗ h refused the key of [/foo]" in monitor.text
        await monitor.press("escape")
        assert "CONCURRENCY" in monitor.text


async def test_nothing_that_was_typed_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await opened(monitor)
        await typed(monitor, URL)
        await monitor.press("escape")
        await opened(monitor)
        assert "secret" not in monitor.text
