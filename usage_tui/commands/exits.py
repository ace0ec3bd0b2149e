"""How the program ends: its exit codes, and the sentence on stderr that goes with them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from usage_tui.core.errors import ConfigError, KeyRefused, KeyUnavailable, UsageTuiError
from usage_tui.core.wording import harmless

ALL_RIGHT = 0
FOUND_SOMETHING = 1
WRONG_USAGE = 2
NO_ANSWER = 69
INTERNAL_ERROR = 70
KEY_REFUSED = 77
CONFIG_WRONG = 78
INTERRUPTED = 130
PIPE_CLOSED = 141
_LONGEST_LINE = 600


def complain(text: str) -> None:
    """Say something on stderr, line by line, harmless whatever it repeats."""
    for line in text.splitlines():
        print(harmless(line, _LONGEST_LINE), file=sys.stderr)


def close_output() -> int:
    """Write out what is still held back; give the exit code that comes of it."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return forget_output()
    except OSError as error:
        complain(f"The output could not be written: {error.strerror}.")
        forget_output()
        return INTERNAL_ERROR
    return ALL_RIGHT


def forget_output() -> int:
    """Let nothing more be written to a closed pipe, not even by the interpreter as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return PIPE_CLOSED


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
        code = work()
    except BrokenPipeError:
        return forget_output()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else INTERNAL_ERROR
    return close_output() or code


def code_of(error: UsageTuiError) -> int:
    """Give the exit code of one of our errors."""
    match error:
        case KeyRefused():
            return KEY_REFUSED
        case ConfigError() | KeyUnavailable():
            return CONFIG_WRONG
        case _:
            return NO_ANSWER
