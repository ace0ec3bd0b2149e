"""The status line's format: every field, literal text, and what is wrong with a format."""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.makers import NOW, a_last_poll, a_snapshot, a_view, a_waiting_view, utc
from usage_tui.core.account import AccountState
from usage_tui.core.budget import Budget
from usage_tui.core.outlook import Evidence, Outlook, Prospect
from usage_tui.core.painting import Colours, painted
from usage_tui.core.status_format import DEFAULT_FORMAT, FIELDS, FormatFault, Moment, filled, parsed
from usage_tui.core.view import AccountView

AHEAD = Prospect(2_000_000, is_limit=False, run_out_probability=0.92, run_out_p50=utc(2026, 11, 28, 14))
OUTLOOK = Outlook(Evidence.FULL, limit=Prospect(3_000_000, is_limit=True), budget=AHEAD)


def line(text: str, view: AccountView | None = None, colours: Colours = Colours.NONE, late_seconds: float = 0) -> str:
    view = view or replace(a_view(budget=Budget(2_000_000, None, 0.7)), outlook=OUTLOOK)
    moment = Moment(view, NOW + timedelta(seconds=late_seconds), UTC)
    return filled(parsed(text), moment, partial(painted, colours=colours))


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("name", "production"),
        ("state", "ok"),
        ("age", "<1 s"),
        ("concurrency", "62"),
        ("concurrency_limit", "100"),
        ("used", "1,412,700"),
        ("limit", "3,000,000"),
        ("remaining", "1,587,300"),
        ("used_percent", "47.1 %"),
        ("budget_percent", "70.6 %"),
        ("budget_state", "near"),
        ("run_out", "Sat 28 Nov 14:00"),
        ("run_out_probability", "92 %"),
        ("renews", "Thu 3 Dec 10:00"),
        ("failed_percent", "0.6 %"),
    ],
)
def test_field_says_what_the_view_knows(field: str, words: str) -> None:
    assert line(f"<{{{field}}}>") == f"<{words}>"


def test_every_field_of_an_unknown_account_is_a_dash_or_its_state() -> None:
    known = {"name": "production", "state": "waiting", "budget_state": "unknown"}
    for field in FIELDS:
        assert line(f"{{{field}}}", a_waiting_view()) == known.get(field, "–")


def test_doubled_braces_are_braces() -> None:
    assert line("{{{name}}} {{}}") == "{production} {}"


def test_age_of_a_stale_sample_is_shown_whatever_the_format_and_once() -> None:
    assert line("x", late_seconds=120) == "x"
    assert line("x", late_seconds=300) == "x · 5 min old"
    assert line("{age}", late_seconds=300) == "5 min"


def test_age_is_shown_while_the_service_cannot_be_reached() -> None:
    view = a_view(last_poll=a_last_poll(AccountState.UNREACHABLE, error="no"))
    assert line("{state}", view, late_seconds=121) == "unreachable · 2 min old"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{nam}", "{nam} is no field; did you mean {name}?"),
        ("{remainin}", "did you mean {remaining}?"),
        ("{\x1b[31m}", "{\\x1b[31m} is no field; there are name, state,"),
        ("{name", "a { stands alone; write {{ for the character itself"),
        ("name}", "a } stands alone; write }} for the character itself"),
        ("{}", "{} is no field"),
    ],
)
def test_wrong_format_says_what_and_the_mend(text: str, words: str) -> None:
    with pytest.raises(FormatFault) as caught:
        parsed(text)
    assert words in str(caught.value)
    assert "\x1b" not in str(caught.value)


@given(st.text())
def test_any_text_with_its_braces_doubled_is_itself(text: str) -> None:
    pieces = parsed(text.replace("{", "{{").replace("}", "}}"))
    assert [piece.is_field for piece in pieces] in ([], [False])
    assert "".join(piece.text for piece in pieces) == text


@given(st.text(alphabet="{}a name"))
def test_any_format_is_taken_or_refused(text: str) -> None:
    try:
        pieces = parsed(text)
    except FormatFault:
        return
    assert all(piece.text for piece in pieces)


def test_tmux_gets_its_own_colours_and_obeys_no_name() -> None:
    view = a_view(a_snapshot(used=2_900_000), name="#[fg=red]#(id)", budget=Budget(2_000_000))
    assert line("{name}", view, Colours.TMUX) == "##[fg=red]##(id)"
    assert line("{budget_state}", view, Colours.TMUX) == "#[fg=red]over#[default]"


def test_ansi_colours_are_switched_off_again() -> None:
    assert line("a {state} b", colours=Colours.ANSI) == "a \x1b[32mok\x1b[0m b"


def test_ceiling_that_is_spent_says_so() -> None:
    spent = replace(a_view(), outlook=Outlook(Evidence.FULL, limit=Prospect(1, is_limit=True, is_spent=True)))
    assert line("{run_out} {run_out_probability}", spent) == "spent 100 %"


def test_literal_text_keeps_the_styles_that_the_user_wrote() -> None:
    assert line("#[bold]{name}", colours=Colours.TMUX) == "#[bold]production"


def test_default_is_one_short_line() -> None:
    assert line(DEFAULT_FORMAT) == "production · ok · 62/100 · 47.1 % used · budget near"
