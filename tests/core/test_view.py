from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import NOW, a_last_poll, a_snapshot, a_view, a_waiting_view
from usage_tui.core.account import AccountState
from usage_tui.core.snapshot import Snapshot
from usage_tui.core.view import Wanted

OK, STALE, WAITING = AccountState.OK, AccountState.STALE, AccountState.WAITING
FAILURES = [
    AccountState.UNAUTHORIZED,
    AccountState.EXHAUSTED,
    AccountState.UNREACHABLE,
    AccountState.INVALID,
]


def test_before_any_poll_an_account_is_waiting_and_knows_nothing() -> None:
    view = a_waiting_view()
    assert (view.state(NOW), view.age_seconds(NOW), view.error) == (WAITING, None, None)
    assert (view.snapshot, view.used_share) == (Snapshot(), None)


def test_nothing_is_claimed_of_an_account_by_default() -> None:
    view = a_waiting_view()
    assert (view.is_insecure, view.is_simulated, view.failed_window_seconds) == (False, False, 0.0)
    assert (Wanted().is_shown, Wanted().refresh_asked) == (False, False)


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("", "sample"),
        ("snapshot", "used"),
        ("sample", "at"),
        ("last_poll", "state"),
        ("cycle", "resets_at"),
        ("budget", "state"),
    ],
)
def test_a_view_and_all_in_it_is_immutable(part: str, field: str) -> None:
    view = a_view()
    with pytest.raises(AttributeError):
        setattr(getattr(view, part) if part else view, field, None)


def test_without_a_key_an_account_waits_and_says_why() -> None:
    view = a_waiting_view(key_error="No variable SCRAPERAPI_KEY.")
    assert (view.state(NOW), view.error) == (WAITING, "No variable SCRAPERAPI_KEY.")


def test_the_state_is_that_of_the_last_finished_poll() -> None:
    assert a_view().state(NOW) is OK


@pytest.mark.parametrize("state", FAILURES)
def test_a_failed_poll_keeps_the_last_good_sample_and_says_why(state: AccountState) -> None:
    view = a_view(last_poll=a_last_poll(state, error="What happened."))
    assert (view.state(NOW), view.error, view.snapshot) == (state, "What happened.", a_snapshot())


@pytest.mark.parametrize("state", FAILURES)
def test_a_known_reason_is_not_hidden_by_staleness(state: AccountState) -> None:
    view = a_view(last_poll=a_last_poll(state, error="What happened."))
    assert view.state(NOW + timedelta(hours=1)) is state


@pytest.mark.parametrize(("age_seconds", "state"), [(0, OK), (120, OK), (120.1, STALE), (10**6, STALE)])
def test_a_good_sample_is_stale_once_older_than_the_user_allows(age_seconds: float, state: AccountState) -> None:
    assert a_view(stale_seconds=120.0).state(NOW + timedelta(seconds=age_seconds)) is state


def test_a_good_poll_without_a_sample_is_stale() -> None:
    assert a_waiting_view(last_poll=a_last_poll()).state(NOW) is STALE


def test_a_missing_key_is_told_before_an_older_polls_error() -> None:
    view = a_view(last_poll=a_last_poll(AccountState.UNREACHABLE, error="Refused."), key_error="No key.")
    assert view.error == "No key."


def test_an_age_is_that_of_the_last_good_sample() -> None:
    view = a_view(last_poll=a_last_poll(AccountState.UNREACHABLE, at=NOW + timedelta(seconds=30)))
    assert view.age_seconds(NOW + timedelta(seconds=31)) == 31.0


@given(st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_an_age_is_never_negative_and_a_state_always_known(passed: timedelta) -> None:
    view = a_view()
    age = view.age_seconds(NOW + passed)
    assert age == max(0.0, passed.total_seconds())
    assert view.state(NOW + passed) is (STALE if passed > timedelta(seconds=120) else OK)


@pytest.mark.parametrize(
    ("used", "limit", "share"),
    [(250, 1000, 0.25), (1050, 1000, 1.05), (0, 1000, 0.0), (0, 0, None), (None, 1000, None), (250, None, None)],
)
def test_the_used_share_is_of_the_plans_limit(used: int | None, limit: int | None, share: float | None) -> None:
    assert a_view(a_snapshot(used=used, limit=limit)).used_share == share
