"""The alerts that the rules make of the pictured accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from screenshots.stage import NOW
from usage_tui.core.alert_log import AlertLog, AlertRecord
from usage_tui.core.alert_rules import AlertRules
from usage_tui.core.alert_watch import AlertWatch
from usage_tui.core.view import AccountView


def fired(views: Iterable[AccountView]) -> AlertLog:
    """Hold each account against the usual rules, as a first look does."""
    transitions = [each for view in views for each in AlertWatch(AlertRules(), UTC).look(view, NOW)]
    return AlertLog(
        tuple(
            AlertRecord(number, each.account, each.level.rule.value, each.message, each.at, each.value, each.threshold)
            for number, each in enumerate(transitions, 1)
        )
    )
