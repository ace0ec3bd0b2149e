"""The session of a command that was started in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

WAIT_SECONDS = 1.0


def end_session(process: subprocess.Popen[bytes]) -> None:
    """End the command and all that it started in its session."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(WAIT_SECONDS)
