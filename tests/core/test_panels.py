"""The panels' words are true, fit their room, and drop the least first."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.makers import CYCLE, NOW, a_last_poll, a_snapshot, a_view, a_waiting_view, buckets, utc
from usage_tui.core import chart, headline, outlook_words, panels
from usage_tui.core.account import AccountState
from usage_tui.core.accounts_table import account_rows
from usage_tui.core.ascii_text import in_ascii
from usage_tui.core.budget import Budget, DaySpend
from usage_tui.core.budget_lines import budget_lines
from usage_tui.core.copied import numbers_as_text
from usage_tui.core.cycle import Cycle
from usage_tui.core.glance import Glance
from usage_tui.core.spans import Line, Role, line_cells
from usage_tui.core.status_format import Moment, filled, parsed
from usage_tui.core.status_table import status_table
from usage_tui.core.view import AccountView


def glance(view: AccountView | None = None, *others: AccountView) -> Glance:
    """Look at a view among others."""
    seen = view or a_view()
    return Glance(seen, NOW, UTC, views=(seen, *others))


def text_of(line: Line) -> str:
    """Give a line's text."""
    return "".join(span.text for span in line)


@pytest.mark.parametrize(("used", "ceiling"), [(12_412_700, 20_000_000), (1_412_700_000, 3_000_000_000)])
def test_credits_and_budget_keep_their_labels_from_eighty_columns_on(used: int, ceiling: int) -> None:
    view = a_view(a_snapshot(used=used, limit=ceiling), budget=Budget(ceiling, None, 0.4))
    for width, height in ((46, 6), (46, 3), (76, 4)):
        credits_head = text_of(panels.credits_lines(glance(view), width, height)[0])
        budget_head = text_of(budget_lines(glance(view), width, height)[0])
        assert credits_head.startswith("CREDITS  ")
        assert budget_head.startswith("BUDGET  ")
        assert "◆ near" in budget_head


def with_day(spent: int, *, is_whole: bool) -> AccountView:
    """Make a view whose budget of a day is 80,000 credits."""
    since = NOW.replace(hour=0, minute=0, second=0) if is_whole else NOW - timedelta(minutes=10)
    day = DaySpend(spent, since, is_whole)
    return replace(a_view(), budget=Budget(2_000_000, 80_000, 0.7).standing(1_412_700, 3_000_000, day))


VIEWS = [
    a_view(),
    a_waiting_view(),
    a_waiting_view(key_error="The variable X is not set."),
    a_view(a_snapshot(concurrency=None, used=None, limit=None, failed=None, concurrency_limit=None)),
    a_view(a_snapshot(used=1_050, limit=1_000, concurrency=2**62, concurrency_limit=2**62)),
    a_view(a_snapshot(limit=0)),
    a_view(name="日本" * 32, is_simulated=True, is_insecure=True),
    a_view(cycle=None, spend_per_minute=None, failed_share=None, counters_changed_at=None),
    with_day(61_220, is_whole=True),
    with_day(61_220, is_whole=False),
]


@given(st.sampled_from(VIEWS), st.integers(1, 200), st.integers(1, 6))
def test_every_line_fits_its_room(view: AccountView, width: int, height: int) -> None:
    seen = glance(view, a_view(name="staging"), a_waiting_view("client-acme"))
    made = chart.chart(view, seen.shown, width, NOW.timestamp())
    lines = [
        *panels.credits_lines(seen, width, height),
        *budget_lines(seen, width, height),
        panels.spend_line(seen, width),
        panels.concurrency_header(seen, made, width),
        headline.top_line(seen, width),
        *headline.notice(seen, width),
        headline.status_line(seen, width),
        headline.accounts_title(seen.views, NOW, width),
    ]
    assert [text_of(line) for line in lines if line_cells(line) > width] == []


def test_renewal_that_is_due_is_said_so_and_nothing_is_held_against_its_cycle() -> None:
    due = Cycle(NOW - timedelta(minutes=3), utc(2026, 12, 22), is_assumed=True, is_due=True)
    seen = glance(replace(a_view(cycle=due), outlook=None))
    screen = "\n".join(
        text_of(line)
        for lines in (panels.credits_lines(seen, 60, 4), panels.credits_lines(seen, 60, 3), budget_lines(seen, 60, 5))
        for line in lines
    )
    assert screen.count("renewal due since Sun 22 Nov 10:39") == 2
    assert "not seen yet" in screen
    assert not any(word in screen for word in ("even pace", "to last", "renews", "┃"))
    assert text_of(panels.credits_lines(seen, 40, 1)[0]).endswith("47 % · renewal due")
    assert outlook_words.to_last(seen, 2_000_000) == [()]
    assert "renews: due since 2026-11-22T10:39:07Z" in numbers_as_text(seen)
    assert "renewal due" in [text_of(cell) for cell in account_rows([seen.view], NOW, UTC)[0].cells]
    table = [text_of(line) for line in status_table([seen.view], NOW, UTC, 200)]
    assert table[1].endswith("  due")
    assert text_of(status_table([seen.view], NOW, UTC, 80)[1]).endswith("  due")
    assert filled(parsed("{renews}"), Moment(seen.view, NOW, UTC), text_of) == "due"


