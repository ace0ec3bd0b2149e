"""What pollers need of the world."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from usage_tui.core.view import AccountView
from usage_tui.services.alert_desk import AlertDesk
from usage_tui.services.clock import Clock
from usage_tui.services.connection import Connect
from usage_tui.services.desk import Desk
from usage_tui.services.pacer import Instant


class Outside(Struct, frozen=True):
    """The way to the service, the desk, who is told, the time, and the alerts."""

    connect: Connect
    desk: Desk
    publish: Callable[[AccountView], None]
    clock: Clock
    alerts: AlertDesk

    def instant(self) -> Instant:
        """Tell the time by both clocks."""
        return Instant(self.clock.monotonic(), self.clock.now().timestamp())
