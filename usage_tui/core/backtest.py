"""How right forecasts would have been: each cycle is gone through again, without looking ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from statistics import fmean, median

from msgspec import Struct

from usage_tui.core.cycle import Cycle
from usage_tui.core.guess import METHODS, Guess, Origin
from usage_tui.core.spend_record import HOUR, SpendRecord

SHARES = (0.03, 0.10, 0.25, 0.50, 0.75, 0.90)
LIMIT_FACTORS = (0.9, 1.0, 1.1)
_LATEST_LOOK = 0.02


class Trial(Struct, frozen=True):
    """What the methods guessed at a moment of a cycle, `elapsed` being the share of it that had passed, and what came.

    `total` is what the cycle came to, in credits. For each of the origin's limits, `reached` is when it was reached.
    `limit` is what the cycle before came to, None where that is not known.
    """

    origin: Origin
    elapsed: float
    total: float
    limit: float | None
    reached: tuple[datetime | None, ...]
    guesses: Mapping[str, Guess]


class Scores(Struct, frozen=True):
    """How right a method was in `n` forecasts; None where nothing tells.

    Errors are shares of the actual total: of the median mean and median, `pinball` over the quantiles .1, .5 and .9.
    `coverage_80` is the share of totals within the range, `width_80` the range's mean width. `brier` is the mean
    squared error of the chances, `run_out_hours` the median error of the run-out where there was one, in hours; a
    forecast without one is taken for the renewal.
    """

    n: int
    mean_ape: float | None
    median_ape: float | None
    pinball: float | None
    coverage_80: float | None
    width_80: float | None
    brier: float | None
    run_out_hours: float | None


def trials(record: SpendRecord, cycle: Cycle, before: Cycle | None) -> Iterator[Trial]:
    """Try the methods at each share of a cycle where the counter was known and something can be said.

    A cycle that came to nothing, or in which the credits were used up, is left out, and so is a moment before a day
    that the user left out. `before` is the cycle before, whose total makes the limits.
    """
    running = _running(record, cycle)
    total = running[-1] if running else None
    if not total or _is_paused(record, cycle):
        return
    earlier = _running(record, before) if before is not None else []
    limit = earlier[-1] if earlier else None
    last_one_off = max((each for each in record.one_off if each < record.index(cycle.resets_at)), default=-1)
    limits = [limit * factor for factor in LIMIT_FACTORS] if limit else []
    for share in SHARES:
        passed = max(1, (cycle.resets_at - cycle.started_at) * share // HOUR)
        index = record.index(cycle.started_at) + passed
        used = running[passed - 1] if 0 < index < len(record.spends) else None
        if used is None or record.counted[index - 1] is None or index <= last_one_off:
            continue
        open_limits = tuple(each for each in limits if each > used)
        origin = Origin(record, index, cycle, used, open_limits)
        guesses = {name: guess for name, method in METHODS.items() if (guess := method(origin)) is not None}
        if len(guesses) == len(METHODS):
            reached = tuple(_reached(record, cycle, running, each) for each in open_limits)
            yield Trial(origin, share, total, limit, reached, guesses)


def scores(tried: Sequence[Trial], method: str) -> Scores:
    """Score a method."""
    errors, losses, covered, widths, briers, hours = [], [], [], [], [], []
    for trial in tried:
        guess, total = trial.guesses[method], trial.total
        errors.append(abs(guess.p50 - total) / total)
        quantiles = ((0.1, guess.p10), (0.5, guess.p50), (0.9, guess.p90))
        losses.append(fmean(max(level * (total - at), (level - 1) * (total - at)) for level, at in quantiles) / total)
        covered.append(guess.p10 <= total <= guess.p90)
        widths.append((guess.p90 - guess.p10) / total)
        for chance, run_out, reached in zip(guess.chances, guess.run_outs, trial.reached, strict=True):
            briers.append((chance - (reached is not None)) ** 2)
            if reached is not None:
                hours.append(abs((run_out or trial.origin.cycle.resets_at) - reached) / HOUR)
    return Scores(
        n=len(tried),
        mean_ape=fmean(errors) if errors else None,
        median_ape=median(errors) if errors else None,
        pinball=fmean(losses) if losses else None,
        coverage_80=fmean(covered) if covered else None,
        width_80=fmean(widths) if widths else None,
        brier=fmean(briers) if briers else None,
        run_out_hours=median(hours) if hours else None,
    )


def _running(record: SpendRecord, cycle: Cycle) -> list[float | None]:
    """Give what the counter stood at after each hour of a cycle, None before it was first seen.

    Nothing where it was not seen shortly before the renewal, so that the total is not known.
    """
    first, end = record.index(cycle.started_at), record.index(cycle.resets_at)
    if end > len(record.spends):
        return []
    running: list[float | None] = [None] * max(0, -first)
    used = seen_at = None
    for index in range(max(0, first), end):
        moved = record.counted[index]
        if moved is not None:
            used, seen_at = (used or 0.0) + moved, index
        running.append(used)
    return running if seen_at is not None and end - seen_at <= max(1, _LATEST_LOOK * (end - first)) else []


def _is_paused(record: SpendRecord, cycle: Cycle) -> bool:
    first, end = record.index(cycle.started_at), record.index(cycle.resets_at)
    return any(first <= index < end for index in record.paused)


def _reached(record: SpendRecord, cycle: Cycle, running: Sequence[float | None], limit: float) -> datetime | None:
    """Give when the counter came to a limit, by the straight line within an hour."""
    start = record.began_at + record.index(cycle.started_at) * HOUR
    before = 0.0
    for hour, used in enumerate(running):
        if used is None:
            continue
        if used >= limit:
            return start + (hour + (limit - before) / (used - before)) * HOUR
        before = used
    return None
