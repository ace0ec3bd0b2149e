"""The way from a configured account to its service: its key is read, then a client made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from usage_tui.core.account import Account, ApiKey, KeySource
from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.wording import harmless
from usage_tui.services.loop import DaemonCalls

if TYPE_CHECKING:
    from usage_tui.services.tls import Tls
    from usage_tui.services.usage_api import UsageAnswer, UsageApi

LONGEST_KEY_READ_SECONDS = 15.0


class Fetcher(Protocol):
    """One account's service, to be asked as often as wanted, one question at a time."""

    async def fetch(self) -> UsageAnswer:
        """Ask once; raises ServiceError."""

    async def close(self) -> None:
        """Close the connection."""


class ClientTerms(Struct, frozen=True):
    """How long an answer is waited for, and an idle connection kept (None: not at all), in seconds."""

    timeout_seconds: float
    keepalive_seconds: float | None


class Connect(Protocol):
    """Makes the fetcher of an account; raises KeyUnavailable, or ConfigError where it cannot be asked."""

    async def __call__(self, account: Account, terms: ClientTerms) -> Fetcher:
        """Read the account's key, and make its client; nothing is asked yet."""


class ServiceConnection:
    """Connects accounts to the real service; what HTTP needs is imported when the first one is connected.

    `read_key` may block: it runs in a daemon thread, and is given up after 15 s. To be used from one event loop.
    """

    def __init__(self, read_key: Callable[[KeySource], ApiKey]) -> None:
        self._read_key = read_key
        self._calls = DaemonCalls()
        self._tls: Tls | None = None

    async def __call__(self, account: Account, terms: ClientTerms) -> UsageApi:
        """Read the account's key, and make its client; nothing is asked yet."""
        from usage_tui.services.tls import Tls  # noqa: PLC0415 -- the first frame does not wait for it
        from usage_tui.services.usage_api import UsageApi  # noqa: PLC0415 -- imports httpx: 0.13 s

        key = await self._key_of(account)
        if self._tls is None:
            self._tls = Tls()
        return UsageApi(
            account,
            key,
            timeout_seconds=terms.timeout_seconds,
            keepalive_seconds=terms.keepalive_seconds,
            tls=self._tls,
        )

    async def _key_of(self, account: Account) -> ApiKey:
        try:
            async with asyncio.timeout(LONGEST_KEY_READ_SECONDS):
                return await self._calls.call(account.key_source, partial(self._read_key, account.key_source))
        except TimeoutError:
            raise KeyUnavailable(
                f"The key of {harmless(account.name)} was not read within {LONGEST_KEY_READ_SECONDS:g} s; "
                "check what its api_key setting names."
            ) from None
