"""How the program ends: its exit codes, by signals, and when nobody reads its output any more."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Container
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


def end_at_once(commands: Container[str | None]) -> None:
    """Let signals end the program at once: while it is loaded or ends there is nothing to put in order.

    An exception would come up in the middle of an import; some libraries crash on that.
    """
    _on_signals(lambda number, _: os._exit(_code_of(number, commands)))


def end_in_order(command: str | None = None) -> None:
    """Let signals end the program in order from here on, by an exception."""

    def leave(number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        raise SystemExit(_code_of(number, (command,)))

    _on_signals(leave)


def _on_signals(react: Callable[[int, FrameType | None], object]) -> None:
    """React to what ends a program; a signal that the parent had ignored stays so."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, react)


def _code_of(number: int, commands: Container[str | None]) -> int:
    """Give 128 + n; but with SIGTERM a service manager ends a collector, which is all right."""
    return ALL_RIGHT if number == signal.SIGTERM and "collect" in commands else 128 + number


def guarded(work: Callable[[], int]) -> int:
    """Do the work; give its exit code, or that of what ended it, which is told in one sentence at most."""
    try:
        try:
            code = work()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else INTERNAL_ERROR
        emit("", end="")
    except KeyboardInterrupt:
        code = _interrupted()
    except BrokenPipeError:
        _forget_output()
        code = PIPE_CLOSED
    except OutputLost as error:
        _forget_output()
        print(error, file=sys.stderr)
        code = INTERNAL_ERROR
    except ImportError as error:
        print(f"usage-tui is not installed completely: {error}; install it anew.", file=sys.stderr)
        code = INTERNAL_ERROR
    except BaseException as error:  # noqa: BLE001 - a library's own kind of crash is no Exception
        print(f"usage-tui met an internal error ({type(error).__name__}).", file=sys.stderr)
        code = INTERNAL_ERROR
    return code


def _interrupted() -> int:
    if sys.stderr is not None and sys.stderr.isatty():
        print(file=sys.stderr)  # the line on which the terminal shows ^C is no line of ours
    return INTERRUPTED
