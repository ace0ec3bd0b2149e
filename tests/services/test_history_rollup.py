"""Roll-ups and pruning in the database, and where samples stand when clocks are set."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from tests.services.stored import NOW_MS, a_database, a_poll_at, a_reading
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS
from usage_tui.services.history_rollup import prune, roll_up
from usage_tui.services.history_rows import select_last_poll, select_readings, select_spans
from usage_tui.services.history_writing import put_poll


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with a_database() as connection:
        yield connection


def put(connection: sqlite3.Connection, *moments_ms: int, now_ms: int | None = None, used: int = 0) -> None:
    for at_ms in moments_ms:
        put_poll(connection, 1, a_poll_at(at_ms), a_reading(at_ms, used=used + at_ms // 1000), now_ms or at_ms)


def roll_all(connection: sqlite3.Connection, now_ms: int) -> None:
    while roll_up(connection, 1, now_ms):
        pass


def moments(connection: sqlite3.Connection, account: int = 1) -> list[int]:
    return [reading.at_ms for reading in select_readings(connection, "account = ? ORDER BY at", (account,))]


def test_a_reading_comes_back_as_it_was(database: sqlite3.Connection) -> None:
    reading = a_reading(
        credits_left=None, is_pay_as_you_go=True, is_auto_upgrade=False, failed=2**63 - 1, concurrency_limit=None
    )
    put_poll(database, 1, a_poll_at(NOW_MS), reading, NOW_MS)
    assert select_readings(database, "account = ?", (1,)) == [reading]
    assert select_last_poll(database, 1) == a_poll_at(NOW_MS)


def test_a_gap_and_a_reset_are_recorded(database: sqlite3.Connection) -> None:
    put(database, NOW_MS, NOW_MS + 1000, NOW_MS + 60_000)
    put_poll(database, 1, None, a_reading(NOW_MS + 61_000, used=3), NOW_MS + 61_000)
    found = select_readings(database, "account = ? ORDER BY at", (1,))
    assert [reading.has_gap for reading in found] == [False, False, True, False]
    assert [reading.has_reset for reading in found] == [False, False, False, True]


def test_minutes_and_hours_hold_all_that_was_spent(database: sqlite3.Connection) -> None:
    put(database, *range(NOW_MS, NOW_MS + 3 * HOUR_MS, 15_000))
    roll_all(database, NOW_MS + 3 * HOUR_MS)
    spans = select_spans(database, "minutes", 1, 0, 2**62)
    hours = select_spans(database, "hours", 1, 0, 2**62)
    assert len(spans) == 179
    assert sum(span.spend for span in spans) == (178 * 60 + 45)
    assert [hour.start_ms for hour in hours] == [NOW_MS, NOW_MS + HOUR_MS]
    assert [hour.spend for hour in hours] == [3585, 3600]


def test_sums_that_no_column_holds_are_put_down_as_far_as_they_fit(database: sqlite3.Connection) -> None:
    for second in range(0, 2 * 3600, 20):
        at_ms, used = NOW_MS + second * 1000, (2**63 - 1) * (second // 20 % 2)
        put_poll(database, 1, None, a_reading(at_ms, interval_ms=20_000, concurrency=2**63 - 1, used=used), at_ms)
    roll_all(database, NOW_MS + 3 * HOUR_MS)
    hours = select_spans(database, "hours", 1, 0, 2**62)
    assert [(hour.start_ms, hour.request_ms, hour.spend) for hour in hours] == [
        (NOW_MS, 2**63 - 1, 2**63 - 1),
        (NOW_MS + HOUR_MS, 2**63 - 1, 2**63 - 1),
    ]


def test_the_last_minute_is_rolled_up_when_nothing_speaks_for_it_any_more(database: sqlite3.Connection) -> None:
    put(database, NOW_MS, NOW_MS + 1000)
    roll_all(database, NOW_MS + 30_000)
    assert select_spans(database, "minutes", 1, 0, 2**62) == []
    roll_all(database, NOW_MS + 10 * MINUTE_MS)
    (span,) = select_spans(database, "minutes", 1, 0, 2**62)
    assert span.covered_ms == 3000


def test_a_long_gap_is_stepped_over(database: sqlite3.Connection) -> None:
    put(database, NOW_MS, NOW_MS + 40 * DAY_MS, NOW_MS + 40 * DAY_MS + 5 * MINUTE_MS)
    steps = 1
    while roll_up(database, 1, NOW_MS + 40 * DAY_MS + 5 * MINUTE_MS):
        steps += 1
    assert steps < 5
    assert len(select_spans(database, "minutes", 1, 0, 2**62)) == 2


def test_only_what_is_rolled_up_and_old_is_forgotten(database: sqlite3.Connection) -> None:
    put(database, *range(NOW_MS, NOW_MS + HOUR_MS, 15_000))
    late = NOW_MS + 8 * DAY_MS
    prune(database, 1, 7, 90, late)
    assert len(moments(database)) == 240
    roll_all(database, late)
    prune(database, 1, 7, 90, late)
    assert moments(database) == [NOW_MS + HOUR_MS - 15_000]
    assert sum(span.spend for span in select_spans(database, "minutes", 1, 0, 2**62)) == 3585
    prune(database, 1, 7, 90, NOW_MS + 91 * DAY_MS)
    assert select_spans(database, "minutes", 1, 0, 2**62) == []
    assert [hour.spend for hour in select_spans(database, "hours", 1, 0, 2**62)] == [3585]


def test_pruning_goes_in_small_steps(database: sqlite3.Connection) -> None:
    put(database, *range(NOW_MS, NOW_MS + 700_000, 1000))
    late = NOW_MS + 8 * DAY_MS
    roll_all(database, late)
    assert prune(database, 1, 7, 90, late)
    assert len(moments(database)) == 200
    assert not prune(database, 1, 7, 90, late)
    assert moments(database) == [NOW_MS + 699_000]


def test_what_was_spent_since_the_last_sample_is_known_however_old_that_is(database: sqlite3.Connection) -> None:
    put(database, *range(NOW_MS, NOW_MS + HOUR_MS, 15_000))
    late = NOW_MS + 30 * DAY_MS
    roll_all(database, late)
    while prune(database, 1, 7, 90, late):
        pass
    put(database, late)
    while prune(database, 1, 7, 90, late):
        pass
    roll_all(database, late + 10 * MINUTE_MS)
    assert sum(span.spend for span in select_spans(database, "minutes", 1, 0, 2**62)) == 30 * DAY_MS // 1000


def test_a_clock_that_is_set_back_doubles_nothing(database: sqlite3.Connection) -> None:
    put(database, *range(NOW_MS, NOW_MS + 2 * HOUR_MS, 15_000))
    roll_all(database, NOW_MS + 2 * HOUR_MS)
    back = NOW_MS + HOUR_MS + 7_000
    for step in range(400):
        put_poll(
            database, 1, None, a_reading(back + step * 15_000, used=NOW_MS // 1000 + 7200 + step), back + step * 15_000
        )
    found = select_readings(database, "account = ? ORDER BY at", (1,))
    used = [reading.snapshot.used or 0 for reading in found]
    assert used == sorted(used)
    assert len(moments(database, -1)) == 239
    roll_all(database, back + 500 * 15_000)
    assert sum(span.spend for span in select_spans(database, "minutes", 1, 0, 2**62)) == used[-1] - used[0]
    hours = select_spans(database, "hours", 1, 0, 2**62)
    assert len({span.start_ms for span in hours}) == len(hours)
    assert all(span.covered_ms <= HOUR_MS for span in hours)


def test_a_clock_that_is_set_back_a_moment_keeps_every_sample(database: sqlite3.Connection) -> None:
    put(database, NOW_MS, NOW_MS + 1000)
    put(database, NOW_MS + 400)
    assert moments(database) == [NOW_MS, NOW_MS + 1000, NOW_MS + 1001]


def test_a_sample_that_comes_late_takes_its_place_and_is_rolled_up(database: sqlite3.Connection) -> None:
    put(database, *range(NOW_MS, NOW_MS + 10 * MINUTE_MS, 30_000))
    roll_all(database, NOW_MS + 10 * MINUTE_MS)
    put_poll(database, 1, None, a_reading(NOW_MS + 70_000, concurrency=99), NOW_MS + 10 * MINUTE_MS)
    roll_all(database, NOW_MS + 10 * MINUTE_MS)
    assert NOW_MS + 70_000 in moments(database)
    assert select_spans(database, "minutes", 1, NOW_MS + MINUTE_MS, NOW_MS + 2 * MINUTE_MS)[0].highest == 99


def test_a_clock_that_was_never_set_stores_no_sample(database: sqlite3.Connection) -> None:
    put(database, 5000)
    assert moments(database) == []


def test_samples_of_one_moment_are_all_kept(database: sqlite3.Connection) -> None:
    put(database, NOW_MS)
    put(database, NOW_MS, now_ms=NOW_MS + 1)
    assert moments(database) == [NOW_MS, NOW_MS + 1]
