"""Every action of the monitor that has a key, once, and where it is in force.

An action's id is what the config's `[keys]` names to give it another key.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Group(StrEnum):
    """What actions of one kind stand under in the help and in the palette."""

    ACCOUNT = "Account"
    CHART = "Chart"
    VIEW = "View"
    PROGRAM = "Program"
    TABLE = "Table"
    HELP = "Help"


class Action(NamedTuple):
    """What keys do: `does` is what Textual runs, `word` is for the footer, and `tooltip` for the help.

    `keys` are Textual's names, apart by commas. An urgent action comes before the field that is typed into.
    """

    id: str
    keys: str
    does: str
    word: str
    group: Group
    tooltip: str
    is_urgent: bool = False


PROGRAM: tuple[Action, ...] = (
    Action("next_account", "n", "next_account(1)", "next", Group.ACCOUNT, "Show the next account"),
    Action("previous_account", "N", "next_account(-1)", "previous", Group.ACCOUNT, "Show the one before"),
    *(
        Action(
            f"account_{number}",
            str(number),
            f"account({number})",
            f"account {number}",
            Group.ACCOUNT,
            "Show the account with that number",
        )
        for number in range(1, 10)
    ),
    Action("theme", "t", "next_theme", "theme", Group.VIEW, "Use the next theme"),
    Action("screenshot", "s", "save_screenshot", "screenshot", Group.VIEW, "Save the screen as an SVG file"),
    Action("redraw", "ctrl+l", "redraw", "redraw", Group.VIEW, "Draw every cell of the screen again"),
    Action("edit", "e", "edit_config", "edit config", Group.PROGRAM, "Edit the config in $EDITOR"),
    Action("suspend", "ctrl+z", "suspend_process", "suspend", Group.PROGRAM, "Go to the background"),
    Action(
        "palette", "ctrl+p", "command_palette", "palette", Group.PROGRAM, "Find a command by its name", is_urgent=True
    ),
    Action("help", "question_mark", "help", "help", Group.PROGRAM, "Show every key"),
    Action("quit", "q", "quit", "quit", Group.PROGRAM, "End the monitor"),
)
DASHBOARD: tuple[Action, ...] = (
    Action("accounts", "a", "open('accounts')", "all", Group.ACCOUNT, "Show all accounts, the riskiest first"),
    Action("budget", "b", "open('budget')", "budget", Group.ACCOUNT, "Edit the budget of this account"),
    Action("refresh", "r", "refresh_now", "refresh", Group.ACCOUNT, "Poll this account at once"),
    Action("freeze", "space", "freeze", "freeze", Group.VIEW, "Let the display stand still; collecting goes on"),
    Action("shorter_range", "left_square_bracket", "range(-1)", "range", Group.CHART, "Show a shorter range"),
    Action("longer_range", "right_square_bracket", "range(1)", "longer", Group.CHART, "Show a longer range"),
    Action("zoom", "z", "zoom", "zoom", Group.CHART, "Give the chart the whole screen, or take it back"),
    Action("history", "h", "open('history')", "history", Group.VIEW, "Show charts of what was stored"),
    Action("domains", "d", "open('domains')", "domains", Group.VIEW, "Show where the credits went"),
    Action("alerts", "l", "open('alerts')", "alerts", Group.VIEW, "Show the alerts, and who was told"),
    Action("mute", "m", "mute", "mute", Group.ACCOUNT, "Mute this account's alerts for 1 h, 8 h, a day, or no longer"),
    Action("copy", "y", "copy_numbers", "copy", Group.VIEW, "Copy the numbers to the clipboard"),
)
HISTORY: tuple[Action, ...] = (
    Action("back", "escape", "back", "back", Group.PROGRAM, "Go back"),
    *(action for action in DASHBOARD if action.id in ("freeze", "shorter_range", "longer_range")),
    Action("chart", "c,tab", "chart", "chart", Group.CHART, "Show the next chart of this range"),
    Action("earlier", "h,left", "cursor(-1)", "read", Group.CHART, "Read the step before"),
    Action("later", "l,right", "cursor(1)", "later", Group.CHART, "Read the step after"),
    Action("zoom", "z", "zoom", "closer", Group.CHART, "Look closer at the time around the cursor"),
)
TABLE: tuple[Action, ...] = (
    Action("back", "escape", "back", "back", Group.PROGRAM, "Go back"),
    Action("filter", "slash", "filter", "filter", Group.TABLE, "Show the rows whose name has some text"),
    Action("down", "j", "move(1)", "down", Group.TABLE, "Go down a row"),
    Action("up", "k", "move(-1)", "up", Group.TABLE, "Go up a row"),
    Action("top", "g", "move_to(0)", "top", Group.TABLE, "Go to the first row"),
    Action("bottom", "G", "move_to(-1)", "bottom", Group.TABLE, "Go to the last row"),
)
ACCOUNTS: tuple[Action, ...] = (
    *TABLE,
    Action("open", "enter", "choose", "open", Group.TABLE, "Open the account of this row"),
)
ALERT: tuple[Action, ...] = (
    *(action for action in TABLE if action.id != "filter"),
    Action(
        "mute_rule",
        "m",
        "mute",
        "mute",
        Group.TABLE,
        "Mute this rule of this account for 1 h, 8 h, a day, or no longer",
    ),
    Action("acknowledge", "enter", "acknowledge", "acknowledge", Group.TABLE, "Note that you have seen the alert"),
)
ROW: tuple[Action, ...] = (
    Action("row_down", "down", "screen.move(1)", "down", Group.TABLE, "Go down a row"),
    Action("row_up", "up", "screen.move(-1)", "up", Group.TABLE, "Go up a row"),
    Action("page_down", "pagedown", "page(1)", "page down", Group.TABLE, "Go down as many rows as are seen"),
    Action("page_up", "pageup", "page(-1)", "page up", Group.TABLE, "Go up as many rows as are seen"),
    Action("first_row", "home", "screen.move_to(0)", "top", Group.TABLE, "Go to the first row"),
    Action("last_row", "end", "screen.move_to(-1)", "bottom", Group.TABLE, "Go to the last row"),
)
DOMAINS: tuple[Action, ...] = (
    *TABLE,
    Action("drill", "enter", "drill", "inside", Group.TABLE, "Look inside the entry of this row"),
    Action("group", "tab", "group", "by", Group.TABLE, "Add up by domain, by date, or by parameters"),
    Action("sort_before", "left", "sort(-1)", "sort", Group.TABLE, "Sort by the column before"),
    Action("sort_after", "right", "sort(1)", "sort on", Group.TABLE, "Sort by the next column"),
    Action("turn", "o", "turn", "turn", Group.TABLE, "Turn the order round"),
    Action("import", "i", "import", "import", Group.TABLE, "Import a domain report from a file"),
)
IMPORT: tuple[Action, ...] = (Action("back", "escape", "back", "back", Group.PROGRAM, "Go back"),)
BUDGET: tuple[Action, ...] = (
    Action("save_budget", "enter", "save", "save", Group.ACCOUNT, "Save to the config", is_urgent=True),
    Action("undo_budget", "ctrl+r", "undo", "undo", Group.ACCOUNT, "Undo what was saved"),
    Action("leave_budget", "escape", "dismiss", "back", Group.PROGRAM, "Go back, and save nothing"),
)
ESTIMATE: tuple[Action, ...] = (
    Action("ask_price", "enter", "ask", "estimate", Group.ACCOUNT, "Ask what it costs", is_urgent=True),
    Action("leave_estimate", "escape", "dismiss", "back", Group.PROGRAM, "Go back; nothing is kept"),
)
WELCOME: tuple[Action, ...] = (
    Action("blur", "escape", "blur", "leave the field", Group.PROGRAM, "Leave the field, so that keys work"),
    Action("demo", "d", "demo", "demo", Group.PROGRAM, "Look at the simulated service"),
)
HELP: tuple[Action, ...] = (
    Action("close_help", "escape,question_mark,q", "dismiss", "back", Group.HELP, "Close the help"),
    Action("down", "j", "scroll_help(1)", "down", Group.HELP, "Scroll down a row"),
    Action("up", "k", "scroll_help(-1)", "up", Group.HELP, "Scroll up a row"),
)
SCREENS: tuple[tuple[Action, ...], ...] = (
    *((*actions, *PROGRAM) for actions in (DASHBOARD, HISTORY, BUDGET, ESTIMATE, IMPORT, WELCOME, HELP)),
    *((*actions, *ROW, *PROGRAM) for actions in (ACCOUNTS, ALERT, DOMAINS)),
)
"""The actions that are in force together, screen by screen."""

ACTION_IDS = frozenset(action.id for actions in SCREENS for action in actions)
