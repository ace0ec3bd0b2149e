"""The notifier: what fails is tried again, what is too much is given up, and nobody waits."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from tests.services.alerting import KeptChannel
from tests.services.hostile_server import PATIENCE_SECONDS
from usage_tui.core.alert_log import AlertBody, Delivery, DeliveryStatus
from usage_tui.services.notifier import MOST_WAITING, Notifier

BODY = AlertBody(account="production", rule="spend", state="firing", threshold=3, value=4.2, message="m", at=None)
SOON = (0.0, 0.0, 0.0)


@dataclass
class Settled:
    """Keeps how deliveries ended, and can wait for them."""

    ended: list[Delivery] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, delivery: Delivery) -> None:
        with self.changed:
            self.ended.append(delivery)
            self.changed.notify_all()

    def wait_for(self, count: int) -> list[Delivery]:
        """Wait until so many have ended."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ended) >= count, PATIENCE_SECONDS), self.ended
        return self.ended


def numbered(number: int | None, channel: str = "kept") -> Delivery:
    return Delivery(channel, BODY, number=number)


@pytest.mark.parametrize("failures", [0, 1, 3])
def test_a_delivery_is_tried_until_it_arrives(failures: int) -> None:
    settled, channel = Settled(), KeptChannel(failures=failures)
    notifier = Notifier([channel], settled, SOON)
    notifier.send(numbered(1))
    assert [(each.number, each.status) for each in settled.wait_for(1)] == [(1, DeliveryStatus.SENT)]
    assert (channel.tries, channel.bodies) == (failures + 1, [BODY])
    notifier.close(PATIENCE_SECONDS)


def test_a_delivery_that_fails_again_and_again_is_given_up_with_the_reason() -> None:
    settled, channel = Settled(), KeptChannel(failures=100)
    notifier = Notifier([channel], settled, SOON)
    notifier.send(numbered(1))
    assert settled.wait_for(1)[0] == replace(numbered(1), status=DeliveryStatus.FAILED, error="The test refuses it.")
    assert channel.tries == 4
    notifier.close(PATIENCE_SECONDS)


def test_what_would_never_arrive_is_tried_once() -> None:
    settled, channel = Settled(), KeptChannel(failures=100, is_final=True)
    notifier = Notifier([channel], settled, SOON)
    notifier.send(numbered(1))
    settled.wait_for(1)
    assert channel.tries == 1
    notifier.close(PATIENCE_SECONDS)


def test_a_channel_that_breaks_takes_the_next_alert_nevertheless() -> None:
    class Broken(KeptChannel):
        def send(self, body: AlertBody) -> None:
            if not self.tries:
                self.tries += 1
                raise ZeroDivisionError
            super().send(body)

    settled, channel = Settled(), Broken()
    notifier = Notifier([channel], settled, ())
    notifier.send(numbered(1))
    notifier.send(numbered(2))
    first, second = settled.wait_for(2)
    assert "ZeroDivisionError" in (first.error or "")
    assert second.status is DeliveryStatus.SENT
    notifier.close(PATIENCE_SECONDS)


def test_a_queue_is_bounded_and_says_what_found_no_room() -> None:
    gate = threading.Event()
    settled, channel = Settled(), KeptChannel(gate=gate)
    notifier = Notifier([channel], settled, SOON)
    notifier.send(numbered(0))
    channel.wait_for_tries(1)
    for number in range(1, MOST_WAITING + 3):
        notifier.send(numbered(number))
    assert [each.number for each in settled.wait_for(2)] == [MOST_WAITING + 1, MOST_WAITING + 2]
    assert {each.error for each in settled.ended} == {"Too many alerts wait for the channel kept."}
    gate.set()
    assert len(settled.wait_for(MOST_WAITING + 3)) == MOST_WAITING + 3
    notifier.close(PATIENCE_SECONDS)


def test_a_channel_that_hangs_delays_no_other() -> None:
    gate = threading.Event()
    settled, stuck, free = Settled(), KeptChannel("stuck", gate=gate), KeptChannel("free")
    notifier = Notifier([stuck, free], settled, SOON)
    notifier.send(numbered(1, "stuck"))
    stuck.wait_for_tries(1)
    notifier.send(numbered(2, "free"))
    assert [each.channel for each in settled.wait_for(1)] == ["free"]
    gate.set()
    notifier.close(PATIENCE_SECONDS)


def test_what_is_under_way_is_not_sent_twice_even_when_the_config_changes() -> None:
    settled, channel = Settled(), KeptChannel()
    notifier = Notifier([channel], settled, SOON)
    notifier.send(numbered(1))
    notifier.replan([channel])
    notifier.send(numbered(1))
    notifier.send(numbered(2))
    settled.wait_for(2)
    assert channel.tries == 2
    notifier.close(PATIENCE_SECONDS)


def test_a_channel_that_is_gone_from_the_config_is_said() -> None:
    settled = Settled()
    Notifier([], settled, SOON).send(numbered(1, "webhook"))
    assert settled.ended[0].error == "There is no channel webhook any more; check alerts.notify."


def test_at_the_end_nothing_more_is_begun() -> None:
    settled, channel = Settled(), KeptChannel(failures=100)
    notifier = Notifier([channel], settled, (PATIENCE_SECONDS,))
    notifier.send(numbered(1))
    channel.wait_for_tries(1)
    notifier.close(PATIENCE_SECONDS)
    notifier.send(numbered(2))
    assert (channel.tries, settled.ended) == (1, [])
    assert "usage-tui kept" not in {thread.name for thread in threading.enumerate()}
