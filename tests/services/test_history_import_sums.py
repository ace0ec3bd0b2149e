"""Imports beside own samples: whatever way the parts come together, all that was spent is counted, and once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from tests.services.importing import bring, exported, roll_all, spent
from tests.services.stored import NOW_MS, a_database, a_reading
from usage_tui.core.rollup import DAY_MS, HOLDS_INTERVALS, HOUR_MS, MINUTE_MS
from usage_tui.services.history_writing import put_poll

WIDTHS_MS = {None: MINUTE_MS, "15s": MINUTE_MS, "1m": MINUTE_MS, "5m": HOUR_MS, "1h": HOUR_MS, "1d": DAY_MS}
READ_IN_MS = (1000, MINUTE_MS, HOUR_MS, DAY_MS)
PAUSES_MS = (15_000, 15_000, 47_000, 11 * MINUTE_MS, 37 * MINUTE_MS, 3 * HOUR_MS, 31 * HOUR_MS)
RESET = -1
INTERVAL_MS = 15_000
HOLDS_MS = HOLDS_INTERVALS * INTERVAL_MS


class Poll(Struct, frozen=True):
    """What a poll found: the counter of credits, and whether it was reset just before."""

    at_ms: int
    used: int
    is_reset: bool

    def steps(self, width_ms: int) -> set[int]:
        """Give the steps that it speaks for."""
        return {self.at_ms // width_ms, (self.at_ms + HOLDS_MS) // width_ms}


class Parted(Struct, frozen=True):
    """A series of polls, of which another machine made those from `begin` to `end`; imported after `known` of all."""

    polls: tuple[Poll, ...]
    begin: int
    end: int
    known: int
    step: str | None
    suffix: str
    is_late: bool

    @property
    def theirs(self) -> tuple[Poll, ...]:
        return self.polls[self.begin : self.end]

    @property
    def ours_before(self) -> tuple[Poll, ...]:
        return self.polls[: self.begin] + self.polls[self.end : self.known]

    @property
    def width_ms(self) -> int:
        """The width of what comes in; of a single step it is not told."""
        is_single = self.step is not None and len({poll.at_ms // MINUTE_MS for poll in self.theirs}) == 1
        return max(HOUR_MS, WIDTHS_MS[self.step]) if is_single else WIDTHS_MS[self.step]

    @property
    def imported_ms(self) -> int:
        late_ms = 2 * DAY_MS if self.is_late and self.known == len(self.polls) else 0
        return self.polls[self.known - 1].at_ms + late_ms

    @property
    def is_over(self) -> bool:
        """Whether the other machine's last step was over at the import and none of ours, or a poll of ours is later."""
        width_ms = self.width_ms
        step = self.theirs[-1].at_ms // width_ms
        is_ours = any(step in poll.steps(width_ms) for poll in self.ours_before)
        return self.known > self.end or (self.imported_ms // width_ms > step and not is_ours)


def around_resets(polls: Sequence[Poll], width_ms: int) -> Iterator[Poll]:
    """Give the polls that found a reset, those before them, and the last ones of the steps before."""
    for number, poll in enumerate(polls):
        if poll.is_reset:
            yield from polls[number - 1 : number + 1]
            yield from [other for other in polls[:number] if other.at_ms // width_ms < poll.at_ms // width_ms][-1:]


@st.composite
def parted(draw: st.DrawFn) -> Parted:
    """Draw a series that is parted at any of its moments, but where a reset hides what the counter came to then."""
    number = draw(st.integers(2, 14))
    pauses = draw(st.lists(st.sampled_from(PAUSES_MS), min_size=number, max_size=number))
    spends = draw(st.lists(st.sampled_from([0, 7, 400, RESET]), min_size=number, max_size=number))
    polls: list[Poll] = []
    at_ms, used = NOW_MS + draw(st.integers(0, 24 * 60)) * MINUTE_MS + draw(st.integers(0, 59)) * 1000, 5000
    for pause, spend in zip(pauses, spends, strict=True):
        is_reset = spend == RESET and used > 0
        at_ms, used = at_ms + pause, used // 3 if is_reset else used + max(0, spend)
        polls.append(Poll(at_ms, used, is_reset))
    begin = draw(st.integers(0, number - 1))
    end = draw(st.integers(begin + 1, number))
    known = draw(st.integers(end, number))
    step = draw(st.sampled_from(list(WIDTHS_MS)))
    drawn = Parted(tuple(polls), begin, end, known, step, draw(st.sampled_from([".csv", ".json"])), draw(st.booleans()))
    width_ms = drawn.width_ms
    edges = [polls[at].steps(width_ms) for at in (begin - 1, begin, end - 1, end, known) if 0 <= at < number]
    at_resets = [poll.steps(width_ms) for poll in around_resets(polls, width_ms)]
    assume(not set().union(*edges) & set().union(*at_resets))
    assume(step != "1d" or begin == 0 or not polls[begin - 1].steps(DAY_MS) & polls[begin].steps(DAY_MS))
    return drawn


def put(connection: sqlite3.Connection, polls: Sequence[Poll]) -> None:
    """Store polls, and roll them up as time goes on."""
    for poll in polls:
        reading = a_reading(poll.at_ms, interval_ms=INTERVAL_MS, used=poll.used, cycle_started_at=None)
        put_poll(connection, 1, None, reading, poll.at_ms)
        roll_all(connection, poll.at_ms)


@contextmanager
def exported_to_a_file(drawn: Parted) -> Iterator[Path]:
    with a_database() as other, TemporaryDirectory() as folder:
        put(other, drawn.theirs)
        yield exported(other, Path(folder) / f"f{drawn.suffix}", drawn.step)


@given(parted())
def test_what_comes_together_of_parts_was_spent_as_in_the_whole(drawn: Parted) -> None:
    with a_database() as ours, exported_to_a_file(drawn) as path:
        put(ours, drawn.ours_before)
        bring(ours, path, drawn.imported_ms)
        if drawn.is_over:
            assert all_spent(ours) == {drawn_spend(drawn.polls[: drawn.known])}
        put(ours, drawn.polls[drawn.known :])
        roll_all(ours, drawn.polls[-1].at_ms + 2 * DAY_MS)
        if drawn.is_over or drawn.known < len(drawn.polls):
            assert all_spent(ours) == {drawn_spend(drawn.polls)}


@given(parted(), st.data())
def test_two_imports_that_overlap_count_nothing_twice(drawn: Parted, data: st.DataObject) -> None:
    assume(drawn.step != "1d" and drawn.known < len(drawn.polls) and not any(poll.is_reset for poll in drawn.polls))
    begin = data.draw(st.integers(drawn.begin, drawn.known - 1))
    end = data.draw(st.integers(begin + 1, drawn.known))
    step = data.draw(st.sampled_from([None, "15s", "1m", "5m", "1h"]))
    again = replace(drawn, begin=begin, end=end, step=step)
    with a_database() as ours, exported_to_a_file(drawn) as one, exported_to_a_file(again) as other:
        put(ours, [poll for poll in drawn.ours_before if poll not in again.theirs])
        bring(ours, one, drawn.imported_ms)
        bring(ours, other, drawn.imported_ms)
        put(ours, drawn.polls[drawn.known :])
        roll_all(ours, drawn.polls[-1].at_ms + 2 * DAY_MS)
        assert all_spent(ours) == {drawn_spend(drawn.polls)}


def all_spent(connection: sqlite3.Connection) -> set[int]:
    """Add up what was spent, in each way of reading it."""
    return {spent(connection, step_ms) for step_ms in READ_IN_MS}


def drawn_spend(polls: Sequence[Poll]) -> int:
    """Add up what the counters say."""
    return sum(after.used if after.is_reset else after.used - before.used for before, after in pairwise(polls))
