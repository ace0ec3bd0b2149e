"""The stored history: one thread that writes and reads it for this process, and outlasts whatever the disk does."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from usage_tui.core.errors import HistoryUnavailable
from usage_tui.services.clock import Clock
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.paths import StateFolder

if TYPE_CHECKING:
    import sqlite3

    from usage_tui.services.history_file import HistoryFile
    from usage_tui.services.history_upkeep import Upkeep

LOOK_SECONDS = 0.35
SELDOM_LOOK_SECONDS = 1.0
RETRY_SECONDS = 1.0
UPKEEP_SECONDS = 30.0
UPKEEP_PAUSE_SECONDS = 0.05
CHECKPOINT_SECONDS = 60.0
NOTICE_SECONDS = 600.0
MOST_WAITING = 20_000
MOST_QUESTIONS = 1_000
T = TypeVar("T")
Write = Callable[["sqlite3.Connection"], None]
_log = logging.getLogger("usage_tui.history")


class _Waiting(Struct, eq=False):
    """A write, and who is told whether it succeeded; one that `is_kept` waits for a disk that refuses."""

    write: Write
    outcome: Future[bool]
    is_kept: bool


class History:
    """The database of one process, from `start` to `close`. All its methods may be called from any thread.

    Where the disk refuses, samples wait in memory, up to 20,000, and are written when it takes them; `remark` says so.
    It looks for what others wrote three times a second where `awaits_others`, and once otherwise.
    """

    def __init__(self, folder: StateFolder, clock: Clock, retention: HistorySettings) -> None:
        self.retention = retention
        self.remark: str | None = None
        self.awaits_others = True
        self._folder = folder
        self._clock = clock
        self._changed = threading.Condition()
        self._arrived: deque[_Waiting] = deque()
        self._questions: list[tuple[Callable[..., Any], Future[Any]]] = []
        self._waiting: deque[_Waiting] = deque()
        self._look: Callable[[sqlite3.Connection], None] | None = None
        self._accounts: Callable[[sqlite3.Connection], Collection[int]] | None = None
        self._is_closing = False
        self._is_resting = False
        self._thread: threading.Thread | None = None
        self._retry_at = 0.0
        self._upkeep_at = self._checkpoint_at = clock.monotonic()
        self._notice: tuple[str, float] | None = None
        self._upkeep: Upkeep | None = None
        self._has_written = False

    def start(
        self, look: Callable[[sqlite3.Connection], None], accounts: Callable[[sqlite3.Connection], Collection[int]]
    ) -> None:
        """Begin to work. To be called once.

        In the history's thread, `look` is called when others wrote, and `accounts` says whose samples this process
        rolls up and prunes.
        """
        self._look, self._accounts = look, accounts
        self._thread = threading.Thread(target=self._work, name="usage-tui history", daemon=True)
        self._thread.start()

    def store(self, write: Write, *, is_kept: bool) -> Future[bool]:
        """Have something written soon, and say whether it was; one that `is_kept` is tried again until it is.

        On a disk that hangs, the oldest of too many is given up.
        """
        waiting = _Waiting(write, Future(), is_kept)
        with self._changed:
            self._arrived.append(waiting)
            given_up = self._arrived.popleft() if len(self._arrived) > MOST_WAITING else None
            self._is_resting = False
            self._changed.notify()
        if given_up is not None:
            _answer(given_up.outcome, is_stored=False)
        return waiting.outcome

    def ask(self, question: Callable[[HistoryFile], T]) -> Future[T]:
        """Have something done in the history's thread, after all that was to be written; gives what comes of it.

        That is HistoryUnavailable where a disk that hangs leaves too many questions unanswered.
        """
        outcome: Future[T] = Future()
        with self._changed:
            has_room = len(self._questions) < MOST_QUESTIONS
            if has_room:
                self._questions.append((question, outcome))
            self._is_resting = False
            self._changed.notify()
        if not has_room:
            outcome.set_exception(HistoryUnavailable("The history does not answer; check its disk."))
        return outcome

    def rest(self) -> Future[None]:
        """Leave the files alone from when this is done until something is asked for."""
        return self.ask(self._rest)

    def close(self, timeout_seconds: float) -> None:
        """Write what waits, and end the thread; return when that is done, or the time is over."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout_seconds)

    def tell(self, notice: str) -> None:
        """Take in something that the user should know of for a while."""
        _log.warning("%s", notice)
        self._notice = (notice, self._clock.monotonic() + NOTICE_SECONDS)
        self.remark = notice

    def _rest(self, _: HistoryFile) -> None:
        self._is_resting = True

    def _work(self) -> None:
        from usage_tui.services.history_file import HistoryFile  # noqa: PLC0415 -- the first frame does without SQLite

        file = HistoryFile(self._folder, self._clock, self.tell)
        is_closing = False
        while not is_closing:
            arrived, questions, is_closing = self._next()
            self._waiting += arrived
            self._write(file, is_last=is_closing)
            for question, outcome in questions:
                _settle(outcome, question, file)
            if not is_closing and not self._is_resting:
                self._attend(file)
        file.close()
        if self._waiting:
            _log.error("%d polls could not be stored before the end", len(self._waiting))

    def _next(self) -> tuple[deque[_Waiting], list[tuple[Callable[..., Any], Future[Any]]], bool]:
        """Wait for something to do, but not for long."""
        with self._changed:
            if not (self._arrived or self._questions or self._is_closing):
                self._changed.wait(None if self._is_resting else self._longest_wait())
            arrived, self._arrived = self._arrived, deque()
            questions, self._questions = self._questions, []
            return arrived, questions, self._is_closing

    def _longest_wait(self) -> float:
        is_due = self._upkeep_at <= self._clock.monotonic() + LOOK_SECONDS
        return LOOK_SECONDS if self.awaits_others or is_due else SELDOM_LOOK_SECONDS

    def _write(self, file: HistoryFile, *, is_last: bool) -> None:
        """Write all that waits in one transaction; while the disk refuses, not more often than every second."""
        if not self._waiting:
            return
        if self._clock.monotonic() >= self._retry_at or is_last:
            try:
                with file.writing() as connection:
                    for waiting in self._waiting:
                        _put(waiting, connection)
            except HistoryUnavailable as fault:
                self._refuse(str(fault))
            else:
                self._take()
                return
        kept: deque[_Waiting] = deque((each for each in self._waiting if each.is_kept), MOST_WAITING)
        for waiting in self._waiting:
            _answer(waiting.outcome, is_stored=False)
        self._waiting = kept

    def _take(self) -> None:
        """Note that the disk took everything."""
        for waiting in self._waiting:
            _answer(waiting.outcome, is_stored=True)
        self._waiting.clear()
        self._retry_at = 0.0
        self._has_written = True
        self._word_remark(None)

    def _refuse(self, fault: str) -> None:
        """Note that the disk refuses."""
        if self._retry_at == 0.0:
            _log.warning("%s", fault)
        self._retry_at = self._clock.monotonic() + RETRY_SECONDS
        self._word_remark(f"{fault} Going on live; what was seen meanwhile is stored when it can be.")

    def _word_remark(self, fault: str | None) -> None:
        if self._notice is not None and self._clock.monotonic() > self._notice[1]:
            self._notice = None
        self.remark = fault or (self._notice[0] if self._notice else None)

    def _attend(self, file: HistoryFile) -> None:
        """Look whether others wrote, and do a small step of what is due; what fails is tried again later."""
        now = self._clock.monotonic()
        if now < self._retry_at:
            return
        try:
            if self._look is not None and file.has_changed():
                with file.reading() as connection:
                    self._look(connection)
            if now >= self._upkeep_at:
                has_more = self._keep_up(file)
                self._upkeep_at = self._clock.monotonic() + (UPKEEP_PAUSE_SECONDS if has_more else UPKEEP_SECONDS)
            if self._has_written and now >= self._checkpoint_at:
                self._checkpoint_at = now + CHECKPOINT_SECONDS
                self._has_written = False
                file.checkpoint()
        except HistoryUnavailable as fault:
            self._refuse(str(fault))
        except Exception as error:  # noqa: BLE001 -- the history's thread never dies
            self._upkeep_at = now + UPKEEP_SECONDS
            _log.error("the history's upkeep failed (%s)", type(error).__name__)
        else:
            if not self._waiting:
                self._retry_at = 0.0
                self._word_remark(None)

    def _keep_up(self, file: HistoryFile) -> bool:
        """Keep each account of ours in order, a little at a time; say whether there is more to do."""
        from usage_tui.services.history_upkeep import Upkeep  # noqa: PLC0415 -- imports SQLite

        self._upkeep = self._upkeep or Upkeep(self._clock)
        with file.reading() as connection:
            accounts = self._accounts(connection) if self._accounts else ()
        return self._upkeep.run(file, accounts, self.retention)


def _put(waiting: _Waiting, connection: sqlite3.Connection) -> None:
    """Write one thing; one that fails for what it is, and not for the disk, must not keep the others waiting."""
    from usage_tui.services.history_file import is_of_disk  # noqa: PLC0415 -- the first frame does without SQLite

    try:
        waiting.write(connection)
    except Exception as error:
        if is_of_disk(error):
            raise
        _log.error("a poll could not be stored (%s)", type(error).__name__)
        _answer(waiting.outcome, is_stored=False)


def _answer(outcome: Future[bool], *, is_stored: bool) -> None:
    """Tell who waits, if nobody was told yet."""
    if not outcome.done() and outcome.set_running_or_notify_cancel():
        outcome.set_result(is_stored)


def _settle(outcome: Future[T], question: Callable[[HistoryFile], T], file: HistoryFile) -> None:
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        outcome.set_result(question(file))
    except Exception as error:  # noqa: BLE001 -- whatever it is, it belongs to who asked
        outcome.set_exception(error)
