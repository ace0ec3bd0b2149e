"""Spend from CSV: hours in, every fault with its line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import utc
from usage_tui.core.errors import SpendInvalid
from usage_tui.core.spend_csv import read_spend
from usage_tui.core.spend_record import SpendRecord

HEAD = "time,spend\n"


def read(text: str) -> SpendRecord:
    """Read a file's text."""
    return read_spend(text.splitlines(keepends=True), "spend.csv")


@pytest.mark.parametrize(
    "times",
    [
        ("2026-01-05T00:00:00Z", "2026-01-05T01:00:00Z"),
        ("2026-01-05", "2026-01-05 01:00"),
        ("2026-01-05T02:00:00+02:00", "2026-01-05T03:00:00+02:00"),
        ("1767571200", "1767574800.0"),
    ],
)
def test_times_are_iso_or_epoch_seconds_and_without_a_zone_utc(times: tuple[str, str]) -> None:
    record = read(f"{HEAD}{times[0]},3\n{times[1]},4.5\n")
    assert record == SpendRecord(utc(2026, 1, 5), (3.0, 4.5), (3.0, 4.5))
    assert record.ended_at == utc(2026, 1, 5, 2)


def test_columns_are_found_by_name_and_blank_lines_passed_over() -> None:
    record = read("account, Spend ,time\n\na,7,2026-01-05\n,,\nb,8,2026-01-05T01:00Z\n")
    assert record.spends == (7.0, 8.0)


def test_hours_begin_with_the_first_row() -> None:
    record = read(f"{HEAD}2026-01-05T00:17,1\n2026-01-05T01:17,2\n")
    assert (record.began_at, record.spends) == (utc(2026, 1, 5, 0, 17), (1.0, 2.0))


def test_a_missing_row_and_an_empty_cell_are_unknown_hours_that_count_for_nothing() -> None:
    record = read(f"{HEAD}2026-01-05T00:00,1\n2026-01-05T01:00,\n2026-01-05T02:00,3\n2026-01-05T05:00,4\n")
    assert record.spends == (1.0, None, 3.0, None, None, 4.0)
    assert record.counted == (1.0, 0.0, 3.0, 0.0, 0.0, 4.0)


def test_shorter_intervals_add_up_and_an_hour_is_known_from_three_quarters_of_it_on() -> None:
    minutes = [minute for minute in range(0, 120, 5) if not 60 <= minute < 60 + 5 * 4]
    record = read(HEAD + "".join(f"2026-01-05T{at // 60:02}:{at % 60:02},2\n" for at in minutes))
    assert record.spends == (24.0, None)
    assert record.counted == (24.0, 16.0)


def test_three_quarters_of_an_hour_are_enough_to_know_it() -> None:
    record = read(HEAD + "".join(f"2026-01-05T{at},2\n" for at in ("00:00", "00:15", "00:30", "01:00", "01:15")))
    assert record.spends == (6.0, None)


def test_longer_intervals_are_spread_evenly() -> None:
    record = read(f"{HEAD}2026-01-05,24\n2026-01-06,48\n")
    assert record.spends == (1.0,) * 24 + (2.0,) * 24


def test_jitter_of_seconds_leaves_no_holes() -> None:
    starts = [utc(2026, 1, 5) + timedelta(hours=hour, seconds=hour % 3) for hour in range(30)]
    record = read(HEAD + "".join(f"{at.isoformat()},1\n" for at in starts))
    assert len(record.spends) == 30
    assert None not in record.spends
    assert _sum(record) == pytest.approx(30, abs=0.01)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "spend.csv:1: the first line has to name the columns `time,spend`."),
        ("2026-01-05,1\n", "spend.csv:1: the first line has to name the columns `time,spend`."),
        (HEAD, "spend.csv: there is no row; each has a time and the credits spent from then on."),
        (f"{HEAD}\n2026-01-05\n", "spend.csv:3: this line has 1 cells, and the first one 2."),
        (f"{HEAD}soon,1\n", "spend.csv:2: `soon` is no time in ISO 8601 and no epoch seconds."),
        (f"{HEAD}1e6,1\n", "spend.csv:2: `1e6` is no time in ISO 8601 and no epoch seconds."),
        (f"{HEAD}\x1b[2J,1\n", "spend.csv:2: `\\x1b[2J` is no time in ISO 8601 and no epoch seconds."),
        (f"{HEAD}123,1\n", "spend.csv:2: `123` is of the year 1970; give ISO 8601 or epoch seconds."),
        (f"{HEAD}9999-12-31,1\n", "spend.csv:2: `9999-12-31` is of the year 9999; give ISO 8601 or epoch seconds."),
        (
            f"{HEAD}2026-01-05,1\n2026-01-05T00:00Z,1\n",
            "spend.csv:3: its time stands twice; put the rows in order, and times in UTC.",
        ),
        (
            f"{HEAD}2026-01-05,1\n2026-01-04,1\n",
            "spend.csv:3: its time is earlier than that of the row before; put the rows in order, and times in UTC.",
        ),
        *(
            (
                f"{HEAD}2026-01-05,{spend}\n",
                f"spend.csv:2: `{spend}` is no amount of credits; give a number from 0 on, without separators.",
            )
            for spend in ("-1", "nan", "inf", "1_000", "1e30", "12 k")
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_the_mend(text: str, sentence: str) -> None:
    with pytest.raises(SpendInvalid) as refused:
        read(text)
    assert str(refused.value) == sentence


CELLS = st.text(alphabet=st.sampled_from("0123456789-:.,TZ+eE\"'\x00\n\r ;abc"), max_size=25)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6), st.booleans())
def test_garbage_is_refused_or_read_and_never_anything_else(rows: list[tuple[str, str]], has_head: bool) -> None:
    text = (HEAD if has_head else "") + "".join(f"{time},{spend}\n" for time, spend in rows)
    fault, record = None, None
    try:
        record = read(text)
    except SpendInvalid as error:
        fault = str(error)
    if record is not None:
        assert all(hour is None or hour >= 0 for hour in record.spends)
    if fault is not None:
        assert fault.startswith("spend.csv:")
        assert "\n" not in fault


@given(
    st.lists(st.none() | st.floats(0, 1e9), min_size=2, max_size=60),
    st.sampled_from([timedelta(seconds=20), timedelta(minutes=7), timedelta(hours=1), timedelta(hours=5)]),
)
def test_what_is_read_adds_up_to_what_was_written(spends: list[float | None], step: timedelta) -> None:
    rows = ("" if spend is None else repr(spend) for spend in spends)
    start = utc(2026, 1, 5)
    record = read(HEAD + "".join(f"{(start + n * step).isoformat()},{row}\n" for n, row in enumerate(rows)))
    assert len(record.spends) == len(record.counted) == round(len(spends) * step / timedelta(hours=1))
    written = sum(spend or 0.0 for spend in spends)
    assert _sum(record) <= written * (1 + 1e-9)
    if len(spends) * step % timedelta(hours=1) == timedelta(0):
        assert _sum(record) == pytest.approx(written)


def _sum(record: SpendRecord) -> float:
    return sum(hour for hour in record.counted if hour is not None)
