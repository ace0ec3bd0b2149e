"""What it costs to hold accounts against the rules."""

from __future__ import annotations

import time
from datetime import UTC, timedelta

from tests.makers import NOW, a_sample, a_view
from usage_tui.core.alert_rules import AlertRules
from usage_tui.core.alert_watch import AlertWatch
from usage_tui.core.budget import Budget

ALERTS = 1000
LEVELS = 12  # of the default rules: three thresholds of each budget, and six other rules
ROUNDS = 7


def milliseconds() -> float:
    """Give how long it takes to evaluate a thousand alerts, some of which have fired; the best of some rounds."""
    watches = [AlertWatch(AlertRules(), UTC) for _ in range(-(-ALERTS // LEVELS))]
    view = a_view(budget=Budget(1_500_000, 80_000))
    rounds = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        for watch in watches:
            watch.add(a_sample(), 1.0)
            watch.look(view, NOW + timedelta(seconds=number))
        rounds.append(1000 * (time.perf_counter() - began))
    return min(rounds)
