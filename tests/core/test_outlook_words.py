"""What lies ahead is worded no surer than it is, in every size, and never in the past."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.makers import CYCLE, NOW, a_snapshot, a_view, an_outlook, utc
from usage_tui.core import headline, outlook_words, panels
from usage_tui.core.accounts_table import account_rows
from usage_tui.core.budget import Budget
from usage_tui.core.budget_lines import budget_lines
from usage_tui.core.copied import numbers_as_text
from usage_tui.core.glance import Glance
from usage_tui.core.outlook import Accuracy, Evidence, Outlook, Prospect
from usage_tui.core.spans import Line, line_cells
from usage_tui.core.status import account_report
from usage_tui.core.status_table import status_table
from usage_tui.core.usual import Usual
from usage_tui.core.wording import about, short_range

BUDGET = Budget(2_000_000, 80_000, 0.7)
EARLY = Prospect(2_000_000, is_limit=False, run_out_probability=0.3, run_out_p10=utc(2026, 11, 30, 9))


def glance(ahead: Outlook | None, budget: Budget = BUDGET, **changes: object) -> Glance:
    view = replace(a_view(budget=budget), outlook=ahead, **changes)
    return Glance(view, NOW, UTC, views=(view,))


def text_of(line: Line) -> str:
    return "".join(span.text for span in line).rstrip()


def lead(ahead: Outlook, width: int = 100) -> str:
    """Give the budget panel's sentence of what lies ahead."""
    return text_of(budget_lines(glance(ahead), width, 6)[2])


def test_run_out_names_day_hour_renewal_and_chance() -> None:
    assert lead(an_outlook()).startswith(
        "runs out Sat 28 Nov about 14:00, before the renewal (3 Dec 10:00): 92 % likely"
    )
    assert lead(an_outlook(), 76).startswith("runs out Sat 28 Nov about 14:00, before the renewal: 92 % likely")
    assert lead(an_outlook(), 56).startswith("runs out Sat 28 Nov about 14:00 · 92 % likely")


def test_what_lasts_says_what_the_cycle_comes_to() -> None:
    ahead = an_outlook(budget=None)
    words = text_of(budget_lines(glance(ahead, Budget()), 100, 6)[2])
    assert words.startswith("lasts: 2.1–2.6 M of 3 M · 98 % likely")


def test_less_likely_than_not_names_the_early_case() -> None:
    assert lead(an_outlook(budget=EARLY)).startswith("could run out as early as Mon 30 Nov about 09:00 · 30 % likely")


def test_over_already_says_since_when_and_forecasts_nothing() -> None:
    spent = Prospect(1_000_000, is_limit=False, is_spent=True, spent_at=utc(2026, 11, 15, 7))
    assert lead(an_outlook(budget=spent)).startswith("spent on Sun 15 Nov about 07:00")
    assert "likely" not in lead(an_outlook(budget=spent))
    assert lead(an_outlook(budget=replace(spent, spent_at=None))) == "spent already"


def test_less_than_a_day_seen_is_learning_with_the_pace_alone() -> None:
    ahead = an_outlook(
        evidence=Evidence.LEARNING,
        totals=None,
        limit=Prospect(3_000_000, is_limit=True),
        budget=Prospect(2_000_000, is_limit=False),
    )
    assert lead(ahead) == "learning: 74 k a day so far"
    every = " ".join(text_of(line) for line in budget_lines(glance(ahead), 120, 6))
    assert "likely" not in every
    assert "total" not in every


def test_one_to_three_days_give_a_rough_range_and_the_early_case() -> None:
    early = Prospect(2_000_000, is_limit=False, run_out_p10=utc(2026, 11, 26, 9))
    words = lead(an_outlook(evidence=Evidence.ROUGH, budget=early))
    assert words.startswith("could run out as early as Thu 26 Nov about 09:00")
    assert words.endswith("rough")
    assert "%" not in words
    lasting = an_outlook(evidence=Evidence.ROUGH, budget=Prospect(2_000_000, is_limit=False))
    assert lead(lasting).startswith("rough: 2.1–2.6 M of 2 M")


def test_three_to_seven_days_give_the_chance_in_words() -> None:
    words = lead(an_outlook(evidence=Evidence.NO_WEEKEND), 120)
    assert ": very likely" in words
    assert words.endswith("no weekend seen yet")
    assert "%" not in words


@pytest.mark.parametrize("width", [56, 76])
def test_why_no_more_is_said_keeps_its_place_beside_the_run_out(width: int) -> None:
    words = lead(an_outlook(evidence=Evidence.NO_WEEKEND), width)
    assert "Sat 28 Nov" in words
    assert "very likely" in words
    assert words.endswith("no weekend seen yet")


def test_one_to_two_weeks_say_that_it_is_from_this_cycle_only() -> None:
    words = lead(an_outlook(evidence=Evidence.THIS_CYCLE), 120)
    assert "92 % likely" in words
    assert words.endswith("from this cycle only")