def test_renewal_that_is_due_for_days_makes_one_ask_whether_the_plan_is_a_yearly_one() -> None:
    due = Cycle(NOW - timedelta(days=3), utc(2026, 12, 19), is_assumed=True, is_due=True)
    lines = panels.credits_lines(glance(replace(a_view(cycle=due), outlook=None)), 60, 4)
    assert text_of(lines[3]).endswith("a yearly plan?")


def test_used_above_the_limit_is_told_as_it_is() -> None:
    lines = panels.credits_lines(glance(a_view(a_snapshot(used=1_050, limit=1_000))), 60, 4)
    assert "1,050 of 1,000" in text_of(lines[0])
    assert "105.0 %" in text_of(lines[0])
    assert text_of(lines[2]).startswith("remaining 0")


def test_even_pace_is_marked_where_the_cycle_stands() -> None:
    line = panels.bar(0.47, CYCLE.elapsed_share(NOW), 100, Role.ACCENT)
    assert text_of(line).index("┃") == 63
    assert [span.role for span in line] == [Role.ACCENT, Role.FAINT, Role.STRONG, Role.FAINT]


@pytest.mark.parametrize("share", [None, 0.0, 0.5, 1.0, 7.0])
def test_bar_fills_by_share_and_never_beyond(share: float | None) -> None:
    line = panels.bar(share, None, 20, Role.ACCENT)
    assert sum(len(span.text) for span in line if span.role is Role.ACCENT) == min(20, round(20 * (share or 0)))
    assert line_cells(line) == 20


def test_bar_reads_without_colour_and_in_ascii() -> None:
    words = text_of(panels.bar(0.5, 0.75, 8, Role.ACCENT))
    assert words == "━━━━──┃─"
    assert in_ascii(words) == "====--|-"


def test_saturation_is_said_of_the_time_that_samples_speak_for() -> None:
    start = int(NOW.timestamp()) // 5 * 5 - 40
    view = a_view(coarse=buckets([50] * 8, start=start, width_seconds=5))
    made = chart.chart(view, chart.RANGES[1], 108, NOW.timestamp())
    assert "saturated 0 % of 40 s " in text_of(panels.concurrency_header(glance(view), made, 116))


@pytest.mark.parametrize(("view", "words"), [(a_waiting_view(), "no samples yet"), (a_view(), "no samples in 10 min")])
def test_a_chart_without_samples_says_whether_there_ever_were_any(view: AccountView, words: str) -> None:
    made = chart.chart(view, chart.RANGES[1], 108, NOW.timestamp())
    assert f" {words} " in text_of(panels.concurrency_header(glance(view), made, 116))


def test_assumed_renewal_is_said_to_be_assumed() -> None:
    assumed = replace(CYCLE, is_assumed=True)
    assert text_of(panels.renewal(glance(a_view(cycle=assumed)))) == "renews Thu 3 Dec 10:00 (assumed)"
    assert "unknown" in text_of(panels.renewal(glance(a_view(cycle=None))))


def test_partly_seen_day_says_since_when_and_makes_no_judgement() -> None:
    line = budget_lines(glance(with_day(61_220, is_whole=False)), 60, 4)[-1]
    assert text_of(line).strip() == "today 61,220 of 80,000 since 10:32"


def test_wholly_seen_day_is_judged() -> None:
    line = budget_lines(glance(with_day(61_220, is_whole=True)), 60, 4)[-1]
    assert "◆ near  77 %" in text_of(line)


def test_counters_that_stand_still_are_said_to() -> None:
    still = glance(a_view(counters_changed_at=NOW - timedelta(minutes=5)))
    assert text_of(panels.counters(still)[0]) == "counters unchanged for 5 min"
    moving = glance(a_view(counters_changed_at=NOW - timedelta(seconds=6)))
    assert text_of(panels.counters(moving)[0]) == "counters 6 s old, every 15 s"


