"""Alerts to any service that Apprise knows, where the extra `notify` is installed."""

from __future__ import annotations

import logging
import threading

from usage_tui.core.alert_log import AlertBody
from usage_tui.core.errors import DeliveryFailed
from usage_tui.core.wording import harmless

DEADLINE_SECONDS = 15.0
TITLE = "usage-tui"
_MEND = "check alerts.notify.apprise"


class AppriseChannel:
    """Sends to one of Apprise's addresses, of which only the scheme is ever shown."""

    def __init__(self, url: str, number: int, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._url = url
        self._deadline_seconds = deadline_seconds
        self._running: threading.Thread | None = None
        self.name = f"apprise {number}"
        self.place = harmless(url.partition("://")[0], 20) if "://" in url else "no address"

    def send(self, body: AlertBody) -> None:
        """Send the alert, in a thread that can be left behind: what Apprise calls has deadlines of its own.

        Raises:
            DeliveryFailed: Apprise is not installed, does not know the address, or could not send.
        """
        if self._running is not None and self._running.is_alive():
            raise DeliveryFailed(f"{self.place} is still busy with the alert before; {_MEND}.")
        outcome: list[DeliveryFailed] = []
        self._running = threading.Thread(target=self._try, args=(body, outcome), name="usage-tui apprise", daemon=True)
        self._running.start()
        self._running.join(self._deadline_seconds)
        if self._running.is_alive():
            raise DeliveryFailed(f"{self.place} did not answer within {self._deadline_seconds:g} s; {_MEND}.")
        if outcome:
            raise outcome[0]

    def _try(self, body: AlertBody, outcome: list[DeliveryFailed]) -> None:
        try:
            self._notify(body)
        except DeliveryFailed as failure:
            outcome.append(failure)
        except Exception as error:  # noqa: BLE001 -- whatever it is, its text may hold the address
            outcome.append(DeliveryFailed(f"{self.place} failed inside Apprise ({type(error).__name__}); {_MEND}."))

    def _notify(self, body: AlertBody) -> None:
        try:
            import apprise  # noqa: PLC0415 -- an extra, and slow
        except ImportError:
            raise DeliveryFailed(
                "Apprise is not installed: install usage-tui with the extra `notify`.", is_final=True
            ) from None
        logging.getLogger("apprise").disabled = True  # it prints addresses
        target = apprise.Apprise()
        if not target.add(self._url):
            raise DeliveryFailed(f"{self.place} is no address that Apprise knows; {_MEND}.", is_final=True)
        if not target.notify(body=body.message, title=TITLE):
            raise DeliveryFailed(f"{self.place} did not take the alert; {_MEND}.")
