"""What is told in passing leaves room for the numbers, on the smallest screens too."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual.notifications import Notification
from textual.widgets._toast import Toast

from tests.ui.monitor import SIZES, Monitor, running, three_accounts

pytestmark = pytest.mark.anyio
PATIENCE_SECONDS = 60.0


def told_rows(monitor: Monitor) -> int:
    """Count the rows that what is told takes."""
    return sum("▌" in line for line in monitor.lines)


async def drawn(monitor: Monitor) -> None:
    """Wait until what is told was laid out."""
    for _ in range(3):
        await monitor.settle()


async def test_many_words_in_a_row_take_a_third_of_the_screen_at_most(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=SIZES["small"], has_toasts=True) as monitor:
        await monitor.press("y")
        await drawn(monitor)
        assert "The numbers are copied." in monitor.text
        assert told_rows(monitor) == 1
        await monitor.press("t", "t", "t", "t", "t")
        await drawn(monitor)
        assert told_rows(monitor) == 3


async def test_what_is_told_late_goes_in_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path, *three_accounts(), has_toasts=True) as monitor:
        made = Toast.__init__

        def make_late(toast: Toast, notification: Notification) -> None:
            made(toast, notification)
            toast._timeout = 1e-9

        monkeypatch.setattr(Toast, "__init__", make_late)
        monitor.app.notify("too late", timeout=0.5)
        await drawn(monitor)
        assert "too late" in monitor.text
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "too late" in monitor.text:
            assert time.monotonic() < deadline
            await monitor.pilot.pause()


@pytest.mark.parametrize("rows", [10, 24])
async def test_long_words_take_a_third_of_the_screen_at_most_and_leave_the_footer(tmp_path: Path, rows: int) -> None:
    async with running(tmp_path, *three_accounts(), size=(40, rows), has_toasts=True) as monitor:
        monitor.app.notify("word " * 100)
        await drawn(monitor)
        assert told_rows(monitor) == rows // 3
        assert "q quit" in monitor.lines[-1]
