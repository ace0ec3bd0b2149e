"""What became of alerts: when each fired, whether it is over, who was told, and for whom it is quiet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from usage_tui.core.alerts import Transition
from usage_tui.core.wording import day_time, iso

ALERT_SCHEMA = "usage-tui/alert/1"
LOG_SCHEMA = "usage-tui/alerts/1"
TERMINAL = "terminal"
TEST_RULE = "test"


class AlertBody(Struct, frozen=True, kw_only=True):
    """All that leaves the machine of an alert, and nothing besides: the JSON that a webhook is sent."""

    schema: str = ALERT_SCHEMA
    account: str
    rule: str
    state: str
    threshold: float | None
    value: float | None
    message: str
    at: str | None


def body_of(transition: Transition) -> AlertBody:
    """Give what is sent of a transition."""
    return AlertBody(
        account=transition.account,
        rule=transition.level.rule.value,
        state=transition.state.value,
        threshold=transition.threshold,
        value=None if transition.value is None else round(transition.value, 4),
        message=transition.message,
        at=iso(transition.at),
    )


class DeliveryStatus(StrEnum):
    """How a delivery stands: held back for quiet hours, on its way, arrived, or given up."""

    HELD = "held"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Delivery(Struct, frozen=True):
    """One alert's way through one channel; `number` is its row in the history, None where it has none."""

    channel: str
    body: AlertBody
    status: DeliveryStatus = DeliveryStatus.WAITING
    number: int | None = None
    error: str | None = None


class Telling(Struct, frozen=True):
    """Through which channels an account's transitions are told now, and whether that waits for quiet hours to end."""

    channels: tuple[str, ...] = ()
    is_on_recovery: bool = False
    is_quiet: bool = False
    zone: tzinfo | None = None

    def body(self, transition: Transition) -> AlertBody:
        """Give what is sent of a transition; what waits for quiet hours to end says when it was."""
        body = body_of(transition)
        if not self.is_quiet:
            return body
        when = day_time(transition.at, self.zone)
        return replace(body, message=f"{body.message} That was {when}, in quiet hours.")

    def deliveries(self, transitions: Iterable[Transition]) -> list[Delivery]:
        """Give what is to be delivered now where no history says what is muted, and was told before."""
        if self.is_quiet:
            return []
        told = [each for each in transitions if each.is_told and (self.is_on_recovery or each.is_firing)]
        return [Delivery(channel, self.body(each)) for each in told for channel in self.channels]


class AlertRecord(Struct, frozen=True):
    """An alert that fired; `resolved_at` is None while it goes on, and `was_muted` says what held when it fired."""

    number: int
    account: str
    rule: str
    message: str
    fired_at: datetime
    value: float | None = None
    threshold: float | None = None
    resolved_at: datetime | None = None
    acknowledged_at: datetime | None = None
    was_muted: bool = False
    deliveries: tuple[Delivery, ...] = ()

    @property
    def failed(self) -> tuple[Delivery, ...]:
        """The deliveries that did not arrive."""
        return tuple(each for each in self.deliveries if each.status is DeliveryStatus.FAILED)


class Mute(Struct, frozen=True):
    """Until when nobody is told of an account's alerts, or of one rule's alone."""

    account: str
    rule: str | None
    until: datetime


class AlertLog(Struct, frozen=True):
    """The alerts that fired, the newest first, and the mutes that were in force when they were read."""

    records: tuple[AlertRecord, ...] = ()
    mutes: tuple[Mute, ...] = ()

    def mutes_of(self, record: AlertRecord, now: datetime) -> list[Mute]:
        """Give the mutes in force on what an alert is of: on its account, and on its rule alone."""
        return [
            mute
            for mute in self.mutes
            if mute.account == record.account and mute.rule in (None, record.rule) and now < mute.until
        ]


def log_report(log: AlertLog, now: datetime) -> dict[str, Any]:
    """Give what `alerts list --json` prints."""
    return {"schema": LOG_SCHEMA, "generated_at": iso(now), "alerts": [_record_report(each) for each in log.records]}


def _record_report(record: AlertRecord) -> dict[str, Any]:
    return {
        "account": record.account,
        "rule": record.rule,
        "state": "firing" if record.resolved_at is None else "resolved",
        "threshold": record.threshold,
        "value": record.value,
        "message": record.message,
        "fired_at": iso(record.fired_at),
        "resolved_at": iso(record.resolved_at),
        "acknowledged_at": iso(record.acknowledged_at),
        "muted": record.was_muted,
        "deliveries": [
            {
                "channel": delivery.channel,
                "state": delivery.body.state,
                "status": delivery.status.value,
                "error": delivery.error,
            }
            for delivery in record.deliveries
        ],
    }
