"""Keys are taken as terminals send them, and none is taken from an action that keeps it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from usage_tui.core.key_table import SCREENS, Action
from usage_tui.services.config_keys import keys_faults
from usage_tui.services.config_values import keys_fault


def told(keys: Mapping[str, object]) -> list[str]:
    return [f"{fault.path[-1]} {fault.reason.partition(';')[0]}" for fault in keys_faults(keys)]


@pytest.mark.parametrize(
    "keys",
    [
        {"refresh": "b", "budget": "r"},
        {"refresh": "q", "quit": "x"},
        {"quit": "x", "refresh": "q"},
        {"quit": "r", "refresh": "f5,q"},
        {"shorter_range": "]", "longer_range": "left_square_bracket"},
        {"close_help": "q"},
        {"refresh": "enter", "budget": "u"},
        {"back": "escape", "leave_budget": "escape"},
        {"refresh": "R"},
        {"refresh": 5},
    ],
)
def test_keys_that_are_free_or_change_places_are_taken(keys: Mapping[str, object]) -> None:
    assert told(keys) == []


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"refresh": "q"}, 'refresh takes "q" from quit'),
        ({"demo": "e"}, 'demo takes "e" from edit'),
        ({"refresh": "?"}, 'refresh takes "question_mark" from help'),
        ({"group": "down"}, 'group takes "down" from row_down'),
        ({"close_help": "t"}, 'close_help takes "t" from theme'),
        ({"quit": "x", "refresh": "x"}, 'refresh takes "x" from quit'),
        ({"refresh": "q", "quit": "f5,q"}, 'quit takes "q" from refresh'),
        ({"refresh": "ctrl+c"}, 'refresh takes "ctrl+c", which always ends the monitor'),
    ],
)
def test_key_that_is_taken_from_another_action_is_told_once(keys: Mapping[str, object], expected: str) -> None:
    assert told(keys) == [expected]


@pytest.mark.parametrize("keys", [",", " ", "comma", "ctrl+r, f5"])
def test_keys_that_terminals_send_are_right(keys: str) -> None:
    assert keys_fault(keys) is None


def test_usual_keys_take_none_from_each_other_but_where_the_help_closes_by_the_keys_of_help_and_quit() -> None:
    def pairs(actions: tuple[Action, ...]) -> list[tuple[str, str]]:
        return [
            (one.id, other.id)
            for at, one in enumerate(actions)
            for other in actions[at + 1 :]
            if {*one.keys.split(",")} & {*other.keys.split(",")}
        ]

    assert [pair for actions in SCREENS for pair in pairs(actions)] == [("close_help", "help"), ("close_help", "quit")]
