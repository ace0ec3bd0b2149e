"""How far counters moved is told of watched time alone, from a reset or a gap on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import NOW, a_sample, a_snapshot
from usage_tui.core.counter_window import CounterWindow, Moved

Counted = tuple[int | None, int | None]


class Seen:
    """A window of 15 minutes, a minute at least, over counters that are polled every 15 s."""

    def __init__(self, *pairs: Counted) -> None:
        self.window = CounterWindow(900.0, least_seconds=60.0)
        self.seconds = 0.0
        for used, failed in pairs:
            self.sees(used, failed)

    def sees(self, used: int | None, failed: int | None, *, after: float = 15.0, interval: float = 15.0) -> None:
        """Take in the counters after some seconds."""
        self.seconds += after
        at = NOW + timedelta(seconds=self.seconds)
        self.window.add(a_sample(a_snapshot(used=used, failed=failed), at=at), interval)

    @property
    def share(self) -> float | None:
        """The share that failed, if that is known."""
        moved = self.window.moved()
        return moved.failed_share if moved else None


def steadily(used: int, failed: int, steps: int) -> list[Counted]:
    """Count so many credits and failures a step."""
    return [(1000 + used * step, failed * step) for step in range(steps)]


def test_share_that_failed_is_of_all_that_moved_over_the_window() -> None:
    assert Seen(*steadily(9, 1, 61)).window.moved() == Moved(900.0, 540, 60)
    seen = Seen(*steadily(9, 1, 61))
    for step in range(60):
        seen.sees(1540 + step, 60 + step)
    assert seen.window.moved() == Moved(900.0, 59, 59)
    assert seen.share == 0.5


def test_nothing_is_told_until_enough_was_seen() -> None:
    assert CounterWindow(900.0, 60.0).moved() is None
    seen = Seen(*steadily(9, 1, 4))
    assert seen.window.moved() is None
    seen.sees(1036, 4)
    assert seen.window.moved() == Moved(60.0, 36, 4)


def test_outage_in_which_requests_failed_is_no_part_of_the_last_minutes() -> None:
    seen = Seen(*steadily(90, 1, 40))
    seen.sees(9000, 5000, after=3 * 3600.0)
    assert seen.window.moved() is None
    for step in range(1, 9):
        seen.sees(9000 + 90 * step, 5000 + step)
    assert seen.window.moved() == Moved(120.0, 720, 8)


def test_machine_that_slept_is_a_gap_for_its_wall_clock_saw_it() -> None:
    seen = Seen(*steadily(9, 1, 10))
    woken = a_sample(a_snapshot(used=5000, failed=900), at=NOW + timedelta(hours=3), monotonic_seconds=None)
    seen.window.add(woken, 15.0)
    assert seen.window.moved() is None


@pytest.mark.parametrize(("interval", "after", "is_gap"), [(1.0, 30.0, False), (1.0, 30.1, True), (60.0, 120.0, False)])
def test_gap_is_longer_than_two_refreshes_and_two_intervals(interval: float, after: float, is_gap: bool) -> None:
    seen = Seen()
    for step in range(61):
        seen.sees(1000 + step, 0, after=interval, interval=interval)
    seen.sees(1061, 0, after=after, interval=interval)
    assert (seen.window.moved() is None) is is_gap


def test_account_that_is_polled_more_often_from_now_on_was_watched_before() -> None:
    seen = Seen()
    for step in range(5):
        seen.sees(1000 + step, 0, after=60.0, interval=60.0)
    seen.sees(1005, 0, after=50.0, interval=1.0)
    assert seen.window.moved() == Moved(290.0, 5, 0)


def test_reset_begins_the_window_anew() -> None:
    seen = Seen(*steadily(9, 1, 10), *((step, step) for step in range(5)))
    assert seen.window.moved() == Moved(60.0, 4, 4)


@pytest.mark.parametrize(
    ("pairs", "share"),
    [
        ([(1000, 5)] * 5, None),
        ([(1000, None), *[(1100, 5)] * 4], None),
        ([*[(1000, 5)] * 4, (1100, None)], None),
        ([(1000, 5), (None, None), *[(1000, 8)] * 3], 1.0),
        ([*[(1000, 5)] * 4, (1003, 8)], 0.5),
        ([(99_000, 5), (99_090, 15), (99_000, 5), (99_000, 5), (99_090, 15)], 0.1),
    ],
)
def test_share_is_known_where_something_moved_and_failures_are_counted(
    pairs: list[Counted], share: float | None
) -> None:
    assert Seen(*pairs).share == (None if share is None else pytest.approx(share))


@given(st.lists(st.tuples(st.integers(0, 1000), st.none() | st.integers(0, 1000)), max_size=10))
def test_share_is_a_share(pairs: list[Counted]) -> None:
    share = Seen(*pairs).share
    assert share is None or 0.0 <= share <= 1.0
