"""Reads stretches of the history for whoever shows them, through the history's own thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import ReadSpans, TimeSpan
from usage_tui.services.history import History
from usage_tui.services.shared_desk import SharedDesk

if TYPE_CHECKING:
    from usage_tui.services.history_file import HistoryFile

ANSWER_SECONDS = 2.0
T = TypeVar("T")


class HistoryLooking:
    """Answers what an account's history was; may be used from any thread but the history's own."""

    def __init__(self, history: History, desk: SharedDesk) -> None:
        self._history = history
        self._desk = desk

    def look(self, name: str, question: Callable[[ReadSpans], T], /) -> T:
        """Have a question answered that reads spans of an account, from a begin until an end in steps.

        The question is asked in the history's thread; where the account is not stored, there are no spans.

        Raises:
            HistoryUnavailable: the history cannot be read, or not soon enough.
        """

        def answer(file: HistoryFile) -> T:
            from usage_tui.services.history_range import spans  # noqa: PLC0415 -- imports SQLite

            with file.reading() as connection:
                account = self._desk.known_number(connection, name)
                return question(_nothing if account is None else partial(spans, connection, account))

        try:
            return self._history.ask(answer).result(ANSWER_SECONDS)
        except TimeoutError:
            raise HistoryUnavailable("The history does not answer: its disk is slow; wait, or check it.") from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise HistoryUnavailable(f"The history cannot be read: {reason}; check its folder.") from None


def _nothing(_begin_ms: int, _end_ms: int, _step_ms: int) -> Sequence[TimeSpan]:
    """Read the spans of an account that is not stored."""
    return ()
