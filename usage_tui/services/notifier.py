"""Delivers alerts: each channel has a queue and a thread of its own, and nobody waits for either."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from usage_tui.core.alert_log import Delivery, DeliveryStatus
from usage_tui.core.errors import DeliveryFailed
from usage_tui.services.channels import Channel

MOST_WAITING = 100
RETRY_SECONDS = (2.0, 10.0, 30.0)
_log = logging.getLogger("usage_tui.alerts")


class Notifier:
    """Sends deliveries in daemon threads. Its methods may be called from any thread; all but `close` return at once.

    `settled` is told how each delivery ended, in the channel's thread. A delivery that fails is tried again after each
    of `retry_seconds`.
    """

    def __init__(
        self,
        channels: Sequence[Channel],
        settled: Callable[[Delivery], None],
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self._settled = settled
        self._retry_seconds = tuple(retry_seconds)
        self._lines: dict[str, _Line] = {}
        self.replan(channels)

    @property
    def names(self) -> tuple[str, ...]:
        """The channels' names."""
        return tuple(self._lines)

    def replan(self, channels: Sequence[Channel]) -> None:
        """Take up changed channels; what is under way in the old ones is still sent by them."""
        before = self._lines
        self._lines = {channel.name: _Line(channel, self._settled, self._retry_seconds) for channel in channels}
        for name, line in self._lines.items():
            if name in before:
                line.known = before[name].known

    def send(self, delivery: Delivery) -> None:
        """Deliver something; what is under way already is not sent twice, and what finds no room is given up."""
        line = self._lines.get(delivery.channel)
        if line is None:
            self._settled(_failed(delivery, f"There is no channel {delivery.channel} any more; check alerts.notify."))
        else:
            line.send(delivery)

    def close(self, timeout_seconds: float) -> None:
        """Begin nothing more; return when nothing is being sent, or the time is over."""
        deadline = time.monotonic() + timeout_seconds
        for line in self._lines.values():
            line.close()
        for line in self._lines.values():
            line.join(max(0.0, deadline - time.monotonic()))


class _Line:
    """One channel, what waits for it, and the thread that sends while something does."""

    def __init__(self, channel: Channel, settled: Callable[[Delivery], None], retry_seconds: Sequence[float]) -> None:
        self._channel = channel
        self._settled = settled
        self._retry_seconds = retry_seconds
        self._waiting: deque[Delivery] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closing = False
        self.known: set[int] = set()

    def send(self, delivery: Delivery) -> None:
        """Put a delivery into the queue."""
        with self._changed:
            if delivery.number is not None and delivery.number in self.known:
                return
            has_room = len(self._waiting) < MOST_WAITING
            if has_room:
                self._take(delivery)
        if not has_room:
            self._settled(_failed(delivery, f"Too many alerts wait for the channel {self._channel.name}."))

    def close(self) -> None:
        """Begin nothing more."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()

    def join(self, timeout_seconds: float) -> None:
        """Wait until nothing is being sent, but not for long."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_seconds)

    def _take(self, delivery: Delivery) -> None:
        self._waiting.append(delivery)
        if delivery.number is not None:
            self.known.add(delivery.number)
        if self._thread is None and not self._is_closing:
            name = f"usage-tui {self._channel.name}"
            self._thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            ended = self._deliver(delivery)
            if ended is not None:
                self._settled(ended)

    def _next(self) -> Delivery | None:
        with self._changed:
            if self._is_closing or not self._waiting:
                self._thread = None
                return None
            return self._waiting.popleft()

    def _deliver(self, delivery: Delivery) -> Delivery | None:
        """Try until it arrives or is given up; None where the end of the program came before either."""
        for wait_seconds in (*self._retry_seconds, None):
            failure = self._try(delivery)
            if failure is None:
                return replace(delivery, status=DeliveryStatus.SENT)
            if failure.is_final or wait_seconds is None:
                return _failed(delivery, str(failure))
            with self._changed:
                if self._is_closing or self._changed.wait_for(lambda: self._is_closing, wait_seconds):
                    return None
        return None

    def _try(self, delivery: Delivery) -> DeliveryFailed | None:
        try:
            self._channel.send(delivery.body)
        except DeliveryFailed as failure:
            return failure
        except Exception as error:  # noqa: BLE001 -- one alert that fails is no reason to lose the next
            kind = type(error).__name__
        else:
            return None
        _log.error("the channel %s failed (%s)", self._channel.name, kind)
        return DeliveryFailed(f"{self._channel.name} failed inside usage-tui ({kind}); see the log.")


def _failed(delivery: Delivery, reason: str) -> Delivery:
    return replace(delivery, status=DeliveryStatus.FAILED, error=reason)
