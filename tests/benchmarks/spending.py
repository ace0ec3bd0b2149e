"""Hourly spend drawn from a seed, by other rules than those of the simulated service, or read from a folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from math import cos, exp, log, pi, sqrt
from pathlib import Path
from random import Random

from usage_tui.core.spend_csv import read_spend
from usage_tui.core.spend_record import SpendRecord

KINDS = ("walk", "steps", "growth", "bursts", "weekly", "nights", "jobs", "waves")
SEEDS = range(1, 5)
GAP_HOURS = (6, 10, 14, 24, 48, 72)
HOURS_BETWEEN_GAPS = 150


def drawn(kind: str, seed: int, began_at: datetime, days: int) -> SpendRecord:
    """Draw the hours of some days; every third seed leaves gaps, of which only the totals are known."""
    random = Random(f"{kind}{seed}")  # noqa: S311 -- the same series each time
    hours = list(_hours(kind, random, days))
    return _with_gaps(hours, random, began_at) if seed % 3 == 0 else SpendRecord(began_at, tuple(hours), tuple(hours))


def read(folder: Path) -> dict[str, list[SpendRecord]]:
    """Read the CSV files of each folder in a folder, of `time,spend`, as one set each."""
    found = {}
    for place in sorted(each for each in folder.iterdir() if each.is_dir()):
        found[place.name] = [_file(path) for path in sorted(place.glob("*.csv"))]
    return found


def _file(path: Path) -> SpendRecord:
    with path.open(encoding="utf-8", newline="") as lines:
        return read_spend(lines, path.name)


def _hours(kind: str, random: Random, days: int) -> Iterator[float]:
    """Draw each hour: a day's level times the hour's share times noise."""
    base, unevenness = 10 ** random.uniform(2, 4), random.choice((0.1, 0.2, 0.35, 0.6))
    job_hours, job_level = 0.0, 0.0
    for day, level in zip(range(days), _levels(kind, random, unevenness, days), strict=True):
        for hour in range(24):
            share = 1 + 0.6 * cos(2 * pi * (hour - 14) / 24)
            if kind == "nights":
                share = 6.0 if 1 <= hour < 5 else 0.0
            elif kind == "jobs":
                if job_hours <= 0 and random.random() < 1 / 30:
                    job_hours, job_level = 1 + random.expovariate(1 / 12), random.lognormvariate(1.4, 0.6)
                share = job_level if job_hours > 0 else 0.05
                job_hours -= 1
            elif kind == "weekly" and day % 7 >= 5:
                share *= 0.3
            yield base / 24 * level * share * random.lognormvariate(0, 0.2)


def _levels(kind: str, random: Random, unevenness: float, days: int) -> Iterator[float]:
    """Draw each day's level."""
    drift = wave = 0.0
    for day in range(days):
        if kind == "walk":
            drift += random.gauss(0, 0.05)
        elif kind == "steps" and random.random() < 1 / 35:
            drift = random.gauss(0, 0.7)
        elif kind == "growth":
            drift = log(3) * day / days
        wave = 0.8 * wave + sqrt(1 - 0.8**2) * random.gauss(0, unevenness)
        noise = wave if kind == "waves" else random.gauss(0, 0.05 if kind == "jobs" else unevenness)
        burst = random.uniform(3, 8) if kind == "bursts" and random.random() < 0.06 else 1.0
        yield burst * exp(drift + noise)


def _with_gaps(hours: list[float], random: Random, began_at: datetime) -> SpendRecord:
    spends: list[float | None] = list(hours)
    counted: list[float | None] = list(hours)
    at = int(random.expovariate(1 / HOURS_BETWEEN_GAPS)) + 1
    while (end := at + random.choice(GAP_HOURS)) < len(hours) - 1:
        spends[at : end + 1] = counted[at : end + 1] = [None] * (end + 1 - at)
        counted[end] = sum(hours[at : end + 1])
        at = end + 2 + int(random.expovariate(1 / HOURS_BETWEEN_GAPS))
    return SpendRecord(began_at, tuple(spends), tuple(counted))


def sets(began_at: datetime, days: int) -> dict[str, list[SpendRecord]]:
    """Draw a few series of each kind."""
    return {kind: [drawn(kind, seed, began_at, days) for seed in SEEDS] for kind in KINDS}
