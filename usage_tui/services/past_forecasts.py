"""The forecasts that a past which came at once would have had: for simulated accounts, which nobody watched before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from usage_tui.core.cycle import CyclePlan
from usage_tui.core.guess import Guess, Origin, ours
from usage_tui.core.one_off import OneOffDays
from usage_tui.core.rollup import DAY_MS, HOUR_MS, epoch_ms
from usage_tui.core.spend_record import stored_record
from usage_tui.services.forecast_log import MadeForecast, put_forecast, settle
from usage_tui.services.history_range import spans

DAYS_BACK = 190
DAY_HOURS = 24


def past_forecasts(connection: sqlite3.Connection, account: int, plan: CyclePlan, now_ms: int) -> list[MadeForecast]:
    """Give what each day of the account's last whole cycle would have been told, without what came after it."""
    hours = spans(connection, account, now_ms - DAYS_BACK * DAY_MS, now_ms, HOUR_MS)
    record, cycles = stored_record(hours, plan, OneOffDays()) if hours else (None, [])
    if record is None or not cycles:
        return []
    cycle = cycles[-1]
    first, end = record.index(cycle.started_at), min(len(record.spends), record.index(cycle.resets_at))
    made = []
    for index in range(first + DAY_HOURS, end, DAY_HOURS):
        used = sum(moved or 0.0 for moved in record.counted[first:index])
        origin = Origin(record, index, cycle, used, ())
        guess = ours(origin)
        if guess is not None:
            made.append(_made(origin, guess))
    return made


def put_past_forecasts(
    connection: sqlite3.Connection, account: int, forecasts: Iterable[MadeForecast], now_ms: int
) -> None:
    """Put such forecasts down, and how they came out."""
    for forecast in forecasts:
        put_forecast(connection, account, forecast)
    settle(connection, account, now_ms)


def _made(origin: Origin, guess: Guess) -> MadeForecast:
    return MadeForecast(
        made_at_ms=epoch_ms(origin.at),
        cycle_began_ms=epoch_ms(origin.cycle.started_at),
        cycle_ends_ms=epoch_ms(origin.cycle.resets_at),
        used=round(origin.used),
        total_p10=guess.p10,
        total_p50=guess.p50,
        total_p90=guess.p90,
        ceiling=None,
        run_out_probability=None,
    )
