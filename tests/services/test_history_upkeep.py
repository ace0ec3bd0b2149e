"""What keeps the history in order: an account at a time, and by a clock that ran steadily."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.stored import NOW_MS, SetClock, a_poll_at, a_reading, rows
from usage_tui.core.alert_log import Telling
from usage_tui.core.alert_rules import AlertRule
from usage_tui.core.alerts import AlertState, Level, Transition
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, moment
from usage_tui.services import history_upkeep
from usage_tui.services.alert_writing import put_transitions
from usage_tui.services.config_schema import HistorySettings
from usage_tui.services.forecast_log import MadeForecast, put_forecast
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_rollup import roll_up
from usage_tui.services.history_rows import put_readings
from usage_tui.services.history_upkeep import Upkeep
from usage_tui.services.history_writing import account_id, put_poll
from usage_tui.services.paths import StateFolder

LATER_MS = NOW_MS + 1000 * DAY_MS
LEVEL = Level(AlertRule.SPEND)
KEPT = "SELECT (SELECT count(*) FROM samples), (SELECT count(*) FROM forecasts), (SELECT count(*) FROM alerts)"


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


@pytest.fixture
def file(folder: StateFolder) -> Iterator[HistoryFile]:
    file = HistoryFile(folder, SetClock(moment(NOW_MS)), print)
    yield file
    file.close()


def store(file: HistoryFile, name: str) -> int:
    """Store ten minutes of an account, a forecast, and an alert that is over; give its number."""
    with file.writing() as connection:
        number = account_id(connection, name, name)
        for at_ms in range(NOW_MS, NOW_MS + 10 * MINUTE_MS, 15_000):
            put_poll(connection, number, a_poll_at(at_ms), a_reading(at_ms, interval_ms=15_000), at_ms)
        put_forecast(connection, number, MadeForecast(NOW_MS, NOW_MS, NOW_MS + DAY_MS, 1, 1.0, 2.0, 3.0, None, None))
        for state in (AlertState.FIRING, AlertState.RESOLVED):
            transition = Transition(name, LEVEL, state, moment(NOW_MS), "m")
            put_transitions(connection, number, {}, [transition], Telling())
        return number


def damage(connection: sqlite3.Connection, number: int) -> None:
    """Let a sample of an account have a cycle that began in no year."""
    connection.execute(
        "UPDATE samples SET cycle_start = ? WHERE account = ? AND at = ?", (2**62, number, NOW_MS + 5 * MINUTE_MS)
    )


def test_what_stands_of_one_account_holds_up_no_other(file: HistoryFile, folder: StateFolder) -> None:
    numbers = [store(file, name) for name in ("first", "damaged", "last")]
    with file.writing() as connection:
        damage(connection, numbers[1])
    upkeep = Upkeep(SetClock(moment(NOW_MS + 15 * MINUTE_MS)))
    while upkeep.run(file, numbers, HistorySettings()):
        pass
    minutes = "SELECT name, count(at) FROM accounts LEFT JOIN minutes ON account = id GROUP BY id"
    assert rows(folder, minutes) == [("first", 11), ("damaged", 0), ("last", 11)]


@pytest.mark.parametrize("fault", [sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError])
def test_a_fault_of_what_stands_of_one_account_holds_up_no_other(
    file: HistoryFile, folder: StateFolder, monkeypatch: pytest.MonkeyPatch, fault: type[sqlite3.Error]
) -> None:
    numbers = [store(file, name) for name in ("first", "damaged", "last")]

    def damaged(connection: sqlite3.Connection, account: int, now_ms: int) -> bool:
        if account == numbers[1]:
            raise fault
        return roll_up(connection, account, now_ms)

    monkeypatch.setattr(history_upkeep, "roll_up", damaged)
    upkeep = Upkeep(SetClock(moment(NOW_MS + 15 * MINUTE_MS)))
    while upkeep.run(file, numbers, HistorySettings()):
        pass
    assert rows(folder, "SELECT account, count(*) FROM minutes GROUP BY account") == [
        (numbers[0], 11),
        (numbers[2], 11),
    ]


@pytest.mark.parametrize("starts_wrong", [True, False], ids=["wrong from the start", "set wrong meanwhile"])
def test_by_a_clock_that_is_far_ahead_nothing_is_forgotten_within_an_hour(
    file: HistoryFile, folder: StateFolder, *, starts_wrong: bool
) -> None:
    clock = SetClock(moment(LATER_MS if starts_wrong else NOW_MS))
    upkeep = Upkeep(clock)
    if not starts_wrong:
        clock.advance(7200.0)
        clock.at = moment(LATER_MS)
    number = store(file, "production")
    for seconds in (0.0, 3599.0):
        clock.advance(seconds)
        while upkeep.run(file, [number], HistorySettings()):
            pass
        assert rows(folder, KEPT) == [(40, 1, 1)]
    clock.advance(1.0)
    upkeep.run(file, [number], HistorySettings())
    assert rows(folder, KEPT) == [(1, 0, 0)]


@pytest.mark.parametrize(
    ("ages_ms", "is_forgotten"),
    [
        ([HOUR_MS], True),
        ([7 * DAY_MS], True),
        ([7 * DAY_MS + 1], False),
        ([HOUR_MS - 1], False),
        ([HOUR_MS, -1], False),
    ],
    ids=["an hour before", "a week before", "longer ago", "a moment ago", "an hour before, but also later"],
)
def test_by_a_clock_that_stored_samples_bear_out_what_is_old_is_forgotten_at_once(
    file: HistoryFile, folder: StateFolder, ages_ms: list[int], *, is_forgotten: bool
) -> None:
    number = store(file, "production")
    with file.writing() as connection:
        put_readings(connection, "samples", number, [a_reading(LATER_MS - age_ms) for age_ms in sorted(ages_ms)[::-1]])
    upkeep = Upkeep(SetClock(moment(LATER_MS)))
    while upkeep.run(file, [number], HistorySettings()):
        pass
    ((oldest_ms, alerts),) = rows(folder, "SELECT (SELECT min(at) FROM samples), count(*) FROM alerts")
    assert (oldest_ms > LATER_MS - 8 * DAY_MS, alerts) == (is_forgotten, 0 if is_forgotten else 1)


def test_what_was_stored_since_the_start_bears_no_clock_out(file: HistoryFile, folder: StateFolder) -> None:
    number, clock = store(file, "production"), SetClock(moment(LATER_MS))
    upkeep = Upkeep(clock)
    clock.advance(3000.0)
    with file.writing() as connection:
        put_readings(connection, "samples", number, [a_reading(LATER_MS + 1000)])
    while upkeep.run(file, [number], HistorySettings()):
        pass
    assert rows(folder, KEPT) == [(41, 1, 1)]
