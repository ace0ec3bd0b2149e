"""Reads alerts from the history; an account's mute without a rule is of all its alerts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from usage_tui.core.alert_log import TERMINAL, AlertBody, AlertLog, AlertRecord, Delivery, DeliveryStatus, Mute
from usage_tui.core.alert_rules import AlertRule
from usage_tui.core.alert_words import found_words
from usage_tui.core.alerts import Level, Passed
from usage_tui.core.rollup import HOUR_MS, MINUTE_MS, moment
from usage_tui.core.view import OpenAlert

LATE_MS = HOUR_MS
RING_MS = MINUTE_MS
MOST_SHOWN = 500


class TakenUp(Struct, frozen=True):
    """What a new holder goes on from: the levels passed, what is still to be delivered, whether something is held."""

    passed: Passed
    waiting: tuple[Delivery, ...]
    has_held: bool


def serial(connection: sqlite3.Connection) -> int:
    """Give the number that changes with every change of the alerts."""
    return int(connection.execute("SELECT serial FROM alert_serial").fetchone()[0])


def take_up(connection: sqlite3.Connection, account: int, now_ms: int) -> TakenUp:
    """Read what a new holder goes on from."""
    levels = connection.execute("SELECT rule, height, has_fired FROM alert_levels WHERE account = ?", (account,))
    rules = {rule.value for rule in AlertRule}
    passed = {Level(AlertRule(rule), height): bool(fired) for rule, height, fired in levels if rule in rules}
    waiting = select_deliveries(
        connection,
        "account = ? AND status = 'waiting' AND channel != ? AND made_at >= ?",
        (account, TERMINAL, now_ms - LATE_MS),
    )
    held = select_deliveries(connection, "account = ? AND status = 'held'", (account,))
    return TakenUp(passed, tuple(delivery for _, delivery in waiting), bool(held))


def unheard(connection: sqlite3.Connection, now_ms: int) -> list[Delivery]:
    """Give what the terminals of open monitors were to be told of lately, and none has rung for yet."""
    where = "status = 'waiting' AND channel = ? AND made_at BETWEEN ? AND ?"
    return [each for _, each in select_deliveries(connection, where, (TERMINAL, now_ms - RING_MS, now_ms + RING_MS))]


def unseen(connection: sqlite3.Connection, account: int) -> list[tuple[OpenAlert, int]]:
    """Give the alerts that go on and that the user has not seen, the newest first, each with when its mutes end."""
    rows = connection.execute(
        """SELECT rule, value, fired_at, (SELECT ifnull(max(until), 0) FROM alert_mutes
            WHERE alert_mutes.account = alerts.account AND alert_mutes.rule IN ('', alerts.rule))
        FROM alerts WHERE account = ? AND resolved_at IS NULL AND acknowledged_at IS NULL
        ORDER BY fired_at DESC, id DESC""",
        (account,),
    )
    return [(OpenAlert(found_words(rule, value), moment(at)), until_ms) for rule, value, at, until_ms in rows]


def select_log(connection: sqlite3.Connection, names: Sequence[str] | None, now_ms: int) -> AlertLog:
    """Read the newest 500 alerts and the mutes in force, of the accounts of these names or of all."""
    places = "" if names is None else f" AND name IN ({', '.join('?' * len(names))})"
    given = tuple(names or ())
    rows = connection.execute(
        f"""SELECT alerts.id, name, rule, message, fired_at, value, threshold, resolved_at, acknowledged_at, is_muted
        FROM alerts JOIN accounts ON accounts.id = account WHERE 1{places}
        ORDER BY fired_at DESC, alerts.id DESC LIMIT ?""",  # noqa: S608 -- places for values
        (*given, MOST_SHOWN),
    ).fetchall()
    ways: dict[int, list[Delivery]] = {}
    for alert, delivery in select_deliveries(connection, "alert >= ?", (min((row[0] for row in rows), default=0),)):
        ways.setdefault(alert, []).append(delivery)
    mutes = connection.execute(
        f"""SELECT name, rule, until FROM alert_mutes JOIN accounts ON accounts.id = account
        WHERE until > ?{places} ORDER BY rule""",  # noqa: S608 -- likewise
        (now_ms, *given),
    ).fetchall()
    return AlertLog(
        tuple(_record(row, tuple(ways.get(row[0], ()))) for row in rows),
        tuple(Mute(name, rule or None, moment(until)) for name, rule, until in mutes),
    )


def _record(row: Sequence[Any], deliveries: tuple[Delivery, ...]) -> AlertRecord:
    number, account, rule, message, fired_at, value, threshold, resolved_at, acknowledged_at, was_muted = row
    return AlertRecord(
        number=number,
        account=account,
        rule=rule,
        message=message,
        fired_at=moment(fired_at),
        value=value,
        threshold=threshold,
        resolved_at=None if resolved_at is None else moment(resolved_at),
        acknowledged_at=None if acknowledged_at is None else moment(acknowledged_at),
        was_muted=bool(was_muted),
        deliveries=deliveries,
    )


def select_deliveries(
    connection: sqlite3.Connection, where: str, values: Sequence[object]
) -> list[tuple[int, Delivery]]:
    """Read deliveries, each with its alert's number, in the order in which they were made."""
    rows = connection.execute(
        f"""SELECT alert, alert_deliveries.id, channel, body, status, error FROM alert_deliveries
        JOIN alerts ON alerts.id = alert WHERE {where} ORDER BY alert_deliveries.id""",  # noqa: S608 -- our own words
        values,
    )
    return [
        (alert, Delivery(channel, msgspec.json.decode(body, type=AlertBody), DeliveryStatus(status), number, error))
        for alert, number, channel, body, status, error in rows
    ]
