"""Simulated traffic: an account's requests in flight and its spend at any moment, from a seed alone.

Moments are epoch seconds, and days and hours are those of UTC. Nothing is stepped through: noise is a hash of (seed,
time), so that every moment is as cheap as any other and the same for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import cos, exp, pi
from operator import mul
from typing import NamedTuple

HOUR_SECONDS = 3600
DAY_SECONDS = 86_400
BURST_SPAN_SECONDS = 600
BURST_RAMP_SECONDS = 10
_BURST_LENGTHS = (60.0, 240.0)
_BURST_SHARES = (0.55, 1.1)
_BUSIEST_HOUR = 14
_BATCH_HOURS = (1.0, 4.0)
_BATCH_RAMP_HOURS = 0.2
_WAVES = ((300.0, 1.0), (45.0, 0.4), (4.0, 0.2))
_TROUBLED_HOURS = 0.02
_TROUBLE_FACTOR = 8
_LEAST_WEIGHT = 1e-6
_ALL_BITS = 2**64 - 1
_DAY_NOISE, _HOUR_NOISE, _BURST_NOISE, _TROUBLE_NOISE, _WAVE_NOISE = _NOISES = range(5)


class Spend(NamedTuple):
    """What a span of time cost: credits, and requests that failed."""

    credits: int
    failed: int


@dataclass(frozen=True, slots=True)
class Character:
    """How an account behaves. Levels are shares of its concurrency limit, as means over minutes.

    The level swings between `night_level` and `day_level`, `batch_level` comes on top in the small hours. `unevenness`
    is the standard deviation of a day's logarithm, `wave` how far the level swings within minutes, `burst_chance` the
    chance of a burst in ten minutes, `overshoot` how far above its limit the account may go, as a share of it.
    """

    night_level: float
    day_level: float
    weekend_factor: float
    batch_level: float
    unevenness: float
    wave: float
    burst_chance: float
    overshoot: float
    failed_share: float


class _Burst(NamedTuple):
    """A burst: when it begins, how long it lasts, and what share it takes of the room above the level."""

    start: float
    seconds: float
    share: float


class _Shares(NamedTuple):
    """The shares of a day's spend and of its failures that fall before each of its hours, and before its end."""

    credits: tuple[float, ...]
    failed: tuple[float, ...]


def mixed(seed: int, number: int) -> int:
    """Hash `number` with `seed` to 64 bits (splitmix64)."""
    bits = (seed + (number + 1) * 0x9E3779B97F4A7C15) & _ALL_BITS
    bits = ((bits ^ bits >> 30) * 0xBF58476D1CE4E5B9) & _ALL_BITS
    bits = ((bits ^ bits >> 27) * 0x94D049BB133111EB) & _ALL_BITS
    return bits ^ bits >> 31


