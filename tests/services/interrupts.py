"""An interrupt, as from ctrl+c, that comes while this thread is at a known place."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.hostile_server import PATIENCE_SECONDS

LOOK_SECONDS = 0.01


class Interrupted(Exception):
    """Raised where the interrupt comes."""


@contextmanager
def interrupted_in(function: str, written: Path) -> Iterator[None]:
    """Interrupt this thread once it is within a function of that name, and a file is written."""
    thread, is_over = threading.get_ident(), threading.Event()

    def is_there() -> bool:
        frame = sys._current_frames().get(thread)
        while frame is not None and frame.f_code.co_name != function:
            frame = frame.f_back
        return frame is not None and written.exists() and bool(written.read_text().strip())

    def interrupt() -> None:
        for _ in range(round(PATIENCE_SECONDS / LOOK_SECONDS)):
            if is_there():
                signal.pthread_kill(thread, signal.SIGALRM)
                return
            if is_over.wait(LOOK_SECONDS):
                return

    previous = signal.signal(signal.SIGALRM, _raise)
    interrupter = threading.Thread(target=interrupt)
    interrupter.start()
    try:
        yield
    finally:
        is_over.set()
        interrupter.join()
        signal.signal(signal.SIGALRM, previous)


def _raise(*_: object) -> None:
    raise Interrupted
