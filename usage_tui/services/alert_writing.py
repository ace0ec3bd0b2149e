"""What is done to the alerts of the history in a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from usage_tui.core.alert_log import TERMINAL, Delivery, DeliveryStatus, Telling
from usage_tui.core.alerts import AlertState, Passed, Transition
from usage_tui.core.rollup import DAY_MS, HOUR_MS, MINUTE_MS, epoch_ms
from usage_tui.services.alert_reader import LATE_MS, select_deliveries

MUTE_STEPS_MS = (HOUR_MS, 8 * HOUR_MS, DAY_MS)
MUTE_STEP_TOLERANCE_MS = MINUTE_MS
_ALL_RULES = ""


def put_transitions(
    connection: sqlite3.Connection,
    account: int,
    passed: Passed,
    transitions: Iterable[Transition],
    telling: Telling,
) -> list[Delivery]:
    """Put transitions down, and give what is to be delivered of them now; what is muted is not."""
    connection.execute("DELETE FROM alert_levels WHERE account = ?", (account,))
    connection.executemany(
        "INSERT INTO alert_levels VALUES (?, ?, ?, ?)",
        [(account, level.rule.value, level.height, has_fired) for level, has_fired in passed.items()],
    )
    made: list[Delivery] = []
    for transition in transitions:
        at_ms = epoch_ms(transition.at)
        is_muted = _is_muted(connection, account, transition.level.rule.value, at_ms)
        if transition.state is AlertState.FIRING:
            alert = _put_alert(connection, account, transition, at_ms, is_muted=is_muted)
            is_told = not is_muted
        else:
            alert, was_told = _resolve(connection, account, transition, at_ms)
            is_told = was_told and transition.is_told and telling.is_on_recovery and not is_muted
        if is_told:
            made += _put_deliveries(connection, alert, transition, telling, at_ms)
    _touch(connection)
    return [each for each in made if each.status is DeliveryStatus.WAITING and each.channel != TERMINAL]


def _put_alert(
    connection: sqlite3.Connection, account: int, transition: Transition, at_ms: int, *, is_muted: bool
) -> int:
    level = transition.level
    added = connection.execute(
        """INSERT INTO alerts (account, rule, height, threshold, value, message, fired_at, is_muted)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            account,
            level.rule.value,
            level.height,
            transition.threshold,
            transition.value,
            transition.message,
            at_ms,
            is_muted,
        ),
    )
    return int(added.lastrowid or 0)


def _resolve(connection: sqlite3.Connection, account: int, transition: Transition, at_ms: int) -> tuple[int, bool]:
    """Put down that an alert is over; give its number, and whether somebody was told that it fired."""
    level = transition.level
    row = connection.execute(
        """SELECT id, is_muted FROM alerts WHERE account = ? AND rule = ? AND height = ? AND resolved_at IS NULL
        ORDER BY fired_at DESC LIMIT 1""",
        (account, level.rule.value, level.height),
    ).fetchone()
    if row is None:
        return 0, False
    connection.execute("UPDATE alerts SET resolved_at = ? WHERE id = ?", (at_ms, row[0]))
    withdrawn = connection.execute("DELETE FROM alert_deliveries WHERE alert = ? AND status = 'held'", (row[0],))
    return row[0], not row[1] and not withdrawn.rowcount


def _put_deliveries(
    connection: sqlite3.Connection, alert: int, transition: Transition, telling: Telling, at_ms: int
) -> list[Delivery]:
    status = DeliveryStatus.HELD if telling.is_quiet else DeliveryStatus.WAITING
    body = telling.body(transition)
    made = []
    for channel in telling.channels:
        added = connection.execute(
            "INSERT INTO alert_deliveries (alert, channel, body, status, made_at) VALUES (?, ?, ?, ?, ?)",
            (alert, channel, msgspec.json.encode(body).decode(), status.value, at_ms),
        )
        made.append(Delivery(channel, body, status, added.lastrowid))
    return made


def release(connection: sqlite3.Connection, account: int, now_ms: int) -> list[Delivery]:
    """Let go what quiet hours held back, and give what is to be delivered of it."""
    held = select_deliveries(connection, "account = ? AND status = 'held'", (account,))
    connection.executemany(
        "UPDATE alert_deliveries SET status = 'waiting', made_at = ? WHERE id = ?",
        [(now_ms, delivery.number) for _, delivery in held],
    )
    _touch(connection)
    return [delivery for _, delivery in held if delivery.channel != TERMINAL]


