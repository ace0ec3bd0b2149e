"""Other words that one may look for an action by: what it is called elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OTHER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "accounts": "list, overview",
        "acknowledge": "seen, done, confirm",
        "alerts": "warnings, notifications",
        "ask_price": "price",
        "back": "close, leave",
        "budget": "ceiling, limit, one-off days",
        "chart": "graph",
        "copy": "yank",
        "domains": "report, sites",
        "drill": "open, details",
        "earlier": "cursor, left",
        "edit": "settings, options",
        "filter": "search, find",
        "freeze": "pause, hold, resume",
        "help": "shortcuts, manual",
        "history": "graphs, past, spend",
        "import": "load, csv, xlsx",
        "later": "cursor, right",
        "leave_budget": "cancel, close",
        "leave_estimate": "cancel, close",
        "longer_range": "zoom out",
        "mute": "silence, snooze",
        "mute_rule": "silence, snooze",
        "next_account": "switch",
        "open": "choose, select",
        "previous_account": "switch",
        "quit": "exit, leave, close, stop",
        "redraw": "repaint, clear",
        "refresh": "update, reload",
        "screenshot": "picture, export",
        "shorter_range": "zoom in",
        "suspend": "pause, stop",
        "theme": "colours, colors, dark, light",
        "turn": "reverse, ascending, descending",
        "undo_budget": "revert, restore",
        "zoom": "full screen, enlarge",
    }
)
"""By the action's id."""
