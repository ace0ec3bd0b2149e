"""Months of an account's history as spans, made by a formula: busy by day, quiet at night and on Sundays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import sin, tau

from tests.makers import CYCLE, NOW, a_snapshot, utc
from usage_tui.core.cycle import add_months
from usage_tui.core.forecast import analyse, forecast
from usage_tui.core.outlook import Evidence, Outlook
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, TimeSpan, epoch_ms, moment

FINE_MS = 5000
USED = 1_412_700
USED_BEFORE = 2_030_000
ASLEEP = (utc(2026, 11, 12, 22), utc(2026, 11, 14, 7))


def past(*, asleep: tuple[datetime, datetime] | None = ASLEEP) -> list[TimeSpan]:
    """Make the spans of three cycles up to `NOW`: hours, the minutes of the last day, the last 20 min by 5 s."""
    spans: list[TimeSpan] = []
    for back in (2, 1, 0):
        begin = add_months(CYCLE.started_at, -back)
        end = add_months(CYCLE.started_at, 1 - back) if back else NOW
        spans += _cycle(begin, end, (USED_BEFORE, USED_BEFORE, USED)[2 - back] if back else USED, asleep)
    return spans


def an_outlook() -> Outlook:
    """Look ahead from `NOW` by what the past tells."""
    begin_ms, hour_ms = epoch_ms(NOW - timedelta(days=50)), epoch_ms(NOW) // HOUR_MS * HOUR_MS
    spent: dict[int, float] = {}
    for span in past():
        spent[span.start_ms // HOUR_MS] = spent.get(span.start_ms // HOUR_MS, 0.0) + span.spend
    hours = [spent.get(hour) for hour in range(begin_ms // HOUR_MS, hour_ms // HOUR_MS)]
    used = USED - spent[hour_ms // HOUR_MS]
    analysis = analyse(hours, moment(hour_ms), cycle_started_at=CYCLE.started_at, spent=used)
    coming = forecast(analysis, used=USED, ceiling=3_000_000, cycle=CYCLE, now=NOW)
    assert coming is not None
    return Outlook(Evidence.FULL, coming.total_p10, coming.total_p50, coming.total_p90, analysis=analysis)


def _cycle(begin: datetime, end: datetime, total: int, asleep: tuple[datetime, datetime] | None) -> Iterator[TimeSpan]:
    """Make the spans of a cycle that comes to `total` credits."""
    steps = list(_steps(epoch_ms(begin), epoch_ms(end)))
    whole = sum(_load(at_ms) * (end_ms - at_ms) for at_ms, end_ms in steps)
    passed, spent = 0.0, 0
    has_gap = False
    for at_ms, end_ms in steps:
        passed += _load(at_ms) * (end_ms - at_ms)
        if asleep is not None and asleep[0] <= moment(at_ms) < asleep[1]:
            has_gap = True
            continue
        used = round(total * passed / whole)
        in_flight = round(97 * _load(at_ms))
        yield TimeSpan(
            start_ms=at_ms,
            last=a_snapshot(used=used, cycle_started_at=begin),
            lowest=max(0, in_flight - 9),
            highest=min(100, in_flight + 7),
            request_ms=in_flight * (end_ms - at_ms),
            covered_ms=end_ms - at_ms,
            saturated_ms=(end_ms - at_ms) // 4 if in_flight + 7 >= 95 else 0,
            spend=used - spent,
            has_gap=has_gap,
            has_reset=spent == 0,
        )
        spent, has_gap = used, False


def _steps(begin_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """Give hours, then the minutes of the last day, then 5 s each for 20 minutes."""
    now_ms = epoch_ms(NOW)
    day_ms, fine_ms = epoch_ms(NOW - timedelta(hours=24)), epoch_ms(NOW - timedelta(minutes=20))
    at_ms = begin_ms
    while at_ms < end_ms:
        width_ms = HOUR_MS if at_ms + HOUR_MS <= day_ms else MINUTE_MS if at_ms + MINUTE_MS <= fine_ms else FINE_MS
        until_ms = min(at_ms // width_ms * width_ms + width_ms, end_ms, now_ms)
        yield at_ms, until_ms
        at_ms = until_ms


def _load(at_ms: int) -> float:
    """Say how busy a moment is, 0–1."""
    day = at_ms / (24 * HOUR_MS)
    quick = 0.06 * sin(at_ms / 70_000) + 0.05 * sin(at_ms / 611_000)
    weekday = 0.45 if moment(at_ms).weekday() == 6 else 1.0
    return weekday * max(0.02, 0.5 + 0.38 * sin(tau * (day - 0.3)) + quick)
