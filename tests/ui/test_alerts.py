"""The alerts on the screen: what fired, what is over, what was not delivered; and the keys for them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from tests.makers import NOW, a_last_poll, a_view
from tests.ui.monitor import SIZES, running, three_accounts
from usage_tui.core.account import AccountState
from usage_tui.core.alert_log import AlertBody, AlertLog, AlertRecord, Delivery, DeliveryStatus, Mute
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.view import OpenAlert

pytestmark = pytest.mark.anyio
BODY = AlertBody(account="production", rule="spend", state="firing", threshold=3, value=4.2, message="m", at="")
LOST = Delivery("webhook", BODY, DeliveryStatus.FAILED, 1, "hooks.example.com answered 500, no success; check it.")
TOLD = Delivery("terminal", BODY, DeliveryStatus.SENT, 2)
FIRED = AlertRecord(
    3,
    "production",
    "saturated",
    "production: concurrency is at 97 of 100, saturated for 60 s.",
    NOW - timedelta(minutes=5),
    deliveries=(TOLD, LOST),
)
SEEN = AlertRecord(
    2,
    "staging",
    "budget_used",
    "staging: 80.1 % of the budget is used, 80,100 of 100,000 credits.",
    NOW - timedelta(hours=3),
    acknowledged_at=NOW - timedelta(hours=2),
    deliveries=(TOLD,),
)
OVER = AlertRecord(
    1,
    "client-acme",
    "key_refused",
    "client-acme: the service refuses the key.",
    NOW - timedelta(days=2),
    resolved_at=NOW - timedelta(days=2, minutes=-12),
    deliveries=(TOLD,),
)
LOG = AlertLog((FIRED, SEEN, OVER))


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_alerts_at_every_size(tmp_path: Path, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with running(tmp_path, *three_accounts(), size=size) as monitor:
        monitor.alerts = LOG
        await monitor.press("l")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert monitor.text == snapshot


async def test_what_was_not_delivered_is_said_with_the_reason(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        monitor.alerts = LOG
        await monitor.press("l")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert "1 not delivered" in monitor.lines[0]
        assert "webhook: not delivered: hooks.example.com answered 500" in monitor.text
        assert "told: terminal" in monitor.text


async def test_an_alert_that_no_monitor_rang_for_says_so(tmp_path: Path) -> None:
    unheard = replace(FIRED, deliveries=(replace(TOLD, status=DeliveryStatus.WAITING),))
    async with running(tmp_path, *three_accounts()) as monitor:
        monitor.alerts = AlertLog((unheard,))
        await monitor.press("l")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert "no monitor was open to ring" in monitor.text
        assert "on its way" not in monitor.text


async def test_an_alert_is_acknowledged_and_stays_in_the_list(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        monitor.alerts = LOG
        await monitor.press("l")
        await monitor.app.workers.wait_for_complete()
        await monitor.press("enter")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert monitor.alerts.records[0].acknowledged_at == NOW
        assert "seen " in monitor.line_of("concurrency is at 97")
        await monitor.press("escape")
        assert "CONCURRENCY" in monitor.text


async def test_a_new_alert_comes_into_the_list_and_the_cursor_stays(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        monitor.alerts = AlertLog((SEEN, OVER))
        await monitor.press("l")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        await monitor.press("j")
        assert "over Fri 20 Nov 10:54, after 12 min" in monitor.text
        monitor.alerts, monitor.serial = LOG, 2
        await monitor.show(a_view())
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert "▲ firing" in monitor.text
        assert "over Fri 20 Nov 10:54, after 12 min" in monitor.text


async def test_on_the_dashboard_the_account_is_muted_and_in_the_list_one_rule(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        monitor.alerts = LOG
        await monitor.press("m")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert monitor.told == ["production: alerts muted until 11:42; once more for longer."]
        assert [mute.rule for mute in monitor.alerts.mutes] == [None]
        await monitor.press("m")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert "production: alerts no longer muted." in monitor.told
        await monitor.press("l")
        await monitor.app.workers.wait_for_complete()
        await monitor.press("m")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert [mute.rule for mute in monitor.alerts.mutes] == ["saturated"]
        assert "rule muted until 11:42" in monitor.text


async def test_what_is_muted_says_so_for_as_long_as_the_mute_lasts(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        mute = Mute("production", None, NOW + timedelta(hours=1))
        monitor.alerts = AlertLog((replace(FIRED, was_muted=True), SEEN, OVER), (mute,))
        await monitor.press("l")
        await monitor.settle()
        assert "  muted  " in monitor.text
        assert "▲ firing" not in monitor.text
        assert "account muted until 11:42" in monitor.text
        await monitor.show(a_view(), now=mute.until)
        assert "▲ firing" in monitor.text
        assert "muted" not in monitor.text


async def test_a_history_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        monitor.read_fault = HistoryUnavailable("The history does not answer; check its disk.")
        await monitor.press("l")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert "The history does not answer" in monitor.text
        await monitor.press("escape", "m")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert monitor.told == ["The history does not answer; check its disk."]


async def test_alerts_that_could_not_be_read_are_read_when_they_can_be(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        monitor.alerts = LOG
        monitor.read_fault = HistoryUnavailable("The history does not answer; check its disk.")
        await monitor.press("l")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        monitor.read_fault = None
        await monitor.show(a_view())
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert "does not answer" not in monitor.text
        assert "concurrency is at 97" in monitor.text


async def test_before_any_alert_the_list_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(40, 10)) as monitor:
        await monitor.press("l")
        await monitor.app.workers.wait_for_complete()
        await monitor.pilot.pause()
        assert "No alert has fired yet." in monitor.text
        assert monitor.lines[0].split() == ["ALERTS", "0"]


async def test_the_newest_alert_stands_below_the_first_row_but_after_what_is_wrong_with_polling(
    tmp_path: Path,
) -> None:
    alert = OpenAlert("97 % of the limit in flight", NOW - timedelta(minutes=5), 2)
    async with running(tmp_path, *three_accounts()) as monitor:
        await monitor.show(replace(a_view(), alert=alert))
        assert monitor.lines[1].strip() == "▲ 97 % of the limit in flight  fired 10:37, still on · 2 more"
        await monitor.show(replace(a_view(last_poll=a_last_poll(AccountState.UNREACHABLE, error="No.")), alert=alert))
        assert "No." in monitor.lines[1]
        await monitor.show(a_view())
        assert monitor.lines[1] == ""


async def test_at_ten_rows_an_alert_takes_none_of_them_but_what_is_wrong_with_polling_does(tmp_path: Path) -> None:
    alert = OpenAlert("97 % of the limit in flight", NOW - timedelta(minutes=5), 2)
    async with running(tmp_path, *three_accounts(), size=(40, 10)) as monitor:
        await monitor.show(a_view())
        before = monitor.lines
        await monitor.show(replace(a_view(), alert=alert))
        assert monitor.lines == before
        await monitor.show(replace(a_view(last_poll=a_last_poll(AccountState.UNREACHABLE, error="No.")), alert=alert))
        assert "No." in monitor.lines[1]
