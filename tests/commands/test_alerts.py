"""`usage-tui alerts`: what fired, and whether the channels work."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import msgspec
from msgspec.structs import replace

from tests.commands.program import Program, ProgramHere
from tests.commands.test_schemas import hold
from tests.makers import NOW
from tests.services.test_channels import SECRET, receiving
from usage_tui.core.alert_log import AlertLog, AlertRecord, DeliveryStatus, Telling, body_of, log_report
from usage_tui.core.alert_rules import AlertRule
from usage_tui.core.alerts import AlertState, Level, Transition
from usage_tui.services.alert_writing import put_transitions, settle
from usage_tui.services.history_schema import migrate

FIRED = Transition(
    "production",
    Level(AlertRule.BUDGET_USED, 0.8),
    AlertState.FIRING,
    NOW,
    "production: 81.0 % of the budget is used.",
    value=0.81,
    threshold=0.8,
)


def config(text: str = "") -> str:
    return f'timezone = "UTC"\n[[accounts]]\nname = "production"\napi_key_env = "MY_KEY"\n[alerts.notify]\n{text}'


def stored(state: Path) -> None:
    """Put a history down in which an alert fired that one of two channels did not deliver."""
    state.mkdir(parents=True)
    connection = sqlite3.connect(state / "history.sqlite3", isolation_level=None)
    migrate(connection)
    connection.execute("INSERT INTO accounts (id, fingerprint, name) VALUES (1, 'f', 'production')")
    telling = Telling(("command", "webhook"))
    first, second = put_transitions(connection, 1, {FIRED.level: True}, [FIRED], telling)
    settle(connection, replace(first, status=DeliveryStatus.SENT))
    settle(connection, replace(second, status=DeliveryStatus.FAILED, error="hooks.example.com answered 500."))
    connection.close()


def test_list_prints_what_fired_and_what_was_not_delivered(here: ProgramHere) -> None:
    here.write_config(config())
    stored(here.state)
    done = here.run("alerts", "list")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Sun 22 Nov 10:42  ▲ firing      production: 81.0 % of the budget is used.",
        "                                webhook: not delivered: hooks.example.com answered 500.",
    ]
    (alert,) = json.loads(here.run("alerts", "list", "--json").out)["alerts"]
    assert (alert["rule"], alert["state"], alert["threshold"], alert["value"]) == ("budget_used", "firing", 0.8, 0.81)
    assert alert["fired_at"] == "2026-11-22T10:42:07Z"
    assert [(way["channel"], way["status"]) for way in alert["deliveries"]] == [
        ("command", "sent"),
        ("webhook", "failed"),
    ]


def test_what_list_prints_holds_to_its_schema(here: ProgramHere) -> None:
    here.write_config(config())
    stored(here.state)
    hold("alerts", json.loads(here.run("alerts", "list", "--json").out))
    hold("alerts", json.loads(here.run("alerts", "list", "--json", "--demo").out))
    over = AlertRecord(1, "a", "spend", "m", NOW, resolved_at=NOW, acknowledged_at=NOW, was_muted=True)
    hold("alerts", json.loads(json.dumps(log_report(AlertLog((over,)), NOW))))


def test_what_a_webhook_is_sent_holds_to_its_schema() -> None:
    hold("alert", json.loads(msgspec.json.encode(body_of(FIRED))))
    hold("alert", json.loads(msgspec.json.encode(body_of(replace(FIRED, state=AlertState.RESOLVED, value=None)))))


def test_list_without_a_history_makes_none(here: ProgramHere) -> None:
    here.write_config(config())
    assert here.run("alerts", "list").out == "No alert has fired yet.\n"
    assert not (here.state / "history.sqlite3").exists()


def test_list_of_an_account_that_is_not_there_names_the_nearest(here: ProgramHere) -> None:
    here.write_config(config())
    done = here.run("alerts", "list", "--account", "prod")
    assert done.code == 2
    assert "the nearest is production" in done.err


def test_test_sends_through_every_channel_and_says_so(program: Program) -> None:
    note = program.home / "note"
    with receiving() as receiver:
        command = json.dumps(["sh", "-c", f'echo "$1" > {note}; env > {note}.env', "sh", "{account}: {message}"])
        program.write_config(config(f'command = {command}\nwebhook = "{receiver.url}"\n'))
        done = program.run("alerts", "test", environ={"MY_KEY": "k3y"})
    assert (done.code, done.err) == (0, "")
    assert [line.split()[:2] for line in done.out.splitlines()] == [
        ["terminal", "skipped"],
        ["command", "sent"],
        ["webhook", "sent"],
    ]
    assert note.read_text() == "production: This is a test of the alerts of usage-tui.\n"
    assert "k3y" not in Path(f"{note}.env").read_text()
    assert json.loads(receiver.requests[0][2])["rule"] == "test"
    assert SECRET not in done.out


def test_test_ends_with_1_where_a_channel_fails(program: Program) -> None:
    with receiving(500) as receiver:
        program.write_config(config(f'command = ["true"]\nwebhook = "{receiver.url}"\n'))
        done = program.run("alerts", "test")
    assert done.code == 1
    assert "command     sent     true" in done.out
    assert "webhook     failed   127.0.0.1:" in done.out
    assert SECRET not in done.out + done.err


def test_test_rings_the_terminal_that_it_is_called_from(program: Program) -> None:
    program.write_config(config())
    done = program.run_at_terminal("alerts", "test")
    assert done.code == 0
    assert "\x07\x1b]9;usage-tui: This is a test of the alerts of usage-tui.\x1b\\" in done.out
    assert "rung" in done.out


def test_test_without_any_channel_says_so(program: Program) -> None:
    program.write_config(config("terminal = false\n"))
    assert program.run("alerts", "test").out == "No channel is set up: see [alerts.notify] in the config.\n"


def test_no_output_shows_where_alerts_are_sent(here: ProgramHere) -> None:
    secrets = f'webhook = "https://hooks.example.com/{SECRET}"\napprise = ["slack://{SECRET}"]\n'
    here.write_config(config(secrets))
    assert SECRET not in here.run("config", "show").out
    here.write_config(config(f'webhook = "http://hooks.example.com/{SECRET}"\n'))
    done = here.run("config", "check")
    assert done.code == 78
    assert (
        "alerts.notify.webhook: is sent unencrypted to another machine; write it as https://host/path."
        in done.out + done.err
    )
    assert SECRET not in done.out + done.err