def test_days_without_spend_are_called_idle() -> None:
    assert lead(an_outlook(idle_days=3), 120).endswith("idle for 3 days")
    assert lead(an_outlook(idle_days=1), 120).endswith("idle for 1 day")


def test_accuracy_is_told_or_that_none_has_come_true() -> None:
    def last(ahead: Outlook) -> str:
        return text_of(budget_lines(glance(ahead), 100, 6)[5])

    assert last(an_outlook()) == "no forecast has come true yet"
    right = an_outlook(accuracy=Accuracy(30, 0.06, 0.9))
    assert last(right) == "forecasts of the last cycle were off by 6 % (median), range held 27 of 30"


def test_one_off_days_that_are_left_out_are_told_beside_the_accuracy() -> None:
    right = Accuracy(30, 0.06, 0.9)

    def last(days: int, width: int) -> str:
        return text_of(budget_lines(glance(an_outlook(accuracy=right, one_off_days=days)), width, 6)[5])

    full, held = "forecasts of the last cycle were off by 6 % (median), range held 27 of 30", "off by 6 % (median)"
    assert last(1, 120) == f"{full}         1 one-off day left out of the forecast"
    assert last(2, 100) == f"{full}    2 one-off days left out"
    assert last(2, 60) == f"forecasts were {held}   2 one-off days left out"
    assert last(2, 30).strip() == "2 one-off days left out"


def test_what_may_be_spent_a_day_never_leads_beyond_the_ceiling_and_stands_still() -> None:
    words = text_of(budget_lines(glance(an_outlook()), 76, 4)[3])
    assert words.endswith("to last: 53,500 a day")
    assert 53_500 * (CYCLE.resets_at - NOW) / timedelta(days=1) < 2_000_000 - 1_412_700
    few = a_view(a_snapshot(used=1_999_100), budget=BUDGET)
    assert text_of(outlook_words.to_last(Glance(few, NOW, UTC), 2_000_000)[0]) == "to last: 82 a day"


def test_last_day_says_what_is_left_until_the_renewal() -> None:
    view = replace(a_view(budget=BUDGET), outlook=an_outlook())
    late = Glance(view, CYCLE.resets_at - timedelta(hours=5), UTC)
    assert text_of(outlook_words.to_last(late, 2_000_000)[0]) == "to last: 587,300 until the renewal"
    over = Glance(view, CYCLE.resets_at + timedelta(hours=5), UTC)
    assert outlook_words.to_last(over, 2_000_000) == [()]


def test_both_are_named_where_budget_and_limit_are_at_risk() -> None:
    risky = Prospect(
        3_000_000,
        is_limit=True,
        run_out_probability=0.6,
        run_out_p50=utc(2026, 12, 1, 11),
        run_out_p10=utc(2026, 11, 30, 1),
    )
    seen = glance(an_outlook(limit=risky))
    assert "out Tue 1 Dec 11:00 · 60 % likely" in text_of(panels.credits_lines(seen, 92, 3)[2])
    assert "runs out Tue 1 Dec about 11:00" in text_of(panels.credits_lines(seen, 56, 6)[4])
    assert "even pace" in text_of(panels.credits_lines(glance(an_outlook()), 92, 3)[2])


def test_usual_stands_beside_spend_and_failures() -> None:
    words = text_of(panels.spend_line(glance(None, usual=Usual(4_800.0, 0.005)), 116))
    assert "95 credits/min, usual for this hour 80" in words
    assert "FAILED  0.6 %, usual 0.5 %" in words
    assert "usual" not in text_of(panels.spend_line(glance(None, usual=Usual()), 116))


def test_narrow_rows_keep_order_and_words() -> None:
    assert text_of(budget_lines(glance(an_outlook()), 36, 2)[1]) == "out Sat 28 Nov 14:00     92 % likely"
    unknown = budget_lines(glance(None), 36, 2)[1]
    assert text_of(unknown).startswith("renews Thu 3 Dec 10:00")


def test_status_line_and_table_and_clipboard_carry_the_run_out() -> None:
    seen = glance(an_outlook())
    assert text_of(headline.status_line(seen, 120)).endswith("out Sat 28 Nov 14:00, 92 % likely")
    assert "out Sat 28 Nov 14:00 · 92 % likely" in text_of(status_table([seen.view], NOW, UTC, 160)[1])
    narrow = [text_of(line) for line in status_table([seen.view], NOW, UTC, 80)]
    assert narrow[0].split()[-2:] == ["RISK", "RENEWS"]
    assert "92 %" in narrow[1]
    copied = numbers_as_text(seen)
    assert "forecast: the budget runs out Sat 28 Nov about 14:00, before the renewal" in copied
    assert "cycle total: 2.1–2.6 M" in copied


