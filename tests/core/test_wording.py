from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import example, given
from hypothesis import strategies as st

from tests.makers import utc
from usage_tui.core import wording
from usage_tui.core.wording import harmless

BERLIN, NEW_YORK, HAVANA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("America/Havana")
KOLKATA, SANTIAGO = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/Santiago")


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("plain – ünïcode 界", "plain – ünïcode 界"),
        ("[/foo] [bold]", "[/foo] [bold]"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]52;c;aGk=\x07", "\\x1b]52;c;aGk=\\x07"),
        ("a\nb\rc\td\x00", "a\\x0ab\\x0dc\\x09d\\x00"),
        ("\x7f\x9b31m\x85", "\\x7f\\x9b31m\\x85"),
        ("\u202egnp.exe\u2066\u200f\u200b", "\\u202egnp.exe\\u2066\\u200f\\u200b"),
        ("\u2028\u2029\ufeff", "\\u2028\\u2029\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("❤\ufe0f\u3164", "❤\\ufe0f\\u3164"),
        ("", ""),
    ],
)
def test_outside_text_is_shown_literally_and_what_a_terminal_would_obey_is_written_out(
    outside: str, shown: str
) -> None:
    assert harmless(outside) == shown


def test_outside_text_is_bounded() -> None:
    assert harmless("x" * 200) == "x" * 200
    assert harmless("x" * 201) == "x" * 199 + "…"
    assert harmless("\x1b" * 10, 10) == "\\x1b\\x1b\\…"


@given(st.text(st.characters(), max_size=60), st.integers(1, 40))
@example("".join(map(chr, range(0xA0))), 200)
def test_nothing_harmless_can_be_obeyed_hidden_or_too_long(outside: str, longest: int) -> None:
    shown = harmless(outside, longest)
    assert len(shown) <= longest
    for character in shown:
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }
    shown.encode()
    assert harmless(shown, longest) == shown


@pytest.mark.parametrize(("number", "shown"), [(0, "0"), (950, "950"), (1_412_700, "1,412,700"), (None, "–")])
def test_counts(number: int | None, shown: str) -> None:
    assert wording.count(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (None, "–"),
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (999.4, "999"),
        (999.5, "1 k"),
        (1000, "1 k"),
        (1004, "1 k"),
        (1005.1, "1.01 k"),
        (1500, "1.5 k"),
        (9_994, "9.99 k"),
        (9_996, "10 k"),
        (61_220, "61.2 k"),
        (99_949, "99.9 k"),
        (99_951, "100 k"),
        (999_499, "999 k"),
        (999_500, "1 M"),
        (999_950, "1 M"),
        (1_412_700, "1.41 M"),
        (999_499_999, "999 M"),
        (999_500_000, "1 G"),
        (10**12, "1 T"),
        (2**63 - 1, "9.22 E"),
    ],
)
def test_short_counts(number: float | None, shown: str) -> None:
    assert wording.short_count(number) == shown


@given(st.integers(0, 2**63 - 1))
@example(999_499)
@example(999_500)
def test_short_counts_have_three_digits_at_most_and_are_right_to_half_a_percent(number: int) -> None:
    shown = wording.short_count(number)
    assert len(re.sub(r"\D", "", shown)) <= 3
    figure, _, unit = shown.partition(" ")
    size = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18}[unit]
    assert float(figure) * size == pytest.approx(number, rel=0.00502, abs=0.5)
    assert float(figure) < 1000


@pytest.mark.parametrize(
    ("share", "digits", "shown"),
    [
        (None, 1, "–"),
        (0.0, 1, "0.0 %"),
        (0.0, 0, "0 %"),
        (0.4709, 1, "47.1 %"),
        (0.4709, 0, "47 %"),
        (1.0, 1, "100.0 %"),
        (1.0, 0, "100 %"),
        (0.9996, 1, "99.9 %"),
        (0.999999, 1, "99.9 %"),
        (0.996, 0, "99 %"),
        (1.0004, 1, "100.1 %"),
        (1.004, 0, "101 %"),
        (1.05, 1, "105.0 %"),
        (0.0004, 1, "<0.1 %"),
        (0.0006, 1, "0.1 %"),
        (1e-9, 0, "<1 %"),
        (12.5, 0, "1250 %"),
    ],
)
def test_percent_says_all_only_of_all_and_nothing_only_of_nothing(share: float | None, digits: int, shown: str) -> None:
    assert wording.percent(share, digits) == shown
    if digits == 1:
        assert wording.percent(share) == shown
    if digits == 0:
        assert wording.short_percent(share) == shown


