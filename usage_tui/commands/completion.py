"""`usage-tui completion`: the shell's completion script."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, ZshComplete

from usage_tui.commands.exits import ALL_RIGHT, WRONG_USAGE, emit
from usage_tui.commands.options import common_options
from usage_tui.commands.run import COMPLETION_VARIABLE
from usage_tui.commands.streams import write_for_programs


class _Bash(BashComplete):
    """Bash, whose words click leaves unquoted: a name with a space would become two.

    Bash takes `--option=value` apart into three words, of which it replaces the last.
    """

    def get_completion_args(self) -> tuple[list[str], str]:
        """Give the words before the one that is completed, and that one."""
        args, begun = super().get_completion_args()
        if begun == "=":
            return args, ""
        if args and args[-1] == "=":
            return args[:-1], begun
        return args, begun

    source_template = """\
%(complete_func)s() {
    local kind value word=${COMP_WORDS[COMP_CWORD]} IFS=$'\\n'
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                [[ $word == [\\"\\']* ]] || printf -v value %%q "$value"
                COMPREPLY+=("$value")
                ;;
        esac
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=bash_complete "$1")
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class _Zsh(ZshComplete):
    """Zsh, which replaces all of `--option=value`."""

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Format what zsh reads."""
        return super().format_completion(_with_option(item, self.get_completion_args()[1]))


class _Fish(FishComplete):
    """Fish, which replaces all of `--option=value`, and where click cuts a name off at a comma."""

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Format what fish reads."""
        return super().format_completion(_with_option(item, self.get_completion_args()[1]))

    source_template = """\
function %(complete_func)s
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \\
        COMP_CWORD=(commandline -t) %(prog_name)s)
    for completion in $response
        set -l parts (string split -m 1 "," -- $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo $parts[2]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


_MAKERS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


def _with_option(item: CompletionItem[str], begun: str) -> CompletionItem[str]:
    """Put the option that was begun in the same word before the value."""
    option, equals, _ = begun.partition("=")
    if not equals or not option.startswith("-"):
        return item
    return CompletionItem(f"{option}={item.value}", item.type, item.help)


def complete(root: click.Command, program: str, instruction: str) -> int:
    """Answer a shell's question for what comes next, in the words of that shell; give the exit code."""
    shell, _, what = instruction.partition("_")
    if shell not in _MAKERS or what not in ("complete", "source"):
        return WRONG_USAGE
    maker = _MAKERS[shell](root, {}, program, COMPLETION_VARIABLE)
    write_for_programs()
    emit(maker.complete() if what == "complete" else maker.source())
    return ALL_RIGHT


@click.command()
@click.argument("shell", type=click.Choice(list(_MAKERS)))
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
    root = context.find_root()
    maker = _MAKERS[shell](root.command, {}, root.info_name or "usage-tui", COMPLETION_VARIABLE)
    emit(maker.source())
