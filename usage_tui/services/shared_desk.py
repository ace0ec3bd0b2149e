"""The desk that all processes of a user share: locks settle who polls, and the history tells everybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from usage_tui.core.account import Account
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import Reading, epoch_ms
from usage_tui.core.view import Duty, LastPoll, Standing, Wanted
from usage_tui.services.alert_desk import AlertDesk, NoAlerts
from usage_tui.services.clock import Clock
from usage_tui.services.desk import News
from usage_tui.services.desk_files import DeskFiles
from usage_tui.services.history import History
from usage_tui.services.loop import DaemonCalls
from usage_tui.services.paths import StateFolder
from usage_tui.services.seats import Seat, Seats

if TYPE_CHECKING:
    import sqlite3


ANSWER_SECONDS = 5.0
CLOSE_SECONDS = 1.5
WANTED_SECONDS = 8.0
RENEW_SECONDS = 5.0
SLACK_SECONDS = 4.0
T = TypeVar("T")


class SharedDesk:
    """Settles with all processes of the user who polls an account, and shares what comes of it.

    What touches files is done in the history's thread. Where there can be no files, every account is polled here.
    """

    def __init__(self, history: History, folder: StateFolder, clock: Clock, environ: Mapping[str, str]) -> None:
        self._history = history
        self._seats = Seats(folder, environ)
        self._clock = clock
        self._wake: Callable[[str], None] = lambda _: None
        self.alerts: AlertDesk = NoAlerts()
        self._look_too: Callable[[sqlite3.Connection], None] = lambda _: None
        self._files = DeskFiles(history, self._seats, clock, self.wake)

    def keep_alerts(self, alerts: AlertDesk, look: Callable[[sqlite3.Connection], None]) -> None:
        """Have the accounts watched for alerts; `look` is called in the history's thread when others wrote."""
        self.alerts, self._look_too = alerts, look

    def wake(self, name: str) -> None:
        """Have the poller of an account look at what is new; from any thread."""
        self._wake(name)

    def number(self, connection: sqlite3.Connection, account: Account) -> int:
        """Give an account's number in the history, put down if it has to be; in its thread, within a transaction."""
        return self._seats.number(connection, self._seats.known(account) or Seat(account))

    def known_number(self, connection: sqlite3.Connection, name: str) -> int | None:
        """Give the number of an account by its name, None where none was put down; in the history's thread.

        Raises:
            OSError: there can be no fingerprint.
        """
        seat = self._seats.named(name)
        found = None if seat is None else self._seats.notes(connection, seat)
        return None if found is None else found.account

    def watch(self, wake: Callable[[str], None]) -> None:
        """Have `wake` called with an account's name whenever there is something new of it; opens the history."""
        self._wake = wake
        self._history.start(self._look, self._files.held)

    async def claim(self, account: Account) -> bool:
        """Become the one who polls this account, as its key is now; where no locks can be had, everybody does."""
        seat = self._seats.of(account)
        return await self._answer(self._history.ask(lambda _: self._files.lock(seat)), otherwise=True)

    async def release(self, account: Account) -> None:
        """Leave this account to others; one that was forgotten is left already."""
        seat = self._seats.known(account)
        if seat is not None:
            await self._answer(self._history.ask(lambda _: self._files.unlock(seat)), otherwise=None)

    def forget(self, account: Account) -> None:
        """Know nothing more of an account that is left alone from here on; should it come back, all is told anew."""
        seat = self._seats.forget(account)
        if seat is not None:
            self._history.ask(lambda _: self._files.unlock(seat))

    def want(self, account: Account, wanted: Wanted) -> None:
        """Say what the viewers of this process want of an account."""
        seat = self._seats.of(account)
        is_new = wanted != seat.own
        seat.own = wanted
        if is_new:
            seat.renewed_at = 0.0
            self._wake(account.name)

    def wanted(self, account: Account) -> Wanted:
        """Say what all viewers want of an account; a refresh that was asked is told once, also to who else polls it."""
        seat = self._seats.of(account)
        left_ms = seat.wanted_until_ms - epoch_ms(self._clock.now())
        is_wanted = 0 < left_ms <= WANTED_SECONDS * 1000
        due_ms = seat.refresh_due_ms
        wanted = Wanted(seat.own.is_shown or is_wanted, seat.own.refresh_asked or due_ms != seat.refresh_told_ms)
        if seat.holder_pid is not None:
            self._tell_wanted(seat)
        seat.own, seat.refresh_told_ms = Wanted(seat.own.is_shown), due_ms
        return wanted

    async def commit(self, account: Account, last_poll: LastPoll, reading: Reading | None) -> bool:
        """Put down how a poll ended and the reading it brought, and say whether that is stored."""
        seat = self._seats.of(account)
        seat.last_poll = last_poll
        if reading is not None:
            seat.told_until_ms = max(seat.told_until_ms or 0, reading.at_ms)

        def write(connection: sqlite3.Connection) -> None:
            from usage_tui.services.history_writing import put_poll  # noqa: PLC0415 -- imports SQLite

            poll = last_poll if seat.is_held or seat.holder_pid is None else None
            put_poll(connection, self._seats.number(connection, seat), poll, reading, epoch_ms(self._clock.now()))

        return await self._answer(self._history.store(write, is_kept=True), otherwise=False)

    async def catch_up(self, account: Account, since: datetime) -> News:
        """Give what others put down of an account; at first also its last hour, and its counters `since` a moment.

        A follower says with it, every few seconds, what its viewers want.
        """
        seat = self._seats.of(account)
        self._tell_wanted(seat)
        return await self._answer(self._history.ask(lambda file: self._files.news(file, seat, since)), otherwise=News())

    async def consult(self, account: Account, question: Callable[[sqlite3.Connection, int], T]) -> T | None:
        """Have something read of the account's history, by its number; None where there is none, or it is not read."""
        seat = self._seats.of(account)
        answer = self._history.ask(lambda file: self._files.asked(file, seat, question))
        return await self._answer(answer, otherwise=None)

    def put_down(self, account: Account, write: Callable[[sqlite3.Connection, int], None]) -> None:
        """Have something written of an account that is polled here, by its number, as soon as can be."""
        seat = self._seats.of(account)
        if seat.is_held:
            self._history.store(
                lambda connection: write(connection, self._seats.number(connection, seat)), is_kept=True
            )

    def standing(self, account: Account, patience_seconds: float) -> Standing:
        """Say who polls the account, and what is wrong with the history or the one who polls.

        Who took the account over is not late before the first poll; nor is anyone while this machine slept.
        """
        seat = self._seats.of(account)
        if seat.is_held:
            return Standing(Duty.COLLECTING, self._history.remark)
        poll = seat.last_poll
        if seat.lock is None or poll is None:
            return Standing(Duty.ALONE, self._history.remark)
        overdue_seconds = self._clock.monotonic() - seat.due_at
        if poll.pid != seat.holder_pid or overdue_seconds <= patience_seconds + SLACK_SECONDS:
            return Standing(Duty.FOLLOWING, self._history.remark)
        return Standing(Duty.FOLLOWING, f"collector stopped, pid {seat.holder_pid}: let it go on, or end it.")

    async def rest(self) -> None:
        """Leave all files alone until something is asked for."""
        await self._answer(self._history.rest(), otherwise=None)

    async def close(self) -> None:
        """Put down what still waits, and close the history."""
        await DaemonCalls().call("close", partial(self._history.close, CLOSE_SECONDS))

    async def _answer(self, outcome: Future[T], *, otherwise: T) -> T:
        """Wait for the history's thread, but not for ever: a disk can hang."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await asyncio.shield(asyncio.wrap_future(outcome))
        except (TimeoutError, HistoryUnavailable, OSError):
            return otherwise

    def _look(self, connection: sqlite3.Connection) -> None:
        """Look what others put down; in the history's thread."""
        self._files.look(connection)
        self._look_too(connection)

    def _tell_wanted(self, seat: Seat) -> None:
        """Tell the one who polls what is wanted here, where that is due."""
        now = self._clock.monotonic()
        is_due = seat.own.is_shown and now >= seat.renewed_at + RENEW_SECONDS
        if seat.is_held or not seat.fingerprint or not (is_due or seat.own.refresh_asked):
            return
        now_ms = epoch_ms(self._clock.now())
        until_ms = now_ms + round(WANTED_SECONDS * 1000) if seat.own.is_shown else 0
        asked_ms = now_ms if seat.own.refresh_asked else 0
        seat.own, seat.renewed_at = Wanted(seat.own.is_shown), now

        def write(connection: sqlite3.Connection) -> None:
            from usage_tui.services.history_writing import put_wanted  # noqa: PLC0415 -- imports SQLite

            put_wanted(connection, self._seats.number(connection, seat), until_ms, asked_ms)

        self._history.store(write, is_kept=False)
