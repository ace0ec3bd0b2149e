"""The way from the screen to the alerts, and from the alerts to the terminal."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from usage_tui.services.alert_book import AlertBook
from usage_tui.ui.ports import AlertPorts

if TYPE_CHECKING:
    from usage_tui.core.alert_log import AlertBody


def alert_ports(book: AlertBook) -> AlertPorts:
    """Make the screen's way to the alerts."""
    return AlertPorts(serial=lambda: book.serial, read=book.read, acknowledge=book.acknowledge, mute=book.cycle_mute)


def bell(write: Callable[[str], None], *, is_ascii: bool) -> Callable[[Sequence[AlertBody]], None]:
    """Make what rings the monitor's terminal, in a thread: tmux is asked what terminal that is."""

    def call(messages: Sequence[str]) -> None:
        from usage_tui.services.terminal_bell import bell_signal  # noqa: PLC0415 -- only an alert needs it

        write(bell_signal(messages, os.environ, is_ascii=is_ascii))

    def ring(bodies: Sequence[AlertBody]) -> None:
        messages = [body.message for body in bodies]
        threading.Thread(target=call, args=(messages,), name="usage-tui bell", daemon=True).start()

    return ring
