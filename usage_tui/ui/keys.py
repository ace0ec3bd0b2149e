"""The monitor's keys as Textual's bindings; from those in force come the footer, the help and the palette."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import ActiveBinding, Binding, Keymap
from textual.widgets import Input

from usage_tui.core import key_table
from usage_tui.core.key_names import is_text, key_names
from usage_tui.core.key_table import Action
from usage_tui.core.other_words import OTHER_WORDS
from usage_tui.core.spans import Line, Role, Span, joined, line_cells

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen

DIGITS = frozenset("123456789")


def _bindings(actions: Iterable[Action]) -> list[Binding]:
    """Make Textual's bindings of actions."""
    return [
        Binding(
            action.keys,
            action.does,
            action.word,
            id=action.id,
            group=Binding.Group(action.group),
            tooltip=action.tooltip,
            priority=action.is_urgent,
        )
        for action in actions
    ]


PROGRAM_KEYS = [
    *_bindings(key_table.PROGRAM),
    Binding("ctrl+c", "interrupt", "", show=False, priority=True, system=True),
]
DASHBOARD_KEYS = _bindings(key_table.DASHBOARD)
HISTORY_KEYS = _bindings(key_table.HISTORY)
TABLE_KEYS = _bindings(key_table.TABLE)
ACCOUNTS_KEYS = _bindings(key_table.ACCOUNTS)
ALERT_KEYS = _bindings(key_table.ALERT)
ROW_KEYS = _bindings(key_table.ROW)
DOMAINS_KEYS = _bindings(key_table.DOMAINS)
IMPORT_KEYS = _bindings(key_table.IMPORT)
BUDGET_KEYS = _bindings(key_table.BUDGET)
ESTIMATE_KEYS = _bindings(key_table.ESTIMATE)
WELCOME_KEYS = _bindings(key_table.WELCOME)
HELP_KEYS = _bindings(key_table.HELP)
STAYING = ("leave_budget", "leave_estimate", "back", "help", "quit")
HINTED = (
    "accounts",
    "open",
    "drill",
    "acknowledge",
    "mute_rule",
    "filter",
    "group",
    "sort_before",
    "turn",
    "import",
    "save_budget",
    "undo_budget",
    "ask_price",
    "refresh",
    "freeze",
    "shorter_range",
    "history",
    "domains",
    "alerts",
    "chart",
    "earlier",
    "budget",
    *STAYING,
)
PAIRED = {"shorter_range": "longer_range", "sort_before": "sort_after", "earlier": "later"}


class KeyLine(NamedTuple):
    """One line of the help: what it belongs to, the keys, and what they do: an action of a node.

    `words` are what it is called in the footer, and elsewhere.
    """

    group: str
    keys: str
    tooltip: str
    action: str
    node: DOMNode
    words: str


def keymap(keys: Mapping[str, str]) -> Keymap:
    """Make Textual's keymap of the config's `[keys]`."""
    return {action: ",".join(filter(None, key_names(written))) for action, written in keys.items()}


class LiveKeys(NamedTuple):
    """The bindings that work now, and how their keys are named."""

    active: Sequence[ActiveBinding]
    display: Mapping[str, str]


def live_keys(screen: Screen[Any]) -> LiveKeys:
    """Give the keys that work on a screen; what a field takes as text is not among them."""
    typed_into = isinstance(screen.focused, Input)
    active = [
        entry
        for entry in screen.active_bindings.values()
        if entry.binding.priority or not (typed_into and is_text(entry.binding.key))
    ]
    return LiveKeys(active, {entry.binding.key: screen.app.get_key_display(entry.binding) for entry in active})


def key_lines(live: LiveKeys) -> list[KeyLine]:
    """Word the live bindings for the help, a line for each thing that they do."""
    does: dict[str, list[ActiveBinding]] = {}
    for entry in live.active:
        if entry.binding.id is not None and entry.binding.group is not None:
            does.setdefault(entry.binding.tooltip, []).append(entry)
    return [_key_line([live.display[entry.binding.key] for entry in same], same[0]) for same in does.values()]


def _key_line(keys: Sequence[str], entry: ActiveBinding) -> KeyLine:
    binding = entry.binding
    group = binding.group.description if binding.group is not None else ""
    words = ", ".join(filter(None, (binding.description, OTHER_WORDS.get(binding.id or ""))))
    return KeyLine(group, _together(keys), binding.tooltip, binding.action, entry.node, words)


def _together(keys: Iterable[str]) -> str:
    """Name keys that do the same, digits first: those that follow each other by the first and the last."""
    apart = list(keys)
    digits = sorted(int(key) for key in apart if key in DIGITS)
    runs = [[digit for _, digit in run] for _, run in groupby(enumerate(digits), lambda each: each[1] - each[0])]
    worded = [f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs]
    return " ".join([*worded, *(key for key in apart if key not in DIGITS)])


def hints(live: LiveKeys, account_count: int, width: int) -> Line:
    """Word the footer from the live bindings; where it is too long, what comes last goes first.

    The way back, help and quit are the last to go, in this order.
    """
    by_id = {entry.binding.id: entry.binding for entry in live.active if entry.binding.id is not None}
    parts: list[Line] = []
    accounts = [f"account_{number}" for number in range(1, min(9, account_count) + 1)]
    if account_count > 1 and by_id.keys() >= {*accounts}:
        digits = _together(live.display[by_id[each].key] for each in accounts)
        parts.append((Span(digits, Role.STRONG), Span(" account", Role.DIM)))
    for name in HINTED:
        if name in by_id:
            keys = [by_id[each].key for each in (name, PAIRED.get(name)) if each in by_id]
            parts.append(_hint({key: live.display[key] for key in keys}, by_id[name].description))
    staying = len(by_id.keys() & {*STAYING})
    while len(parts) > min(2, staying) and sum(map(line_cells, parts)) + 2 * (len(parts) - 1) > width:
        del parts[-1 - min(staying, len(parts) - 1)]
    return tuple(span for part in parts for span in (*part, Span("  ")))[:-1]


def _hint(displayed: Mapping[str, str], word: str) -> Line:
    """Word keys and what they do; a click is as good as the key, one on the word as good as the first."""
    keys = [Span(display, Role.STRONG, f"simulate_key('{key}')") for key, display in displayed.items()]
    return (*joined([(key,) for key in keys], Span(" ", Role.STRONG)), Span(f" {word}", Role.DIM, keys[0].does))
