"""What a shared desk does in the history's thread: it locks accounts, and reads what others put down of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, TypeVar

from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.rollup import MINUTE_MS, Reading, epoch_ms
from usage_tui.services.clock import Clock
from usage_tui.services.desk import News
from usage_tui.services.history import History
from usage_tui.services.seats import Seat, Seats

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from usage_tui.services.history_file import HistoryFile
    from usage_tui.services.history_reader import Notes

REFRESH_SECONDS = 10.0
T = TypeVar("T")


class DeskFiles:
    """The locks of a desk's seats, and what the history has of them. To be used in the history's thread.

    `wake` is called with the name of each account that has news.
    """

    def __init__(self, history: History, seats: Seats, clock: Clock, wake: Callable[[str], None]) -> None:
        self._history = history
        self._seats = seats
        self._clock = clock
        self._wake = wake

    def lock(self, seat: Seat) -> bool:
        """Hold the account, by its key as it is now; that is not read while another process holds what is known here.

        Where the key became another's, what was held is let go, and the other account is to be claimed anew.
        """
        if seat.is_held or not seat.fingerprint or self._seats.lock(seat):
            is_known = self._is_known_by_key(seat)
            if is_known and self._seats.lock(seat):
                self._tell_holder(seat, is_here=True)
        self._await_others()
        return seat.is_held

    def _is_known_by_key(self, seat: Seat) -> bool:
        """Read the account's key; say whether the account is the one that it was, if it was known before."""
        try:
            identity = self._seats.identity(seat.account)
        except KeyUnavailable:
            self.unlock(seat)
            raise
        before = seat.fingerprint
        if identity != before:
            self.unlock(seat)
            seat.begin_anew(identity)
        return before in ("", identity)

    def unlock(self, seat: Seat) -> None:
        """Leave the account to others."""
        if seat.is_held:
            self._tell_holder(seat, is_here=False)
            self._seats.unlock(seat)
        self._await_others()

    def _await_others(self) -> None:
        """Look out for what others put down as often as it is new: seldom where they can but say what they want."""
        self._history.awaits_others = not all(seat.is_held for seat in self._seats.all())

    def _tell_holder(self, seat: Seat, *, is_here: bool) -> None:
        pid, identity = os.getpid(), seat.fingerprint
        seat.holder_pid = pid if is_here else None

        def write(connection: sqlite3.Connection) -> None:
            from usage_tui.services import history_writing  # noqa: PLC0415 -- imports SQLite

            number = history_writing.account_id(connection, identity, seat.account.name)
            put = history_writing.put_holder if is_here else history_writing.forget_holder
            put(connection, number, pid)

        self._history.store(write, is_kept=False)

    def held(self, connection: sqlite3.Connection) -> Collection[int]:
        """Say which accounts this process keeps in order: those it holds."""
        found = [self._seats.notes(connection, seat) for seat in self._seats.all() if seat.is_held]
        return [each.account for each in found if each is not None]

    def look(self, connection: sqlite3.Connection) -> None:
        """Look what others put down, and wake whom it concerns."""
        for seat in self._seats.all():
            found = self._seats.notes(connection, seat)
            if found is not None and self._note(seat, found):
                self._wake(seat.account.name)

    def _note(self, seat: Seat, found: Notes) -> bool:
        """Take in the notes on an account; say whether there is something new for its poller."""
        is_left = seat.holder_pid is not None and found.holder_pid is None
        is_polled = not seat.is_held and (is_left or found.serial != seat.serial)
        is_wanted = seat.is_held and found.wanted_until_ms != seat.wanted_until_ms
        age_ms = epoch_ms(self._clock.now()) - found.refresh_asked_ms
        if found.refresh_asked_ms != seat.refresh_asked_ms and seat.is_held and age_ms <= REFRESH_SECONDS * 1000:
            seat.refresh_due_ms, is_wanted = found.refresh_asked_ms, True
        if not seat.is_held:
            seat.holder_pid = found.holder_pid
        seat.wanted_until_ms, seat.refresh_asked_ms = found.wanted_until_ms, found.refresh_asked_ms
        return is_polled or is_wanted

    def asked(self, file: HistoryFile, seat: Seat, question: Callable[[sqlite3.Connection, int], T]) -> T | None:
        """Ask something of the account's history, by its number; None where there is none."""
        with file.reading() as connection:
            found = self._seats.notes(connection, seat)
            return None if found is None else question(connection, found.account)

    def news(self, file: HistoryFile, seat: Seat, since: datetime) -> News:
        """Read what others put down of an account; see `SharedDesk.catch_up`."""
        from usage_tui.services import history_reader  # noqa: PLC0415 -- imports SQLite
        from usage_tui.services.history_rows import select_last_poll  # noqa: PLC0415 -- likewise

        with file.reading() as connection:
            found = self._seats.notes(connection, seat)
            is_first = seat.told_until_ms is None
            if found is None:
                seat.told_until_ms = seat.told_until_ms or 0
                return News(is_first=is_first)
            self._note(seat, found)
            seat.serial = found.serial
            last_poll = select_last_poll(connection, found.account)
            if last_poll is not None and last_poll != seat.last_poll:
                left_seconds = max(0.0, (last_poll.next_at - self._clock.now()).total_seconds())
                seat.due_at, seat.last_poll = self._clock.monotonic() + left_seconds, last_poll
            counters: tuple[Reading, ...] = ()
            if seat.told_until_ms is None:
                readings = history_reader.last_hour(connection, found.account, epoch_ms(self._clock.now()))
                begin_ms = epoch_ms(since) // MINUTE_MS * MINUTE_MS
                end_ms = readings[0].at_ms if readings else 0
                counters = history_reader.counters(connection, found.account, begin_ms, end_ms)
            else:
                newest_ms = history_reader.newest_moment(connection, found.account)
                after_ms = seat.told_until_ms if newest_ms >= seat.told_until_ms else newest_ms - 1
                readings = history_reader.newer(connection, found.account, after_ms)
        seat.told_until_ms = readings[-1].at_ms if readings else seat.told_until_ms or 0
        return News(counters, readings, seat.last_poll, is_first=is_first)