@given(st.floats(0, 20), st.sampled_from([0, 1, 2]))
def test_percent_is_right_to_its_last_digit(share: float, digits: int) -> None:
    shown = wording.percent(share, digits)
    if shown.startswith("<"):
        assert 0 < share < 10.0**-digits
        return
    figure = float(shown.removesuffix(" %"))
    assert abs(figure - 100 * share) <= 1.01 * 10.0**-digits
    assert (figure == 100) == (share == 1)
    assert (figure == 0) == (share == 0)


@pytest.mark.parametrize(
    ("per_minute", "shown"),
    [
        (None, "–"),
        (0.0, "0"),
        (0.01, "<0.1"),
        (0.05, "0.1"),
        (9.5, "9.5"),
        (9.94, "9.9"),
        (9.96, "10"),
        (95.4, "95"),
        (1240.4, "1,240"),
    ],
)
def test_rates(per_minute: float | None, shown: str) -> None:
    assert wording.rate(per_minute) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.038, "38 ms"), (0.9994, "999 ms"), (0.9996, "1.0 s"), (1.24, "1.2 s")]
)
def test_latencies(seconds: float, shown: str) -> None:
    assert wording.latency(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "<1 s"),
        (0, "<1 s"),
        (0.99, "<1 s"),
        (1, "1 s"),
        (6.9, "6 s"),
        (119.9, "119 s"),
        (120, "2 min"),
        (7199, "119 min"),
        (7200, "2 h"),
        (172_799, "47 h"),
        (172_800, "2 d"),
    ],
)
def test_ages_are_rounded_down_in_one_unit(seconds: float, shown: str) -> None:
    assert wording.age(seconds) == shown


def test_a_short_span_is_never_negative() -> None:
    assert (wording.short_span(-5), wording.short_span(0.5)) == ("0 s", "0 s")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (120, "2 min"),
        (545, "9 min 5 s"),
        (3780, "1 h 3 min"),
        (3605, "1 h 5 s"),
        (90_061, "25 h 1 min 1 s"),
    ],
)
def test_spans_are_exact(seconds: int, shown: str) -> None:
    assert wording.span(seconds) == shown


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (timedelta(days=11, hours=23), "in 12 days"),
        (timedelta(hours=48), "in 2 days"),
        (timedelta(hours=47, minutes=59), "in 47 h"),
        (timedelta(hours=2), "in 2 h"),
        (timedelta(minutes=119), "in 119 min"),
        (timedelta(minutes=1), "in 1 min"),
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=-59), "now"),
    ],
)
def test_how_far_off_a_moment_is(left: timedelta, shown: str) -> None:
    assert wording.ahead(utc(2026, 11, 22) + left, utc(2026, 11, 22)) == shown


@pytest.mark.parametrize(
    ("zone", "clock", "day_time", "name"),
    [
        (UTC, "21:05", "Sat 7 Mar 21:05", "UTC"),
        (BERLIN, "22:05", "Sat 7 Mar 22:05", "CET"),
        (NEW_YORK, "16:05", "Sat 7 Mar 16:05", "EST"),
        (KOLKATA, "02:35", "Sun 8 Mar 02:35", "IST"),
        (timezone(timedelta(hours=14)), "11:05", "Sun 8 Mar 11:05", "UTC+14:…"),
    ],
)
def test_times_are_worded_in_the_users_zone(zone: tzinfo, clock: str, day_time: str, name: str) -> None:
    moment = utc(2026, 3, 7, 21, 5, 9)
    assert wording.clock_time(moment, zone) == clock
    assert wording.clock_time(moment, zone, with_seconds=True) == f"{clock}:09"
    assert wording.day_time(moment, zone) == day_time
    assert wording.zone_name(moment, zone) == name


