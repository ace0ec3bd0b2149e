"""What is delivered of alerts where no history says what was told before."""

from __future__ import annotations

import pytest

from tests.makers import NOW
from usage_tui.core.alert_log import Telling
from usage_tui.core.alert_rules import AlertRule
from usage_tui.core.alerts import AlertState, Level, Transition

LEVEL = Level(AlertRule.SPEND)
FIRED = Transition("production", LEVEL, AlertState.FIRING, NOW, "begun")
OVER = Transition("production", LEVEL, AlertState.RESOLVED, NOW, "over")
DROPPED = Transition("production", LEVEL, AlertState.RESOLVED, NOW, "", is_told=False)


@pytest.mark.parametrize(
    ("telling", "told"),
    [
        (Telling(("terminal", "command")), [("terminal", "begun"), ("command", "begun")]),
        (Telling(("command",), is_on_recovery=True), [("command", "begun"), ("command", "over")]),
        (Telling(("command",), is_on_recovery=True, is_quiet=True), []),
        (Telling(), []),
    ],
)
def test_what_is_told_is_told_through_each_channel_unless_it_is_quiet(
    telling: Telling, told: list[tuple[str, str]]
) -> None:
    made = telling.deliveries([FIRED, OVER, DROPPED])
    assert [(each.channel, each.body.message) for each in made] == told
