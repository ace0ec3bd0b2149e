"""Alerts in the history, statement by statement."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.makers import NOW
from tests.services.stored import a_database
from usage_tui.core.alert_log import TERMINAL, Telling
from usage_tui.core.alert_rules import AlertRule
from usage_tui.core.alerts import AlertState, Level, Transition
from usage_tui.core.rollup import epoch_ms
from usage_tui.services.alert_reader import select_log, serial, unheard, unseen
from usage_tui.services.alert_writing import acknowledge, claim, cycle_mute, end_former, put_transitions
from usage_tui.services.history_writing import account_id
from usage_tui.services.log_pruning import prune_logs

LEVEL = Level(AlertRule.SPEND)
FIRED = Transition("production", LEVEL, AlertState.FIRING, NOW, "m", value=4.2)
NOW_MS = epoch_ms(NOW)


def put(connection: sqlite3.Connection, *transitions: Transition) -> None:
    is_on = transitions[-1].is_firing
    put_transitions(connection, 1, {LEVEL: True} if is_on else {}, transitions, Telling((TERMINAL, "command")))


def at(days: float, state: AlertState) -> Transition:
    return Transition("production", LEVEL, state, NOW + timedelta(days=days), "m")


def test_what_one_monitor_rings_for_no_other_does() -> None:
    with a_database() as connection:
        put(connection, FIRED)
        seen_by_both = unheard(connection, NOW_MS)
        assert [each.channel for each in seen_by_both] == [TERMINAL]
        assert len(claim(connection, seen_by_both)) == 1
        assert claim(connection, seen_by_both) == []
        assert unheard(connection, NOW_MS) == []


def test_a_monitor_does_not_ring_for_what_is_old() -> None:
    with a_database() as connection:
        put(connection, FIRED)
        assert unheard(connection, NOW_MS + 61_000) == []


def test_what_has_been_over_for_a_year_is_forgotten_with_its_deliveries() -> None:
    with a_database() as connection:
        put(connection, at(-800, AlertState.FIRING))
        put(connection, at(-799, AlertState.RESOLVED))
        put(connection, at(-798, AlertState.FIRING))
        put(connection, at(0, AlertState.FIRING))
        assert len(select_log(connection, None, NOW_MS).records) == 3
        prune_logs(connection, 1, NOW_MS)
        assert len(select_log(connection, None, NOW_MS).records) == 2
        assert connection.execute("SELECT count(*) FROM alert_deliveries").fetchone() == (4,)


@pytest.mark.parametrize("is_muted", [False, True])
def test_a_recovery_is_told_unless_the_alert_was_muted_meanwhile(is_muted: bool) -> None:
    with a_database() as connection:
        put(connection, FIRED)
        if is_muted:
            cycle_mute(connection, 1, None, NOW_MS)
        telling = Telling(("command",), is_on_recovery=True)
        told = put_transitions(connection, 1, {}, [at(0.01, AlertState.RESOLVED)], telling)
        assert [each.body.state for each in told] == ([] if is_muted else ["resolved"])


@pytest.mark.parametrize("rule", [AlertRule.KEY_REFUSED, AlertRule.SATURATED])
@pytest.mark.parametrize("holder_pid", [None, 4711])
def test_an_alert_is_over_when_the_account_of_that_name_has_another_key(
    holder_pid: int | None, rule: AlertRule
) -> None:
    with a_database() as connection:
        former, other = account_id(connection, "a" * 32, "prod"), account_id(connection, "b" * 32, "staging")
        level = Level(rule)
        for account in (former, other):
            told = Transition("prod", level, AlertState.FIRING, NOW, "m")
            put_transitions(connection, account, {level: True}, [told], Telling())
        connection.execute("UPDATE accounts SET holder_pid = ? WHERE id = ?", (holder_pid, former))
        before = serial(connection)
        end_former(connection, account_id(connection, "c" * 32, "prod"), NOW_MS)
        going_on = connection.execute(
            "SELECT account FROM alerts WHERE resolved_at IS NULL ORDER BY account"
        ).fetchall()
        is_over = holder_pid is None
        assert going_on == ([(other,)] if is_over else [(former,), (other,)])
        assert connection.execute("SELECT count(*) FROM alert_levels").fetchone() == (1 if is_over else 2,)
        assert (serial(connection) != before) is is_over


def test_nobody_is_told_of_a_former_key_any_more() -> None:
    with a_database() as connection:
        put_transitions(connection, 1, {LEVEL: True}, [FIRED], Telling(("command",), is_quiet=True))
        put(connection, replace(FIRED, level=Level(AlertRule.EXHAUSTED)))
        end_former(connection, account_id(connection, "c" * 32, "production"), NOW_MS)
        left = [way for record in select_log(connection, None, NOW_MS).records for way in record.deliveries]
    assert [(way.channel, way.status, way.error) for way in left] == [
        (TERMINAL, "waiting", None),
        ("command", "failed", "Its account's key was changed before it was sent."),
    ]


def test_nobody_is_told_that_an_alert_of_a_former_key_is_over() -> None:
    with a_database() as connection:
        put(connection, FIRED)
        claim(connection, unheard(connection, NOW_MS))
        quiet = Telling(("command",), is_on_recovery=True, is_quiet=True)
        put_transitions(connection, 1, {}, [at(0.1, AlertState.RESOLVED)], quiet)
        before = serial(connection)
        end_former(connection, account_id(connection, "c" * 32, "production"), NOW_MS)
        left = [way for record in select_log(connection, None, NOW_MS).records for way in record.deliveries]
        assert serial(connection) != before
    assert [way.status for way in left] == ["sent", "failed"]


def test_every_change_is_another_serial() -> None:
    with a_database() as connection:
        serials = [serial(connection)]
        for change in (
            lambda: put(connection, FIRED),
            lambda: acknowledge(connection, 1, NOW_MS),
            lambda: cycle_mute(connection, 1, None, NOW_MS),
            lambda: claim(connection, unheard(connection, NOW_MS)),
        ):
            change()
            serials.append(serial(connection))
        assert serials == sorted(set(serials))


def test_what_goes_on_unseen_is_given_the_newest_first() -> None:
    with a_database() as connection:
        assert unseen(connection, 1) == []
        put(connection, FIRED)
        put_transitions(
            connection,
            1,
            {LEVEL: True},
            [
                Transition(
                    "production", Level(AlertRule.EXHAUSTED), AlertState.FIRING, NOW + timedelta(seconds=1), "later"
                )
            ],
            Telling(),
        )
        assert [alert.found for alert, _ in unseen(connection, 1)] == ["credits used up", "spend 4.2 times the usual"]
        acknowledge(connection, 2, NOW_MS)
        assert [alert.found for alert, _ in unseen(connection, 1)] == ["spend 4.2 times the usual"]
        put(connection, Transition("production", LEVEL, AlertState.RESOLVED, NOW, "m"))
        assert unseen(connection, 1) == []


def test_what_goes_on_unseen_says_when_the_longer_of_its_mutes_ends() -> None:
    with a_database() as connection:
        put(connection, FIRED)
        ends: list[int] = []
        for rule in (None, "exhausted", "spend"):
            cycle_mute(connection, 1, rule, NOW_MS + 60_000 * len(ends))
            ends.append(unseen(connection, 1)[0][1] - NOW_MS)
        hour = 3_600_000
    assert ends == [hour, hour, hour + 120_000]
