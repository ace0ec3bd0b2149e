"""Keys in their order: each is handed on when the one before it has been dealt with.

Textual hands a key to the widget that has the focus when the key comes. What a key before it changes, such as the
focus, the screen or a field's text, changes only when its messages were passed from widget to widget. Keys that come
all at once would be for the wrong widget: a secret for the field before, an Enter for what was not typed yet.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, TimerHandle
from collections import deque
from collections.abc import Callable
from functools import partial

from textual.app import App
from textual.events import Key, Paste
from textual.message import Message
from textual.message_pump import MessagePump

_ROUNDS = 3  # a key, then what it asked of its screen, then what that asked of the app
_PATIENCE_SECONDS = 0.25


class KeyQueue:
    """Hands messages on in their order, in the loop's thread; after a key, when the app has come to rest.

    It is sent round behind the key: through the widget that has the focus, what that is in, the screen and the app. A
    widget that is removed meanwhile, or hangs, keeps the next key waiting for a moment only.
    """

    def __init__(self, app: App[object], loop: AbstractEventLoop, hand_on: Callable[[Message], None]) -> None:
        self._app = app
        self._loop = loop
        self._hand_on = hand_on
        self._waiting: deque[Message] = deque()
        self._patience: TimerHandle | None = None

    def put(self, message: Message) -> None:
        """Hand a message on, now or after those before it."""
        self._waiting.append(message)
        if self._patience is None:
            self._go_on()

    def _go_on(self) -> None:
        """Hand on all up to the next key."""
        self._patience = None
        while self._waiting and self._patience is None:
            message = self._waiting.popleft()
            self._hand_on(message)
            if isinstance(message, Key | Paste):
                self._patience = self._loop.call_later(_PATIENCE_SECONDS, self._go_on)
                self._app.call_later(self._begin_round, _ROUNDS, self._patience)

    def _begin_round(self, rounds: int, key: TimerHandle) -> None:
        """Go round, or go on after the last time; `key` is the one that this follows."""
        if key is not self._patience:
            return
        if rounds == 0 or not self._app.screen_stack:
            key.cancel()
            self._go_on()
            return
        way: list[MessagePump] = [*(self._app.focused or self._app.screen).ancestors_with_self]
        self._pass(way, partial(self._begin_round, rounds - 1, key))

    def _pass(self, way: list[MessagePump], arrive: Callable[[], None]) -> None:
        """Queue up at the next on the way that still takes messages."""
        while way:
            step = way.pop(0)
            if step.call_later(self._pass, way, arrive):
                return
        arrive()
