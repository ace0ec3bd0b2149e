"""The program as a user runs it: a process of its own, with a home folder of its own."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from unittest import mock

from usage_tui.commands.run import run

COMMAND = (sys.executable, "-W", "error", "-m", "usage_tui")
LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run of the program ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Program:
    """Runs the program in `home`; nothing of the developer's own environment comes through but the path."""

    home: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """The config at its usual place."""
        return self.home / ".config" / "usage-tui" / "config.toml"

    @property
    def state(self) -> Path:
        """The state folder at its usual place."""
        return self.home / ".local" / "state" / "usage-tui"

    def whole_environment(self, environ: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the environment of a run."""
        plain = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        return {**plain, **self.environ, **(environ or {})}

    def run(self, *arguments: str, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Ending:
        """Run to the end, with pipes for a terminal."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            env=self.whole_environment(environ),
            cwd=self.home,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        return Ending(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start, with pipes for a terminal."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.whole_environment(environ),
            cwd=self.home,
            text=True,
        )

    def run_at_terminal(self, *arguments: str, typed: bytes = b"", environ: Mapping[str, str] | None = None) -> Ending:
        """Run to the end at a terminal, once something is asked typing `typed`; all output is one stream."""
        terminal, end_of_program = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=end_of_program,
            stdout=end_of_program,
            stderr=end_of_program,
            env=self.whole_environment({"TERM": "xterm", **(environ or {})}),
            cwd=self.home,
            start_new_session=True,
        )
        os.close(end_of_program)
        shown = b""
        try:
            while piece := _read(terminal):
                shown += piece
                if typed and b": " in shown:
                    os.write(terminal, typed)
                    typed = b""
        finally:
            os.close(terminal)
        return Ending(process.wait(LONGEST_SECONDS), shown.decode().replace("\r\n", "\n"), "")

    def write_config(self, text: str, mode: int = 0o600) -> Path:
        """Write the config at its usual place, whole at once: a program that watches it never sees half of it."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        half = self.config.with_suffix(".half")
        half.write_text(text)
        half.chmod(mode)
        return half.replace(self.config)


class ProgramHere(Program):
    """The program run within the tests' own process, which is quicker; for commands that set nothing process-wide."""

    __slots__ = ()

    def run(self, *arguments: str, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Ending:
        """Run to the end."""
        if stdin:
            raise ValueError("there is no stdin here")
        out, err = StringIO(), StringIO()
        with (
            mock.patch.dict(os.environ, self.whole_environment(environ), clear=True),
            chdir(self.home),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = run(arguments)
        return Ending(code, out.getvalue(), err.getvalue())


def _read(terminal: int) -> bytes:
    """Read what a terminal shows; nothing where the program has closed it."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


def end(process: subprocess.Popen[str], number: signal.Signals) -> Ending:
    """Send a signal, and wait for the end."""
    process.send_signal(number)
    out, err = process.communicate(timeout=LONGEST_SECONDS)
    return Ending(process.returncode, out, err)


class FixedService:
    """Answers every request alike, on loopback, and counts the requests of each key."""

    def __init__(self, status: int, body: bytes) -> None:
        self.paths: list[str] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.paths.append(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base's own names
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def base_url(self) -> str:
        """Where the service is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
