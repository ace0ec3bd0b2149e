"""One look at accounts, for the commands that end."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import tzinfo

from usage_tui.commands.complaints import complain
from usage_tui.core.account import Account, ApiKey, KeySource, PollPlan
from usage_tui.core.view import AccountView
from usage_tui.services.alert_desk import AlertDesk
from usage_tui.services.clock import SystemClock
from usage_tui.services.connection import LONGEST_KEY_READ_SECONDS, ServiceConnection
from usage_tui.services.desk import Desk
from usage_tui.services.secrets import read_key
from usage_tui.services.single_poll import MOST_AT_ONCE, poll_once


def look_at(
    accounts: Sequence[Account],
    plan: PollPlan,
    zone: tzinfo | None,
    desk: Desk,
    alerts: AlertDesk | None = None,
    *,
    read: Callable[[KeySource], ApiKey] = read_key,
) -> list[AccountView]:
    """Look at each account once, and give their views in the same order; alerts fire only where their desk is given.

    What keeps the history from being written is said on stderr.
    """
    rounds = math.ceil(len(accounts) / MOST_AT_ONCE)
    views = poll_once(
        accounts,
        plan,
        connect=ServiceConnection(read),
        zone=zone,
        clock=SystemClock(),
        desk=desk,
        alerts=alerts,
        within_seconds=rounds * (LONGEST_KEY_READ_SECONDS + plan.timeout_seconds),
    )
    for remark in dict.fromkeys(view.standing.remark for view in views):
        if remark is not None:
            complain(remark)
    return views
