"""Rows that change go straight to the terminal, and stand there where Textual would have put them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyte
import pytest

from tests.makers import NOW, a_snapshot, a_view, buckets
from tests.ui.monitor import SIZES, Monitor, running, three_accounts
from usage_tui.core.spans import Line, Role, Span
from usage_tui.ui.screens.dashboard import DashboardScreen
from usage_tui.ui.styled import RoleScreen
from usage_tui.ui.widgets.panels import SpendPanel

pytestmark = pytest.mark.anyio


class Onlooker:
    """A terminal that shows what the monitor shows now, and from here on only what is painted."""

    def __init__(self, monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
        size = monitor.app.size
        self._screen = pyte.Screen(size.width, size.height)
        self._stream = pyte.Stream(self._screen)
        self._stream.feed("\x1b[?7l" + "".join(f"\x1b[{row};1H{line}" for row, line in enumerate(monitor.lines, 1)))
        self.moved_rows = 0
        monkeypatch.setattr(monitor.app._driver, "write", self._write)

    def _write(self, painted: str) -> None:
        self.moved_rows += painted.count("@")
        self._stream.feed(painted)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_what_changes_stands_where_it_belongs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with running(tmp_path, *three_accounts(), size=size) as monitor:
        terminal = Onlooker(monitor, monkeypatch)
        before = monitor.lines
        await monitor.show(a_view(a_snapshot(concurrency=7, used=2_000_000)), now=NOW + timedelta(seconds=1))
        assert monitor.lines != before
        assert terminal.lines == monitor.lines
        await monitor.press("n", "right_square_bracket")
        assert terminal.lines == monitor.lines


async def test_a_number_over_the_chart_is_no_part_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path, a_view(a_snapshot(concurrency=7))) as monitor:
        terminal = Onlooker(monitor, monkeypatch)
        await monitor.show(a_view(a_snapshot(concurrency=8)))
        assert "CONCURRENCY  8 of" in monitor.text
        assert terminal.lines == monitor.lines


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_chart_that_goes_on_stands_as_if_it_was_drawn_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    seconds = 50
    start = int(NOW.timestamp())
    peaks = [None if second % 7 == 0 else second * 37 % 130 for second in range(seconds)]
    async with running(tmp_path, a_view(), size=size) as monitor:
        await monitor.press("left_square_bracket")
        terminal = Onlooker(monitor, monkeypatch)
        for second in range(1, seconds):
            seen = buckets(peaks[:second], start=start)
            await monitor.show(a_view(fine=seen, coarse=seen), now=NOW + timedelta(seconds=second))
            assert terminal.lines == monitor.lines


@pytest.mark.parametrize(
    "peaks",
    [
        pytest.param([second * 37 % 130 for second in range(345)], id="full"),
        pytest.param([None if second % 4 else 90 for second in range(345)], id="with gaps"),
    ],
)
async def test_a_full_chart_is_moved_by_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peaks: list[int | None]
) -> None:
    start = int(NOW.timestamp()) - 300
    async with running(tmp_path, a_view()) as monitor:
        await monitor.press("left_square_bracket")
        seen = buckets(peaks[:300], start=start)
        await monitor.show(a_view(fine=seen), now=NOW)
        terminal = Onlooker(monitor, monkeypatch)
        for second in range(1, 45):
            seen = buckets(peaks[: 300 + second], start=start)
            await monitor.show(a_view(fine=seen), now=NOW + timedelta(seconds=second))
            assert terminal.lines == monitor.lines
        assert terminal.moved_rows


async def test_a_chart_goes_on_in_the_colours_of_the_theme_that_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = buckets([100] * 5, start=int(NOW.timestamp()))
    bar: Line = (Span("█", Role.BAR_NEAR),)
    async with running(tmp_path, a_view()) as monitor:
        screen = monitor.app.screen
        assert isinstance(screen, RoleScreen)
        await monitor.press("left_square_bracket")
        for second in (1, 3):
            await monitor.show(a_view(fine=seen[:second]), now=NOW + timedelta(seconds=second))
        before = screen.drawn(bar)
        await monitor.press("t")
        monitor.app.clear_notifications()
        painted: list[str] = []
        monkeypatch.setattr(monitor.app._driver, "write", painted.append)
        await monitor.show(a_view(fine=seen), now=NOW + timedelta(seconds=5))
        assert screen.drawn(bar) in "".join(painted)
        assert before not in "".join(painted)


async def test_of_a_row_only_the_words_that_change_are_painted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path, a_view()) as monitor:
        painted: list[str] = []
        monkeypatch.setattr(monitor.app._driver, "write", painted.append)
        await monitor.show(a_view(), now=NOW + timedelta(seconds=1))
        assert "10:42:08" in "".join(painted)
        assert "production" not in "".join(painted)


@pytest.mark.parametrize("key", ["t", "question_mark", "ctrl+p"])
async def test_nothing_is_painted_over_what_lies_on_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with running(tmp_path, a_view()) as monitor:
        await monitor.press(key)
        terminal = Onlooker(monitor, monkeypatch)
        shown = terminal.lines
        await monitor.show(a_view(a_snapshot(concurrency=7)), now=NOW + timedelta(seconds=1))
        dashboard = monitor.app.screen_stack[0]
        assert isinstance(dashboard, DashboardScreen)
        dashboard.look()
        await monitor.pilot.pause()
        assert terminal.lines == shown


async def test_numbers_go_on_under_the_palette(tmp_path: Path) -> None:
    async with running(tmp_path, a_view()) as monitor:
        await monitor.press("ctrl+p")
        await monitor.settle()
        await monitor.show(a_view(), now=NOW + timedelta(seconds=1))
        assert "10:42:08" in monitor.lines[0]
        monitor.now = NOW + timedelta(seconds=2)
        monitor.app._tick()
        await monitor.pilot.pause()
        assert "10:42:09" in monitor.lines[0]
        assert "Search for commands" in monitor.text


async def test_words_that_grow_shorter_leave_nothing_of_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, a_view(), size=(40, 10)) as monitor:
        panel = monitor.app.screen.query_one(SpendPanel)
        panel.show_lines(((Span("kept "), Span("a long word")),))
        await monitor.pilot.pause()
        terminal = Onlooker(monitor, monkeypatch)
        panel.show_lines(((Span("kept "), Span("short")),))
        await monitor.pilot.pause()
        assert [line.strip() for line in terminal.lines if "kept" in line] == ["kept short"]
