"""Reads stretches of the history for whoever shows them, through the history's own thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import Span
from usage_tui.services.history import History
from usage_tui.services.shared_desk import SharedDesk

if TYPE_CHECKING:
    from usage_tui.services.history_file import HistoryFile

ANSWER_SECONDS = 2.0


class HistoryLooking:
    """Answers what an account's history was; may be used from any thread but the history's own."""

    def __init__(self, history: History, desk: SharedDesk) -> None:
        self._history = history
        self._desk = desk

    def read(self, name: str, begin_ms: int, end_ms: int, step_ms: int) -> list[Span]:
        """Read an account's spans from `begin_ms` until before `end_ms` in steps; empty where it has none.

        Raises:
            HistoryUnavailable: it cannot be read, or not soon enough.
        """

        def question(file: HistoryFile) -> list[Span]:
            from usage_tui.services.history_range import spans  # noqa: PLC0415 -- imports SQLite

            with file.reading() as connection:
                account = self._desk.stored_id(connection, name)
                return [] if account is None else spans(connection, account, begin_ms, end_ms, step_ms)

        try:
            return self._history.ask(question).result(ANSWER_SECONDS)
        except TimeoutError:
            raise HistoryUnavailable("The history does not answer: its disk is slow; wait, or check it.") from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise HistoryUnavailable(f"The history cannot be read: {reason}; check its folder.") from None
