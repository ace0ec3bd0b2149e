"""A terminal that is resized quickly has several sizes under way at once."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from textual import events
from textual.geometry import Offset, Size

from tests.ui.monitor import SIZES, running, three_accounts

pytestmark = pytest.mark.anyio
DEADLINE_SECONDS = 60.0
SCREENS = {"dashboard": (), "accounts": ("a",), "domains": ("d",), "help": ("question_mark",), "palette": ("ctrl+p",)}


@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
async def test_size_that_the_terminal_has_no_more_is_left_alone(tmp_path: Path, keys: tuple[str, ...]) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["normal"]) as monitor:
        await monitor.press(*keys)
        screen = monitor.app.screen
        for size in (Size(50, 12), Size(*SIZES["normal"])):
            screen.post_message(events.Resize(size, size))
            screen.call_later(lambda: None)
        with anyio.fail_after(DEADLINE_SECONDS):
            await monitor.settle()
        assert screen.outer_size == Size(*SIZES["normal"])


async def test_welcome_leaves_a_size_alone_that_the_terminal_has_no_more(tmp_path: Path) -> None:
    async with running(tmp_path, size=SIZES["normal"]) as monitor:
        screen = monitor.app.screen
        for size in (Size(50, 12), Size(*SIZES["normal"])):
            screen.post_message(events.Resize(size, size))
            screen.call_later(lambda: None)
        with anyio.fail_after(DEADLINE_SECONDS):
            await monitor.settle()
        assert screen.outer_size == Size(*SIZES["normal"])


async def test_click_on_help_that_is_being_worded_anew_does_no_harm(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["normal"]) as monitor:
        await monitor.press("question_mark")
        line = monitor.app.screen.query("#help > *").last()
        place = line.region.offset + Offset(3, 0)
        around = monitor.app.screen.query_one("#help")
        line._detach()
        monitor.app.screen._forward_event(events.MouseDown(None, *place, 0, 0, 1, False, False, False, *place))
        line._attach(around)
        await monitor.settle()
        assert monitor.crashes == []
