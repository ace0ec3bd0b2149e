"""What goes to the terminal, without ever waiting for it: it may be slow, stand still, or be gone."""

from __future__ import annotations

import contextlib
import os
import select
import termios
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable

MOST_BACKLOG_BYTES = 64 * 1024
LAST_WORDS_SECONDS = 0.5
_END_OF_STRING = "\x1b\\"  # what was flushed may be cut anywhere


def open_again(fileno: int) -> int:
    """Open the terminal behind `fileno` once more, so that not blocking on it does not touch what others have open.

    Where no name leads to it, give a copy of `fileno`, which blocks.
    """
    for name in (os.ttyname, _controlling_terminal):
        with contextlib.suppress(OSError):
            return os.open(name(fileno), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    return os.dup(fileno)


def _controlling_terminal(fileno: int) -> str:
    """Name the terminal that the session has, if `fileno` is it."""
    os.tcgetpgrp(fileno)
    return "/dev/tty"


class TerminalOutput:
    """Writes to a terminal as fast as it takes it; of what it does not take, some is kept and the rest refused.

    `fileno` is not to block. In the loop's thread, `caught_up` is called when a terminal that had to be refused has
    taken all that was kept, and `lost` when it is gone.
    """

    def __init__(
        self, fileno: int, loop: AbstractEventLoop, *, caught_up: Callable[[], None], lost: Callable[[], None]
    ) -> None:
        self._fileno = fileno
        self._loop = loop
        self._caught_up = caught_up
        self._lost = lost
        self._backlog = bytearray()
        self._is_waiting = False
        self._has_refused = False
        self._is_gone = False

    def write(self, text: str) -> bool:
        """Write, now or when the terminal takes it; False where it is too far behind, and the text is not written."""
        if self._is_gone or self._has_refused or len(self._backlog) > MOST_BACKLOG_BYTES:
            self._has_refused = True
            return False
        self._backlog += text.encode(errors="replace")
        if not self._is_waiting:
            self._go_on()
        return True

    def finish(self, last_words: str) -> None:
        """Write what is kept and then `last_words`; where that takes too long, nothing but these."""
        self._stop_waiting()
        self._backlog += last_words.encode()
        room = select.poll()
        room.register(self._fileno, select.POLLOUT)
        deadline = time.monotonic() + LAST_WORDS_SECONDS
        while not self._is_gone and (left := deadline - time.monotonic()) > 0:
            self._put_out()
            if not self._backlog:
                return
            room.poll(left * 1000)
        self.abandon(last_words)

    def abandon(self, last_words: str) -> None:
        """Write `last_words` in place of all that the terminal has not taken; from any thread."""
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._fileno, termios.TCOFLUSH)
            os.write(self._fileno, (_END_OF_STRING + last_words).encode())

    def _go_on(self) -> None:
        """Write as much as the terminal takes, and see to the rest later."""
        self._put_out()
        if self._is_gone:
            self._stop_waiting()
            self._lost()
        elif self._backlog:
            self._loop.add_writer(self._fileno, self._go_on)
            self._is_waiting = True
        else:
            self._stop_waiting()
            if self._has_refused:
                self._has_refused = False
                self._caught_up()

    def _put_out(self) -> None:
        """Write as much as the terminal takes now."""
        try:
            while self._backlog:
                del self._backlog[: os.write(self._fileno, self._backlog)]
        except BlockingIOError:
            return
        except OSError:
            self._backlog.clear()
            self._is_gone = True

    def _stop_waiting(self) -> None:
        if self._is_waiting:
            self._loop.remove_writer(self._fileno)
            self._is_waiting = False
