"""A pseudo-terminal that answers like a real one, counts what is written to it, and knows what it shows."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Self

import pyte

REPLIES = {  # what a terminal says when it is asked for its kind, its cursor, and the modes that it has
    b"\x1b[c": b"\x1b[?62;c",
    b"\x1b[6n": b"\x1b[1;1R",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
}
UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]")
READ_BYTES = 65_536
LOOK_SECONDS = 0.5
BURST_SECONDS = 0.002


class Terminal:
    """Runs a command on `columns` × `rows` cells, from `with` until its end, and then kills it.

    `seen_at` is when the last bytes came, in seconds of the performance counter: what it takes to make sense of them
    here is not the program's time.
    """

    def __init__(self, command: Sequence[str], columns: int, rows: int, environ: Mapping[str, str]) -> None:
        self._command = list(command)
        self._size = struct.pack("HHHH", rows, columns, 0, 0)
        self._environ = {**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.pid = self._fd = -1
        self.started_at = self.seen_at = 0.0
        self.bytes_seen = 0

    def __enter__(self) -> Self:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, self._size)
        self.started_at = time.perf_counter()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(ours)
            os.login_tty(theirs)
            os.execvpe(self._command[0], self._command, self._environ)  # noqa: S606 - our own command
        os.close(theirs)
        self._fd = ours
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    @property
    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join(self._screen.display)

    def press(self, key: str) -> None:
        """Press a key."""
        os.write(self._fd, key.encode())

    def read(self, seconds: float, *, until: Callable[[str], bool] | None = None) -> float | None:
        """Read for some seconds; or until the screen is as wanted, and give when the bytes came that made it so."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            if self._take(min(left, LOOK_SECONDS)) and until is not None and until(self.text):
                return self.seen_at
        return None

    def read_to_silence(self, silence_seconds: float) -> None:
        """Read until nothing comes for some time."""
        while self._take(silence_seconds):
            continue

    def _take(self, seconds: float) -> bool:
        """Take in what comes within some seconds, to its end; say whether anything did.

        A burst is made sense of when all of it is there: a program waits for the reader of a full terminal.
        """
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        burst = self._read()
        while select.select([self._fd], [], [], BURST_SECONDS)[0]:
            burst += self._read()
        self._stream.feed(UNKNOWN_TO_PYTE.sub(b"", burst))
        return True

    def _read(self) -> bytes:
        """Read once, and answer what is asked of the terminal."""
        try:
            chunk = os.read(self._fd, READ_BYTES)
        except OSError:
            raise RuntimeError(f"{self._command[0]} ended; it showed:\n{self.text}") from None
        self.seen_at = time.perf_counter()
        self.bytes_seen += len(chunk)
        for question, reply in REPLIES.items():
            if question in chunk:
                os.write(self._fd, reply)
        return chunk
