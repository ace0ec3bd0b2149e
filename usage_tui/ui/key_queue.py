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

INTERRUPT = "ctrl+c"
MOST_WAITING = 1000
_ROUNDS = 3  # a key, then what it asked of its screen, then what that asked of the app
_PATIENCE_SECONDS = 1.0


class KeyQueue:
    """Hands messages on in their order, in the loop's thread; after a key, when the app has come to rest.

    It is sent round behind the key: through the widget that has the focus, what that is in, the screen and the app. A
    widget that is removed meanwhile, or hangs, keeps the next key waiting for a moment only. A key that is held down
    waits for nothing, an interrupt overtakes what waits, and what comes while a thousand messages wait is not heard.
    """

    def __init__(self, app: App[object], loop: AbstractEventLoop, hand_on: Callable[[Message], None]) -> None:
        self._app = app
        self._loop = loop
        self._hand_on = hand_on
        self._waiting: deque[Message] = deque()
        self._patience: TimerHandle | None = None
        self._held: str | None = None
        self._is_repeated = False

    def put(self, message: Message) -> None:
        """Hand a message on, now or after those before it."""
        if isinstance(message, Key) and message.key == INTERRUPT:
            self._waiting.clear()
            self._hand_on(message)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append(message)
            self._go_on()

    def _go_on(self) -> None:
        """Hand on all up to the next key, and that unless another one is being dealt with."""
        while self._waiting and (self._patience is None or self._is_held(self._waiting[0])):
            message = self._waiting.popleft()
            self._hand_on(message)
            if self._patience is not None:
                self._is_repeated = True
            elif isinstance(message, Key | Paste):
                self._held = message.key if isinstance(message, Key) else None
                self._wait()

    def _is_held(self, message: Message) -> bool:
        return isinstance(message, Key) and message.key == self._held

    def _wait(self) -> None:
        """Go round behind what was handed on."""
        self._is_repeated = False
        self._patience = self._loop.call_later(_PATIENCE_SECONDS, self._come_to_rest)
        self._app.call_later(self._begin_round, _ROUNDS, self._patience)

    def _come_to_rest(self) -> None:
        """Go on with what waits; with a key that was repeated meanwhile, go round once more."""
        if self._patience is not None:
            self._patience.cancel()
        self._patience = None
        if self._is_repeated:
            self._wait()
        self._go_on()

    def _begin_round(self, rounds: int, patience: TimerHandle) -> None:
        """Go round, or come to rest after the last time; `patience` is that of the key which this follows."""
        if patience is not self._patience:
            return
        if rounds == 0 or not self._app.screen_stack:
            self._come_to_rest()
            return
        way: list[MessagePump] = [*(self._app.focused or self._app.screen).ancestors_with_self]
        self._pass(way, partial(self._begin_round, rounds - 1, patience))

    def _pass(self, way: list[MessagePump], arrive: Callable[[], None]) -> None:
        """Queue up at the next on the way that still takes messages."""
        while way:
            step = way.pop(0)
            if step.call_later(self._pass, way, arrive):
                return
        arrive()
