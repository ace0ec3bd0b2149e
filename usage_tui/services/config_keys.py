"""Finds what is wrong in `[keys]`: actions that are none, and keys that are taken from other actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from usage_tui.core.key_names import key_names
from usage_tui.core.key_table import ACTION_IDS, SCREENS, Action
from usage_tui.services.config_reading import Fault, nearest

ENDING_KEYS = frozenset({"ctrl+c", "ctrl+q"})

_Keys = frozenset[str]


def keys_faults(written: Mapping[str, object]) -> Iterator[Fault]:
    """Find the faults of the table, as it is written, beyond those of its single values."""
    given: dict[str, _Keys] = {}
    for name, keys in written.items():
        if name not in ACTION_IDS:
            yield Fault(("keys", name), f"is no action; {nearest(name, sorted(ACTION_IDS), 'known are')}")
        elif isinstance(keys, str):
            given[name] = _named(keys)
            if reason := _clash(name, given, written):
                yield Fault(("keys", name), reason)


def _clash(name: str, given: Mapping[str, _Keys], written: Mapping[str, object]) -> str | None:
    """Say why an action cannot have its keys; an action that is given its own further down leaves the usual ones."""
    for key in sorted(given[name] & ENDING_KEYS):
        return f'takes "{key}", which always ends the monitor; choose another key'
    for action, other in _neighbours(name):
        keys = given.get(other.id, frozenset() if other.id in written else _named(other.keys))
        for key in sorted(given[name] & keys) if not _named(action.keys) & _named(other.keys) else ():
            return f'takes "{key}" from {other.id}; choose another key, or give {other.id} another one, too'
    return None


def _neighbours(name: str) -> Iterator[tuple[Action, Action]]:
    """Give an action, on each screen that has it, with every other one that is in force there."""
    for actions in SCREENS:
        for action in actions:
            if action.id == name:
                yield from ((action, other) for other in actions if other.id != name)


def _named(keys: str) -> _Keys:
    return frozenset(name for name in key_names(keys) if name is not None)
