"""The terminal that the monitor draws on: few bytes, a lost one noticed, and left as it was found."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import sys
import termios
import tty
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import constants, events
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message

from usage_tui.ui.frame import Frame
from usage_tui.ui.key_queue import KeyQueue
from usage_tui.ui.terminal_input import TerminalInput
from usage_tui.ui.terminal_output import TerminalOutput, open_again

if TYPE_CHECKING:
    from usage_tui.ui.terminal_app import TerminalApp

# Alternate screen; no cursor, focus reports; does it know synchronized output?; bracketed paste, no wrapping.
TAKE = "\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?2026$p\x1b[?2004h\x1b[?7l"
MOUSE_ON = "\x1b[?1000h\x1b[?1002h\x1b[?1015h\x1b[?1006h"
MOUSE_OFF = "\x1b[?1000l\x1b[?1002l\x1b[?1015l\x1b[?1006l"
# Kitty's keyboard protocol: unambiguous keys, all of them as escape codes, with their text; kept on a stack.
KEYBOARD_ON, KEYBOARD_STILL_ON, KEYBOARD_OFF = "\x1b[>25u", "\x1b[=25u", "\x1b[<u"
RESTORE = "\x1b[m\x1b[?2004l\x1b[?7h\x1b[?1004l\x1b[?1049l\x1b[?25h"
INTERRUPTS = (signal.SIGINT, signal.SIGQUIT)
USUAL_SIZE = (80, 24)
_PAINT = re.compile(r"\x1b\[[0-9]+;[0-9]+H")
_POINTER_SHAPE = "\x1b]22;"
_SYNCED_FROM_BYTES = 256


class TerminalDriver(Driver):
    """Draws on stdout through a `Frame` and reads keys from stdin, all in the monitor's loop; it waits for neither.

    A terminal that is gone (end of file, or an error) raises SIGHUP, as a lost line does.
    """

    ascii_only: ClassVar[bool] = False

    def __init__(
        self, app: TerminalApp, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        self._input = sys.__stdin__.fileno() if sys.__stdin__ else 0
        self._screen = sys.__stdout__.fileno() if sys.__stdout__ else 1
        super().__init__(app, debug=debug, mouse=mouse, size=size or _size_of(self._screen))
        self._monitor = app
        self._has_job_control = signal.getsignal(signal.SIGTSTP) is not signal.SIG_IGN
        self._frame = Frame(0, 0, has_colour=not app.no_color, ascii_only=self.ascii_only)
        self._has_sync = False
        self._restore = (MOUSE_OFF if mouse else "") + ("" if constants.DISABLE_KITTY_KEY else KEYBOARD_OFF) + RESTORE
        self._attributes: list[Any] = []
        self._on_interrupt: dict[signal.Signals, Any] = {}
        self._opened: tuple[int, ...] = ()
        self._heard: TerminalInput | None = None
        self._output: TerminalOutput | None = None

    @property
    def can_suspend(self) -> bool:
        """Whether the terminal can be given back for a while: always."""
        return True

    def write(self, data: str) -> None:
        """Write to the terminal; of a paint, only what changes the screen. Without the terminal this does nothing."""
        if data in (SYNC_START, SYNC_END):
            self._has_sync = True
        elif self._output is None or data.startswith(_POINTER_SHAPE):
            return
        elif not _PAINT.match(data):
            self._output.write(data)
        else:
            self._paint(data, self._output)

    def send_message(self, message: Message) -> None:
        """Hand a message to the monitor, in whose loop's thread all messages of this driver are made."""
        self._app.post_message(message)

    def redraw(self) -> None:
        """Write every cell with the next paint, whatever the terminal is thought to show."""
        self._frame.forget()

    def start_application_mode(self) -> None:
        """Take the terminal over, as soon as it is ours to take; what it shows is unknown."""
        if not self._is_in_foreground():
            return
        self._attributes = termios.tcgetattr(self._input)
        self._frame.forget()
        keys, screen = self._opened = open_again(self._input), open_again(self._screen)
        self._output = TerminalOutput(screen, self._loop, caught_up=self._ask_for_paint, lost=self._lose)
        self._write_modes(KEYBOARD_ON)
        queue = KeyQueue(self._app, self._loop, self.process_message)
        self._heard = TerminalInput(keys, self._loop, hear=queue.put, lost=self._lose)
        for number, reaction in self._reactions():
            self._loop.add_signal_handler(number, reaction)
        self._tell_size()

    def disable_input(self) -> None:
        """Stop reading keys."""
        if self._heard is not None:
            self._heard.stop()
            self._heard = None

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was found."""
        if self._output is None:
            return
        self.disable_input()
        for number, _ in self._reactions():
            self._loop.remove_signal_handler(number)
        self._output.finish(self._restore)
        self._output = None
        with contextlib.suppress(termios.error):
            termios.tcflush(self._input, termios.TCIFLUSH)
        self._restore_attributes()
        for opened in self._opened:
            os.close(opened)
        self._opened = ()

    def suspend_application_mode(self) -> None:
        """Lend the terminal to a program that we wait for; its interrupt keys mean that program alone."""
        self.stop_application_mode()
        self._on_interrupt = {number: signal.signal(number, lambda *_: None) for number in INTERRUPTS}

    def resume_application_mode(self) -> None:
        """Take a terminal back that was lent."""
        for number, action in self._on_interrupt.items():
            signal.signal(number, action)
        self.start_application_mode()

    def let_go(self) -> None:
        """Give the terminal back at once, from another thread, where the loop does not answer."""
        if self._output is not None:
            self._output.abandon(self._restore)
            self._restore_attributes()

    def stop_job(self) -> None:
        """Stop, with all that the shell started together with us, until it says go on; collecting pauses meanwhile.

        The terminal is given back first: as soon as the others stop, the shell uses it. Without job control, nothing.
        """
        if self._output is None or not self._has_job_control:
            return
        self._monitor.pause_collecting()
        self.stop_application_mode()
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        os.kill(0, signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)
        self.start_application_mode()
        if self._output is not None:
            self._monitor.resume_collecting()
            self._ask_for_paint()

    def _reactions(self) -> list[tuple[signal.Signals, Callable[[], None]]]:
        """Say which signals matter while the terminal is ours."""
        reactions = [(signal.SIGCONT, self._go_on), (signal.SIGWINCH, self._tell_size)]
        return [*reactions, (signal.SIGTSTP, self.stop_job)] if self._has_job_control else reactions

    def _go_on(self) -> None:
        """Take up again after a stop that gave no notice: others may have changed the terminal meanwhile.

        Behind a shell's prompt, this stops again; others may collect then.
        """
        if self._output is None:
            return
        is_behind = self._is_behind()
        if is_behind:
            self._monitor.pause_collecting()
        if self._is_in_foreground():
            self._write_modes(KEYBOARD_STILL_ON)
            self._tell_size()
            self._ask_for_paint()
        if is_behind:
            self._monitor.resume_collecting()

    def _is_behind(self) -> bool:
        """Say whether the terminal is another job's now."""
        try:
            return os.tcgetpgrp(self._input) != os.getpgrp()
        except OSError:
            return False

    def _is_in_foreground(self) -> bool:
        """Wait until the terminal is ours, stopped as background jobs are; False where it never will be."""
        while not self._monitor.is_leaving:
            try:
                termios.tcflow(self._input, termios.TCOON)
            except termios.error as error:
                if error.args[0] != errno.EINTR:
                    self._lose()
                    return False
            else:
                return True
        return False

    def _write_modes(self, keyboard: str) -> None:
        """Put the terminal into the modes that the monitor needs."""
        raw = list(self._attributes)
        raw[tty.LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        raw[tty.IFLAG] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        raw[tty.CC] = list(raw[tty.CC])
        raw[tty.CC][termios.VMIN] = 1
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._input, termios.TCSANOW, raw)
        self.write(TAKE)
        self.write("" if constants.DISABLE_KITTY_KEY else keyboard)
        self.write(MOUSE_ON if self._mouse else "")

    def _restore_attributes(self) -> None:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._input, termios.TCSANOW, self._attributes)

    def _paint(self, data: str, output: TerminalOutput) -> None:
        """Write what a paint changes; where the terminal is too far behind, nothing is known of it from here on."""
        size = self._app.size
        if size != self._frame.size:
            self._frame.resize(*size)
        changes = self._frame.changes(data)
        if self._has_sync and len(changes) >= _SYNCED_FROM_BYTES:
            changes = f"{SYNC_START}{changes}{SYNC_END}"
        if changes and not output.write(changes):
            self._frame.forget()

    def _ask_for_paint(self) -> None:
        """Have the monitor paint all of the screen."""
        self.send_message(self.SignalResume())

    def _tell_size(self) -> None:
        """Tell the monitor how large the terminal is."""
        size = Size(*_size_of(self._screen))
        self.send_message(events.Resize(size, size))

    def _lose(self) -> None:
        """End as on a lost line."""
        os.kill(os.getpid(), signal.SIGHUP)


class AsciiTerminalDriver(TerminalDriver):
    """The same for terminals without Unicode."""

    ascii_only = True


def _size_of(screen: int) -> tuple[int, int]:
    """Measure a terminal in columns and rows; one that does not know its size has the usual one."""
    try:
        size = os.get_terminal_size(screen)
    except OSError:
        return USUAL_SIZE
    return size if all(size) else USUAL_SIZE
