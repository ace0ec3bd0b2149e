"""The history screen: charts of what is stored, a cursor that reads them, and keys that do what they say."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from tests.makers import NOW, a_view, a_waiting_view
from tests.past import an_outlook, past
from tests.ui.monitor import SIZES, Monitor, running
from usage_tui.core.ascii_text import in_ascii
from usage_tui.core.budget import Budget
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import epoch_ms
from usage_tui.core.view import AccountView
from usage_tui.ui.keys import HISTORY_KEYS
from usage_tui.ui.ports import Settings

pytestmark = pytest.mark.anyio
CHARTS = {"spend": (), "cumulative": ("right_square_bracket", "right_square_bracket", "c"), "concurrency": ("c", "c")}


def forecast_view() -> AccountView:
    """Make the view of an account with a budget, whose forecast is known."""
    return replace(a_view(budget=Budget(2_000_000)), outlook=an_outlook())


@asynccontextmanager
async def looking_back(
    folder: Path, *views: AccountView, size: tuple[int, int] = (100, 30), keys: tuple[str, ...] = ()
) -> AsyncIterator[Monitor]:
    """Open the chart of `production`'s spend, and press keys, each once all before it has come to the screen."""
    async with running(folder, *(views or (forecast_view(),)), size=size) as monitor:
        monitor.stored = {"production": past()}
        for key in ("h", "c", *keys):
            await monitor.press(key)
            await monitor.settle()
        yield monitor


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("keys", CHARTS.values(), ids=CHARTS)
async def test_charts_read_as_drawn(
    tmp_path: Path, size: tuple[int, int], keys: tuple[str, ...], snapshot: SnapshotAssertion
) -> None:
    views = (forecast_view(), a_view(name="staging"))
    async with looking_back(tmp_path, *views, size=size, keys=(*keys, "left", "left")) as monitor:
        assert monitor.text == snapshot


@pytest.mark.parametrize("height", [1, 2, 3, 4, 6, 7, 10, 13])
async def test_chart_and_its_title_are_there_at_every_height(tmp_path: Path, height: int) -> None:
    async with looking_back(tmp_path, size=(60, height)) as monitor:
        assert "SPEND" in monitor.text
        assert "cannot be drawn" not in monitor.text
        assert height < 4 or "0 " in monitor.line_of(" now", below=-1)[:9]


async def test_brackets_go_from_10_minutes_to_the_previous_cycle(tmp_path: Path) -> None:
    async with looking_back(tmp_path, keys=("left_square_bracket",) * 3) as monitor:
        ranges = []
        for _ in range(7):
            ranges += re.findall(r"\[ (.*) \]", monitor.line_of("SPEND"))
            await monitor.press("right_square_bracket")
            await monitor.settle()
        assert ranges == ["10 min", "1 h", "24 h", "7 d", "cycle", "previous cycle", "previous cycle"]


async def test_c_and_tab_go_through_the_charts(tmp_path: Path) -> None:
    async with looking_back(tmp_path) as monitor:
        for key, title in (("c", "CUMULATIVE"), ("tab", "CONCURRENCY"), ("c", "SPEND")):
            await monitor.press(key)
            await monitor.settle()
            assert title in monitor.text


async def test_cursor_reads_step_by_step_and_goes_back_to_now(tmp_path: Path) -> None:
    async with looking_back(tmp_path, keys=("right_square_bracket",)) as monitor:
        assert "read times and values" in monitor.text
        await monitor.press("left", "h")
        assert "08:00–10:00" in monitor.lines[3]
        await monitor.press("l", "right")
        assert "read times and values" in monitor.text


async def test_cursor_stays_at_its_time_in_another_chart(tmp_path: Path) -> None:
    keys = ("right_square_bracket", "right_square_bracket", "c", *["left"] * 5, "c")
    async with looking_back(tmp_path, keys=keys) as monitor:
        assert "CONCURRENCY" in monitor.text
        assert "Fri 20 Nov" in monitor.lines[3]
        assert "· least" in monitor.lines[3]


async def test_moving_the_cursor_reads_nothing_anew(tmp_path: Path) -> None:
    async with looking_back(tmp_path) as monitor:
        count = len(monitor.reads)
        await monitor.press(*["left"] * 20)
        await monitor.settle()
        assert len(monitor.reads) == count


async def test_cursor_stops_at_the_beginning(tmp_path: Path) -> None:
    async with looking_back(tmp_path, keys=("left_square_bracket",)) as monitor:
        await monitor.press(*["left"] * 90)
        assert "09:43–09:44" in monitor.lines[3]


async def test_z_looks_closer_around_the_cursor_and_escape_gives_that_up_first(tmp_path: Path) -> None:
    async with looking_back(tmp_path, keys=("right_square_bracket", *["left"] * 30, "z")) as monitor:
        assert "[ 24 h, closer ]" in monitor.text
        name, begin_ms, end_ms, _ = monitor.reads[-2]
        assert (name, end_ms - begin_ms) == ("production", 24 * 3600 * 1000)
        assert end_ms < epoch_ms(NOW - timedelta(hours=40))
        await monitor.press("escape")
        await monitor.settle()
        assert "[ 7 d ]" in monitor.text
        await monitor.press("escape")
        assert "CREDITS" in monitor.text


