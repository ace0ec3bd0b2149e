"""Each day's forecast is kept as it was made, and held against what its cycle came to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from tests.makers import utc
from tests.services.stored import a_database
from usage_tui.core.outlook import Accuracy
from usage_tui.core.rollup import DAY_MS, HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.forecast_log import MadeForecast, accuracy, put_forecast, settle
from usage_tui.services.history_rows import put_spans
from usage_tui.services.log_pruning import prune_logs

BEGAN_MS, ENDS_MS = epoch_ms(utc(2026, 10, 3, 10)), epoch_ms(utc(2026, 11, 3, 10))
HOURS = (ENDS_MS - BEGAN_MS) // HOUR_MS
TOTAL = 1_000 * HOURS + 40


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with a_database() as connection:
        yield connection


def a_forecast(day: int = 10, **changed: float) -> MadeForecast:
    """Make the forecast of a day of the cycle, which is right to the credit."""
    totals = {"total_p10": TOTAL * 0.9, "total_p50": float(TOTAL), "total_p90": TOTAL * 1.1} | changed
    return MadeForecast(BEGAN_MS + day * DAY_MS, BEGAN_MS, ENDS_MS, 1, **totals, ceiling=None, run_out_probability=0.5)


def store_cycle(connection: sqlite3.Connection, *, reset_ms: int = ENDS_MS, unwatched_hours: int = 0) -> None:
    """Store the hours of the cycle up to its reset, 1,000 credits each, 40 more before the reset and 7 after it."""
    starts = range(BEGAN_MS, reset_ms - unwatched_hours * HOUR_MS, HOUR_MS)
    hours = [
        TimeSpan(start, Snapshot(used=1_000 * number), spend=1_000, covered_ms=HOUR_MS)
        for number, start in enumerate(starts, start=1)
    ]
    renewed = TimeSpan(reset_ms, Snapshot(used=7), spend=47, covered_ms=HOUR_MS, has_reset=True)
    put_spans(connection, "hours", 1, [*hours, renewed])
    connection.execute("UPDATE accounts SET hours_until = ?1, minutes_until = ?1", (reset_ms + HOUR_MS,))


def actual_totals(connection: sqlite3.Connection) -> list[int | None]:
    return [actual for (actual,) in connection.execute("SELECT actual FROM forecasts ORDER BY day")]


def test_first_forecast_of_a_day_is_kept(connection: sqlite3.Connection) -> None:
    put_forecast(connection, 1, a_forecast(10, total_p50=5.0))
    put_forecast(connection, 1, a_forecast(10, total_p50=6.0))
    put_forecast(connection, 1, a_forecast(11, total_p50=7.0))
    assert connection.execute("SELECT total_p50 FROM forecasts ORDER BY day").fetchall() == [(5.0,), (7.0,)]


def test_forecast_comes_true_with_what_the_counter_came_to_before_the_reset(connection: sqlite3.Connection) -> None:
    put_forecast(connection, 1, a_forecast())
    store_cycle(connection)
    settle(connection, 1, ENDS_MS + HOUR_MS)
    assert actual_totals(connection) == [None]
    settle(connection, 1, ENDS_MS + 3 * HOUR_MS)
    assert actual_totals(connection) == [TOTAL]


def test_accuracy_is_the_median_error_and_how_often_the_range_held(connection: sqlite3.Connection) -> None:
    store_cycle(connection)
    for day, (error, width) in enumerate([(0.02, 0.1), (0.06, 0.1), (0.3, 0.1)]):
        put_forecast(connection, 1, a_forecast(day, total_p50=TOTAL * (1 + error), total_p90=TOTAL * (1 + width)))
    put_forecast(connection, 1, a_forecast(5, total_p10=TOTAL * 1.05, total_p50=TOTAL * 1.1, total_p90=TOTAL * 1.2))
    assert accuracy(connection, 1) is None
    settle(connection, 1, ENDS_MS + DAY_MS)
    seen = accuracy(connection, 1)
    assert seen is not None
    assert (seen.count, round(seen.median_error, 6), seen.covered_share) == (4, 0.08, 0.75)


def test_cycle_that_was_cut_short_says_nothing_of_its_forecasts(connection: sqlite3.Connection) -> None:
    put_forecast(connection, 1, a_forecast())
    store_cycle(connection, reset_ms=ENDS_MS - 10 * DAY_MS)
    settle(connection, 1, ENDS_MS + DAY_MS)
    assert actual_totals(connection) == [None]
    prune_logs(connection, 1, ENDS_MS + 2 * DAY_MS)
    assert actual_totals(connection) == [None]
    prune_logs(connection, 1, ENDS_MS + 4 * DAY_MS)
    assert actual_totals(connection) == []


def test_end_that_nobody_watched_says_nothing_of_its_forecasts(connection: sqlite3.Connection) -> None:
    put_forecast(connection, 1, a_forecast())
    store_cycle(connection, unwatched_hours=8)
    settle(connection, 1, ENDS_MS + DAY_MS)
    assert actual_totals(connection) == [None]
    prune_logs(connection, 1, ENDS_MS + 4 * DAY_MS)
    assert actual_totals(connection) == []


def test_forecast_that_came_true_is_kept_for_two_years_and_more(connection: sqlite3.Connection) -> None:
    put_forecast(connection, 1, a_forecast())
    store_cycle(connection)
    settle(connection, 1, ENDS_MS + DAY_MS)
    prune_logs(connection, 1, ENDS_MS + 730 * DAY_MS)
    assert actual_totals(connection) == [TOTAL]
    prune_logs(connection, 1, ENDS_MS + 801 * DAY_MS)
    assert actual_totals(connection) == []


def test_accuracy_is_of_the_last_cycle_that_is_over(connection: sqlite3.Connection) -> None:
    store_cycle(connection)
    put_forecast(connection, 1, a_forecast())
    settle(connection, 1, ENDS_MS + DAY_MS)
    connection.execute(
        """INSERT INTO forecasts SELECT account, day - 40, made_at, cycle_began - 1, cycle_ends, used, total_p10,
        2 * total_p50, total_p90, ceiling, run_out_probability, actual FROM forecasts"""
    )
    assert accuracy(connection, 1) == Accuracy(1, 0.0, 1.0)


def test_cycle_in_which_nothing_was_used_has_no_error(connection: sqlite3.Connection) -> None:
    put_forecast(connection, 1, a_forecast())
    connection.execute("UPDATE forecasts SET actual = 0")
    assert accuracy(connection, 1) is None
