"""`usage-tui completion`: the shell's completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from usage_tui.commands.options import common_options
from usage_tui.commands.run import COMPLETION_VARIABLE

_SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Print a shell's completion script.")
@click.argument("shell", type=click.Choice(_SHELLS))
@common_options
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that lets a shell complete commands, options and account names.

    \b
    Examples:
      eval "$(usage-tui completion bash)"                                   # in ~/.bashrc
      eval "$(usage-tui completion zsh)"                                    # in ~/.zshrc
      usage-tui completion fish > ~/.config/fish/completions/usage-tui.fish
    """
    maker = get_completion_class(shell)
    root = context.find_root()
    if maker is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    print(maker(root.command, {}, root.info_name or "usage-tui", COMPLETION_VARIABLE).source())
