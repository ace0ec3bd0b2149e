"""Where those who poll an account and those who look at it meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from usage_tui.core.account import Account
from usage_tui.core.snapshot import Sample
from usage_tui.core.view import LastPoll, Wanted


class Desk(Protocol):
    """Settles who polls an account, what its viewers want, and how its last poll ended.

    All is called in the collector's event loop, except for what `watch` is given, which may be called anywhere.
    """

    def watch(self, wake: Callable[[str], None]) -> None:
        """Have `wake` called with an account's name whenever what is wanted of it changes."""

    async def claim(self, account: Account) -> bool:
        """Become the one who polls this account; False while somebody else is."""

    async def release(self, account: Account) -> None:
        """Leave this account to others; without a claim nothing happens."""

    def want(self, account: Account, wanted: Wanted) -> None:
        """Say what the viewers of this process want of an account."""

    def wanted(self, account: Account) -> Wanted:
        """Say what all viewers want of an account; a refresh that was asked is told once."""

    async def commit(self, account: Account, last_poll: LastPoll, sample: Sample | None) -> bool:
        """Put down how a poll ended and the sample it brought, and say whether that is stored."""


class LocalDesk:
    """The desk of one process that keeps nothing: every account is its own, and viewers are those of the process."""

    def __init__(self) -> None:
        self._wanted: dict[str, Wanted] = {}
        self._wake: Callable[[str], None] | None = None

    def watch(self, wake: Callable[[str], None]) -> None:
        """Have `wake` called with an account's name whenever what is wanted of it changes."""
        self._wake = wake

    async def claim(self, account: Account) -> bool:  # noqa: ARG002 -- nobody else is there to poll it
        """Become the one who polls this account: there is no other."""
        return True

    async def release(self, account: Account) -> None:
        """Leave this account to others."""

    def want(self, account: Account, wanted: Wanted) -> None:
        """Say what the viewers want of an account."""
        if wanted == self._wanted.get(account.name, Wanted()):
            return
        self._wanted[account.name] = wanted
        if self._wake is not None:
            self._wake(account.name)

    def wanted(self, account: Account) -> Wanted:
        """Say what the viewers want of an account; a refresh that was asked is told once."""
        wanted = self._wanted.get(account.name, Wanted())
        self._wanted[account.name] = Wanted(is_shown=wanted.is_shown)
        return wanted

    async def commit(self, account: Account, last_poll: LastPoll, sample: Sample | None) -> bool:  # noqa: ARG002
        """Put nothing down: a viewer has it from the view."""
        return False
