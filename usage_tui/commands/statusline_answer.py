"""What `statusline` prints. It is asked every few seconds in a tmux bar, so it imports neither click nor asyncio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from msgspec import Struct

from usage_tui.commands.exits import ALL_RIGHT, NO_ANSWER
from usage_tui.core.account import Account
from usage_tui.core.painting import Colours, painted
from usage_tui.core.risk import risk
from usage_tui.core.status_format import DEFAULT_FORMAT, Moment, Piece, filled, parsed
from usage_tui.services.config import Config, folded, load_config
from usage_tui.services.last_seen import last_seen
from usage_tui.services.paths import StateFolder, state_folder

NO_SAMPLES = "usage-tui: no samples yet"
DEAR = frozenset({Piece("failed_percent", is_field=True), Piece("renews", is_field=True)})
_OPTIONS = ("config", "account", "format", "colour")


class Asked(Struct, frozen=True):
    """What the command line asks for."""

    config: Path | None = None
    account: str | None = None
    format: str | None = None
    colour: Colours = Colours.NONE


def plainly_asked(arguments: Sequence[str]) -> Asked | None:
    """Read a plain `statusline` command line; None where it holds anything else, which click then reads."""
    given: dict[str, str] = {}
    commands = []
    words = iter(arguments)
    for word in words:
        name, has_value, value = word.removeprefix("--").partition("=")
        if not word.startswith("--"):
            commands.append(word)
        elif name not in _OPTIONS:
            return None
        else:
            value = value if has_value else next(words, "")
            if not value or value.startswith("-"):
                return None
            given[name] = value
    if commands != ["statusline"] or given.get("colour", "none") not in tuple(Colours):
        return None
    return Asked(
        Path(given["config"]) if "config" in given else None,
        given.get("account"),
        given.get("format"),
        Colours(given.get("colour", "none")),
    )


def named(accounts: Sequence[Account], name: str | None) -> Sequence[Account]:
    """Give the account of this name, or all of them without one."""
    return accounts if name is None else [each for each in accounts if folded(each.name) == folded(name)]


def quick_answer(asked: Asked, environ: Mapping[str, str], now: datetime) -> tuple[str, int] | None:
    """Give the line and the exit code; None where there is no such account.

    Raises:
        ConfigError: the config is wrong.
        FormatFault: the format cannot be filled.
        HistoryUnavailable: the history cannot be read.
    """
    config = load_config(asked.config, environ)
    accounts = named(config.accounts, asked.account)
    return answer(asked, config, accounts, state_folder(environ), environ, now) if accounts else None


def answer(
    asked: Asked,
    config: Config,
    accounts: Sequence[Account],
    folder: StateFolder,
    environ: Mapping[str, str],
    now: datetime,
) -> tuple[str, int]:
    """Give the line of the account that needs a look most, and the exit code.

    Raises:
        FormatFault, HistoryUnavailable: as above.
    """
    pieces = parsed(DEFAULT_FORMAT if asked.format is None else asked.format)
    look = partial(last_seen, folder, plan=config.plan, now=now, environ=environ)
    views = look(accounts)
    if all(view.sample is None for view in views):
        return NO_SAMPLES, NO_ANSWER
    view = min(views, key=lambda each: risk(each, now))
    paint = partial(painted, colours=asked.colour)
    more = ""
    if asked.format is None:
        more = (f" +{len(views) - 1}" if len(views) > 1 else "") + (" · simulated" if view.is_simulated else "")
    if not DEAR.isdisjoint(pieces):
        (view,) = look([each for each in accounts if each.name == view.name], in_full=True)
    return filled(pieces, Moment(view, now, config.zone), paint) + more, ALL_RIGHT
