"""The seats at the desk that processes share: what is known of each account, its number, and the lock of its holder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from usage_tui.core.account import Account
from usage_tui.core.view import LastPoll, Wanted
from usage_tui.services.fingerprint import fingerprint, shared_secret
from usage_tui.services.paths import StateFolder

if TYPE_CHECKING:
    import sqlite3

    from filelock import FileLock

    from usage_tui.services.history_reader import Notes


class Seat(Struct, eq=False):
    """What is known of one account at this desk."""

    account: Account
    fingerprint: str = ""
    lock: FileLock | None = None
    is_held: bool = False
    own: Wanted = Wanted()
    renewed_at: float = 0.0
    wanted_until_ms: int = 0
    refresh_asked_ms: int = 0
    is_refresh_due: bool = False
    serial: int = 0
    holder_pid: int | None = None
    told_until_ms: int | None = None
    last_poll: LastPoll | None = None


class Seats:
    """The seats of all accounts. What reads, numbers or locks one is to be called in the history's thread.

    It raises OSError where there can be no fingerprint, or no lock.
    """

    def __init__(self, folder: StateFolder, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._seats: dict[str, Seat] = {}
        self._secret: bytes | None = None

    def of(self, account: Account) -> Seat:
        """Give the account's seat; one of that name that has another key or place gets a new one."""
        seat = self._seats.get(account.name)
        if seat is None or not _is_same(seat.account, account):
            seat = self._seats[account.name] = Seat(account)
        return seat

    def forget(self, account: Account) -> None:
        """Take the account's seat away, if it has one."""
        self._seats.pop(account.name, None)

    def named(self, name: str) -> Seat | None:
        """Give the seat of the account of that name, if it has one."""
        return self._seats.get(name)

    def all(self) -> list[Seat]:
        """Give the seats that there are now."""
        return list(self._seats.values())

    def notes(self, connection: sqlite3.Connection, seat: Seat) -> Notes | None:
        """Read what others need to know of the account; None where it was never put down."""
        from usage_tui.services.history_reader import notes  # noqa: PLC0415 -- imports SQLite

        return notes(connection, self._identify(seat))

    def number(self, connection: sqlite3.Connection, seat: Seat) -> int:
        """Give the account's number, put down if it has to be; within a transaction."""
        from usage_tui.services.history_writing import account_id  # noqa: PLC0415 -- imports SQLite

        return account_id(connection, self._identify(seat), seat.account.name)

    def lock(self, seat: Seat) -> bool:
        """Hold the account, unless another process does."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 -- the first frame does without

        lock = seat.lock
        if lock is None:
            path = self._folder.account_locks / f"{self._identify(seat)}.lock"
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
        if seat.lock is not None:
            seat.lock.release()

    def _identify(self, seat: Seat) -> str:
        if not seat.fingerprint:
            if self._secret is None:
                self._secret = shared_secret(self._folder.fingerprint_secret)
            seat.fingerprint = fingerprint(seat.account, self._secret, self._environ)
        return seat.fingerprint


def _is_same(one: Account, other: Account) -> bool:
    return (one.key_source, one.base_url) == (other.key_source, other.base_url)
