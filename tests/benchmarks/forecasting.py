"""How right the forecast is on simulated traffic and on other spend, beside the simple methods, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from msgspec.structs import replace as changed

from tests.benchmarks import spending
from tests.makers import utc
from usage_tui.core.backtest import Scores, Trial, scores, trials
from usage_tui.core.cycle import Cycle
from usage_tui.core.forecast import analyse, forecast
from usage_tui.core.guess import METHODS, last_seven_days, ours
from usage_tui.core.spend_record import SpendRecord, cycles_of
from usage_tui.demo.accounts import BURSTING, BUSY, QUIET
from usage_tui.demo.past import past_record
from usage_tui.demo.traffic import Traffic

START = utc(2026, 1, 5)
CYCLE_DAYS, CYCLES = 30, 7
SEEDS = range(1, 5)
INSTALLED_HOURS = 6
OURS, *SIMPLE = METHODS
CHARACTERS = {
    "busy": BUSY,
    "quiet": QUIET,
    "bursting": BURSTING,
    "uneven": replace(QUIET, unevenness=0.6),
    "no weekends": replace(BURSTING, weekend_factor=0.1, unevenness=0.5),
    "wild": replace(BURSTING, unevenness=1.2, burst_chance=0.3),
}
_SCORES: tuple[tuple[str, Callable[[Scores], float | None]], ...] = (
    ("error", lambda found: found.mean_ape),
    ("pinball", lambda found: found.pinball),
    ("brier", lambda found: found.brier),
)


class Costs(NamedTuple):
    """CPU of an analysis of 100 days and of a forecast, monthly and annual, in ms; of a year's backtest, in seconds."""

    analysis_ms: float
    forecast_ms: float
    annual_ms: float
    backtest_seconds: float


def tried_by_character() -> dict[str, list[list[Trial]]]:
    """Try each character over seven cycles of thirty days, a series a seed."""
    end = START + timedelta(days=CYCLE_DAYS * CYCLES)
    return {
        name: [
            tried(past_record(Traffic(character, 100, seed=seed, credits_per_request_second=5.0), START, end))
            for seed in SEEDS
        ]
        for name, character in CHARACTERS.items()
    }


def tried_on_others(folder: Path | None) -> dict[str, list[list[Trial]]]:
    """Try drawn series, and those of the CSV files in the folders of a folder: set by set, a series each."""
    end_days = CYCLE_DAYS * CYCLES
    records = spending.sets(START, end_days) | (spending.read(folder) if folder is not None else {})
    return {name: [tried(record) for record in found] for name, found in records.items()}


def tried(record: SpendRecord) -> list[Trial]:
    """Try every cycle of a record."""
    cycles = cycles_of(record, CYCLE_DAYS)
    return [
        trial
        for number, cycle in enumerate(cycles)
        for trial in trials(record, cycle, cycles[number - 1] if number else None)
    ]


def with_earlier(series: Sequence[Sequence[Trial]], *, has_earlier: bool) -> list[list[Trial]]:
    """Keep the trials that had an earlier cycle, or those that had none."""
    return [[trial for trial in each if (trial.limit is not None) == has_earlier] for each in series]


def ratios(series: Sequence[Sequence[Trial]]) -> dict[tuple[str, str], float]:
    """Give our error, pinball and Brier score as shares of each simple method's, of means over series."""
    found = {}
    for title, field in _SCORES:
        means = {
            name: [value for each in series if (value := field(scores(each, name))) is not None] for name in METHODS
        }
        for name in SIMPLE:
            if means[name]:
                found[title, name] = fmean(means[OURS]) / fmean(means[name])
    return found


def coverage(series: Sequence[Sequence[Trial]]) -> float:
    """Give how often our 80 % range held."""
    return fmean(found for each in series if (found := scores(each, OURS).coverage_80) is not None)


def table(sets: Mapping[str, Sequence[Sequence[Trial]]], *, has_earlier: bool) -> Iterator[str]:
    """Give a row for each set: our scores as means over series, and what they are of each simple method's."""
    titles = "".join(f"{title:>9} {'×7d':>5} {'×line':>5}" for title, _ in _SCORES)
    yield f"  {'set':14} {'series':>6}{titles} {'in range':>9} {'width':>6}"
    for name, series in sets.items():
        kept = [each for each in with_earlier(series, has_earlier=has_earlier) if each]
        shares = ratios(kept)
        cells = ""
        for title, field in _SCORES:
            means = [value for each in kept if (value := field(scores(each, OURS))) is not None]
            cells += f"{fmean(means):9.3f}" if means else f"{'–':>9}"
            cells += "".join(
                f" {shares[title, simple]:5.2f}" if (title, simple) in shares else f" {'–':>5}" for simple in SIMPLE
            )
        widths = [width for each in kept if (width := scores(each, OURS).width_80) is not None]
        yield f"  {name:14} {len(kept):6}{cells} {coverage(kept):9.3f} {fmean(widths):6.2f}"


def installed_ratio(series: Sequence[Sequence[Trial]]) -> float:
    """Give our error against that of the last seven days, had the program been installed six hours before."""
    mine, simple = [], []
    for trial in (trial for each in series for trial in each if trial.elapsed == 0.5):
        origin = trial.origin
        first = origin.index - INSTALLED_HOURS
        spends = (*[None] * first, *origin.record.spends[first : origin.index])
        fresh = changed(origin, record=changed(origin.record, spends=spends), limits=())
        guess = ours(fresh)
        if guess is not None:
            mine.append(abs(guess.p50 / trial.total - 1))
            simple.append(abs(last_seven_days(fresh).p50 / trial.total - 1))
    return fmean(mine) / fmean(simple)


def costs() -> Costs:
    """Measure what a forecast costs."""
    traffic = Traffic(BURSTING, 100, seed=1, credits_per_request_second=5.0)
    record = past_record(traffic, START, START + timedelta(days=365))
    hours, ended_at = record.spends[-2400:], record.ended_at
    cycle = Cycle(ended_at - timedelta(days=11), ended_at + timedelta(days=19), is_assumed=False)
    year = Cycle(ended_at - timedelta(days=11), ended_at + timedelta(days=354), is_assumed=False)
    used = sum(hour or 0.0 for hour in hours[-264:])
    analysis = analyse(hours, ended_at, cycle_started_at=cycle.started_at, spent=used)
    begun = time.process_time()
    tried(record)
    lasted = time.process_time() - begun
    return Costs(
        _milliseconds(lambda: analyse(hours, ended_at, cycle_started_at=cycle.started_at, spent=used)),
        _milliseconds(lambda: forecast(analysis, used=used, ceiling=2.7 * used, cycle=cycle, now=ended_at)),
        _milliseconds(lambda: forecast(analysis, used=used, ceiling=33 * used, cycle=year, now=ended_at)),
        lasted,
    )


def _milliseconds(work: Callable[[], object], times: int = 25) -> float:
    taken = []
    for _ in range(times):
        begun = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - begun))
    return median(taken)
