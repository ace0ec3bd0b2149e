"""A terminal for tests: it runs a program, keeps what the program draws, and says which modes it was left in."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import psutil
import pyte

WAIT_SECONDS = 60.0
DEMO = (sys.executable, "-m", "usage_tui", "--demo")
_JOB_SHELL = str(Path(__file__).with_name("job_shell.py"))
_SEQUENCES = re.compile(
    rb"\x1b\[(?P<private>[?<>=]?)(?P<parameters>[0-9;:]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    rb"|\x1b\](?P<command>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    rb"|\x1b[^\[\]\x1b]"
    rb"|(?P<cut>\x1b(?:\[[?<>=]?[0-9;: -/]*)?(?=\x1b))"
)
_PARTIAL = re.compile(rb"\x1b(?:\[[?<>=]?[0-9;: -/]*|\][^\x07\x1b]*\x1b?)?\Z")
ALTERNATE, CURSOR, WRAP = 1049, 25, 7
AS_FOUND = frozenset({CURSOR, WRAP})


class PseudoTerminal:
    """A terminal of `size` columns and rows with a program on it, whose `place` is that of `job_shell.py`.

    The program's stderr is the terminal too, unless `diagnostics` is given.
    """

    def __init__(
        self,
        program: Sequence[str],
        environ: Mapping[str, str],
        folder: Path,
        *,
        size: tuple[int, int] = (80, 24),
        place: Literal["alone", "detached", "job"] = "alone",
        diagnostics: int | None = None,
    ) -> None:
        self.written = bytearray()
        self.modes = set(AS_FOUND)
        self.keyboard_depth = 0
        self.commands: list[bytes] = []
        self.unread = b""
        self._columns, self._rows = size
        self._screens: dict[bool, pyte.Screen] = {}
        self._streams: dict[bool, pyte.ByteStream] = {}
        for is_alternate in (False, True):
            self._clear(is_alternate)
        self._master, self.slave = os.openpty()
        self.resize(*size)
        self.attributes_before = self.attributes
        self.process = subprocess.Popen(
            [sys.executable, "-SE", _JOB_SHELL, place, *program],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave if diagnostics is None else diagnostics,
            env=dict(environ),
            cwd=folder,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in [*psutil.Process(self.process.pid).children(recursive=True)] if self.is_alive else []:
            process.kill()
        self.process.kill()
        self.process.wait()
        self.close()

    @property
    def is_alive(self) -> bool:
        """Whether the program, or its shell, still runs."""
        return self.process.poll() is None

    @property
    def job(self) -> psutil.Process:
        """The job of the shell."""
        self.until(lambda: bool(psutil.Process(self.process.pid).children()), "the shell has a job")
        return psutil.Process(self.process.pid).children()[0]

    @property
    def attributes(self) -> list[Any]:
        """The line's settings."""
        return termios.tcgetattr(self.slave)

    @property
    def lines(self) -> list[str]:
        """The rows of the screen in use."""
        return [line.rstrip() for line in self._screens[ALTERNATE in self.modes].display]

    @property
    def text(self) -> str:
        """The screen in use as text."""
        return "\n".join(self.lines)

    @property
    def main_text(self) -> str:
        """The main screen as text, whichever is in use."""
        return "\n".join(line.rstrip() for line in self._screens[False].display).rstrip()

    @property
    def is_plain(self) -> bool:
        """Whether text written now would have no colour and no attribute."""
        return bool(self._screens[False].cursor.attrs == pyte.screens.Char(" "))

    @property
    def cells(self) -> list[list[Any]]:
        """The cells of the screen in use with what is seen of their renditions, row by row."""
        buffer = self._screens[ALTERNATE in self.modes].buffer
        return [[_seen(buffer[row][column]) for column in range(self._columns)] for row in range(self._rows)]

    def type(self, keys: str) -> None:
        """Send keys as a terminal without keyboard protocols sends them."""
        os.write(self._master, keys.encode())

    def press(self, key: str) -> None:
        """Send a key that changes the screen, and read until it has."""
        before = len(self.written)
        self.type(key)
        self.until(lambda: len(self.written) > before, f"the key {key!r} changes the screen")
        self.settles()

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the kernel tells the program."""
        self._columns, self._rows = columns, rows
        for screen in self._screens.values():
            screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, condition: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS) -> None:
        """Read until the condition holds; fail with the screen where it does not in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not so after {seconds} s: {what}\n{self.modes}\n{self.text}"
            self.read(0.02)

    def shows(self, text: str) -> None:
        """Read until the screen in use shows `text`."""
        self.until(lambda: text in self.text, f"{text!r} is on the screen")

    def read(self, seconds: float) -> bool:
        """Take in what was written, waiting for `seconds` at most; say whether there was something."""
        try:
            if not select.select([self._master] if self._master >= 0 else [], [], [], seconds)[0]:
                return False
            chunk = os.read(self._master, 65536)
        except OSError:
            return False
        self.written += chunk
        self._take(chunk)
        return True

    def settles(self) -> None:
        """Read until nothing more comes."""
        while self.read(0.1):
            pass

    def ends(self, seconds: float = WAIT_SECONDS) -> int:
        """Read until the program has ended and nothing is left to read; give its exit code."""
        self.until(lambda: not self.is_alive, "the program ends", seconds)
        while self.read(0.0):
            pass
        return self.process.wait()

    def hang_up(self) -> None:
        """Take the terminal away."""
        os.close(self._master)
        os.close(self.slave)
        self._master = self.slave = -1

    def close(self) -> None:
        """Close the terminal, if that was not done."""
        if self._master >= 0:
            self.hang_up()

    def _clear(self, is_alternate: bool) -> None:
        self._screens[is_alternate] = pyte.Screen(self._columns, self._rows)
        self._streams[is_alternate] = pyte.ByteStream(self._screens[is_alternate])

    def _take(self, chunk: bytes) -> None:
        """Draw what was written, and note modes and commands; what is cut in two waits for its other half."""
        data = self.unread + chunk
        cut = _PARTIAL.search(data)
        end = cut.start() if cut else len(data)
        self.unread = data[end:]
        start = 0
        for found in _SEQUENCES.finditer(data, 0, end):
            if self._obeys(found):
                self._draw(data[start : found.start()])
                start = found.end()
                self._switch(found)
        self._draw(data[start:end])

    def _draw(self, data: bytes) -> None:
        if data:
            self._streams[ALTERNATE in self.modes].feed(data)

    def _obeys(self, found: re.Match[bytes]) -> bool:
        """Say whether a sequence is for this class; others are drawn."""
        return found["command"] is not None or bool(found["private"] or found["between"] or found["cut"])

    def _switch(self, found: re.Match[bytes]) -> None:
        """Obey a mode, a keyboard protocol or a command."""
        if found["command"] is not None:
            self.commands.append(found["command"])
            return
        if found["cut"] is not None:
            return
        kind = found["private"] + found["final"]
        if kind in (b"?h", b"?l"):
            for mode in map(int, found["parameters"].split(b";")):
                self._set_mode(mode, is_on=kind == b"?h")
        elif kind in (b">u", b"<u"):
            self.keyboard_depth += 1 if kind == b">u" else -1

    def _set_mode(self, mode: int, *, is_on: bool) -> None:
        if mode == ALTERNATE and is_on and ALTERNATE not in self.modes:
            self._clear(is_alternate=True)
        if mode == ALTERNATE:
            attributes = self._screens[ALTERNATE in self.modes].cursor.attrs
            self._screens[is_on].cursor.attrs = attributes
        (self.modes.add if is_on else self.modes.discard)(mode)
        if mode == WRAP:
            for screen in self._screens.values():
                (screen.set_mode if is_on else screen.reset_mode)(WRAP, private=True)


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Give the environment of a user of a modern terminal whose files are all in `folder`, with changes; "" unsets."""
    usual = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        "USAGE_TUI_CONFIG": "",
        "USAGE_TUI_STATE_DIR": str(folder / "state"),
    }
    return {name: value for name, value in (usual | changes).items() if value}


def assert_is_as_found(terminal: PseudoTerminal, main_screen: str = "") -> None:
    """See that the program left nothing behind."""
    assert terminal.modes == AS_FOUND
    assert terminal.keyboard_depth == 0
    assert terminal.attributes == terminal.attributes_before
    assert terminal.is_plain
    assert terminal.main_text == main_screen
    assert terminal.unread == b""


def _seen(cell: Any) -> Any:
    """Leave out the ink of a blank on which nothing is drawn."""
    is_blank = cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough)
    return cell._replace(fg="default", bold=False, italics=False) if is_blank else cell
