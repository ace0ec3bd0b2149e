"""When an account is polled next: arithmetic on the seconds of two clocks that it is given."""

from __future__ import annotations

from math import ceil
from random import Random

from msgspec import Struct

FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 30.0
REFUSED_RETRY_SECONDS = 60.0
JITTER = 0.25


class Cadence(Struct, frozen=True):
    """A poll every `seconds`, on whole multiples of that on the wall clock, moved by `phase` (0–1) of it."""

    seconds: float
    phase: float = 0.0

    def next_at(self, earliest: float) -> float:
        """Give the first tick at or after the epoch second `earliest`."""
        offset = self.phase * self.seconds
        return ceil((earliest - offset) / self.seconds) * self.seconds + offset


class Instant(Struct, frozen=True):
    """One moment on both clocks: seconds of the monotonic one, and epoch seconds of the wall's."""

    monotonic: float
    wall: float


class Pacer:
    """The pace of one account's polls.

    `due` is when the next one starts, in monotonic seconds. A tick that passes while a poll runs is skipped. After
    a fault the next poll comes after 1 s, then twice that, up to 30 s or one interval, whichever is longer; each wait
    is drawn out by up to a quarter, so that accounts which failed together do not come back together.
    """

    def __init__(self, cadence: Cadence, first_due: float, random: Random) -> None:
        self.cadence = cadence
        self.due = first_due
        self._random = random
        self._started: float | None = None
        self._ended = first_due
        self._failures = 0

    def begin(self, now: Instant) -> None:
        """A poll starts."""
        self._started = now.monotonic

    def succeed(self, now: Instant) -> None:
        """The poll brought an answer."""
        self._ended = now.monotonic
        self._failures = 0
        self._keep_cadence(now.monotonic if self._started is None else self._started, now)

    def fail(self, now: Instant) -> None:
        """The poll met a fault."""
        self._ended = now.monotonic
        self._failures += 1
        longest = max(LONGEST_RETRY_SECONDS, self.cadence.seconds) / (1 + JITTER)
        doubled = FIRST_RETRY_SECONDS * 2.0 ** min(self._failures - 1, 16)
        self.due = now.monotonic + min(longest, doubled) * (1 + JITTER * self._random.random())

    def refuse(self, now: Instant) -> None:
        """The poll brought the word that the key is refused."""
        self._ended = now.monotonic
        self._failures += 1
        self.due = now.monotonic + REFUSED_RETRY_SECONDS

    def hurry(self, due: float) -> None:
        """Somebody asks for a poll at a moment of the monotonic clock, whatever was due."""
        self.due = due

    def change(self, cadence: Cadence, now: Instant) -> None:
        """Keep another cadence; a faster one starts at once where the last poll is older than its interval.

        A slower one starts with the poll that was due: the sample before it speaks for too short a time to wait longer.
        A wait after a fault goes on, but no longer than the longest of the new cadence.
        """
        if cadence == self.cadence:
            return
        before, self.cadence = self.cadence, cadence
        if self._failures:
            self.due = min(self.due, self._ended + max(REFUSED_RETRY_SECONDS, cadence.seconds))
            return
        is_old = self._started is None or now.monotonic - self._started >= cadence.seconds
        if cadence.seconds < before.seconds and is_old:
            self.due = min(self.due, now.monotonic)
        elif cadence.seconds <= before.seconds and self._started is not None:
            self._keep_cadence(self._started, now)

    def _keep_cadence(self, started: float, now: Instant) -> None:
        """Make the next poll due at the first tick that is not too soon after the last one, which `started` then."""
        earliest = max(started + self.cadence.seconds / 2, self._ended)
        ahead = self.cadence.next_at(now.wall + earliest - now.monotonic) - now.wall
        self.due = now.monotonic + ahead
