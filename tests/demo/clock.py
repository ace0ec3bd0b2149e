"""A clock that stands still until it is set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 22, 10, 42, 7, tzinfo=UTC)


@dataclass
class StandingClock:
    """Gives `now` whenever it is asked."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self.now += timedelta(seconds=seconds)