class Traffic:
    """The traffic of one account; its price is in credits per second that a request is in flight."""

    def __init__(
        self, character: Character, concurrency_limit: int, *, seed: int, credits_per_request_second: float
    ) -> None:
        self._character = character
        self.concurrency_limit = concurrency_limit
        self._price = credits_per_request_second
        self._seeds = [mixed(seed, noise) for noise in _NOISES]
        self._day_factor = lru_cache(maxsize=4)(self._factor_of_day)
        self._daily_spend = lru_cache(maxsize=40)(self._spend_of_day)
        self._days_spend = lru_cache(maxsize=4)(self._add_up_days)
        self._hour_shares = lru_cache(maxsize=4)(self._share_out_day)
        self._minute_shares = lru_cache(maxsize=2)(self._share_out_hour)

    @property
    def most_in_flight(self) -> int:
        """The most requests that may be in flight, those above the limit included."""
        return int(self.concurrency_limit * (1 + self._character.overshoot))

    def concurrency(self, at: float) -> int:
        """Give the requests in flight at a moment, those above the limit included."""
        return min(self.most_in_flight, int(self._demand(at) + 0.5))

    def spend_between(self, since: float, until: float) -> Spend:
        """Give the spend from one moment to a later one, past or future; the spends of adjoining spans add up.

        Within a day and an hour, spend follows the requests in flight.
        """
        days = self._days_spend(int(since // DAY_SECONDS), int(until // DAY_SECONDS))
        begun, unbegun = self._begun(until), self._begun(since)
        return Spend(days.credits + begun.credits - unbegun.credits, days.failed + begun.failed - unbegun.failed)

    def hourly_spend(self, hour: int) -> Spend:
        """Give the spend of one whole hour, counted since the epoch."""
        return self.spend_between(hour * HOUR_SECONDS, (hour + 1) * HOUR_SECONDS)

    def request_seconds(self, day: int) -> float:
        """Give about the integral of the requests in flight over a day, counted since the epoch."""
        character = self._character
        batch_hours = _BATCH_HOURS[1] - _BATCH_HOURS[0] - _BATCH_RAMP_HOURS
        level = (character.night_level + character.day_level) / 2 + character.batch_level * batch_hours / 24
        level *= self._day_factor(day)
        if character.burst_chance:
            seconds = sum(_BURST_LENGTHS) / 2 - BURST_RAMP_SECONDS
            filled = self._burst_chance(day) * sum(_BURST_SHARES) / 2 * seconds / BURST_SPAN_SECONDS
            level += self._room(level) * filled
        return self.concurrency_limit * level * DAY_SECONDS

    def _spend_of_day(self, day: int) -> Spend:
        """Give the spend of one whole day, counted since the epoch."""
        spent = self.request_seconds(day) * self._price
        failed_share = self._character.failed_share * (0.5 + self._chance(_TROUBLE_NOISE, -day))
        return Spend(int(spent), int(spent * failed_share / (1 - failed_share)))

    def _add_up_days(self, first: int, end: int) -> Spend:
        """Add up whole days from the first up to, and without, the end."""
        days = [self._daily_spend(day) for day in range(first, end)]
        return Spend(sum(day.credits for day in days), sum(day.failed for day in days))

    def _begun(self, at: float) -> Spend:
        """Give what the day that `at` lies in has cost so far."""
        day, passed = divmod(at, DAY_SECONDS)
        if not passed:
            return Spend(0, 0)
        shares, daily = self._hour_shares(int(day)), self._daily_spend(int(day))
        number, second = divmod(passed, HOUR_SECONDS)
        hour = int(number)
        part = self._part_of_hour(int(at // HOUR_SECONDS), second) if second else 0.0
        return Spend(
            int(daily.credits * _between(shares.credits[hour], shares.credits[hour + 1], part)),
            int(daily.failed * _between(shares.failed[hour], shares.failed[hour + 1], part)),
        )

    def _part_of_hour(self, hour: int, passed: float) -> float:
        """Give the share of an hour's spend that falls into its first `passed` seconds."""
        shares = self._minute_shares(hour)
        minute, second = divmod(passed, 60)
        return _between(shares[int(minute)], shares[int(minute) + 1], second / 60)

    def _share_out_day(self, day: int) -> _Shares:
        """Share a day's spend out to its hours: by level and bursts, its failures also by trouble."""
        hours = range(24 * day, 24 * day + 24)
        levels = [self._hour_level(hour) for hour in hours]
        troubles = map(self._trouble, hours)
        return _Shares(_running_shares(levels), _running_shares(map(mul, levels, troubles)))

    def _trouble(self, hour: int) -> float:
        """Say how many requests fail in an hour against the mean: rarely, very many."""
        drawn = self._chance(_TROUBLE_NOISE, hour)
        return _TROUBLE_FACTOR if drawn < _TROUBLED_HOURS else 0.5 + drawn

    def _share_out_hour(self, hour: int) -> tuple[float, ...]:
        """Share an hour's spend out to its minutes, by the requests in flight."""
        return _running_shares(self._demand(60 * minute + 30) for minute in range(60 * hour, 60 * hour + 60))

    def _hour_level(self, hour: int) -> float:
        """Give the mean level of an hour, its bursts included."""
        level = self._level((hour + 0.5) * HOUR_SECONDS)
        if not self._character.burst_chance:
            return level
        chance = self._burst_chance(hour // 24)
        first = hour * HOUR_SECONDS // BURST_SPAN_SECONDS
        bursts = (self._burst(span, chance) for span in range(first, first + HOUR_SECONDS // BURST_SPAN_SECONDS))
        filled = sum(burst.share * (burst.seconds - BURST_RAMP_SECONDS) for burst in bursts if burst)
        return level + self._room(level) * filled / HOUR_SECONDS

    def _demand(self, at: float) -> float:
        """Give the requests in flight at a moment, before rounding."""
        character = self._character
        waves = 1.0
        for period, weight in _WAVES:
            waves += character.wave * weight * self._smooth(_WAVE_NOISE, at, period)
        level = self._level(at)
        if character.burst_chance:
            level += self._room(level) * self._burst_share(at)
        return self.concurrency_limit * min(max(0.0, level * waves), 1 + character.overshoot)

    def _room(self, level: float) -> float:
        """Give the room between a level and the most that the account may have in flight."""
        return max(0.0, 1 + self._character.overshoot - level)

    def _level(self, at: float) -> float:
        """Give the level by the hour of the day, the weekday, and how busy this day and hour happen to be."""
        character = self._character
        day, second = divmod(at, DAY_SECONDS)
        hour = second / HOUR_SECONDS
        daylight = (1 + cos(2 * pi * (hour - _BUSIEST_HOUR) / 24)) / 2
        level = character.night_level + (character.day_level - character.night_level) * daylight
        begun, ended = hour - _BATCH_HOURS[0], _BATCH_HOURS[1] - hour
        level += character.batch_level * min(1.0, max(0.0, min(begun, ended) / _BATCH_RAMP_HOURS))
        factor = self._day_factor(int(day)) * (1 + character.unevenness * self._smooth(_HOUR_NOISE, at, HOUR_SECONDS))
        return level * factor

    def _factor_of_day(self, day: int) -> float:
        """Say how busy a day is against the mean: log-normal, less at weekends."""
        normal = 2 * sum(self._chance(_DAY_NOISE, 3 * day + part) - 0.5 for part in range(3))
        weekday = (day + 3) % 7
        factor = exp(self._character.unevenness * normal)
        return factor * self._character.weekend_factor if weekday >= 5 else factor

    def _burst_chance(self, day: int) -> float:
        """Give the chance of a burst in ten minutes of a day: no day is without, and none has nothing else."""
        return min(0.95, max(0.35, self._character.burst_chance * self._day_factor(day)))

    def _burst(self, span: int, chance: float) -> _Burst | None:
        """Give the burst of a span of ten minutes, if it has one; each of its draws is 16 bits of one hash."""
        bits = mixed(self._seeds[_BURST_NOISE], span)
        if (bits & 0xFFFF) >= chance * 0x10000:
            return None
        seconds = _between(*_BURST_LENGTHS, (bits >> 16 & 0xFFFF) / 0x10000)
        start = (BURST_SPAN_SECONDS - seconds) * (bits >> 32 & 0xFFFF) / 0x10000
        share = _between(*_BURST_SHARES, (bits >> 48) / 0x10000)
        return _Burst(span * BURST_SPAN_SECONDS + start, seconds, share)

    def _burst_share(self, at: float) -> float:
        """Give what a burst takes of the room at a moment; it ramps up and down within seconds."""
        burst = self._burst(int(at // BURST_SPAN_SECONDS), self._burst_chance(int(at // DAY_SECONDS)))
        if burst is None:
            return 0.0
        edge = min(at - burst.start, burst.start + burst.seconds - at)
        return burst.share * min(1.0, max(0.0, edge / BURST_RAMP_SECONDS))

    def _smooth(self, noise: int, at: float, period: float) -> float:
        """Give noise of −1…1 that changes within about `period` seconds."""
        knot, passed = divmod(at / period, 1.0)
        number = int(knot) * 512 + int(period) % 512
        here, there = self._chance(noise, number), self._chance(noise, number + 512)
        return 2 * _between(here, there, passed * passed * (3 - 2 * passed)) - 1

    def _chance(self, noise: int, number: int) -> float:
        """Give a number of 0…1 for one kind of noise, the same for ever."""
        return mixed(self._seeds[noise], number) / 2**64


def _between(one: float, other: float, part: float) -> float:
    """Go a part of 0…1 of the way from one number to another."""
    return one + (other - one) * part


def _running_shares(weights: Iterable[float]) -> tuple[float, ...]:
    """Give the share of all weights that lies before each of them, and at the end 1; none of them is nothing."""
    sums = tuple(accumulate((weight + _LEAST_WEIGHT for weight in weights), initial=0.0))
    return tuple(part / sums[-1] for part in sums)
