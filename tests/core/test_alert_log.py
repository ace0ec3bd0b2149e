"""What is delivered of alerts where no history says what was told before."""

from __future__ import annotations

from datetime import UTC

import pytest
from msgspec.structs import replace

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


def test_what_waits_for_quiet_hours_to_end_says_when_it_was() -> None:
    fired = replace(FIRED, message="Begun.")
    held = Telling(("command",), is_quiet=True, zone=UTC).body(fired)
    assert held.message == "Begun. That was Sun 22 Nov 10:42, in quiet hours."
    assert replace(held, message="Begun.") == Telling(("command",)).body(fired)