async def test_z_looks_no_closer_than_what_is_kept(tmp_path: Path) -> None:
    keys = ("right_square_bracket", *["left"] * 60, "z", "z", "z", "z")
    async with looking_back(tmp_path, keys=keys) as monitor:
        assert "[ 1 h, closer ]" in monitor.text
        assert "kept by the hour alone" in monitor.text


async def test_range_key_leaves_a_closer_look(tmp_path: Path) -> None:
    async with looking_back(tmp_path, keys=("z", "right_square_bracket")) as monitor:
        assert "[ 24 h ]" in monitor.text


async def test_chart_follows_time_at_the_pace_of_its_steps(tmp_path: Path) -> None:
    async with looking_back(tmp_path) as monitor:
        count = len(monitor.reads)
        for seconds in (20, 40, 59):
            await monitor.show(forecast_view(), now=NOW + timedelta(seconds=seconds))
        assert len(monitor.reads) == count
        await monitor.show(forecast_view(), now=NOW + timedelta(seconds=61))
        await monitor.settle()
        assert len(monitor.reads) == count + 3


async def test_frozen_chart_stands_still_and_then_catches_up(tmp_path: Path) -> None:
    async with looking_back(tmp_path, keys=("space",)) as monitor:
        count = len(monitor.reads)
        await monitor.show(forecast_view(), now=NOW + timedelta(hours=2))
        await monitor.settle()
        assert len(monitor.reads) == count
        assert "frozen" in monitor.lines[0]
        await monitor.press("space")
        await monitor.settle()
        assert len(monitor.reads) > count


async def test_account_keys_switch_the_account_and_stay(tmp_path: Path) -> None:
    async with looking_back(tmp_path, forecast_view(), a_view(name="staging"), keys=("n",)) as monitor:
        assert monitor.reads[-1][0] == "staging"
        assert "Nothing is stored" in monitor.text
        await monitor.press("1")
        await monitor.settle()
        assert "credits spent" in monitor.text
        assert [call for call in monitor.asked if call[0] == "show"] == [("show", "staging"), ("show", "production")]


async def test_unreadable_history_is_told_in_a_sentence_and_comes_back(tmp_path: Path) -> None:
    async with running(tmp_path, forecast_view(), size=(100, 30)) as monitor:
        monitor.stored = {"production": past()}
        monitor.read_fault = HistoryUnavailable("The history is not written: the disk is full; make room.")
        await monitor.press("h")
        await monitor.settle()
        assert "the disk is full; make room." in monitor.text
        monitor.read_fault = None
        await monitor.show(forecast_view(), now=NOW + timedelta(seconds=61))
        await monitor.settle()
        assert "least to most" in monitor.text


async def test_fault_of_the_program_is_told_and_nothing_ends(tmp_path: Path) -> None:
    async with running(tmp_path, forecast_view(), size=(100, 30)) as monitor:
        monitor.read_fault = ZeroDivisionError("secret")
        await monitor.press("h")
        await monitor.settle()
        assert "by a fault of the program's (ZeroDivisionError)." in monitor.text
        assert "secret" not in monitor.text
        assert not monitor.crashes


async def test_unknown_cycle_is_told_in_a_sentence(tmp_path: Path) -> None:
    keys = ("right_square_bracket", "right_square_bracket")
    async with looking_back(tmp_path, a_waiting_view(), keys=keys) as monitor:
        assert "The cycle is not known" in monitor.text


async def test_chart_of_another_account_is_not_shown_when_it_comes_late(tmp_path: Path) -> None:
    async with looking_back(tmp_path, forecast_view(), a_view(name="staging")) as monitor:
        await monitor.press("n", "N", "n")
        await monitor.settle()
        assert "Nothing is stored" in monitor.text
        assert "credits spent" not in monitor.text


async def test_resized_screen_draws_for_its_new_room(tmp_path: Path) -> None:
    async with looking_back(tmp_path) as monitor:
        await monitor.pilot.resize_terminal(60, 20)
        await monitor.settle()
        assert max(map(len, monitor.lines)) <= 60
        assert "[ 24 h ]" in monitor.text
        assert monitor.line_of(" now").endswith("now")


async def test_every_sign_has_an_ascii_likeness(tmp_path: Path) -> None:
    for keys in CHARTS.values():
        async with looking_back(tmp_path, keys=(*keys, "left")) as monitor:
            assert "?" not in in_ascii(monitor.text).replace("? help", "").replace("← →", "")


async def test_remapped_keys_work_here_too(tmp_path: Path) -> None:
    settings = Settings(zone=UTC, keys={"chart": "v", "earlier": "p"})
    async with running(tmp_path, forecast_view(), size=(100, 30), settings=settings) as monitor:
        monitor.stored = {"production": past()}
        await monitor.press("h")
        await monitor.settle()
        await monitor.press("v")
        await monitor.settle()
        assert "SPEND" in monitor.text
        await monitor.press("p")
        assert "10:42" in monitor.lines[3]


async def test_help_names_every_key_of_the_history(tmp_path: Path) -> None:
    async with looking_back(tmp_path, size=(100, 60), keys=("question_mark",)) as monitor:
        for binding in HISTORY_KEYS:
            assert binding.id
            assert binding.group
            assert binding.tooltip in monitor.text
