"""What lay ahead of accounts when their hours were last looked over: for who has no time to look over them."""

from __future__ import annotations

import sqlite3

from usage_tui.core.outlook import Prospect
from usage_tui.core.rollup import HOUR_MS, epoch_ms, moment

KEPT_MS = 24 * HOUR_MS


def put_prospect(
    connection: sqlite3.Connection, account: int, ahead: Prospect | None, cycle_ends_ms: int, made_ms: int
) -> None:
    """Put down what lies ahead of an account's lower ceiling, in place of what was there; None: nothing is known."""
    connection.execute("DELETE FROM prospects WHERE account = ?", (account,))
    if ahead is None:
        return
    run_outs = (None if at is None else epoch_ms(at) for at in (ahead.run_out_p50, ahead.run_out_p10))
    connection.execute(
        "INSERT INTO prospects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            account,
            made_ms,
            cycle_ends_ms,
            ahead.ceiling,
            ahead.is_limit,
            ahead.is_spent,
            ahead.run_out_probability,
            *run_outs,
        ),
    )


def select_prospects(connection: sqlite3.Connection, now_ms: int) -> dict[int, Prospect]:
    """Read what lies ahead of each account, by its number; not of a cycle that is over, nor what is a day old."""
    rows = connection.execute(
        """SELECT account, ceiling, is_limit, is_spent, run_out_probability, run_out_p50, run_out_p10
        FROM prospects WHERE cycle_ends > ? AND made_at > ?""",
        (now_ms, now_ms - KEPT_MS),
    )
    return {
        account: Prospect(
            ceiling=ceiling,
            is_limit=bool(is_limit),
            run_out_probability=chance,
            run_out_p50=None if p50 is None else moment(p50),
            run_out_p10=None if p10 is None else moment(p10),
            is_spent=bool(is_spent),
        )
        for account, ceiling, is_limit, is_spent, chance, p50, p10 in rows
    }
