"""Where those who poll an account and those who look at it meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import Struct

from usage_tui.core.account import Account
from usage_tui.core.rollup import Reading
from usage_tui.core.view import LastPoll, Standing, Wanted
from usage_tui.services.alert_desk import AlertDesk, NoAlerts

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")


class News(Struct, frozen=True):
    """What was put down of an account and not yet told: readings, oldest first, and how its last poll ended.

    `counters` are readings of the counters alone, of the time before; they come with the first news of an account.
    All that `is_first` was there before anybody here looked; it comes again where the key became another account's.
    """

    counters: tuple[Reading, ...] = ()
    readings: tuple[Reading, ...] = ()
    last_poll: LastPoll | None = None
    is_first: bool = False


class Desk(Protocol):
    """Settles who polls an account, what its viewers want, and how its last poll ended.

    All is called in the collector's event loop, except for what `watch` is given, which may be called anywhere.
    """

    alerts: AlertDesk

    def watch(self, wake: Callable[[str], None]) -> None:
        """Have `wake` called with an account's name whenever what is wanted of it changes."""

    async def claim(self, account: Account) -> bool:
        """Become the one who polls this account, as its key is now; False while somebody else is.

        It is False once where the key became another account's: what was claimed is let go.

        Raises:
            KeyUnavailable: there is no key to poll it with.
        """

    async def release(self, account: Account) -> None:
        """Leave this account to others; without a claim nothing happens."""

    def forget(self, account: Account) -> None:
        """Know nothing more of an account that is left alone from here on; should it come back, all is told anew."""

    def want(self, account: Account, wanted: Wanted) -> None:
        """Say what the viewers of this process want of an account."""

    def wanted(self, account: Account) -> Wanted:
        """Say what all viewers want of an account; a refresh that was asked is told once."""

    async def commit(self, account: Account, last_poll: LastPoll, reading: Reading | None) -> bool:
        """Put down how a poll ended and the reading it brought, and say whether that is stored."""

    async def catch_up(self, account: Account, since: datetime) -> News:
        """Give what was put down of an account and not yet told; at first also its counters `since` a moment."""

    async def consult(self, account: Account, question: Callable[[sqlite3.Connection, int], T]) -> T | None:
        """Have something read of the account's history, by its number; None where there is none."""

    def put_down(self, account: Account, write: Callable[[sqlite3.Connection, int], None]) -> None:
        """Have something written of an account that is polled here, by its number, as soon as can be."""

    def standing(self, account: Account, patience_seconds: float) -> Standing:
        """Say how the account is collected as far as is known; an answer to a poll may take some time to come."""

    async def rest(self) -> None:
        """Leave all files alone until something is asked for."""

    async def close(self) -> None:
        """Put down what still waits, and let everything go."""


class LocalDesk:
    """The desk of one process that keeps nothing: every account is its own, and viewers are those of the process."""

    def __init__(self) -> None:
        self.alerts: AlertDesk = NoAlerts()
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

    def forget(self, account: Account) -> None:
        """Know nothing more of what the viewers want of an account."""
        self._wanted.pop(account.name, None)

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

    async def commit(self, account: Account, last_poll: LastPoll, reading: Reading | None) -> bool:  # noqa: ARG002
        """Put nothing down: a viewer has it from the view."""
        return False

    async def catch_up(self, account: Account, since: datetime) -> News:  # noqa: ARG002 -- nothing was put down
        """Give nothing, for nothing was put down."""
        return News()

    async def consult(self, account: Account, question: Callable[[sqlite3.Connection, int], T]) -> T | None:  # noqa: ARG002
        """Give nothing, for nothing was put down."""
        return None

    def put_down(self, account: Account, write: Callable[[sqlite3.Connection, int], None]) -> None:
        """Put nothing down."""

    def standing(self, account: Account, patience_seconds: float) -> Standing:  # noqa: ARG002 -- the same for all
        """Say that nobody else is there."""
        return Standing()

    async def rest(self) -> None:
        """Leave all files alone, as ever."""

    async def close(self) -> None:
        """Let nothing go, for nothing is held."""
