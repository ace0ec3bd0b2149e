"""A simulated past gets the forecasts that it would have had, a day each, without looking ahead."""

from __future__ import annotations

from datetime import timedelta

from tests.makers import utc
from tests.services.stored import a_database
from usage_tui.core.cycle import CyclePlan
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.forecast_log import accuracy
from usage_tui.services.history_rows import put_spans
from usage_tui.services.past_forecasts import past_forecasts, put_past_forecasts

ANCHOR = utc(2026, 11, 3, 10)
STARTS = [utc(2026, 9, 3, 10), utc(2026, 10, 3, 10), ANCHOR, utc(2026, 12, 3, 10)]
NOW_MS = epoch_ms(ANCHOR + timedelta(days=5))


def hours_of_past(factor: int = 1) -> list[TimeSpan]:
    """Make hours from September on; in the last third of October each costs `factor` times as much."""
    made, used = [], 0
    resets = {epoch_ms(start) for start in STARTS}
    late_ms = epoch_ms(utc(2026, 10, 23))
    for start in range(epoch_ms(STARTS[0]), NOW_MS, HOUR_MS):
        spend = (900 + 10 * (start // HOUR_MS % 24)) * (factor if late_ms <= start < epoch_ms(ANCHOR) else 1)
        is_reset = start in resets and start != epoch_ms(STARTS[0])
        used = spend if is_reset else used + spend
        made.append(TimeSpan(start, Snapshot(used=used), spend=spend, covered_ms=HOUR_MS, has_reset=is_reset))
    return made


def forecasts(factor: int = 1) -> tuple[list[tuple[float, int]], float]:
    """Put the past down, and give each day's median with what came of it, and the median error."""
    with a_database() as connection:
        put_spans(connection, "hours", 1, hours_of_past(factor))
        connection.execute("UPDATE accounts SET minutes_until = ?1, hours_until = ?1", (NOW_MS,))
        told = past_forecasts(connection, 1, CyclePlan(anchor=ANCHOR), NOW_MS)
        put_past_forecasts(connection, 1, told, NOW_MS)
        rows = connection.execute("SELECT total_p50, actual FROM forecasts ORDER BY day").fetchall()
        seen = accuracy(connection, 1)
    assert seen is not None
    assert seen.count == len(rows)
    return rows, seen.median_error


def test_each_day_of_the_last_whole_cycle_has_one_and_they_have_come_true() -> None:
    rows, error = forecasts()
    assert len(rows) == 30
    assert {actual for _, actual in rows} == {sum(span.spend for span in hours_of_past() if _is_in_october(span))}
    assert error < 0.06


def test_no_day_knows_what_came_after_it() -> None:
    calm, wild = forecasts()[0], forecasts(factor=5)[0]
    assert [median for median, _ in calm[:19]] == [median for median, _ in wild[:19]]
    assert calm[-1] != wild[-1]


def test_without_a_past_there_is_none() -> None:
    with a_database() as connection:
        assert past_forecasts(connection, 1, CyclePlan(anchor=ANCHOR), NOW_MS) == []


def _is_in_october(span: TimeSpan) -> bool:
    return epoch_ms(STARTS[1]) <= span.start_ms < epoch_ms(ANCHOR)
