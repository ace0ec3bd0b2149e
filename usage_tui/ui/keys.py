"""Every key of the monitor, once: from here come the bindings, the footer, the help and the palette.

An action's id is what the config's `[keys]` names to give it another key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from textual.binding import ActiveBinding, Binding, Keymap

from usage_tui.core.spans import Line, Role, Span, line_cells

ACCOUNT = Binding.Group("Account")
CHART = Binding.Group("Chart")
VIEW = Binding.Group("View")
PROGRAM = Binding.Group("Program")
TABLE = Binding.Group("Table")

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
ROW_KEYS: list[Binding] = [
    Binding("enter", "select_cursor", "open", id="open", group=TABLE, tooltip="Open the account of this row"),
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
]
ALERT_ROW_KEYS: list[Binding] = [
    Binding(
        "enter",
        "select_cursor",
        "acknowledge",
        id="acknowledge",
        group=TABLE,
        tooltip="Note that you have seen the alert",
    ),
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
KNOWN_IDS = frozenset(
    binding.id
    for binding in (
        *(*PROGRAM_KEYS, *DASHBOARD_KEYS, *HISTORY_KEYS, *TABLE_KEYS, *ROW_KEYS, *BUDGET_KEYS, *ESTIMATE_KEYS),
        *(*DOMAINS_KEYS, *ALERT_KEYS, *ALERT_ROW_KEYS),
    )
    if binding.id is not None
)
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
    "leave_budget",
    "ask_price",
    "leave_estimate",
    "refresh",
    "freeze",
    "shorter_range",
    "history",
    "domains",
    "alerts",
    "chart",
    "earlier",
    "budget",
    "back",
    "help",
    "quit",
)


PAIRED = {"shorter_range": "longer_range", "sort_before": "sort_after", "earlier": "later"}


class KeyLine(NamedTuple):
    """One line of the help: what it belongs to, the keys, and what they do."""

    group: str
    keys: str
    tooltip: str
    action: str


def keymap(keys: Mapping[str, str]) -> Keymap:
    """Make Textual's keymap of the config's `[keys]`."""
    names = {" ": "space", "[": "left_square_bracket", "]": "right_square_bracket", "?": "question_mark", "/": "slash"}
    return {action: names.get(key, key) for action, key in keys.items()}


def key_lines(active: Iterable[ActiveBinding], display: Mapping[str, str]) -> list[KeyLine]:
    """Word the live bindings for the help, a line for each thing that they do; `display` names their keys."""
    lines: dict[str, KeyLine] = {}
    for binding in (entry.binding for entry in active):
        if binding.id is None or binding.group is None:
            continue
        keys = display[binding.key]
        if binding.tooltip in lines:
            keys = _together(lines[binding.tooltip].keys, keys)
        lines[binding.tooltip] = KeyLine(binding.group.description, keys, binding.tooltip, binding.action)
    return list(lines.values())


def _together(keys: str, key: str) -> str:
    """Name keys that do the same: digits that follow each other by the first and the last."""
    last = keys[-1]
    if keys[0].isdigit() and last.isdigit() and key.isdigit() and int(key) == int(last) + 1:
        return f"{keys[0]}-{key}"
    return f"{keys} {key}"


def hints(active: Sequence[ActiveBinding], display: dict[str, str], account_count: int, width: int) -> Line:
    """Word the footer from the live bindings; where it is too long, what comes last but help and quit goes first."""
    by_id = {entry.binding.id: entry.binding for entry in active if entry.binding.id is not None}
    parts: list[Line] = []
    if account_count > 1 and "account_1" in by_id and by_id["account_1"].key == "1":
        parts.append(_hint(f"1-{min(9, account_count)}", "account"))
    for name in HINTED:
        if name not in by_id:
            continue
        keys = display[by_id[name].key]
        if (other := PAIRED.get(name)) in by_id:
            keys = f"{keys} {display[by_id[other].key]}"
        parts.append(_hint(keys, by_id[name].description))
    while len(parts) > 2 and sum(map(line_cells, parts)) + 2 * (len(parts) - 1) > width:
        del parts[-3]
    return tuple(span for part in parts for span in (*part, Span("  ")))[:-1]


def _hint(keys: str, word: str) -> Line:
    return (Span(keys, Role.STRONG), Span(f" {word}", Role.DIM))
