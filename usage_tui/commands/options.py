"""The options that are taken before and after every command."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from usage_tui.commands.common import Common

_Function = TypeVar("_Function", bound=Callable[..., Any] | click.Command)


pass_common = click.make_pass_decorator(Common, ensure=True)


def complete_account(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Give the config's account names that begin so; a config that is wrong has none."""
    from usage_tui.core.errors import ConfigError  # noqa: PLC0415 - only shell completion needs it here
    from usage_tui.services.config import load_config  # noqa: PLC0415 - likewise

    common = context.find_object(Common) or Common()
    try:
        accounts = load_config(common.config, os.environ).accounts
    except ConfigError:
        return []
    return [CompletionItem(account.name) for account in accounts if account.name.startswith(begun)]


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value is None or value is False:
        return
    common = context.ensure_object(Common)
    match parameter.name:
        case "no_mouse":
            common.has_mouse = False
        case "ascii":
            common.is_ascii = True
        case "demo":
            common.is_demo = True
        case str(name):
            setattr(common, name, value)


def common_options(function: _Function) -> _Function:
    """Add the common options to a command; its help leaves out those that are of the screen alone."""
    return _with_options(function, shown=("--config", "--account", "--demo"))


def screen_options(function: _Function) -> _Function:
    """Add the common options to a command that opens the screen."""
    return _with_options(function, shown=tuple(_OPTIONS))


def tolerated_options(command: click.Command) -> click.Command:
    """Let a command take the common options that are of no use to it; its help leaves them out."""
    return _with_options(command, shown=())


_OPTIONS: dict[str, dict[str, Any]] = {
    "--config": {
        "type": click.Path(path_type=Path),
        "metavar": "F",
        "help": "Read this config, instead of the usual one.",
    },
    "--account": {
        "metavar": "NAME",
        "help": "Look at this account.",
        "shell_complete": complete_account,
    },
    "--demo": {"is_flag": True, "help": "Use a simulated service on this machine, and none of your files."},
    "--no-mouse": {"is_flag": True, "help": "Leave the mouse to the terminal."},
    "--ascii": {"is_flag": True, "help": "Draw with ASCII characters alone."},
}


def _with_options(function: _Function, *, shown: tuple[str, ...]) -> _Function:
    for name, attributes in reversed(_OPTIONS.items()):
        function = click.option(name, callback=_remember, expose_value=False, hidden=name not in shown, **attributes)(
            function
        )
    return function
