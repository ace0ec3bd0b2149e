"""How numbers, times and outside text are worded: the only place where a time leaves UTC."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from usage_tui.core.time_words import MONTH_NAMES

UNKNOWN = "–"
_DAY, _FAR = timedelta(days=1), timedelta(hours=48)
_NEAR = timedelta(hours=18)
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)  # what of other categories is not seen itself, but may change the width of what stands before it
MONTHS = tuple(name[:3] for name in MONTH_NAMES)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_UNITS = ((10**18, "E"), (10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))


def harmless(text: str, longest: int = 200) -> str:
    """Make text from outside safe to show: what a terminal would obey or hide is written out, and length is bounded."""
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text
    shown = "".join(
        _written_out(character) if _is_hidden(character) else character for character in text[: longest + 1]
    )
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN_CATEGORIES or _IGNORABLE.match(character) is not None


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def listed(words: Sequence[str]) -> str:
    """Name things in a sentence: `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), *words[-1:]] if len(words) > 1 else words)


def count(number: int | None) -> str:
    """Word a whole number: `1,412,700`."""
    return UNKNOWN if number is None else f"{number:,}"


def counted(number: int, noun: str) -> str:
    """Word so many things by their noun: `1 day`, `1,412 days`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def short_count(number: float | None) -> str:
    """Word a number in at most three digits: `1.41 M`, `61.2 k`, `950`."""
    if number is None:
        return UNKNOWN
    for size, unit in _UNITS:
        if number >= size * 0.9995:
            scaled = number / size
            digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
            worded = f"{scaled:.{digits}f}"
            return f"{worded.rstrip('0').rstrip('.') if '.' in worded else worded} {unit}"
    return f"{number:.0f}"


def short_range(low: float, high: float) -> str:
    """Word a range of numbers from 0 up with one unit: `2.1–2.6 M`; `2.6 M` where they are all but the same."""
    size, unit = next(((size, f" {unit}") for size, unit in _UNITS if high >= size * 0.9995), (1, ""))
    for digits in range(0 if size == 1 or high >= 20 * size else 1, 1 if size == 1 else 3):
        first, last = f"{low / size:.{digits}f}", f"{high / size:.{digits}f}"
        if first != last:
            return f"{first}–{last}{unit}"
    return short_count(high)


def percent(share: float | None, digits: int = 1) -> str:
    """Word a share, 1 being all: `47.1 %`. Only what is all reads as 100 %, and only what is nothing as 0 %."""
    if share is None:
        return UNKNOWN
    least = 10.0**-digits
    rounded = round(100 * share, digits)
    if rounded == 100 and share != 1:
        rounded += least if share > 1 else -least
    if rounded == 0 and share > 0:
        return f"<{least:.{digits}f} %"
    return f"{rounded:.{digits}f} %"


def short_percent(share: float | None) -> str:
    """Word a share of 0–1 without decimals: `47 %`."""
    return percent(share, digits=0)


def rate(per_minute: float | None) -> str:
    """Word credits a minute with the precision that its size deserves: `1,240`, `9.5`, `<0.1`, and `0` for none."""
    if per_minute is None:
        return UNKNOWN
    if per_minute == 0 or per_minute >= 9.95:
        return f"{per_minute:,.0f}"
    return f"{per_minute:.1f}" if per_minute >= 0.05 else "<0.1"


def latency(seconds: float) -> str:
    """Word how long an answer took: `38 ms`, `1.2 s`."""
    return f"{1000 * seconds:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def age(seconds: float) -> str:
    """Word how old something is, in one unit: `<1 s`, `6 s`, `5 min`, `3 h`, `2 d`."""
    if seconds < 1:
        return "<1 s"
    return short_span(seconds)


def short_span(seconds: float) -> str:
    """Word a span of time in one unit, rounded down: `6 s`, `5 min`, `3 h`, `2 d`."""
    whole = max(0, int(seconds))
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min"
    if whole < 172_800:
        return f"{whole // 3600} h"
    return f"{whole // 86_400} d"


def span(seconds: int) -> str:
    """Word an exact span: `2 min`, `9 min 5 s`, `1 h 3 min`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 s"


def ahead(moment: datetime, now: datetime) -> str:
    """Word how far off a moment is, days to the nearest one: `in 11 days`, `in 5 h`, `now`."""
    left = moment - now
    if left >= _FAR:
        return f"in {round(left / _DAY)} days"
    if left >= timedelta(hours=2):
        return f"in {int(left.total_seconds()) // 3600} h"
    if left >= timedelta(minutes=1):
        return f"in {int(left.total_seconds()) // 60} min"
    return "now"


def short_ahead(moment: datetime, now: datetime) -> str:
    """Word the same in short: `11 d`, `5 h`."""
    left = moment - now
    return f"{round(left / _DAY)} d" if left >= _FAR else short_span(left.total_seconds())


def local(moment: datetime, zone: tzinfo | None) -> datetime:
    """Move a UTC moment into the user's zone; None is the machine's own."""
    return moment.astimezone(zone)


def midnight(moment: datetime, zone: tzinfo | None) -> datetime:
    """Give the UTC moment at which the user's day that `moment` lies in began."""
    day = local(moment, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return day.replace(tzinfo=zone).astimezone(UTC)  # the offset of midnight, which the day may have changed since


def next_midnight(midnight_before: datetime, zone: tzinfo | None) -> datetime:
    """Give the UTC moment at which the user's day that began then ends, however long it is."""
    return midnight(midnight_before + timedelta(hours=36), zone)


def from_epoch(seconds: float) -> datetime:
    """Make a UTC moment of epoch seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def clock_time(moment: datetime, zone: tzinfo | None, *, with_seconds: bool = False) -> str:
    """Word a moment's time of day: `10:42`, `10:42:07`."""
    return f"{local(moment, zone):{'%H:%M:%S' if with_seconds else '%H:%M'}}"


def zone_name(moment: datetime, zone: tzinfo | None) -> str:
    """Name the zone that times are shown in: `UTC`, `CET`."""
    return harmless(local(moment, zone).tzname() or "", 8)


def day_time(moment: datetime, zone: tzinfo | None) -> str:
    """Word a moment's day and time, in English whatever the locale: `Thu 3 Dec 10:00`."""
    there = local(moment, zone)
    return f"{WEEKDAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]} {there:%H:%M}"


def day(moment: datetime, zone: tzinfo | None) -> str:
    """Word a moment's day, in English whatever the locale: `3 Dec`."""
    there = local(moment, zone)
    return f"{there.day} {MONTHS[there.month - 1]}"


def is_near(moment: datetime, now: datetime) -> bool:
    """Say whether a moment is so near that its time of day alone tells it."""
    return abs(moment - now) < _NEAR


def time_or_day(moment: datetime, now: datetime, zone: tzinfo | None) -> str:
    """Word a moment in short: its time of day where that is near, else its day."""
    return clock_time(moment, zone) if is_near(moment, now) else day(moment, zone)


def about(moment: datetime, now: datetime, zone: tzinfo | None) -> tuple[str, str]:
    """Word a moment to come as a day and a time to the hour: `Sat 28 Nov`, `14:00`; within three hours to the minute.

    It never reads as if it had passed; a day that is most of a year off has its year.
    """
    if moment - now > timedelta(hours=3):
        there = local(moment + timedelta(minutes=30), zone).replace(minute=0, second=0, microsecond=0)
    else:
        there = local(max(moment, now), zone)
    year = f" {there.year}" if moment - now > timedelta(days=300) else ""
    return f"{WEEKDAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]}{year}", f"{there:%H:%M}"


def iso(moment: datetime | None) -> str | None:
    """Word a moment for machines: `2026-11-22T10:42:07Z`."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
