"""What comes from the terminal: keys, the mouse, pasted text, and answers to questions."""

from __future__ import annotations

import os
from asyncio import AbstractEventLoop
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable

from textual import constants
from textual._parser import Read1
from textual._xterm_parser import XTermParser
from textual.message import Message

_LONGEST_READ = 4096
_PATIENCE_SECONDS = constants.ESCAPE_DELAY if "ESCDELAY" in os.environ else 0.05
_LOOK_SECONDS = 1.1 * _PATIENCE_SECONDS


class _Parser(XTermParser):
    """Textual's, which takes an escape for a key of its own when nothing follows; it need not wait for long."""

    @staticmethod
    def read1(timeout: float | None = None) -> Read1:  # type: ignore[override]
        """Read a character, or give up after a while."""
        return Read1(None if timeout is None else _PATIENCE_SECONDS)


class TerminalInput:
    """Hears what a terminal sends, from now until `stop`; in the loop's thread, and only when there is something.

    `fileno` is not to block. `lost` is called, and nothing more is heard, when the terminal is gone.
    """

    def __init__(
        self, fileno: int, loop: AbstractEventLoop, *, hear: Callable[[Message], None], lost: Callable[[], None]
    ) -> None:
        self._fileno = fileno
        self._loop = loop
        self._hear = hear
        self._lost = lost
        self._parser = _Parser()
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        loop.add_reader(fileno, self._read)

    def stop(self) -> None:
        """Hear nothing more."""
        self._loop.remove_reader(self._fileno)

    def _read(self) -> None:
        try:
            received = os.read(self._fileno, _LONGEST_READ)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if not received:
            self.stop()
            self._lost()
            return
        if text := self._decode(received):
            self._tell(self._parser.feed(text))
        self._loop.call_later(_LOOK_SECONDS, lambda: self._tell(self._parser.tick()))

    def _tell(self, messages: Iterable[Message]) -> None:
        """Hand messages on; the parser is of no more use once it failed on something, such as a key beyond Unicode."""
        try:
            for message in messages:
                self._hear(message)
        except (ValueError, OverflowError):
            self._parser = _Parser()
