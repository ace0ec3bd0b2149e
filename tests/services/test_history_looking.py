"""What a screen reads of the history: the account's own, from the real file, or one sentence on why not."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.makers import an_account
from tests.services.collecting import KEY
from tests.services.stored import NOW_MS, SetClock, a_poll_at, a_reading
from usage_tui.core.account import KeyFromEnv
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import MINUTE_MS, ReadSpans, TimeSpan
from usage_tui.services import history_looking
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.history import History
from usage_tui.services.history_looking import HistoryLooking
from usage_tui.services.paths import StateFolder
from usage_tui.services.shared_desk import SharedDesk

ENVIRON = {"USAGE_TUI_TEST_KEY": KEY, "USAGE_TUI_OTHER_KEY": KEY[::-1]}


def first_minute(read: ReadSpans) -> Sequence[TimeSpan]:
    """Ask for a minute."""
    return read(NOW_MS, NOW_MS + MINUTE_MS, MINUTE_MS)


@contextmanager
def looking(folder: StateFolder) -> Iterator[tuple[HistoryLooking, SharedDesk, History]]:
    """Run a history and a desk over a folder."""
    clock = SetClock()
    history = History(folder, clock, HistorySettings())
    desk = SharedDesk(history, folder, clock, ENVIRON)
    desk.watch(lambda _: None)
    try:
        yield HistoryLooking(history, desk), desk, history
    finally:
        history.close(5.0)


@pytest.mark.anyio
async def test_spans_are_those_of_the_account_that_is_asked_for(tmp_path: Path) -> None:
    accounts = (an_account(), an_account("staging", key_source=KeyFromEnv("USAGE_TUI_OTHER_KEY")))
    with looking(StateFolder(tmp_path)) as (reader, desk, _):
        for number, account in enumerate(accounts):
            await desk.claim(account)
            for second in (0, 15, 75):
                at_ms = NOW_MS + 1000 * second
                reading = a_reading(at_ms, interval_ms=15_000, used=(number + 1) * (1000 + second))
                await desk.commit(account, a_poll_at(at_ms), reading)
        found = reader.look("staging", lambda read: read(NOW_MS, NOW_MS + 2 * MINUTE_MS, MINUTE_MS))
        assert [(span.start_ms, span.spend, span.last.used) for span in found] == [
            (NOW_MS, 30, 2030),
            (NOW_MS + MINUTE_MS, 120, 2150),
        ]
        assert reader.look("nobody", first_minute) == ()


@pytest.mark.anyio
async def test_account_that_was_never_stored_has_no_spans(tmp_path: Path) -> None:
    with looking(StateFolder(tmp_path)) as (reader, desk, _):
        desk.standing(an_account(), 5.0)
        assert reader.look("production", first_minute) == ()


@pytest.mark.anyio
async def test_folder_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    with looking(StateFolder(tmp_path / "state")) as (reader, desk, _):
        desk.standing(an_account(), 5.0)
        with pytest.raises(HistoryUnavailable, match=r"^The history .*\.$"):
            reader.look("production", first_minute)


def test_history_that_does_not_answer_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_looking, "ANSWER_SECONDS", 0.05)
    is_over = threading.Event()
    with looking(StateFolder(tmp_path)) as (reader, _, history):
        history.ask(lambda _: is_over.wait(20))
        with pytest.raises(HistoryUnavailable, match="does not answer"):
            reader.look("production", first_minute)
        is_over.set()
