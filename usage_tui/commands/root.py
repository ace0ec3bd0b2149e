"""The command `usage-tui` itself; what each subcommand needs is imported when it is called."""

from __future__ import annotations

from copy import copy
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from usage_tui import __version__
from usage_tui.commands import exits
from usage_tui.commands.common import Common
from usage_tui.commands.options import pass_common, screen_options, tolerated_options
from usage_tui.commands.screen import Outlet, open_monitor, outlet

PROGRAM = "usage-tui"
_COMMANDS = {
    "status": "Look at each account once, and print a table.",
    "watch": "Print a line for each new sample, until interrupted.",
    "statusline": "Print one line for tmux or a shell prompt, from what is stored.",
    "guard": "Is it all right to start a job? Says which limit was crossed.",
    "estimate": "What a job would cost, whether it fits, and how long it takes.",
    "collect": "Poll the accounts and store what they say, until stopped.",
    "history": "Export, import or prune the stored samples.",
    "account": "Add, list, remove or try the accounts in the config.",
    "config": "Make, check, show or edit the config file.",
    "backtest": "Say how right the forecast would have been.",
    "report": "Import the domain report, and see where the credits go.",
    "alerts": "See what fired, and try the channels.",
    "doctor": "Look over config, keys, network, terminal and database.",
    "paths": "Print where the files are.",
    "man": "Print the manual page.",
    "completion": "Print a shell's completion script.",
    "demo-server": "Serve simulated accounts over HTTP on this machine.",
}


class _LateGroup(click.Group):
    """A group whose commands are imported from the modules of their names, and all of which take the common options."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the base's own signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in _COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = copy(getattr(import_module(f"usage_tui.commands.{name}"), name))
        if any(parameter.name == "config" for parameter in command.params):
            return command
        command.params = list(command.params)
        return tolerated_options(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        """List the commands, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete commands, importing none of them, and options."""
        begun = [CompletionItem(name, help=words) for name, words in _COMMANDS.items() if name.startswith(incomplete)]
        return begun + click.Command.shell_complete(self, ctx, incomplete)


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
    exits.end_in_order(context.invoked_subcommand)
    if context.invoked_subcommand is not None:
        return 0
    match outlet():
        case Outlet.NONE:
            return int(context.invoke(import_module("usage_tui.commands.status").status) or 0)
        case Outlet.LINES:
            return int(context.invoke(import_module("usage_tui.commands.watch").watch) or 0)
        case Outlet.SCREEN:
            return open_monitor(common)
