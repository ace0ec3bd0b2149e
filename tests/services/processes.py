"""Whether a process that a test did not start itself has ended."""

from __future__ import annotations

import os
import select

from tests.services.hostile_server import PATIENCE_SECONDS


def has_ended(pid: int) -> bool:
    """Wait for a process to end; say whether it did. One that is still to be reaped has."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], PATIENCE_SECONDS)[0])
    finally:
        os.close(process)