def test_times_follow_the_zones_summer_time() -> None:
    assert wording.clock_time(utc(2026, 3, 29, 0, 59), BERLIN) == "01:59"
    assert wording.clock_time(utc(2026, 3, 29, 1, 0), BERLIN) == "03:00"


@given(st.integers(0, 11), st.integers(1, 28))
def test_days_and_months_are_english(month: int, day: int) -> None:
    worded = wording.day_time(utc(2026, month + 1, day, 9), UTC)
    assert datetime.strptime(f"{worded} 2026 +0000", "%a %d %b %H:%M %Y %z") == utc(2026, month + 1, day, 9)


def test_without_a_zone_the_machines_own_is_used() -> None:
    with time_machine.travel(utc(2026, 3, 7).astimezone(KOLKATA), tick=False):
        assert wording.clock_time(utc(2026, 3, 7, 21, 5), None) == "02:35"


@pytest.mark.parametrize(
    ("moment", "zone", "began"),
    [
        (utc(2026, 11, 22, 10), UTC, utc(2026, 11, 22)),
        (utc(2026, 11, 22), UTC, utc(2026, 11, 22)),
        (utc(2026, 11, 22, 23, 30), BERLIN, utc(2026, 11, 22, 23)),
        (utc(2026, 11, 22, 10), NEW_YORK, utc(2026, 11, 22, 5)),
        (utc(2026, 11, 22, 19), KOLKATA, utc(2026, 11, 22, 18, 30)),
        (utc(2026, 10, 25, 0, 30), BERLIN, utc(2026, 10, 24, 22)),
        (utc(2026, 10, 25, 12), BERLIN, utc(2026, 10, 24, 22)),
        (utc(2026, 3, 29, 12), BERLIN, utc(2026, 3, 28, 23)),
        (utc(2026, 11, 1, 4, 30), HAVANA, utc(2026, 11, 1, 4)),
        (utc(2026, 11, 1, 5, 30), HAVANA, utc(2026, 11, 1, 4)),
    ],
)
def test_the_users_day_begins_at_their_midnight_even_where_the_clock_changes(
    moment: datetime, zone: tzinfo, began: datetime
) -> None:
    found = wording.midnight(moment, zone)
    assert (found, found.tzinfo) == (began, UTC)
    with time_machine.travel(moment.astimezone(zone), tick=False):
        assert wording.midnight(moment, None) == began


def test_a_day_without_a_midnight_begins_when_the_clock_jumps() -> None:
    assert wording.midnight(utc(2026, 9, 6, 12), SANTIAGO) == utc(2026, 9, 6, 4)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.sampled_from([BERLIN, HAVANA, SANTIAGO, KOLKATA]))  # noqa: DTZ001 - hypothesis takes naive bounds
def test_a_day_lasts_25_hours_at_most(naive: datetime, zone: tzinfo) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert timedelta() <= moment - wording.midnight(moment, zone) < timedelta(hours=25)


def test_moments_for_machines_are_utc_to_the_second() -> None:
    assert wording.iso(utc(2026, 11, 22, 10, 42, 7).astimezone(KOLKATA)) == "2026-11-22T10:42:07Z"
    assert wording.iso(None) is None


def test_epoch_seconds_become_utc() -> None:
    moment = wording.from_epoch(1_763_808_000)
    assert (moment, moment.tzinfo) == (utc(2025, 11, 22, 10, 40), UTC)


@pytest.mark.parametrize(
    ("zone", "minute", "told"),
    [
        (UTC, 10, "14:00"),
        (UTC, 50, "15:00"),
        (KOLKATA, 10, "20:00"),
        (KOLKATA, 50, "20:00"),
        (ZoneInfo("Asia/Kathmandu"), 10, "20:00"),
        (ZoneInfo("America/St_Johns"), 50, "11:00"),
    ],
)
def test_a_moment_far_off_is_told_to_the_hour_of_the_users_zone(zone: tzinfo, minute: int, told: str) -> None:
    moment = utc(2026, 11, 28, 14, minute)
    assert wording.about(moment, utc(2026, 11, 22), zone) == ("Sat 28 Nov", told)


def test_an_hour_that_a_clock_leaves_out_is_not_told() -> None:
    assert wording.about(utc(2026, 3, 29, 0, 40), utc(2026, 3, 22), BERLIN)[1] == "03:00"
