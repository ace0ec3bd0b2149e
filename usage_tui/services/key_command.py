"""Runs the command that prints an account's key."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from typing import IO

from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.wording import harmless
from usage_tui.services.masking import masked
from usage_tui.services.session import ended_with_us

_KEPT_BYTES = 4096
_PIECE_BYTES = 65_536
_LOOK_SECONDS = 0.1


def first_line(arguments: tuple[str, ...], deadline_seconds: float) -> str:
    """Run a command, without a shell and with nothing to read, and give the first line that it prints.

    The command has a session of its own, all of which is ended at the deadline. What it prints on stderr is not shown.

    Raises:
        KeyUnavailable: it could not be started, failed, or did not end in time.
    """
    program = harmless(masked(arguments[0]), 80)
    deadline = time.monotonic() + deadline_seconds
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, as an argument list
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise KeyUnavailable(f"The key command {program} was not found; check api_key_command.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its arguments are impossible"
        raise KeyUnavailable(f"The key command {program} could not be started: {reason}.") from None
    try:
        with ended_with_us(process), _output(process) as output:
            printed = _read(process, output, deadline)
            code = process.wait(max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise KeyUnavailable(
            f"The key command {program} did not end within {deadline_seconds:g} s; try it in a shell."
        ) from None
    if code != 0:
        how = f"failed with exit code {code}" if code > 0 else f"was ended by signal {-code}"
        raise KeyUnavailable(f"The key command {program} {how}; try it in a shell.")
    return printed.decode(errors="replace").split("\n", 1)[0]


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise AssertionError("the command's output is a pipe")
    return process.stdout


def _read(process: subprocess.Popen[bytes], output: IO[bytes], deadline: float) -> bytes:
    """Read until the command has ended or closed its output, and keep the beginning.

    What it left running in the background may keep the output open; that is not waited for.

    Raises:
        TimeoutError: that was not before the deadline.
    """
    kept = b""
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(min(left, _LOOK_SECONDS)):
                if process.poll() is not None:
                    return kept
                continue
            piece = os.read(output.fileno(), _PIECE_BYTES)
            if not piece:
                return kept
            kept = (kept + piece)[:_KEPT_BYTES]
    raise TimeoutError
