"""Commands that were started in a session of their own, and end with whoever waits for them."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

WAIT_SECONDS = 1.0


@contextmanager
def ended_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Wait for a command within this; on any error, and at the program's end, it ends with all that it started."""
    end = partial(_end, process)
    atexit.register(end)  # the program may end while a thread waits here
    try:
        yield
    except BaseException:
        end()
        raise
    finally:
        atexit.unregister(end)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(WAIT_SECONDS)
