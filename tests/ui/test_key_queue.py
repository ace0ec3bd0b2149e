"""What is handed on while a key is being dealt with."""

from __future__ import annotations

from asyncio import new_event_loop
from collections.abc import Iterator
from contextlib import closing

import pytest
from textual.app import App
from textual.events import Key, MouseMove, Paste
from textual.message import Message

from usage_tui.ui.key_queue import MOST_WAITING, KeyQueue


class BusyApp(App[object]):
    """An app that never comes to rest."""

    def call_later(self, *_: object, **__: object) -> bool:
        return True


class Terminal:
    """What a terminal sends to a busy app, and what of that it was handed."""

    def __init__(self, queue: KeyQueue, handed: list[Message]) -> None:
        self.queue = queue
        self._handed = handed

    def send(self, *keys: str) -> None:
        for key in keys:
            self.queue.put(Key(key, None))

    @property
    def handed(self) -> list[str]:
        return [message.key for message in self._handed if isinstance(message, Key)]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    handed: list[Message] = []
    with closing(new_event_loop()) as loop:
        yield Terminal(KeyQueue(BusyApp(), loop, handed.append), handed)


def test_next_key_waits_for_the_one_before(terminal: Terminal) -> None:
    terminal.send("a", "b")
    assert terminal.handed == ["a"]


def test_what_is_pasted_is_waited_for_as_a_key_is(terminal: Terminal) -> None:
    terminal.queue.put(Paste("5m"))
    terminal.send("enter")
    assert terminal.handed == []


def test_the_mouse_is_waited_for_by_nothing(terminal: Terminal) -> None:
    terminal.queue.put(MouseMove(None, 1, 1, 0, 0, 0, False, False, False))
    terminal.send("a")
    assert terminal.handed == ["a"]


def test_key_that_is_held_down_waits_for_nothing(terminal: Terminal) -> None:
    terminal.send("j", "j", "j", "k", "j")
    assert terminal.handed == ["j", "j", "j"]


def test_interrupt_overtakes_all_that_waits(terminal: Terminal) -> None:
    terminal.send("a", "b", "ctrl+c")
    assert terminal.handed == ["a", "ctrl+c"]


def test_what_waits_is_bounded(terminal: Terminal) -> None:
    terminal.send("a", *["b", "c"] * MOST_WAITING)
    assert len(terminal.queue._waiting) == MOST_WAITING
