"""The terminal that the monitor draws on: few bytes, a lost one noticed, and left as it was found."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import sys
import termios
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar

from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from usage_tui.ui.frame import Frame

if TYPE_CHECKING:
    from usage_tui.ui.app import MonitorApp

RESTORE = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    "\x1b[<u\x1b[m\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
FORCED_AFTER_SECONDS = 1.5
_PAINT = re.compile(r"\x1b\[[0-9]+;[0-9]+H")
_SYNCED_FROM_BYTES = 256
_KEY_PAUSE_SECONDS = 0.1
_KEYS_ARE_RECENT_SECONDS = 1.0


class TerminalDriver(LinuxDriver):
    """Textual's driver for Unix, drawing on stdout through a `Frame`.

    A terminal that is gone (end of file, or an error on reading) raises SIGHUP, as a lost line does.
    """

    ascii_only: ClassVar[bool] = False

    def __init__(
        self, app: MonitorApp, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._pause, self._resume = app.pause_collecting, app.resume_collecting
        self._is_stopped = False
        self._file = sys.__stdout__ or sys.__stderr__
        self._frame = Frame(0, 0, has_colour=not app.no_color, ascii_only=self.ascii_only)
        self._wants_sync = False
        self._wake_read, self._wake_write = os.pipe()

    def write(self, data: str) -> None:
        """Write to the terminal; of a paint, only what changes the screen."""
        if data in (SYNC_START, SYNC_END):
            self._wants_sync = data == SYNC_START
            return
        if not _PAINT.match(data):
            super().write(data)
            return
        size = self._app.size
        if size != self._frame.size:
            self._frame.resize(*size)
        changes = self._frame.changes(data)
        if not changes:
            return
        if self._wants_sync and len(changes) >= _SYNCED_FROM_BYTES:
            changes = f"{SYNC_START}{changes}{SYNC_END}"
        super().write(changes)

    def redraw(self) -> None:
        """Write every cell with the next paint, whatever the terminal is thought to show."""
        self._frame.forget()

    def start_application_mode(self) -> None:
        """Take the terminal over; what it shows is unknown."""
        self._frame.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own is untyped

    def stop_application_mode(self) -> None:
        """Give the terminal back in its plain rendition."""
        super().write(self._frame.reset())
        super().stop_application_mode()

    def _sigtstp_application(self, *_: object) -> None:
        """Stop as a job of the shell: collecting pauses, the terminal is given back."""
        self._pause()
        self._is_stopped = True
        super()._sigtstp_application()

    def _sigcont_application(self, *_: object) -> None:
        """Go on: take the terminal again if it was given back, and draw all of it either way."""
        if self._is_stopped:
            self._is_stopped = False
            super()._sigcont_application()
            self._resume()
        else:
            self._frame.forget()
            self.send_message(self.SignalResume())

    def disable_input(self) -> None:
        """Stop reading keys, at once."""
        os.write(self._wake_write, b"x")
        super().disable_input()
        with contextlib.suppress(BlockingIOError):
            os.set_blocking(self._wake_read, False)
            os.read(self._wake_read, 64)

    def run_input_thread(self) -> None:
        """Read keys until told to stop; between keys this sleeps, with no tick of its own."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        selector = selectors.DefaultSelector()
        selector.register(self.fileno, selectors.EVENT_READ)
        selector.register(self._wake_read, selectors.EVENT_READ)
        last_key = 0.0
        with selector:
            while not self.exit_event.is_set():
                is_recent = time.monotonic() - last_key < _KEYS_ARE_RECENT_SECONDS
                ready = {key.fd for key, _ in selector.select(_KEY_PAUSE_SECONDS if is_recent else None)}
                if self._wake_read in ready:
                    self.exit_event.wait(_KEY_PAUSE_SECONDS)
                    continue
                if self.fileno in ready:
                    try:
                        received = os.read(self.fileno, 4096)
                    except OSError:
                        received = b""
                    if not received:
                        os.kill(os.getpid(), signal.SIGHUP)
                        return
                    last_key = time.monotonic()
                    for event in parser.feed(decode(received)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)


class AsciiTerminalDriver(TerminalDriver):
    """The same for terminals without Unicode."""

    ascii_only = True


class Departure:
    """Ends the monitor on SIGTERM, SIGHUP and SIGINT: in order where its loop still runs, by force where not.

    On a terminal that nobody reads the loop stands still in a write, and so would any handler of the loop's own.
    """

    SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)

    def __init__(self, ask_to_exit: Callable[[int], None]) -> None:
        self._ask_to_exit = ask_to_exit
        self._attributes: list[Any] | None = None
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Departure:
        with contextlib.suppress(termios.error, OSError):
            self._attributes = termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else 0)
        self._previous = {number: signal.signal(number, self._leave) for number in self.SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, previous in self._previous.items():
            signal.signal(number, previous)

    def _leave(self, number: int, _frame: FrameType | None) -> None:
        timer = threading.Timer(FORCED_AFTER_SECONDS, self._force, (number,))
        timer.daemon = True
        timer.start()
        self._ask_to_exit(128 + number)

    def _force(self, number: int) -> None:
        """Restore the terminal as far as it lets us, and end the process."""
        with contextlib.suppress(OSError, termios.error, AttributeError):
            output = sys.__stdout__.fileno()  # type: ignore[union-attr]  # None is suppressed with the rest
            termios.tcflush(output, termios.TCOFLUSH)
            os.set_blocking(output, False)
            os.write(output, RESTORE.encode())
            if self._attributes is not None:
                termios.tcsetattr(output, termios.TCSANOW, self._attributes)
        os._exit(128 + number)
