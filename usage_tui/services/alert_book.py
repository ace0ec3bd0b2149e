"""The alerts in the history: what fired is put down there, and every process of the user learns of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from usage_tui.core.account import Account
from usage_tui.core.errors import HistoryUnavailable, KeyUnavailable
from usage_tui.core.rollup import epoch_ms, moment
from usage_tui.core.view import OpenAlert
from usage_tui.core.wording import harmless
from usage_tui.services.clock import Clock
from usage_tui.services.history import History
from usage_tui.services.shared_desk import SharedDesk

if TYPE_CHECKING:
    import sqlite3

    from usage_tui.core.alert_log import AlertBody, AlertLog, Delivery, Telling
    from usage_tui.core.alerts import Passed, Transition
    from usage_tui.services.alert_reader import TakenUp
    from usage_tui.services.history_file import HistoryFile

ANSWER_SECONDS = 5.0
T = TypeVar("T")


class AlertBook:
    """Reads and writes alerts through a `History`. Its methods may be called from any thread.

    The `desk` numbers accounts, and wakes their pollers where the newest alert is another. `look` is to be called in
    the history's thread when others wrote; `ring`, where it is set, is told there what a terminal is to ring for.
    """

    def __init__(self, history: History, desk: SharedDesk, clock: Clock) -> None:
        self.ring: Callable[[Sequence[AlertBody]], None] | None = None
        self.serial = 0
        self._history = history
        self._desk = desk
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self._unseen: dict[str, list[tuple[OpenAlert, int]]] = {}

    def follow(self, account: Account) -> None:
        """Keep an account's alerts that go on at hand from now on."""
        if self._accounts.get(account.name) != account:
            self._accounts[account.name] = account
            self._history.ask(self._catch_up)

    def newest(self, name: str) -> OpenAlert | None:
        """Give the newest alert of an account that goes on and that the user has neither seen nor muted."""
        now_ms = self._now_ms()
        heard = [alert for alert, muted_until_ms in self._unseen.get(name, ()) if muted_until_ms <= now_ms]
        return replace(heard[0], others=len(heard) - 1) if heard else None

    def take_up(self, account: Account) -> Future[TakenUp]:
        """Read what a new holder of an account goes on from."""

        def question(file: HistoryFile) -> TakenUp:
            from usage_tui.services.alert_reader import take_up  # noqa: PLC0415 -- imports SQLite
            from usage_tui.services.alert_writing import end_former, give_up_late  # noqa: PLC0415 -- likewise

            with file.writing() as connection:
                number, now_ms = self._desk.number(connection, account), self._now_ms()
                give_up_late(connection, number, now_ms)
                end_former(connection, number, now_ms)
                self._note(connection)
                return take_up(connection, number, now_ms)

        return self._history.ask(question)

    def report(
        self,
        account: Account,
        passed: Passed,
        transitions: Sequence[Transition],
        telling: Telling,
        tell: Callable[[Iterable[Delivery]], None],
    ) -> None:
        """Put transitions down, then have told what is to be delivered; where the disk refuses, nevertheless."""
        made: list[Delivery] = []
        is_told: list[bool] = []

        def write(connection: sqlite3.Connection) -> None:
            from usage_tui.core.alert_log import Telling  # noqa: PLC0415 -- the first frame does without
            from usage_tui.services.alert_writing import put_transitions  # noqa: PLC0415 -- imports SQLite

            number = self._desk.number(connection, account)
            made[:] = put_transitions(connection, number, passed, transitions, Telling() if is_told else telling)
            self._note(connection)

        def go_on(outcome: Future[bool]) -> None:
            from usage_tui.core.alert_log import TERMINAL  # noqa: PLC0415 -- the first frame does without

            is_told.append(True)
            if outcome.result():
                tell(made)
                return
            deliveries = telling.deliveries(transitions)
            self._ring([each.body for each in deliveries if each.channel == TERMINAL])
            tell([each for each in deliveries if each.channel != TERMINAL])

        self._history.store(write, is_kept=True).add_done_callback(go_on)

    def release(self, account: Account, tell: Callable[[Iterable[Delivery]], None]) -> None:
        """Have told what quiet hours held back; nothing is told where the disk refuses."""
        made: list[Delivery] = []

        def write(connection: sqlite3.Connection) -> None:
            from usage_tui.services.alert_writing import release  # noqa: PLC0415 -- imports SQLite

            made[:] = release(connection, self._desk.number(connection, account), self._now_ms())
            self._note(connection)

        def go_on(outcome: Future[bool]) -> None:
            if outcome.result():
                tell(made)

        self._history.store(write, is_kept=False).add_done_callback(go_on)

    def settle(self, delivery: Delivery) -> None:
        """Put down how a delivery ended."""
        if delivery.number is None:
            return

        def write(connection: sqlite3.Connection) -> None:
            from usage_tui.services.alert_writing import settle  # noqa: PLC0415 -- imports SQLite

            settle(connection, delivery)
            self._note(connection)

        self._history.store(write, is_kept=True)

    def read(self) -> AlertLog:
        """Read the log of the accounts that are followed; waits for it.

        Raises:
            HistoryUnavailable: it cannot be read.
        """

        def question(file: HistoryFile) -> AlertLog:
            from usage_tui.services.alert_reader import select_log  # noqa: PLC0415 -- imports SQLite

            with file.reading() as connection:
                return select_log(connection, list(self._accounts), self._now_ms())

        return _answer(self._history.ask(question))

    def acknowledge(self, alert: int) -> None:
        """Put down that the user has seen an alert; waits for that.

        Raises:
            HistoryUnavailable: it cannot be put down.
        """

        def question(file: HistoryFile) -> None:
            from usage_tui.services.alert_writing import acknowledge  # noqa: PLC0415 -- imports SQLite

            with file.writing() as connection:
                acknowledge(connection, alert, self._now_ms())
                self._note(connection)

        _answer(self._history.ask(question))

    def cycle_mute(self, name: str, rule: str | None) -> datetime | None:
        """Mute an account, or one rule of it, for longer, or no more; give until when. Waits for that.

        Raises:
            HistoryUnavailable: it cannot be put down.
        """
        account = self._accounts.get(name)
        if account is None:
            raise HistoryUnavailable(f"Nothing was seen of {harmless(name)} yet; try again in a moment.")

        def question(file: HistoryFile) -> int | None:
            from usage_tui.services.alert_writing import cycle_mute  # noqa: PLC0415 -- imports SQLite

            with file.writing() as connection:
                until_ms = cycle_mute(connection, self._desk.number(connection, account), rule, self._now_ms())
                self._note(connection)
                return until_ms

        until_ms = _answer(self._history.ask(question))
        return None if until_ms is None else moment(until_ms)

    def look(self, connection: sqlite3.Connection) -> None:
        """Take in what others put down, and ring for it where no other monitor does."""
        from usage_tui.services.alert_reader import serial  # noqa: PLC0415 -- imports SQLite

        if serial(connection) != self.serial:
            self._note(connection)

    def _catch_up(self, file: HistoryFile) -> None:
        with file.reading() as connection:
            self._note(connection)

    def _note(self, connection: sqlite3.Connection) -> None:
        """Take in how things stand, after a change."""
        from usage_tui.services.alert_reader import serial, unheard, unseen  # noqa: PLC0415 -- imports SQLite

        numbers = {name: self._desk.known_number(connection, name) for name in list(self._accounts)}
        before = self._unseen
        self._unseen = {name: [] if number is None else unseen(connection, number) for name, number in numbers.items()}
        self.serial = serial(connection)
        if self.ring is not None and (deliveries := unheard(connection, self._now_ms())):
            self._claim(deliveries)
        for name, alerts in self._unseen.items():
            if alerts != before.get(name, []):
                self._desk.wake(name)

    def _claim(self, deliveries: Sequence[Delivery]) -> None:
        """Ring for what no other monitor has rung for."""
        claimed: list[Delivery] = []

        def write(connection: sqlite3.Connection) -> None:
            from usage_tui.services.alert_writing import claim  # noqa: PLC0415 -- imports SQLite

            claimed[:] = claim(connection, deliveries)

        def ring(outcome: Future[bool]) -> None:
            if outcome.result():
                self._ring([delivery.body for delivery in claimed])

        self._history.store(write, is_kept=False).add_done_callback(ring)

    def _ring(self, bodies: Sequence[AlertBody]) -> None:
        if self.ring is not None and bodies:
            self.ring(bodies)

    def _now_ms(self) -> int:
        return epoch_ms(self._clock.now())


def _answer(outcome: Future[T]) -> T:
    """Wait for the history's thread, but not for ever: a disk can hang."""
    try:
        return outcome.result(ANSWER_SECONDS)
    except (TimeoutError, OSError):
        raise HistoryUnavailable("The history does not answer; check its disk.") from None
    except KeyUnavailable as error:
        raise HistoryUnavailable(str(error)) from None