def test_json_means_the_lower_ceiling_and_knows_no_more_than_the_screen() -> None:
    assert account_report(glance(an_outlook()).view, NOW)["forecast"] == {
        "ceiling": "budget",
        "total_p10": 2_100_000,
        "total_p50": 2_310_000,
        "total_p90": 2_600_000,
        "run_out_probability": 0.92,
        "run_out_p50": "2026-11-28T14:00:00Z",
        "run_out_p10": "2026-11-26T09:00:00Z",
    }
    above = Prospect(5_000_000, is_limit=False)
    assert account_report(glance(an_outlook(budget=above)).view, NOW)["forecast"]["ceiling"] == "limit"
    spent = Prospect(1_000, is_limit=False, is_spent=True)
    assert account_report(glance(an_outlook(budget=spent)).view, NOW)["forecast"]["run_out_probability"] == 1
    assert set(account_report(a_view(), NOW)["forecast"].values()) == {None}


def test_accounts_are_sorted_by_the_chance_of_running_out() -> None:
    def with_chance(chance: float) -> Prospect:
        return Prospect(2_000_000, is_limit=False, run_out_probability=chance, run_out_p50=utc(2026, 11, 28, 14))

    views = [
        replace(a_view(name=name), outlook=an_outlook(budget=with_chance(chance)))
        for name, chance in (("calm", 0.03), ("doomed", 0.92), ("even", 0.5))
    ]
    over = a_view(name="over", budget=Budget(10))
    rows = account_rows([*views, over], NOW, UTC)
    assert [row.name for row in rows] == ["over", "doomed", "even", "calm"]
    assert text_of(rows[1].cells[6]) == "92 %"
    assert text_of(rows[1].cells[7]) == "28 Nov 14:00"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (2_100_000, 2_600_000, "2.1–2.6 M"),
        (2_524_089, 2_752_304, "2.5–2.8 M"),
        (2_610_000, 2_640_000, "2.61–2.64 M"),
        (2_640_000, 2_640_000, "2.64 M"),
        (950_000, 1_200_000, "0.9–1.2 M"),
        (61_000, 72_400, "61–72 k"),
        (0, 0, "0"),
        (3, 950, "3–950"),
    ],
)
def test_ranges_have_one_unit_and_no_false_precision(low: float, high: float, words: str) -> None:
    assert short_range(low, high) == words


MOMENTS = st.none() | st.timedeltas(timedelta(), timedelta(days=400)).map(lambda ahead: NOW + ahead)
CHANCES = st.none() | st.floats(0, 1)
PROSPECTS = st.builds(
    Prospect,
    ceiling=st.integers(0, 2**62),
    is_limit=st.booleans(),
    run_out_probability=CHANCES,
    run_out_p50=MOMENTS,
    run_out_p10=MOMENTS,
    is_spent=st.booleans(),
    spent_at=st.none() | st.just(NOW - timedelta(days=3)),
)
TOTALS = st.none() | st.lists(st.floats(0, 1e15), min_size=3, max_size=3).map(sorted).map(tuple)
OUTLOOKS = st.builds(
    an_outlook,
    evidence=st.sampled_from(Evidence),
    totals=TOTALS,
    limit=st.none() | PROSPECTS,
    budget=st.none() | PROSPECTS,
    idle_days=st.integers(0, 40),
    one_off_days=st.integers(0, 400),
    accuracy=st.none() | st.builds(Accuracy, st.integers(1, 31), st.floats(0, 9), st.floats(0, 1)),
)


@given(OUTLOOKS, st.integers(1, 130), st.integers(1, 6), st.none() | st.integers(0, 2**62))
def test_every_wording_fits_and_none_says_nan_or_none(
    ahead: Outlook, width: int, height: int, budget: int | None
) -> None:
    seen = glance(ahead, Budget(budget), usual=Usual(12.0, 0.5))
    lines = [
        *panels.credits_lines(seen, width, height),
        *budget_lines(seen, width, height),
        panels.spend_line(seen, width),
        headline.status_line(seen, width),
        *status_table([seen.view], NOW, UTC, width),
    ]
    assert [text_of(line) for line in lines if line_cells(line) > width] == []
    every = " ".join([*map(text_of, lines), numbers_as_text(seen)]).lower()
    assert "nan" not in every
    assert "none" not in every.replace("none came true", "")
    assert "inf" not in every


@given(st.timedeltas(timedelta(), timedelta(days=366)), st.integers(-720, 720))
def test_moment_to_come_never_reads_as_passed(ahead: timedelta, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    _, time = about(now + ahead, now, UTC)
    if ahead < timedelta(hours=3):
        assert time == f"{now + ahead:%H:%M}"
    else:
        assert time.endswith(":00")


def test_snapshot_without_counters_says_nothing_of_what_lies_ahead() -> None:
    view = a_view(a_snapshot(used=None, limit=None), cycle=None)
    for height in (2, 3, 4, 6):
        words = " ".join(text_of(line) for line in budget_lines(Glance(view, NOW, UTC), 76, height))
        assert "run" not in words
