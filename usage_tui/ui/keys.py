"""Every key of the monitor, once: from here come the bindings, the footer, the help and the palette.

An action's id is what the config's `[keys]` names to give it another key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import ActiveBinding, Binding, Keymap

from usage_tui.core.spans import Line, Role, Span, line_cells

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen

DIGITS = frozenset("123456789")

ACCOUNT = Binding.Group("Account")
CHART = Binding.Group("Chart")
VIEW = Binding.Group("View")
PROGRAM = Binding.Group("Program")
TABLE = Binding.Group("Table")
HELP = Binding.Group("Help")

PROGRAM_KEYS: list[Binding] = [
    Binding("n", "next_account(1)", "next", id="next_account", group=ACCOUNT, tooltip="Show the next account"),
    Binding("N", "next_account(-1)", "previous", id="previous_account", group=ACCOUNT, tooltip="Show the one before"),
    *(
        Binding(
            str(number),
            f"account({number})",
            f"account {number}",
            id=f"account_{number}",
            group=ACCOUNT,
            tooltip="Show the account with that number",
        )
        for number in range(1, 10)
    ),
    Binding("t", "next_theme", "theme", id="theme", group=VIEW, tooltip="Use the next theme"),
    Binding(
        "s", "save_screenshot", "screenshot", id="screenshot", group=VIEW, tooltip="Save the screen as an SVG file"
    ),
    Binding("ctrl+l", "redraw", "redraw", id="redraw", group=VIEW, tooltip="Draw every cell of the screen again"),
    Binding("e", "edit_config", "edit config", id="edit", group=PROGRAM, tooltip="Edit the config in $EDITOR"),
    Binding("ctrl+z", "suspend_process", "suspend", id="suspend", group=PROGRAM, tooltip="Go to the background"),
    Binding(
        "ctrl+p",
        "command_palette",
        "palette",
        id="palette",
        group=PROGRAM,
        tooltip="Find a command by its name",
        priority=True,
    ),
    Binding("question_mark", "help", "help", id="help", group=PROGRAM, tooltip="Show every key"),
    Binding("q", "quit", "quit", id="quit", group=PROGRAM, tooltip="End the monitor"),
    Binding("ctrl+c", "interrupt", "", show=False, priority=True, system=True),
]
DASHBOARD_KEYS: list[Binding] = [
    Binding(
        "a", "open('accounts')", "all", id="accounts", group=ACCOUNT, tooltip="Show all accounts, the riskiest first"
    ),
    Binding("b", "open('budget')", "budget", id="budget", group=ACCOUNT, tooltip="Edit the budget of this account"),
    Binding("r", "refresh_now", "refresh", id="refresh", group=ACCOUNT, tooltip="Poll this account at once"),
    Binding(
        "space", "freeze", "freeze", id="freeze", group=VIEW, tooltip="Let the display stand still; collecting goes on"
    ),
    Binding(
        "left_square_bracket", "range(-1)", "range", id="shorter_range", group=CHART, tooltip="Show a shorter range"
    ),
    Binding(
        "right_square_bracket", "range(1)", "longer", id="longer_range", group=CHART, tooltip="Show a longer range"
    ),
    Binding("z", "zoom", "zoom", id="zoom", group=CHART, tooltip="Give the chart the whole screen, or take it back"),
    Binding("h", "open('history')", "history", id="history", group=VIEW, tooltip="Show charts of what was stored"),
    Binding("d", "open('domains')", "domains", id="domains", group=VIEW, tooltip="Show where the credits went"),
    Binding("l", "open('alerts')", "alerts", id="alerts", group=VIEW, tooltip="Show the alerts, and who was told"),
    Binding(
        "m",
        "mute",
        "mute",
        id="mute",
        group=ACCOUNT,
        tooltip="Mute this account's alerts for 1 h, 8 h, a day, or no longer",
    ),
    Binding("y", "copy_numbers", "copy", id="copy", group=VIEW, tooltip="Copy the numbers to the clipboard"),
]
HISTORY_KEYS: list[Binding] = [
    Binding("escape", "back", "back", id="back", group=PROGRAM, tooltip="Go back"),
    *(binding for binding in DASHBOARD_KEYS if binding.id in ("freeze", "shorter_range", "longer_range")),
    Binding("c,tab", "chart", "chart", id="chart", group=CHART, tooltip="Show the next chart of this range"),
    Binding("h,left", "cursor(-1)", "read", id="earlier", group=CHART, tooltip="Read the step before"),
    Binding("l,right", "cursor(1)", "later", id="later", group=CHART, tooltip="Read the step after"),
    Binding("z", "zoom", "closer", id="zoom", group=CHART, tooltip="Look closer at the time around the cursor"),
]
TABLE_KEYS: list[Binding] = [
    Binding("escape", "back", "back", id="back", group=PROGRAM, tooltip="Go back"),
    Binding("slash", "filter", "filter", id="filter", group=TABLE, tooltip="Show the rows whose name has some text"),
    Binding("j", "move(1)", "down", id="down", group=TABLE, tooltip="Go down a row"),
    Binding("k", "move(-1)", "up", id="up", group=TABLE, tooltip="Go up a row"),
    Binding("g", "move_to(0)", "top", id="top", group=TABLE, tooltip="Go to the first row"),
    Binding("G", "move_to(-1)", "bottom", id="bottom", group=TABLE, tooltip="Go to the last row"),
]
ACCOUNTS_KEYS: list[Binding] = [
    *TABLE_KEYS,
    Binding("enter", "choose", "open", id="open", group=TABLE, tooltip="Open the account of this row"),
]
ALERT_KEYS: list[Binding] = [
    *(binding for binding in TABLE_KEYS if binding.id != "filter"),
    Binding(
        "m",
        "mute",
        "mute",
        id="mute_rule",
        group=TABLE,
        tooltip="Mute this rule of this account for 1 h, 8 h, a day, or no longer",
    ),
    Binding(
        "enter",
        "acknowledge",
        "acknowledge",
        id="acknowledge",
        group=TABLE,
        tooltip="Note that you have seen the alert",
    ),
]
ROW_KEYS: list[Binding] = [
    Binding("down", "screen.move(1)", "down", id="row_down", group=TABLE, tooltip="Go down a row"),
    Binding("up", "screen.move(-1)", "up", id="row_up", group=TABLE, tooltip="Go up a row"),
    Binding(
        "pagedown", "page(1)", "page down", id="page_down", group=TABLE, tooltip="Go down as many rows as are seen"
    ),
    Binding("pageup", "page(-1)", "page up", id="page_up", group=TABLE, tooltip="Go up as many rows as are seen"),
    Binding("home", "screen.move_to(0)", "top", id="first_row", group=TABLE, tooltip="Go to the first row"),
    Binding("end", "screen.move_to(-1)", "bottom", id="last_row", group=TABLE, tooltip="Go to the last row"),
]
DOMAINS_KEYS: list[Binding] = [
    *TABLE_KEYS,
    Binding("enter", "drill", "inside", id="drill", group=TABLE, tooltip="Look inside the entry of this row"),
    Binding("tab", "group", "by", id="group", group=TABLE, tooltip="Add up by domain, by date, or by parameters"),
    Binding("left", "sort(-1)", "sort", id="sort_before", group=TABLE, tooltip="Sort by the column before"),
    Binding("right", "sort(1)", "sort on", id="sort_after", group=TABLE, tooltip="Sort by the next column"),
    Binding("o", "turn", "turn", id="turn", group=TABLE, tooltip="Turn the order round"),
    Binding("i", "import", "import", id="import", group=TABLE, tooltip="Import a domain report from a file"),
]
IMPORT_KEYS: list[Binding] = [
    Binding("escape", "back", "back", id="back", group=PROGRAM, tooltip="Go back"),
]
BUDGET_KEYS: list[Binding] = [
    Binding("enter", "save", "save", id="save_budget", group=ACCOUNT, tooltip="Save to the config", priority=True),
    Binding("u", "undo", "undo", id="undo_budget", group=ACCOUNT, tooltip="Undo what was saved"),
    Binding("escape", "dismiss", "back", id="leave_budget", group=PROGRAM, tooltip="Go back, and save nothing"),
]
ESTIMATE_KEYS: list[Binding] = [
    Binding("enter", "ask", "estimate", id="ask_price", group=ACCOUNT, tooltip="Ask what it costs", priority=True),
    Binding("escape", "dismiss", "back", id="leave_estimate", group=PROGRAM, tooltip="Go back; nothing is kept"),
]
WELCOME_KEYS: list[Binding] = [
    Binding(
        "escape", "blur", "leave the field", id="blur", group=PROGRAM, tooltip="Leave the field, so that keys work"
    ),
    Binding("d", "demo", "demo", id="demo", group=PROGRAM, tooltip="Look at the simulated service"),
]
HELP_KEYS: list[Binding] = [
    Binding("escape,question_mark,q", "dismiss", "back", id="close_help", group=HELP, tooltip="Close the help"),
    Binding("j", "scroll_help(1)", "down", id="down", group=HELP, tooltip="Scroll down a row"),
    Binding("k", "scroll_help(-1)", "up", id="up", group=HELP, tooltip="Scroll up a row"),
]
EVERY_KEY: list[Binding] = [
    *(*PROGRAM_KEYS, *WELCOME_KEYS, *HELP_KEYS, *DASHBOARD_KEYS, *HISTORY_KEYS, *BUDGET_KEYS, *ESTIMATE_KEYS),
    *(*ACCOUNTS_KEYS, *ALERT_KEYS, *DOMAINS_KEYS, *ROW_KEYS, *IMPORT_KEYS),
]
KNOWN_IDS = frozenset(binding.id for binding in EVERY_KEY if binding.id is not None)
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
    """One line of the help: what it belongs to, the keys, and what they do: an action of a node."""

    group: str
    keys: str
    tooltip: str
    action: str
    node: DOMNode


def keymap(keys: Mapping[str, str]) -> Keymap:
    """Make Textual's keymap of the config's `[keys]`."""
    names = {" ": "space", "[": "left_square_bracket", "]": "right_square_bracket", "?": "question_mark", "/": "slash"}
    return {action: names.get(key, key) for action, key in keys.items()}


class LiveKeys(NamedTuple):
    """The bindings that work now, and how their keys are named."""

    active: Sequence[ActiveBinding]
    display: Mapping[str, str]


def live_keys(screen: Screen[Any]) -> LiveKeys:
    """Give the keys that work on a screen."""
    active = list(screen.active_bindings.values())
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
    return KeyLine(group, _together(keys), binding.tooltip, binding.action, entry.node)


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
        parts.append(_hint(_together(live.display[by_id[each].key] for each in accounts), "account"))
    for name in HINTED:
        if name not in by_id:
            continue
        keys = live.display[by_id[name].key]
        if (other := PAIRED.get(name)) in by_id:
            keys = f"{keys} {live.display[by_id[other].key]}"
        parts.append(_hint(keys, by_id[name].description))
    staying = len(by_id.keys() & {*STAYING})
    while len(parts) > min(2, staying) and sum(map(line_cells, parts)) + 2 * (len(parts) - 1) > width:
        del parts[-1 - min(staying, len(parts) - 1)]
    return tuple(span for part in parts for span in (*part, Span("  ")))[:-1]


def _hint(keys: str, word: str) -> Line:
    return (Span(keys, Role.STRONG), Span(f" {word}", Role.DIM))
