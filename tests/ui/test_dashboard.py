"""The dashboard tells the truth at every size, and its keys do what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from tests.makers import NOW, a_last_poll, a_snapshot, a_view, a_waiting_view, an_outlook, buckets
from tests.ui.monitor import SIZES, running, three_accounts
from usage_tui.core.account import AccountState
from usage_tui.core.budget import Budget, DaySpend
from usage_tui.core.outlook import Accuracy
from usage_tui.core.usual import Usual
from usage_tui.core.view import AccountView
from usage_tui.ui.messages import ConfigChanged, ConfigRefused
from usage_tui.ui.ports import Settings

pytestmark = pytest.mark.anyio
HOSTILE = "[/foo]\\x1b[31m日本[red]"


def busy_view() -> AccountView:
    """Make the view of an account with a quarter of an hour behind it: rising, a gap, and saturated at the end."""
    end = int(NOW.timestamp()) // 5 * 5
    peaks: Sequence[int | None] = [*range(10, 90), *([None] * 10), *([0] * 5), *range(40, 100, 2), *([98] * 20)]
    today = DaySpend(61_220, NOW.replace(hour=0, minute=0, second=0), is_whole=True)
    snapshot = a_snapshot(concurrency=97)
    return replace(
        a_view(snapshot, coarse=buckets(peaks, start=end - 5 * (len(peaks) - 1), width_seconds=5)),
        budget=Budget(2_000_000, 80_000, 0.7).standing(snapshot.used, snapshot.limit, today),
    )


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_dashboard_reads_as_drawn(tmp_path: Path, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    others = three_accounts()[1:]
    async with running(tmp_path, busy_view(), *others, size=size) as monitor:
        assert monitor.text == snapshot


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_dashboard_tells_what_lies_ahead(
    tmp_path: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    ahead = an_outlook(accuracy=Accuracy(30, 0.06, 0.9))
    view = replace(busy_view(), outlook=ahead, usual=Usual(4_800.0, 0.005))
    async with running(tmp_path, view, *three_accounts()[1:], size=size) as monitor:
        assert monitor.text == snapshot


@pytest.mark.parametrize("size", [(120, 36), (100, 30), (80, 24), (80, 16), (60, 20), (40, 10), (30, 6), (20, 4)])
async def test_state_and_credits_are_told_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(tmp_path, busy_view(), size=size) as monitor:
        assert "●" in monitor.text
        assert "97 of 100" in monitor.text
        assert "1,412,700 of 3,000,000" in monitor.text or "1.41 M of 3 M" in monitor.text
        assert "near" in monitor.text


@pytest.mark.parametrize("height", [1, 2, 3])
async def test_three_rows_or_fewer_are_a_status_line(tmp_path: Path, height: int) -> None:
    async with running(tmp_path, busy_view(), size=(80, height)) as monitor:
        assert monitor.lines[0] == "production · ● live · 97/100 · 47 % used · budget ◆ near 71 %"


async def test_labels_stand_from_80_columns_on(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view(), size=(80, 16)) as monitor:
        for label in ("CONCURRENCY", "CREDITS", "BUDGET", "SPEND", "FAILED"):
            assert label in monitor.text


async def test_nothing_known_is_worded_as_unknown_never_as_zero(tmp_path: Path) -> None:
    async with running(tmp_path, a_waiting_view()) as monitor:
        assert "○ waiting" in monitor.text
        assert "no samples yet" in monitor.text
        assert "CREDITS  – of –" in monitor.text
        assert " 0 %" not in monitor.text


async def test_a_fault_is_told_in_one_line_and_the_last_sample_stays(tmp_path: Path) -> None:
    error = "api.scraperapi.com could not be reached: connection refused."
    poll = a_last_poll(AccountState.UNREACHABLE, error=error, next_at=NOW + timedelta(seconds=8))
    async with running(tmp_path, a_view(last_poll=poll), size=(100, 30)) as monitor:
        assert "○ unreachable" in monitor.lines[0]
        assert monitor.lines[1].strip() == f"▲ {error} Next try in 8 s."
        assert "1,412,700 of 3,000,000" in monitor.text


async def test_a_fault_takes_a_row_on_a_small_screen(tmp_path: Path) -> None:
    poll = a_last_poll(AccountState.INVALID, error="The service's answer is no JSON.")
    async with running(tmp_path, a_view(last_poll=poll), size=(40, 10)) as monitor:
        assert "The service's answer is no JSON." in monitor.lines[1]


async def test_simulated_numbers_are_called_simulated_at_every_size(tmp_path: Path) -> None:
    for size in [(120, 36), (80, 24), (40, 10), (30, 6), (80, 2)]:
        async with running(tmp_path, a_view(is_simulated=True), size=size) as monitor:
            assert "simulated" in monitor.text


async def test_plain_http_to_another_machine_is_told(tmp_path: Path) -> None:
    async with running(tmp_path, a_view(is_insecure=True)) as monitor:
        assert "insecure http" in monitor.lines[0]


async def test_age_goes_on_without_new_samples(tmp_path: Path) -> None:
    async with running(tmp_path, a_view()) as monitor:
        monitor.now = NOW + timedelta(seconds=7)
        monitor.app._tick()
        await monitor.pilot.pause()
        assert "7 s old" in monitor.lines[0]


async def test_an_old_sample_is_stale(tmp_path: Path) -> None:
    async with running(tmp_path, a_view()) as monitor:
        await monitor.show(now=NOW + timedelta(seconds=121))
        monitor.app._tick()
        await monitor.pilot.pause()
        assert "◌ stale" in monitor.lines[0]


async def test_frozen_display_stands_still_and_then_catches_up(tmp_path: Path) -> None:
    async with running(tmp_path, a_view()) as monitor:
        await monitor.press("space")
        await monitor.show(a_view(a_snapshot(concurrency=11)), now=NOW + timedelta(seconds=5))
        assert "62 of 100" in monitor.text
        assert "frozen" in monitor.lines[0]
        await monitor.press("space")
        assert "11 of 100" in monitor.text
        assert "live" in monitor.lines[0]


async def test_number_and_n_keys_switch_the_account_and_tell_the_collector(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        await monitor.press("3", "n", "N")
        assert [call for call in monitor.asked if call[0] == "show"] == [
            ("show", "client-acme"),
            ("show", "production"),
            ("show", "client-acme"),
        ]
        assert monitor.roster.current == "client-acme"
        assert monitor.remembered["account"] == "client-acme"


async def test_r_asks_for_a_poll_of_the_account_on_the_screen(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        await monitor.press("2", "r")
        assert monitor.asked[-1] == ("refresh", "staging")


async def test_brackets_change_the_range_and_the_axis_tells_the_real_span(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await monitor.press("right_square_bracket")
        assert "[ 1 h ]" in monitor.line_of("CONCURRENCY")
        assert "57 min 30 s" in monitor.text
        await monitor.press("left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert "[ 2 min ]" in monitor.line_of("CONCURRENCY")
        assert "2 min 18 s" in monitor.text


async def test_range_is_remembered_and_one_that_there_is_not_is_not_recalled(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await monitor.press("right_square_bracket")
        assert monitor.remembered["range"] == "1 h"
        for recalled, shown in (("2 min", "2 min"), ("a while", "2 min"), ("", "2 min"), ("1 h", "1 h")):
            monitor.roster.choose_range(recalled)
            monitor.app._tick()
            await monitor.pilot.pause()
            assert f"[ {shown} ]" in monitor.line_of("CONCURRENCY")


async def test_zoom_gives_the_chart_the_screen_and_back(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await monitor.press("z")
        assert "CREDITS" not in monitor.text
        await monitor.press("z")
        assert "CREDITS" in monitor.text


async def test_copied_numbers_say_what_the_screen_says(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await monitor.press("y")
        await monitor.app.workers.wait_for_complete()
        assert "concurrency: 97 of 100" in monitor.copied[0]
        assert "credits used: 1,412,700 of 3,000,000" in monitor.copied[0]


async def test_screenshot_goes_to_the_first_folder_that_takes_it_and_is_private(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view()) as monitor:
        await monitor.press("s")
        await monitor.app.workers.wait_for_complete()
        saved = list(tmp_path.glob("usage-tui-*.svg"))
        assert len(saved) == 1
        assert saved[0].stat().st_mode & 0o777 == 0o600
        assert "CONCURRENCY" in saved[0].read_text()
        assert "url(" not in saved[0].read_text().replace("url(#", "")


async def test_screenshot_is_named_by_the_users_time_and_by_a_number_where_that_is_taken(tmp_path: Path) -> None:
    async with running(tmp_path, busy_view(), settings=Settings(zone=timezone(timedelta(hours=9)))) as monitor:
        await monitor.press("s")
        await monitor.settle()
        await monitor.press("s")
        await monitor.settle()
        names = {path.name for path in tmp_path.glob("*.svg")}
        assert names == {"usage-tui-20261122-194207.svg", "usage-tui-20261122-194207-2.svg"}


async def test_footer_keeps_help_and_quit_to_the_last(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(22, 10)) as monitor:
        assert "? help  q quit" in monitor.lines[-1]


async def test_remapped_key_works_and_is_what_footer_and_help_show(tmp_path: Path) -> None:
    settings = Settings(zone=UTC, keys={"refresh": "f5", "help": "f1"})
    async with running(tmp_path, *three_accounts(), settings=settings) as monitor:
        await monitor.press("f5")
        assert monitor.asked[-1] == ("refresh", "production")
        assert "f5 refresh" in monitor.lines[-1]
        await monitor.press("f1")
        assert "f5  Poll this account at once" in monitor.text


async def test_changed_config_is_taken_up_and_a_broken_one_is_told(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 30)) as monitor:
        await monitor.press("3")
        monitor.app.post_message(ConfigRefused("config.toml:4: accounts[1].nme is unknown; the nearest name is name."))
        await monitor.pilot.pause()
        assert "accounts[1].nme is unknown" in monitor.lines[1]
        views = (a_waiting_view("production"), a_waiting_view("fresh"))
        monitor.app.post_message(ConfigChanged(views, Settings(zone=UTC)))
        await monitor.pilot.pause()
        assert "fresh" in monitor.lines[0]
        assert "client-acme" not in monitor.text
        assert "62 of 100" in monitor.text
        assert "unknown" not in monitor.lines[1]


async def test_hostile_names_are_shown_literally_everywhere(tmp_path: Path) -> None:
    views = (a_view(name=HOSTILE), a_view(name="staging"))
    async with running(tmp_path, *views, size=(120, 36)) as monitor:
        assert HOSTILE in monitor.text
        await monitor.press("a")
        assert "[/foo]" in monitor.text
        await monitor.press("escape", "ctrl+p", *"show")
        await monitor.pilot.pause(0.2)
        await monitor.press("escape")
        await monitor.press("question_mark", "escape", "y", "s")
        await monitor.app.workers.wait_for_complete()
        assert not monitor.crashes


async def test_budget_of_the_plan_is_said_to_be_the_plans(tmp_path: Path) -> None:
    async with running(tmp_path, a_view()) as monitor:
        assert "BUDGET  1,412,700 of 3,000,000, the plan's limit" in monitor.text


async def test_everything_well_leaves_the_notice_empty(tmp_path: Path) -> None:
    async with running(tmp_path, a_view()) as monitor:
        assert monitor.lines[1] == ""


async def test_numbers_are_fetched_once_the_first_frame_stands(tmp_path: Path) -> None:
    async with running(tmp_path, a_waiting_view()) as monitor:
        assert monitor.asked == [("start",)]
