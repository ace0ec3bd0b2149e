"""How the program ends: its exit codes, by signals, and when nobody reads its output any more."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

ALL_RIGHT = 0
FOUND_SOMETHING = 1
WRONG_USAGE = 2
NO_ANSWER = 69
INTERNAL_ERROR = 70
KEY_REFUSED = 77
CONFIG_WRONG = 78
INTERRUPTED = 130
PIPE_CLOSED = 141
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class OutputLost(Exception):
    """What was printed could not be written, though somebody reads: a full disk."""


def emit(text: str, end: str = "\n") -> None:
    """Print on stdout, at once.

    Raises:
        BrokenPipeError: nobody reads it any more.
        OutputLost: it could not be written.
    """
    try:
        if line := text + end:
            print(line, end="")
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise output_lost(error) from None


def output_lost(error: OSError) -> OutputLost:
    """Word why the output could not be written."""
    return OutputLost(f"The output could not be written: {error.strerror}.")


def is_full(error: OSError) -> bool:
    """Say whether an error is that of a stream that takes no more; one of a file has a name."""
    return error.filename is None and error.errno in _FULL


def _forget_output() -> None:
    """Let nothing more be written to where that fails, not even by the interpreter as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def end_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the program in order with 128 + n; a signal that the parent had ignored stays so."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _leave)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def guarded(work: Callable[[], int]) -> int:
    """Do the work; give its exit code, or that of what went wrong with the output that it printed to."""
    try:
        try:
            code = work()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else INTERNAL_ERROR
        emit("", end="")
    except BrokenPipeError:
        _forget_output()
        code = PIPE_CLOSED
    except OutputLost as error:
        _forget_output()
        print(error, file=sys.stderr)
        code = INTERNAL_ERROR
    return code
