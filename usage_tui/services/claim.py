"""The claim of one poller on its account: whether it is held, and whether there was no key to poll it with."""

from __future__ import annotations

from usage_tui.core.account import Account
from usage_tui.services.desk import Desk
from usage_tui.services.shield import Shield


class Claim:
    """Whether the account is polled here; `lacks_key` where the last try to do so found no key."""

    def __init__(self, desk: Desk, shield: Shield) -> None:
        self.is_held = self.lacks_key = False
        self._desk = desk
        self._shield = shield

    async def take(self, account: Account) -> None:
        """Claim the account, as its key is now; one that is held is given up where its key became another's.

        Raises:
            KeyUnavailable: there is no key.
        """
        self.is_held = await self._desk.claim(account)
        self.lacks_key = False

    async def give_up(self, account: Account) -> None:
        """Leave the account to others, also where a claim is still under way."""
        self.is_held = False
        await self._shield.outcome("it was not released", self._desk.release(account))

    async def lose_key(self, account: Account) -> None:
        """Leave the account to those who have its key."""
        self.lacks_key = True
        await self.give_up(account)
