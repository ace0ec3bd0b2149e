"""Imports: what comes in, where it stands, and that what was there stays as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.services.importing import MINUTE_DAYS, RAW_DAYS, bring, exported, roll_all, spent
from tests.services.stored import NOW_MS, a_database, a_poll_at, a_reading
from usage_tui.core.errors import ImportInvalid
from usage_tui.core.history_table import Form
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, Reading, TimeSpan, moment
from usage_tui.services.history_import import Imported
from usage_tui.services.history_range import spans
from usage_tui.services.history_rollup import prune
from usage_tui.services.history_rows import select_readings, select_spans
from usage_tui.services.history_staging import gather
from usage_tui.services.history_writing import put_poll
from usage_tui.services.report_backfill import fill_in

ALWAYS = (0, 2**62)


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with a_database() as connection:
        yield connection


def poll(connection: sqlite3.Connection, moments: Sequence[int], *, used_from_ms: int = NOW_MS - 300 * DAY_MS) -> None:
    """Store polls that spend a credit a second since a moment, and roll them up as time goes on."""
    for at_ms in moments:
        used = (at_ms - used_from_ms) // 1000
        reading = a_reading(at_ms, interval_ms=15_000, used=used, concurrency=at_ms // 1000 % 90)
        put_poll(connection, 1, a_poll_at(at_ms), reading, at_ms)
    roll_all(connection, moments[-1] + HOUR_MS)


def everything(connection: sqlite3.Connection) -> list[list[Reading] | list[TimeSpan]]:
    return [
        select_readings(connection, "account = ? ORDER BY at", (1,)),
        select_spans(connection, "minutes", 1, *ALWAYS),
        select_spans(connection, "hours", 1, *ALWAYS),
    ]


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_samples_come_back_on_another_machine(database: sqlite3.Connection, tmp_path: Path, suffix: str) -> None:
    poll(database, range(NOW_MS, NOW_MS + 3 * HOUR_MS + MINUTE_MS, 15_000))
    path = exported(database, tmp_path / f"f{suffix}", None)
    now_ms = NOW_MS + 4 * HOUR_MS
    with a_database() as other:
        bring(other, path, now_ms)
        assert everything(other)[0] == everything(database)[0]
        roll_all(database, now_ms)
        roll_all(other, now_ms)
        assert everything(other) == everything(database)


@pytest.mark.parametrize("step", ["15s", "1m", "5m", "1h", "1d"])
def test_steps_come_back_with_all_that_was_spent_and_seen(
    database: sqlite3.Connection, tmp_path: Path, step: str
) -> None:
    begin_ms = NOW_MS // DAY_MS * DAY_MS
    poll(database, range(begin_ms, begin_ms + 26 * HOUR_MS, 15_000))
    path = exported(database, tmp_path / "f.csv", step)
    with a_database() as other:
        bring(other, path, begin_ms + 30 * HOUR_MS)
        ours, theirs = (
            [(span.start_ms, span.spend, span.covered_ms, span.last.used, span.lowest, span.highest) for span in found]
            for found in (spans(each, 1, begin_ms, begin_ms + 48 * HOUR_MS, DAY_MS) for each in (database, other))
        )
        assert ours == theirs
        if step not in ("1d", "5m"):
            width_ms = MINUTE_MS if step in ("15s", "1m") else HOUR_MS
            one, two = (spans(each, 1, begin_ms, begin_ms + 26 * HOUR_MS, width_ms) for each in (database, other))
            assert [span.spend for span in one] == [span.spend for span in two]
            assert [span.covered_ms for span in one] == [span.covered_ms for span in two]


@pytest.mark.parametrize("step", [None, "1m", "1h"])
def test_what_is_there_already_stays_as_it_is(database: sqlite3.Connection, tmp_path: Path, step: str | None) -> None:
    poll(database, range(NOW_MS, NOW_MS + 3 * HOUR_MS, 15_000))
    path = exported(database, tmp_path / "f.csv", step)
    path.write_text(path.read_text().replace(",9041,", ",1,"))
    before = everything(database)
    assert bring(database, path, NOW_MS + 5 * HOUR_MS) == Imported()
    assert everything(database) == before


@pytest.mark.parametrize("step", [None, "15s", "1m", "5m", "1h"])
def test_a_history_of_seconds_stays_as_it_is(database: sqlite3.Connection, tmp_path: Path, step: str | None) -> None:
    poll(database, [NOW_MS + 41 * MINUTE_MS + second * 1000 for second in range(8)])
    path = exported(database, tmp_path / "f.csv", step)
    before = everything(database)
    assert bring(database, path, NOW_MS + 5 * HOUR_MS) == Imported()
    assert everything(database) == before


@pytest.mark.parametrize("step", [None, "1m", "1h"])
def test_a_gap_that_is_filled_counts_nothing_twice(
    database: sqlite3.Connection, tmp_path: Path, step: str | None
) -> None:
    end_ms = NOW_MS + 6 * HOUR_MS
    poll(database, range(NOW_MS, end_ms, 15_000))
    path = exported(database, tmp_path / "f.csv", step)
    with a_database() as other:
        poll(other, [*range(NOW_MS, NOW_MS + HOUR_MS, 15_000), *range(NOW_MS + 4 * HOUR_MS, end_ms, 15_000)])
        samples = everything(other)[0]
        bring(other, path, end_ms + HOUR_MS)
        assert all(sample in everything(other)[0] for sample in samples)
        for step_ms in (MINUTE_MS, HOUR_MS):
            assert spent(other, step_ms) == spent(database, step_ms) == 6 * 3600 - 15
        filled = [span.spend for span in spans(other, 1, NOW_MS, end_ms, HOUR_MS)]
        assert filled == ([3585, *[3600] * 5] if step != "1h" else [3585, 0, 7200, 3600, 3600, 3600])


@pytest.mark.parametrize("hours", [(2,), (3,), (2, 3)])
def test_spends_that_fill_a_gap_are_taken_off_where_it_ended(
    database: sqlite3.Connection, tmp_path: Path, hours: tuple[int, ...]
) -> None:
    end_ms = NOW_MS + 6 * HOUR_MS
    poll(database, [*range(NOW_MS, NOW_MS + HOUR_MS, 15_000), *range(NOW_MS + 4 * HOUR_MS, end_ms, 15_000)])
    before = spent(database, HOUR_MS)
    path = tmp_path / "spend.csv"
    rows = "".join(f"{moment(NOW_MS + hour * HOUR_MS):%Y-%m-%dT%H:%M:%SZ},1000\n" for hour in hours)
    path.write_text(f"time,spend\n{rows}")
    bring(database, path, end_ms + HOUR_MS)
    assert spent(database, HOUR_MS) == before
    by_hour = {span.start_ms: span.spend for span in spans(database, 1, NOW_MS, end_ms, HOUR_MS)}
    assert [by_hour[NOW_MS + hour * HOUR_MS] for hour in hours] == [1000] * len(hours)


@pytest.mark.parametrize("step", [None, "1m", "1h"])
def test_a_reset_between_what_came_in_and_what_was_there_takes_nothing_back(
    database: sqlite3.Connection, tmp_path: Path, step: str | None
) -> None:
    reset_ms = NOW_MS + 2 * HOUR_MS
    poll(database, range(NOW_MS, reset_ms, 15_000))
    path = exported(database, tmp_path / "f.csv", step)
    with a_database() as other:
        poll(other, range(reset_ms, reset_ms + HOUR_MS, 15_000), used_from_ms=reset_ms)
        bring(other, path, reset_ms + 2 * HOUR_MS)
        for step_ms in (MINUTE_MS, HOUR_MS):
            assert spent(other, step_ms) == 2 * 3600 - 15 + 3600 - 15


@pytest.mark.parametrize("step", [None, "1m", "1h"])
def test_what_is_spent_after_an_import_is_counted_from_its_end(
    database: sqlite3.Connection, tmp_path: Path, step: str | None
) -> None:
    poll(database, range(NOW_MS, NOW_MS + 2 * HOUR_MS, 15_000))
    path = exported(database, tmp_path / "f.csv", step)
    with a_database() as other:
        bring(other, path, NOW_MS + 3 * HOUR_MS)
        poll(other, range(NOW_MS + 5 * HOUR_MS, NOW_MS + 6 * HOUR_MS, 15_000))
        for step_ms in (MINUTE_MS, HOUR_MS):
            assert spent(other, step_ms) == 6 * 3600 - 15


@pytest.mark.parametrize("step", [None, "1m", "1h"])
def test_an_import_that_is_newer_than_what_was_seen_here_counts_nothing_twice(
    database: sqlite3.Connection, tmp_path: Path, step: str | None
) -> None:
    late_ms = NOW_MS + 20 * DAY_MS
    moments = [*range(NOW_MS, NOW_MS + HOUR_MS, 15_000), *range(late_ms - 9 * DAY_MS, late_ms, 30 * MINUTE_MS)]
    poll(database, moments)
    path = exported(database, tmp_path / "f.csv", step, begin_ms=late_ms - 9 * DAY_MS)
    with a_database() as other:
        poll(other, range(NOW_MS, NOW_MS + HOUR_MS, 15_000))
        bring(other, path, late_ms + HOUR_MS)
        poll(other, range(late_ms + HOUR_MS, late_ms + 2 * HOUR_MS, 15_000))
        whole = (late_ms + 2 * HOUR_MS - NOW_MS) // 1000 - 15
        for step_ms in (MINUTE_MS, HOUR_MS):
            assert spent(other, step_ms) == whole


def test_old_samples_become_minutes_and_older_ones_hours(database: sqlite3.Connection, tmp_path: Path) -> None:
    for days in (200, 30, 2):
        poll(database, range(NOW_MS - days * DAY_MS, NOW_MS - days * DAY_MS + 2 * HOUR_MS, 60_000))
    path = exported(database, tmp_path / "f.csv", None)
    with a_database() as other:
        bring(other, path, NOW_MS)
        before = everything(other)
        oldest = {
            table: (NOW_MS - other.execute(f"SELECT min(at) FROM {table}").fetchone()[0]) // DAY_MS  # noqa: S608
            for table in ("samples", "minutes", "hours")
        }
        assert oldest == {"samples": 2, "minutes": 30, "hours": 200}
        assert not prune(other, 1, RAW_DAYS, MINUTE_DAYS, NOW_MS)
        assert everything(other) == before


def test_a_year_of_hours_serves_who_asks_for_hours(database: sqlite3.Connection, tmp_path: Path) -> None:
    lines = [
        f"{moment(NOW_MS - hour * HOUR_MS).isoformat()},production,0,5,9,100,{(9000 - hour) * 80},80,3000000,1,3600"
        for hour in range(8760, 0, -1)
    ]
    path = tmp_path / "f.csv"
    path.write_text("\n".join([",".join(Form.STEPS.columns), *lines]))
    assert bring(database, path, NOW_MS).hours == 8760
    found = spans(database, 1, NOW_MS - 365 * DAY_MS, NOW_MS, HOUR_MS)
    assert [span.spend for span in found] == [80] * 8760
    assert not any(span.has_gap or span.has_reset for span in found)


def test_spends_become_hours_whose_spend_alone_is_known(database: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"time,spend\n{NOW_MS // 1000 - 7200},100\n{NOW_MS // 1000 - 3600},50\n")
    assert bring(database, path, NOW_MS) == Imported(hours=2)
    hours = select_spans(database, "hours", 1, *ALWAYS)
    assert [(hour.spend, hour.covered_ms, hour.lowest, hour.last.used) for hour in hours] == [
        (100, HOUR_MS, None, None),
        (50, HOUR_MS, None, None),
    ]


def test_days_are_shared_out_over_their_hours(database: sqlite3.Connection, tmp_path: Path) -> None:
    begin_ms = NOW_MS // DAY_MS * DAY_MS - 5 * DAY_MS
    path = tmp_path / "f.csv"
    path.write_text("time,spend\n" + "".join(f"{(begin_ms + day * DAY_MS) // 1000},100\n" for day in range(3)))
    assert bring(database, path, NOW_MS).hours == 72
    hours = select_spans(database, "hours", 1, *ALWAYS)
    assert [sum(hour.spend for hour in hours[day * 24 : day * 24 + 24]) for day in range(3)] == [100] * 3
    assert all(hour.spend in (4, 5) and hour.has_gap for hour in hours)


def test_a_reset_among_imported_steps_is_marked(database: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    lines = [
        f"{moment(NOW_MS - hour * HOUR_MS).isoformat()},,,,,100,{used},80,3000000,1,3600"
        for hour, used in ((3, 1000), (2, 1080), (1, 30))
    ]
    path.write_text("\n".join([",".join(Form.STEPS.columns), *lines]))
    bring(database, path, NOW_MS)
    assert [hour.has_reset for hour in select_spans(database, "hours", 1, *ALWAYS)] == [False, False, True]


def test_counters_that_nobody_read_are_no_sample_of_an_export(database: sqlite3.Connection, tmp_path: Path) -> None:
    poll(database, range(NOW_MS, NOW_MS + 3 * HOUR_MS, 15_000))
    path = exported(database, tmp_path / "f.csv", "1h")
    with a_database() as other:
        bring(other, path, NOW_MS + 4 * HOUR_MS)
        assert exported(other, tmp_path / "again.csv", None).read_text() == ",".join(Form.SAMPLES.columns) + "\n"
        assert bring(other, exported(database, tmp_path / "fine.csv", None), NOW_MS + 4 * HOUR_MS).samples == 3 * 240
        assert {spent(other, step_ms) for step_ms in (15_000, MINUTE_MS, HOUR_MS)} == {3 * 3600 - 15}


def test_hour_that_goes_on_comes_in_when_it_is_over(database: sqlite3.Connection, tmp_path: Path) -> None:
    poll(database, range(NOW_MS, NOW_MS + 90 * MINUTE_MS, 15_000))
    path = exported(database, tmp_path / "f.csv", "1h")
    with a_database() as other:
        assert bring(other, path, NOW_MS + 90 * MINUTE_MS) == Imported(hours=1, to_come=1)
        assert bring(other, path, NOW_MS + 2 * HOUR_MS) == Imported(hours=1)
        assert {spent(other, step_ms) for step_ms in (15_000, MINUTE_MS, HOUR_MS)} == {90 * 60 - 15}


def test_a_day_with_a_reset_after_what_was_there_keeps_all_of_its_spend(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    begin_ms = NOW_MS // DAY_MS * DAY_MS - 3 * DAY_MS
    lines = [
        f"{moment(begin_ms + day * DAY_MS).isoformat()},,,,,100,{used},2400,3000000,1,86400"
        for day, used in enumerate((2400, 4800, 1200))
    ]
    for name, part in (("before.csv", lines[:2]), ("f.csv", lines)):
        (tmp_path / name).write_text("\n".join([",".join(Form.STEPS.columns), *part]))
        bring(database, tmp_path / name, NOW_MS + DAY_MS)
    assert {spent(database, step_ms) for step_ms in (MINUTE_MS, HOUR_MS, DAY_MS)} == {3 * 2400}


@pytest.mark.parametrize("minutes", [60, 30])
def test_minutes_take_the_place_of_an_hour_that_they_tell_no_less_of(
    database: sqlite3.Connection, tmp_path: Path, minutes: int
) -> None:
    poll(database, range(NOW_MS, NOW_MS + 3 * HOUR_MS, 15_000))
    second_ms = NOW_MS + HOUR_MS
    hours = exported(database, tmp_path / "hours.csv", "1h")
    part = exported(database, tmp_path / "f.csv", "1m", begin_ms=second_ms, end_ms=second_ms + minutes * MINUTE_MS)
    with a_database() as other:
        bring(other, hours, NOW_MS + 4 * HOUR_MS)
        before = everything(other)
        bring(other, part, NOW_MS + 4 * HOUR_MS)
        assert len(everything(other)[1]) == (60 if minutes == 60 else 0)
        assert everything(other)[2] == before[2]
        assert {spent(other, step_ms) for step_ms in (15_000, MINUTE_MS, HOUR_MS)} == {3 * 3600 - 15}


@pytest.mark.parametrize("step", [None, "1m", "1h"])
def test_what_was_seen_takes_the_place_of_what_a_report_filled_in(
    database: sqlite3.Connection, tmp_path: Path, step: str | None
) -> None:
    begin_ms = NOW_MS // DAY_MS * DAY_MS
    poll(database, range(begin_ms, begin_ms + 3 * HOUR_MS, 15_000))
    path = exported(database, tmp_path / "f.csv", step)
    with a_database() as other:
        late_ms = begin_ms + 2 * DAY_MS
        poll(other, range(late_ms, late_ms + HOUR_MS, 15_000))
        fill_in(other, 1, dict.fromkeys(range(begin_ms // DAY_MS - 1, late_ms // DAY_MS), 240_000))
        bring(other, path, late_ms + 2 * HOUR_MS)
        counted = (late_ms + HOUR_MS - begin_ms) // 1000 - 15
        assert {spent(other, step_ms) for step_ms in (15_000, MINUTE_MS, HOUR_MS)} == {240_000 + counted}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"time,spend\n{NOW_MS // 1000 + 60},5\n", "line 2: 2026-11-22T10:01:00Z lies in the future"),
        (",".join(Form.STEPS.columns) + "\n2026-11-20T10:00:07Z,,,,,,,5,,,1\n", "no steps of 15s, 1m"),
        (",".join(Form.STEPS.columns) + "\n2026-11-20T10:00:00Z,,,,,,,5,,,90000\n", "no steps of 15s, 1m"),
    ],
)
def test_what_cannot_be_is_refused(database: sqlite3.Connection, tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(content)
    before = database.total_changes
    with pytest.raises(ImportInvalid, match=reason):
        gather(database, path, NOW_MS, lambda _: None)
    assert everything(database) == [[], [], []]
    assert database.total_changes >= before
