"""Alerts to a web address, as JSON."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import msgspec

from usage_tui.core.alert_log import AlertBody
from usage_tui.core.errors import DeliveryFailed, ServiceError
from usage_tui.core.wording import harmless
from usage_tui.services.loop import CollectorLoop

DEADLINE_SECONDS = 5.0
_PASSING = frozenset({408, 425, 429})


class WebhookChannel:
    """Posts an alert to one address, of which only the host is ever shown."""

    name = "webhook"

    def __init__(self, url: str, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._url = url
        self._deadline_seconds = deadline_seconds
        self.place = harmless(urlsplit(url).netloc.rpartition("@")[2])

    def send(self, body: AlertBody) -> None:
        """Post the alert.

        Raises:
            DeliveryFailed: no answer came in time, or it was no success.
        """
        with asyncio.Runner(loop_factory=CollectorLoop) as runner:
            status = runner.run(self._post(msgspec.json.encode(body)))
        if 200 <= status < 300:
            return
        what = "a redirect, which is not followed" if 300 <= status < 400 else "no success"
        is_final = status < 500 and status not in _PASSING
        raise DeliveryFailed(f"{self.place} answered {status}, {what}; check alerts.notify.webhook.", is_final=is_final)

    async def _post(self, content: bytes) -> int:
        from usage_tui.services.http import post_json  # noqa: PLC0415 -- imports httpx: 0.13 s
        from usage_tui.services.tls import Tls  # noqa: PLC0415 -- likewise

        try:
            return await post_json(self._url, content, timeout_seconds=self._deadline_seconds, tls=Tls())
        except ServiceError as error:
            failure = str(error)
        raise DeliveryFailed(failure)