@pytest.mark.parametrize(
    ("sampled_ago", "changed_ago", "words"),
    [
        (20, 7200, "counters unchanged for 119 min"),
        (7200, 7206, "counters 2 h old"),
        (7200, 18_000, "counters 2 h old"),
        (40, 46, "counters 46 s old"),
        (40, 7200, "counters 40 s old"),
    ],
)
def test_counters_are_called_unchanged_for_time_that_samples_speak_for_alone(
    sampled_ago: int, changed_ago: int, words: str
) -> None:
    sampled_at = NOW - timedelta(seconds=sampled_ago)
    seen = glance(a_view(at=sampled_at, counters_changed_at=NOW - timedelta(seconds=changed_ago)))
    assert text_of(panels.counters(seen)[0]) == words
    assert "unchanged" not in text_of(panels.counters(seen)[-1]) or "unchanged" in words


def test_burst_and_saturation_are_told_beside_the_number() -> None:
    view = a_view(a_snapshot(concurrency=100, burst=4))
    made = chart.chart(view, chart.RANGES[1], 100, NOW.timestamp())
    assert "100 of 100 +4 burst   ▲ at the limit" in text_of(panels.concurrency_header(glance(view), made, 116))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (AccountState.OK, "● live"),
        (AccountState.UNAUTHORIZED, "✗ key refused"),
        (AccountState.EXHAUSTED, "■ exhausted"),
        (AccountState.UNREACHABLE, "○ unreachable"),
        (AccountState.INVALID, "✗ invalid"),
    ],
)
def test_each_state_has_a_symbol_and_a_word(state: AccountState, words: str) -> None:
    assert words in text_of(headline.top_line(glance(a_view(last_poll=a_last_poll(state))), 100))


def test_trouble_elsewhere_is_marked_on_its_tab_even_when_tabs_are_folded() -> None:
    broken = a_view(name="staging", last_poll=a_last_poll(AccountState.UNREACHABLE))
    assert "2 staging ○" in text_of(headline.top_line(glance(a_view(), broken), 100))
    assert "+1 ○" in text_of(headline.top_line(glance(a_view(), broken), 30))


def test_a_missing_key_is_told_while_waiting() -> None:
    view = a_waiting_view(key_error="The variable X is not set.")
    assert "The variable X is not set." in text_of(*headline.notice(glance(view), 80))


def test_riskiest_accounts_come_first() -> None:
    rows = account_rows(
        [
            a_view(name="quiet"),
            a_view(name="near", budget=Budget(2_000_000, None, 0.7)),
            a_view(name="over", budget=Budget(10)),
            a_view(name="down", last_poll=a_last_poll(AccountState.UNREACHABLE)),
            a_view(name="refused", last_poll=a_last_poll(AccountState.UNAUTHORIZED)),
        ],
        NOW,
        UTC,
    )
    assert [row.name for row in rows] == ["refused", "down", "over", "near", "quiet"]


@pytest.mark.parametrize(
    ("in_use", "bar"), [(0, "──────"), (1, "━─────"), (50, "━━━───"), (100, "━━━━━━"), (120, "━━━━━━")]
)
def test_requests_in_flight_are_seen_however_few(in_use: int, bar: str) -> None:
    (row,) = account_rows([a_view(a_snapshot(concurrency=in_use, concurrency_limit=100))], NOW, UTC)
    assert f"{bar} {in_use} of 100" in [text_of(cell) for cell in row.cells]


def test_filter_finds_a_part_of_a_name_whatever_the_case() -> None:
    assert [row.name for row in account_rows([a_view(name="Staging"), a_view()], NOW, UTC, "STAG")] == ["Staging"]


def test_copied_text_says_simulated_and_has_no_thousands_lost() -> None:
    text = numbers_as_text(glance(a_view(is_simulated=True)))
    assert text.splitlines()[0] == "account: production (simulated)"
    assert "credits used: 1,412,700 of 3,000,000" in text
    assert "renews: 2026-12-03T10:00:00Z" in text


@given(st.sampled_from(VIEWS), st.sampled_from(VIEWS), st.sampled_from([1, 2, 4, 6]), st.integers(0, 900))
def test_what_reads_another_way_follows_from_what_changes_seldom(
    one: AccountView, other: AccountView, height: int, steps: int
) -> None:
    then = NOW + timedelta(seconds=5 * steps)
    before, after = glance(one), replace(glance(other), now=then)
    assert not panels.has_age_of_counters(height)
    for words in (panels.credits_lines, budget_lines):
        if words(before, 56, height) != words(after, 56, height):
            assert before.slow != after.slow
