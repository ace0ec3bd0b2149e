"""The first row and the notice: who collects, and what is wrong with that."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from msgspec.structs import replace

from tests.makers import NOW, a_last_poll, a_view, a_waiting_view
from usage_tui.core.account import AccountState
from usage_tui.core.alert_words import found_words
from usage_tui.core.budget import Budget
from usage_tui.core.glance import Glance, trouble
from usage_tui.core.headline import has_notice, notice, top_line
from usage_tui.core.spans import line_cells
from usage_tui.core.view import AccountView, Duty, OpenAlert, Standing

REMARK = "collector stopped, pid 4711: let it go on, or end it."


def glance(view: AccountView) -> Glance:
    return Glance(view=view, views=(view,), now=NOW, zone=UTC)


def text(line: object) -> str:
    return "".join(span.text for span in line)  # type: ignore[attr-defined]  # a line of spans


@pytest.mark.parametrize("duty", [Duty.COLLECTING, Duty.FOLLOWING])
def test_the_first_row_says_who_collects_where_there_is_room(duty: Duty) -> None:
    shown = glance(replace(a_view(), standing=Standing(duty)))
    assert f"38 ms · {duty}" in text(top_line(shown, 120))
    assert duty not in text(top_line(shown, 40))
    assert all(line_cells(top_line(shown, width)) <= width for width in range(40, 121))


def test_who_keeps_nothing_says_nothing_of_it() -> None:
    assert "38 ms  " in text(top_line(glance(a_view()), 120))


@pytest.mark.parametrize("width", [120, 60, 50])
def test_what_stands_before_age_and_latency_stays_where_it_is(width: int) -> None:
    places = set()
    for seconds in (0.4, 1.0, 12.0):
        for latency in (0.002, 0.038, 0.12):
            poll = replace(a_last_poll(), latency_seconds=latency)
            shown = replace(glance(a_view(last_poll=poll)), now=NOW + timedelta(seconds=seconds))
            row = text(top_line(shown, width))
            assert f" old · {1000 * latency:.0f} ms" in row
            places.add((row.index("● live"), row.index("10:42")))
    assert len(places) == 1


def test_error_that_is_too_long_for_a_row_takes_two_where_they_are_there() -> None:
    sentence = "api.example.com refused the key of production (401); correct it where it is kept, please."
    shown = glance(a_view(last_poll=a_last_poll(AccountState.UNAUTHORIZED, error=sentence)))
    (row,) = notice(shown, 80)
    assert (text(row)[-1], len(text(row))) == ("…", 80)
    assert " ".join(" ".join(map(text, notice(shown, 80, 2))).split()) == f"▲ {sentence}"
    assert len(notice(shown, 120, 2)) == 1
    assert text(notice(shown, 40, 2)[1]).endswith("…")


def test_what_is_wrong_with_collecting_is_noticed() -> None:
    shown = glance(replace(a_view(), standing=Standing(Duty.FOLLOWING, REMARK)))
    assert has_notice(shown)
    assert REMARK in text(*notice(shown, 120))


@pytest.mark.parametrize(
    ("rule", "value", "found"),
    [
        ("budget_used", 0.706, "budget 70.6 % used"),
        ("daily_budget_used", 0.97, "day's budget 97.0 % used"),
        ("run_out_probability", 0.92, "run-out at risk"),
        ("saturated", 1.14, "114 % of the limit in flight"),
        ("failure_rate", 0.184, "18.4 % of requests failed"),
        ("spend", 4.2, "spend 4.2 times the usual"),
        ("key_refused", None, "key refused"),
        ("exhausted", None, "credits used up"),
        ("stale_seconds", 121.0, "no sample for 2 min"),
    ],
)
def test_an_alert_that_goes_on_is_told_as_what_was_found_and_when(rule: str, value: float | None, found: str) -> None:
    alert = OpenAlert(found_words(rule, value), NOW - timedelta(minutes=5), others=2)
    shown = glance(replace(a_view(), alert=alert))
    for width in (120, 80):
        assert text(*notice(shown, width)) == f" ▲ {found}  fired 10:37, still on · 2 more"
    narrow = text(*notice(shown, 40))
    assert narrow.startswith(f" ▲ {found}  ")
    assert "10:37" in narrow


def test_an_alert_of_another_day_is_told_with_that_day() -> None:
    shown = glance(replace(a_view(), alert=OpenAlert("key refused", NOW - timedelta(days=2))))
    assert text(*notice(shown, 80)) == " ▲ key refused  fired 20 Nov, still on"


@pytest.mark.parametrize(
    ("view", "sign"),
    [
        (a_view(), None),
        (a_waiting_view(), None),
        (a_waiting_view(key_error="The variable X is not set."), "✗"),
        (a_view(last_poll=a_last_poll(AccountState.UNREACHABLE)), "○"),
        (a_view(budget=Budget(10)), "▲"),
    ],
)
def test_an_account_that_needs_a_look_has_a_mark(view: AccountView, sign: str | None) -> None:
    mark = trouble(view, NOW)
    assert (mark.text if mark else None) == sign
