"""What time it is: handed to whatever needs it, so that tests can say."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two clocks: the wall's, which someone may set, and one that only runs forward."""

    def now(self) -> datetime:
        """Tell the time in UTC."""

    def monotonic(self) -> float:
        """Tell the seconds since some moment."""


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Tell the time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Tell the seconds since the machine started."""
        return time.monotonic()
