"""The seats at the desk that processes share: what is known of each account, its number, and the lock of its holder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from usage_tui.core.account import Account
from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.view import LastPoll, Wanted
from usage_tui.services.fingerprint import fingerprint, shared_secret
from usage_tui.services.paths import StateFolder

if TYPE_CHECKING:
    import sqlite3

    from filelock import FileLock

    from usage_tui.services.history_reader import Notes


class Seat(Struct, eq=False):
    """What is known of one account at this desk; where it has a `lock` that is not held here, another holds that.

    After the `last_poll` of another the next is due at a moment of the monotonic clock.
    """

    account: Account
    fingerprint: str = ""
    lock: FileLock | None = None
    is_held: bool = False
    own: Wanted = Wanted()
    renewed_at: float = 0.0
    wanted_until_ms: int = 0
    refresh_asked_ms: int = 0
    refresh_due_ms: int = 0
    refresh_told_ms: int = 0
    serial: int = 0
    holder_pid: int | None = None
    told_until_ms: int | None = None
    last_poll: LastPoll | None = None
    due_at: float = 0.0

    def begin_anew(self, identity: str) -> None:
        """Know nothing any more but what is wanted here: the account's key is one of another fingerprint."""
        blank = Seat(self.account, identity, own=self.own)
        for field in self.__struct_fields__:
            setattr(self, field, getattr(blank, field))


class Seats:
    """The seats of all accounts. What reads, numbers or locks one is to be called in the history's thread.

    It raises OSError where there can be no fingerprint, or no lock, and KeyUnavailable without a key.
    """

    def __init__(self, folder: StateFolder, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._seats: dict[str, Seat] = {}
        self._secret: bytes | None = None

    def of(self, account: Account) -> Seat:
        """Give the account's seat; one of that name that has another key or place gets a new one."""
        seat = self.known(account)
        if seat is None:
            seat = self._seats[account.name] = Seat(account)
        return seat

    def known(self, account: Account) -> Seat | None:
        """Give the account's seat, if it has one."""
        seat = self._seats.get(account.name)
        return seat if seat is not None and _is_same(seat.account, account) else None

    def forget(self, account: Account) -> Seat | None:
        """Take the account's seat away, if it has one, and give it."""
        return self._seats.pop(account.name, None)

    def named(self, name: str) -> Seat | None:
        """Give the seat of the account of that name, if it has one."""
        return self._seats.get(name)

    def all(self) -> list[Seat]:
        """Give the seats that there are now."""
        return list(self._seats.values())

    def notes(self, connection: sqlite3.Connection, seat: Seat) -> Notes | None:
        """Read what others need to know of the account; None where it was never put down, or has no key."""
        from usage_tui.services.history_reader import notes  # noqa: PLC0415 -- imports SQLite

        try:
            return notes(connection, self._identified(seat))
        except KeyUnavailable:
            return None

    def number(self, connection: sqlite3.Connection, seat: Seat) -> int:
        """Give the account's number, put down if it has to be; within a transaction.

        Of accounts with one key the first gives the name, so that it does not change with each that asks.
        """
        from usage_tui.services.history_writing import account_id  # noqa: PLC0415 -- imports SQLite

        identity = self._identified(seat)
        first = next((each for each in self.all() if each.fingerprint == identity), seat)
        return account_id(connection, identity, first.account.name)

    def lock(self, seat: Seat) -> bool:
        """Hold the account, unless another process does."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 -- the first frame does without

        if seat.is_held:
            return True
        lock = seat.lock
        if lock is None:
            path = self._folder.account_locks / f"{self._identified(seat)}.lock"
            path.parent.mkdir(mode=0o700, exist_ok=True)
            lock = FileLock(path, thread_local=False, mode=0o600)
        try:
            lock.acquire(blocking=False)
            seat.is_held = True
        except Timeout:
            seat.is_held = False
        seat.lock = lock
        return seat.is_held

    def unlock(self, seat: Seat) -> None:
        """Let others hold the account."""
        seat.is_held = False
        lock, seat.lock = seat.lock, None
        if lock is not None:
            lock.release()

    def identity(self, account: Account) -> str:
        """Make the account's fingerprint, by its key as it is now."""
        if self._secret is None:
            self._secret = shared_secret(self._folder.fingerprint_secret)
        return fingerprint(account, self._secret, self._environ)

    def _identified(self, seat: Seat) -> str:
        if not seat.fingerprint:
            seat.begin_anew(self.identity(seat.account))
        return seat.fingerprint


def _is_same(one: Account, other: Account) -> bool:
    return (one.key_source, one.base_url) == (other.key_source, other.base_url)
