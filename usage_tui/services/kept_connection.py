"""An account's connection to its service, kept from one poll to the next."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from usage_tui.core.account import Account
from usage_tui.services.connection import ClientTerms, Connect, Fetcher

if TYPE_CHECKING:
    from usage_tui.services.usage_api import UsageAnswer

CLOSE_SECONDS = 1.0


class KeptConnection:
    """Connects when it is first asked, and anew after it was closed or on other terms; used from one event loop."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._fetcher: Fetcher | None = None
        self._terms: ClientTerms | None = None

    @property
    def is_open(self) -> bool:
        """Whether the account's key was read, and its client made."""
        return self._fetcher is not None

    async def open(self, account: Account, terms: ClientTerms) -> Fetcher:
        """Read the key and make the client, unless that is done.

        Raises:
            KeyUnavailable, ConfigError: as connecting does.
        """
        if terms != self._terms:
            await self.close()
        if self._fetcher is None:
            self._terms = terms
            self._fetcher = await self._connect(account, terms)
        return self._fetcher

    async def fetch(self, account: Account, terms: ClientTerms) -> UsageAnswer:
        """Ask the service once.

        Raises:
            KeyUnavailable, ConfigError, ServiceError: as connecting and asking do.
        """
        fetcher = await self.open(account, terms)
        return await fetcher.fetch()

    async def close(self) -> None:
        """Close it, whatever it says; the next question reads the key again."""
        fetcher, self._fetcher = self._fetcher, None
        if fetcher is not None:
            with suppress(Exception):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await fetcher.close()
