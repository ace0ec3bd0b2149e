"""The command `usage-tui` itself; what each subcommand needs is imported when it is called."""

from __future__ import annotations

import gc
import os
import sys
from copy import copy
from importlib import import_module

import click

from usage_tui import __version__
from usage_tui.commands.options import Common, pass_common, screen_options, tolerated_options

PROGRAM = "usage-tui"
_COMMANDS = {
    "status": "usage_tui.commands.status:status",
    "watch": "usage_tui.commands.watch:watch",
    "statusline": "usage_tui.commands.statusline:statusline",
    "guard": "usage_tui.commands.guard:guard",
    "estimate": "usage_tui.commands.estimate:estimate",
    "collect": "usage_tui.commands.collect:collect",
    "history": "usage_tui.commands.history:history",
    "account": "usage_tui.commands.account:account",
    "config": "usage_tui.commands.config:config",
    "backtest": "usage_tui.commands.backtest:backtest",
    "report": "usage_tui.commands.report:report",
    "alerts": "usage_tui.commands.alerts:alerts",
    "doctor": "usage_tui.commands.doctor:doctor",
    "paths": "usage_tui.commands.paths:paths",
    "man": "usage_tui.commands.man:man",
    "completion": "usage_tui.commands.completion:completion",
    "demo-server": "usage_tui.commands.demo_server:demo_server",
}


class _LateGroup(click.Group):
    """A group whose commands are imported by name, and all of which take the common options."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the base's own signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].partition(":")
        command: click.Command = copy(getattr(import_module(module), attribute))
        if any(parameter.name == "config" for parameter in command.params):
            return command
        command.params = list(command.params)
        return tolerated_options(command)


@click.group(
    cls=_LateGroup,
    name=PROGRAM,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
@screen_options
@pass_common
@click.pass_context
def root(context: click.Context, common: Common) -> int:
    """Watch ScraperAPI accounts: requests in flight, credits spent and left, and whether they last.

    Without a command this opens the monitor. Where stdin or stdout is no terminal it prints one `status` instead, and
    on a dumb terminal it prints `watch` lines.

    \b
    Examples:
      usage-tui --demo                       look around, with nothing set up
      usage-tui account add production       add an account; asks for its key
      usage-tui                              watch the accounts of the config
      usage-tui status --json | jq .         one look at each account, for a script
    """
    if context.invoked_subcommand is not None:
        return 0
    if not _is_terminal(sys.stdin) or not _is_terminal(sys.stdout):
        return int(context.invoke(import_module("usage_tui.commands.status").status) or 0)
    if os.environ.get("TERM", "") in ("", "dumb"):
        return int(context.invoke(import_module("usage_tui.commands.watch").watch) or 0)
    gc.disable()  # a tenth of a second of the start would go into looking over modules; the monitor enables it again
    from usage_tui.commands.monitor import run_monitor  # noqa: PLC0415 - imports Textual

    return run_monitor(common)


def _is_terminal(stream: object) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())
