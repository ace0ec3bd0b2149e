"""What is worded of an alert: who was told, who will be, and who could not be."""

from __future__ import annotations

from datetime import UTC, timedelta

from tests.makers import NOW
from usage_tui.core.alert_lines import alert_detail
from usage_tui.core.alert_log import AlertBody, AlertLog, AlertRecord, Delivery, DeliveryStatus

BODY = AlertBody(account="production", rule="spend", state="firing", threshold=3, value=4.2, message="m", at="")


def a_record(*deliveries: Delivery) -> AlertRecord:
    return AlertRecord(1, "production", "spend", "m.", NOW - timedelta(minutes=1), deliveries=deliveries)


def detail(record: AlertRecord, width: int = 120, height: int = 4) -> list[str]:
    rows = alert_detail(record, AlertLog((record,)), NOW, UTC, (width, height))
    return ["".join(span.text for span in row) for row in rows]


def test_channels_that_stand_alike_are_told_together_and_each_failure_with_its_reason() -> None:
    held = [Delivery(channel, BODY, DeliveryStatus.HELD) for channel in ("terminal", "command", "webhook")]
    assert detail(a_record(*held)) == ["m.", "fired 10:41 · held for quiet hours: terminal, command, webhook"]
    ways = [
        Delivery("terminal", BODY, DeliveryStatus.SENT),
        Delivery("command", BODY, DeliveryStatus.WAITING),
        Delivery("webhook", BODY, DeliveryStatus.FAILED, error="hooks.example.com answered 500; check it."),
    ]
    assert detail(a_record(*ways)) == [
        "m.",
        "fired 10:41 · told: terminal · on its way: command",
        "webhook: not delivered: hooks.example.com answered 500; check it.",
    ]


def test_a_narrow_detail_of_what_is_held_names_every_channel() -> None:
    held = [Delivery(channel, BODY, DeliveryStatus.HELD) for channel in ("terminal", "command", "webhook")]
    assert detail(a_record(*held), 38)[1:] == ["fired 10:41 · held for quiet hours:", "terminal, command, webhook"]


def test_a_detail_without_room_for_all_says_that_there_is_more() -> None:
    lost = Delivery("webhook", BODY, DeliveryStatus.FAILED, error="hooks.example.com answered 500; check it.")
    assert detail(a_record(lost), 38, 2) == ["m.", "fired 10:41 …"]
    assert detail(a_record(lost), 38, 0) == []