def give_up_late(connection: sqlite3.Connection, account: int, now_ms: int) -> None:
    """Give up what nobody delivered within an hour: it would be no news any more."""
    connection.execute(
        """UPDATE alert_deliveries SET status = 'failed', error = ?1 WHERE status = 'waiting' AND channel != ?2
        AND made_at < ?3 AND alert IN (SELECT id FROM alerts WHERE account = ?4)""",
        ("Nothing ran that could send it within an hour.", TERMINAL, now_ms - LATE_MS, account),
    )


def end_former(connection: sqlite3.Connection, account: int, now_ms: int) -> None:
    """End the alerts of a key that is in use no more: an account of that name has another one, under another number."""
    former = connection.execute(
        """SELECT former.id FROM accounts AS former JOIN accounts AS present USING (name)
        WHERE present.id = ?1 AND former.id != ?1 AND former.holder_pid IS NULL""",
        (account,),
    )
    for (number,) in former.fetchall():
        _end_all(connection, number, now_ms)


def _end_all(connection: sqlite3.Connection, account: int, now_ms: int) -> None:
    """End all alerts of an account; what nobody was told of them yet is not told any more."""
    untold, before = "alert IN (SELECT id FROM alerts WHERE account = ?)", connection.total_changes
    connection.execute(f"DELETE FROM alert_deliveries WHERE status = 'held' AND {untold}", (account,))  # noqa: S608 -- ours
    connection.execute(
        f"""UPDATE alert_deliveries SET status = 'failed', error = ?
        WHERE status = 'waiting' AND channel != ? AND {untold}""",  # noqa: S608 -- our own words
        ("Its account's key was changed before it was sent.", TERMINAL, account),
    )
    connection.execute("DELETE FROM alert_levels WHERE account = ?", (account,))
    connection.execute("UPDATE alerts SET resolved_at = ? WHERE account = ? AND resolved_at IS NULL", (now_ms, account))
    if connection.total_changes != before:
        _touch(connection)


def settle(connection: sqlite3.Connection, delivery: Delivery) -> None:
    """Put down how a delivery ended."""
    connection.execute(
        "UPDATE alert_deliveries SET status = ?, error = ? WHERE id = ?",
        (delivery.status.value, delivery.error, delivery.number),
    )
    _touch(connection)


def claim(connection: sqlite3.Connection, deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Take over what is to be told at a terminal; give what no other monitor has taken."""
    claimed = [
        delivery
        for delivery in deliveries
        if connection.execute(
            "UPDATE alert_deliveries SET status = 'sent' WHERE id = ? AND status = 'waiting'", (delivery.number,)
        ).rowcount
    ]
    if claimed:
        _touch(connection)
    return claimed


def acknowledge(connection: sqlite3.Connection, alert: int, now_ms: int) -> None:
    """Put down that the user has seen an alert."""
    connection.execute(
        "UPDATE alerts SET acknowledged_at = ? WHERE id = ? AND acknowledged_at IS NULL", (now_ms, alert)
    )
    _touch(connection)


def cycle_mute(connection: sqlite3.Connection, account: int, rule: str | None, now_ms: int) -> int | None:
    """Mute an account's alerts, or one rule's alone, for an hour, then eight, a day, and no longer; give until when."""
    key = (account, rule or _ALL_RULES)
    row = connection.execute("SELECT until FROM alert_mutes WHERE account = ? AND rule = ?", key).fetchone()
    left_ms = 0 if row is None or row[0] <= now_ms else row[0] - now_ms + MUTE_STEP_TOLERANCE_MS
    longer_ms = next((step_ms for step_ms in MUTE_STEPS_MS if step_ms > left_ms), None)
    connection.execute("DELETE FROM alert_mutes WHERE account = ? AND rule = ?", key)
    until_ms = None if longer_ms is None else now_ms + longer_ms
    if until_ms is not None:
        connection.execute("INSERT INTO alert_mutes VALUES (?, ?, ?)", (*key, until_ms))
    _touch(connection)
    return until_ms


def _is_muted(connection: sqlite3.Connection, account: int, rule: str, at_ms: int) -> bool:
    found = connection.execute(
        "SELECT 1 FROM alert_mutes WHERE account = ? AND rule IN (?, ?) AND until > ?",
        (account, _ALL_RULES, rule, at_ms),
    )
    return found.fetchone() is not None


def _touch(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE alert_serial SET serial = serial + 1")
