"""What a backtest found: as JSON, and as a table that names the winner."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec.structs import asdict

from usage_tui.core.backtest import SHARES, Scores, Trial, scores
from usage_tui.core.guess import METHODS
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.wording import UNKNOWN, counted, iso, percent

_Field = Callable[[Scores], float | None]
SCHEMA = "usage-tui/backtest/1"
OURS = next(iter(METHODS))
_ALIKE = 0.01
_MOST_SHARE = 9.99


def backtest_report(tried: Sequence[Trial]) -> dict[str, Any]:
    """Give the schema usage-tui/backtest/1; what is not known is None."""
    return {
        "schema": SCHEMA,
        "methods": {name: asdict(scores(tried, name)) for name in METHODS},
        "horizons": [
            {
                "elapsed": elapsed,
                "n": found.n,
                "median_ape": found.median_ape,
                "coverage_80": found.coverage_80,
                "brier": found.brier,
            }
            for elapsed, found in _horizons(tried)
        ],
        "forecasts": [_forecast(trial) for trial in tried],
    }


def _forecast(trial: Trial) -> dict[str, Any]:
    origin, guess = trial.origin, trial.guesses[OURS]
    chances = dict(zip(origin.limits, guess.chances, strict=True))
    return {
        "at": iso(origin.at),
        "cycle_started_at": iso(origin.cycle.started_at),
        "cycle_ends_at": iso(origin.cycle.resets_at),
        "elapsed": trial.elapsed,
        "total_p10": guess.p10,
        "total_p50": guess.p50,
        "total_p90": guess.p90,
        "actual_total": trial.total,
        "run_out_probability": None if trial.limit is None else chances.get(trial.limit),
        "limit": trial.limit,
    }


def backtest_table(tried: Sequence[Trial]) -> list[Line]:
    """Word the scores of each method, who was best at what, and how ours does early and late in a cycle."""
    found = {name: scores(tried, name) for name in METHODS}
    cycles = len({(trial.origin.cycle.started_at, id(trial.origin.record)) for trial in tried})
    made = f"{counted(len(tried), 'forecast')} in {counted(cycles, 'cycle')}, each from what was known then."
    horizons = {f"{elapsed:.0%}".replace("%", " %"): score for elapsed, score in _horizons(tried)}
    return [
        (Span(made),),
        (),
        *_table("METHOD", found, _COLUMNS),
        (),
        *(_winner(title, found, field) for title, field in _CONTESTS),
        (),
        *_table(f"{OURS}, ELAPSED".upper(), horizons, _HORIZON_COLUMNS),
    ]


def _horizons(tried: Sequence[Trial]) -> Iterator[tuple[float, Scores]]:
    for elapsed in SHARES:
        yield elapsed, scores([trial for trial in tried if trial.elapsed == elapsed], OURS)


def _table(
    head: str, rows: dict[str, Scores], columns: Sequence[tuple[str, _Field, Callable[[float], str]]]
) -> Iterator[Line]:
    first = max(len(head), *(len(name) for name in rows))
    yield (
        Span(f"{head:<{first}}     N" + "".join(f"{title:>{_width(title)}}" for title, _, _ in columns), Role.LABEL),
    )
    for name, found in rows.items():
        cells = "".join(f"{_worded(field(found), words):>{_width(title)}}" for title, field, words in columns)
        yield (Span(f"{name:<{first}}{found.n:6}{cells}"),)


def _share(share: float) -> str:
    """Word a share in as many cells as a column has."""
    return percent(share) if share < _MOST_SHARE else f">{_MOST_SHARE * 100:.0f} %"


def _width(title: str) -> int:
    return max(8, len(title) + 2)


def _worded(value: float | None, words: Callable[[float], str]) -> str:
    return UNKNOWN if value is None else words(value)


def _winner(title: str, found: dict[str, Scores], field: _Field) -> Line:
    """Name the method with the smallest score, and those within a hundredth of it."""
    known = {name: value for name, each in found.items() if (value := field(each)) is not None}
    if not known:
        return (Span(f"{title}: "), Span("unknown, for it takes two cycles", Role.DIM))
    best = min(known.values())
    winners = [name for name, value in known.items() if value <= best * (1 + _ALIKE)]
    return (Span(f"{title}: "), Span(" and ".join(winners), Role.STRONG))


_COLUMNS: tuple[tuple[str, _Field, Callable[[float], str]], ...] = (
    ("ERROR", lambda found: found.mean_ape, _share),
    ("MEDIAN", lambda found: found.median_ape, _share),
    ("PINBALL", lambda found: found.pinball, _share),
    ("IN RANGE", lambda found: found.coverage_80, _share),
    ("WIDTH", lambda found: found.width_80, _share),
    ("BRIER", lambda found: found.brier, lambda score: f"{score:.3f}"),
    ("RUN-OUT", lambda found: found.run_out_hours, lambda hours: f"{hours:.0f} h"),
)
_HORIZON_COLUMNS = (_COLUMNS[1], _COLUMNS[3], _COLUMNS[5])
_CONTESTS: tuple[tuple[str, _Field], ...] = (
    ("Closest to the total", lambda found: found.mean_ape),
    ("Best range", lambda found: found.pinball),
    ("Best chance of running out", lambda found: found.brier),
)
