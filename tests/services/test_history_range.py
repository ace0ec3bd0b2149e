"""A stretch of the history in steps: the best that is kept of each part, once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from random import Random

import pytest

from tests.services.stored import NOW_MS, a_database, a_poll_at, a_reading
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, TimeSpan, folded
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.history_range import spans
from usage_tui.services.history_rollup import prune, roll_up
from usage_tui.services.history_rows import put_spans, select_folded, select_spans
from usage_tui.services.history_writing import put_poll

STEPS_MS = (1000, 15_000, MINUTE_MS, 5 * MINUTE_MS, 7 * MINUTE_MS, HOUR_MS, DAY_MS)


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with a_database() as connection:
        yield connection


def fill(connection: sqlite3.Connection, begin_ms: int, end_ms: int, every_ms: int = 15_000) -> None:
    """Store readings that spend a credit a second, and roll them up as time goes on."""
    for at_ms in range(begin_ms, end_ms, every_ms):
        reading = a_reading(at_ms, interval_ms=every_ms, used=at_ms // 1000, concurrency=at_ms // 1000 % 90)
        put_poll(connection, 1, a_poll_at(at_ms), reading, at_ms)
    while roll_up(connection, 1, end_ms):
        pass


def a_span(start_ms: int, *, spend: int = 0, requests: int = 10, width_ms: int = MINUTE_MS) -> TimeSpan:
    last = Snapshot(concurrency_limit=100, used=start_ms // 1000)
    return TimeSpan(start_ms, last, requests, requests, requests * width_ms, width_ms, spend=spend)


@pytest.mark.parametrize("step_ms", STEPS_MS)
def test_every_step_holds_all_that_was_spent_and_seen(database: sqlite3.Connection, step_ms: int) -> None:
    end_ms = NOW_MS + 3 * HOUR_MS + 10 * MINUTE_MS + 45_000
    fill(database, NOW_MS + 20 * MINUTE_MS, end_ms)
    found = spans(database, 1, NOW_MS, end_ms, step_ms)
    assert sum(span.spend for span in found) == (end_ms - NOW_MS) // 1000 - 20 * 60 - 15
    assert sum(span.covered_ms for span in found) == end_ms - NOW_MS - 20 * MINUTE_MS
    assert [span.start_ms for span in found] == sorted({span.start_ms for span in found})
    assert all(span.start_ms % step_ms == 0 for span in found)
    assert all(span.covered_ms <= step_ms for span in found)


@pytest.mark.parametrize("step_ms", STEPS_MS)
def test_a_range_that_begins_and_ends_within_steps_holds_what_lies_between(
    database: sqlite3.Connection, step_ms: int
) -> None:
    fill(database, NOW_MS, NOW_MS + 5 * HOUR_MS)
    begin_ms, end_ms = NOW_MS + 50 * MINUTE_MS, NOW_MS + 3 * HOUR_MS + 20 * MINUTE_MS
    found = spans(database, 1, begin_ms, end_ms, step_ms)
    assert sum(span.spend for span in found) == (end_ms - begin_ms) // 1000
    assert sum(span.covered_ms for span in found) == end_ms - begin_ms


def test_what_is_not_rolled_up_yet_is_there(database: sqlite3.Connection) -> None:
    fill(database, NOW_MS, NOW_MS + HOUR_MS)
    now_ms = NOW_MS + HOUR_MS
    put_poll(database, 1, None, a_reading(now_ms, used=NOW_MS // 1000 + 9999, concurrency=99), now_ms)
    found = spans(database, 1, NOW_MS, NOW_MS + 2 * HOUR_MS, HOUR_MS)
    assert [span.highest for span in found] == [75, 99]
    assert sum(span.spend for span in found) == 9999


def test_where_samples_are_forgotten_minutes_stand_and_where_those_are_hours(database: sqlite3.Connection) -> None:
    fill(database, NOW_MS, NOW_MS + 2 * HOUR_MS - MINUTE_MS)
    late = NOW_MS + 10 * DAY_MS
    fill(database, late, late + 10 * MINUTE_MS)
    while prune(database, 1, 1, 5, late):
        pass
    assert [span.start_ms for span in spans(database, 1, NOW_MS, late, 1000)] == [NOW_MS, NOW_MS + HOUR_MS]
    for step_ms in STEPS_MS[:4]:
        found = spans(database, 1, NOW_MS, late + 10 * MINUTE_MS, step_ms)
        assert sum(span.spend for span in found) == 10 * DAY_MS // 1000 + 10 * 60 - 15
    database.execute("DELETE FROM hours WHERE at = ?", (NOW_MS,))
    assert [span.start_ms for span in spans(database, 1, NOW_MS, late, MINUTE_MS)] == [NOW_MS + HOUR_MS]


def test_hour_keeps_all_of_its_minutes_or_none(database: sqlite3.Connection) -> None:
    fill(database, NOW_MS, NOW_MS + 4 * HOUR_MS)
    while prune(database, 1, 1, 5, NOW_MS + 5 * DAY_MS + 90 * MINUTE_MS):
        pass
    assert select_spans(database, "minutes", 1, 0, 2**62)[0].start_ms == NOW_MS + HOUR_MS
    assert sum(span.spend for span in spans(database, 1, NOW_MS, NOW_MS + DAY_MS, MINUTE_MS)) == 4 * 3600 - 15


def test_hours_after_the_last_roll_up_count_where_nothing_finer_is(database: sqlite3.Connection) -> None:
    fill(database, NOW_MS, NOW_MS + HOUR_MS + 5 * MINUTE_MS)
    later = [a_span(NOW_MS + HOUR_MS, spend=5), a_span(NOW_MS + 7 * HOUR_MS, spend=70, width_ms=HOUR_MS)]
    put_spans(database, "hours", 1, later)
    for step_ms in STEPS_MS:
        found = spans(database, 1, NOW_MS + HOUR_MS, NOW_MS + DAY_MS, step_ms)
        assert sum(span.spend for span in found) == 300 + 70


def test_minutes_after_the_last_roll_up_count_where_no_sample_is(database: sqlite3.Connection) -> None:
    fill(database, NOW_MS, NOW_MS + 5 * MINUTE_MS)
    now_ms = NOW_MS + 6 * MINUTE_MS
    put_poll(database, 1, None, a_reading(now_ms, used=NOW_MS // 1000 + 360), now_ms)
    put_spans(database, "minutes", 1, [a_span(NOW_MS + minute * MINUTE_MS, spend=1000) for minute in (6, 9)])
    for step_ms in STEPS_MS:
        found = spans(database, 1, NOW_MS, NOW_MS + HOUR_MS, step_ms)
        assert sum(span.spend for span in found) == 360 + 1000


def test_what_was_never_seen_has_no_span(database: sqlite3.Connection) -> None:
    for step_ms in STEPS_MS:
        assert spans(database, 1, 0, NOW_MS, step_ms) == []
        assert spans(database, 77, 0, NOW_MS, step_ms) == []
        assert spans(database, 1, NOW_MS, 0, step_ms) == []


def test_the_database_folds_as_we_do(database: sqlite3.Connection) -> None:
    random = Random(1)  # noqa: S311 -- numbers
    most = 2**62 - 1
    minutes = [
        TimeSpan(
            start_ms=minute * MINUTE_MS,
            last=Snapshot(used=random.choice([None, most]), is_auto_upgrade=random.choice([None, True, False])),
            lowest=random.choice([None, 0, 7]),
            highest=random.choice([None, 7, most]),
            request_ms=random.choice([0, 1, most]),
            covered_ms=random.randrange(MINUTE_MS),
            saturated_ms=random.randrange(MINUTE_MS),
            spend=random.choice([-most, -1, 0, 5, most]),
            has_gap=random.random() < 0.1,
            has_reset=random.random() < 0.1,
        )
        for minute in sorted(random.sample(range(4000), 1000))
    ]
    put_spans(database, "minutes", 1, minutes)
    for width_ms in (MINUTE_MS, 7 * MINUTE_MS, HOUR_MS, DAY_MS):
        assert select_folded(database, "minutes", 1, 0, 2**62, width_ms) == folded(minutes, width_ms)
    assert select_spans(database, "minutes", 1, 0, 2**62) == minutes


def test_a_cycle_of_hours_and_days_of_minutes_are_read_whole(database: sqlite3.Connection) -> None:
    minutes = [a_span(NOW_MS - number * MINUTE_MS, spend=80) for number in range(60 * DAY_MS // MINUTE_MS, 0, -1)]
    put_spans(database, "minutes", 1, minutes)
    put_spans(database, "hours", 1, folded(minutes, HOUR_MS))
    database.execute("UPDATE accounts SET minutes_until = ?1, hours_until = ?1", (NOW_MS,))
    for days, step_ms in ((31, HOUR_MS), (1, MINUTE_MS), (7, 5 * MINUTE_MS), (7, 10 * MINUTE_MS)):
        assert len(spans(database, 1, NOW_MS - days * DAY_MS, NOW_MS, step_ms)) == days * DAY_MS // step_ms
