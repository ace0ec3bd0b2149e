"""Calls that must not end who makes them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from usage_tui.core.wording import harmless

T = TypeVar("T")
_log = logging.getLogger("usage_tui.collector")


class Shield:
    """Makes calls for an account. What fails is logged by its type alone: its text and its frames may hold a key."""

    def __init__(self, name: str) -> None:
        self._name = harmless(name)

    def call(self, what_failed: str, call: Callable[[], None]) -> None:
        """Make a call; where it fails, log that."""
        try:
            call()
        except Exception as error:  # noqa: BLE001 -- a poller never dies
            self.log(what_failed, error)

    async def outcome(self, what_failed: str, step: Awaitable[T]) -> T | None:
        """Give the outcome of a step; where it fails, log that and give None."""
        try:
            return await step
        except Exception as error:  # noqa: BLE001 -- a poller never dies
            self.log(what_failed, error)
            return None

    def log(self, what_failed: str, error: Exception) -> None:
        """Log a fault of ours."""
        _log.error("account %s: %s (%s)", self._name, what_failed, type(error).__name__)
