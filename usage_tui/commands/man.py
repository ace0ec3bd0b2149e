"""`usage-tui man`: the manual page, made from the commands' help."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from usage_tui import __version__
from usage_tui.commands.exits import emit
from usage_tui.commands.options import common_options

_FILES = (
    ("config.toml", "The config; `usage-tui config path` says where."),
    ("history.sqlite3", "The stored samples, in the state folder; `usage-tui paths` says where."),
    ("keys/", "Key files that `usage-tui account add` made, in the state folder."),
    ("log", "What went wrong, in the state folder."),
)
_ENVIRONMENT = (
    ("SCRAPERAPI_API_KEY, SCRAPERAPI_KEY", "A key that makes one account, where there is no config."),
    ("USAGE_TUI_CONFIG", "The config, in place of the usual one."),
    ("USAGE_TUI_STATE_DIR", "The folder of the program's own files, in place of the usual one."),
    ("NO_COLOR", "No colours."),
)
_EXIT_CODES = (
    ("0", "All right."),
    ("1", "A guard's limit was crossed, an estimate does not fit, or a check found something."),
    ("2", "Wrong usage."),
    ("69", "The service could not be reached or did not answer properly."),
    ("70", "An internal error."),
    ("77", "The key was refused."),
    ("78", "The config is wrong, or a key could not be read."),
    ("128+n", "Ended by signal n; 141 where the pipe was closed."),
)


@click.command()
@common_options
@click.pass_context
def man(context: click.Context) -> None:
    """Print the manual page, made from the help of all commands.

    \b
    Examples:
      usage-tui man | man -l -
      usage-tui man > ~/.local/share/man/man1/usage-tui.1
    """
    root = context.find_root()
    emit("\n".join(manual_page(root.command, root.info_name or "usage-tui")))


def manual_page(root: click.Command, name: str) -> Iterator[str]:
    """Give the page's lines in roff."""
    yield f'.TH {_escaped(name.upper())} 1 "" "{_escaped(f"{name} {__version__}")}" "User Commands"'
    yield from (".SH NAME", f"{_escaped(name)} \\- a terminal monitor for ScraperAPI accounts")
    yield from (".SH SYNOPSIS", f".B {_escaped(name)}", "[OPTIONS] [COMMAND] [ARGUMENTS]", ".SH DESCRIPTION")
    with click.Context(root, info_name=name) as context:
        yield from _help(root)
        yield from (".SH OPTIONS", *_options(root, context))
        yield ".SH COMMANDS"
        yield from _commands(root, context)
    for title, rows in (("FILES", _FILES), ("ENVIRONMENT", _ENVIRONMENT), ("EXIT STATUS", _EXIT_CODES)):
        yield f".SH {title}"
        for term, words in rows:
            yield from (".TP", f".B {_escaped(term)}", _escaped(words))


def _commands(group: click.Command, context: click.Context) -> Iterator[str]:
    """Give a section for each command, and those of a group after it."""
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        with click.Context(command, info_name=name, parent=context) as inner:
            usage = " ".join(command.collect_usage_pieces(inner))
            yield f'.SS "{_escaped(f"{inner.command_path} {usage}")}"'
            yield from _help(command)
            yield from _options(command, inner)
            yield from _commands(command, inner)


def _help(command: click.Command) -> Iterator[str]:
    """Give a command's help: paragraphs filled, and those marked as they stand left so."""
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(command.help or "")):
        lines = [line.rstrip() for line in paragraph.strip("\n").splitlines()]
        if lines and lines[0].strip() == "\b":
            yield from (".PP", ".nf", *map(_escaped, lines[1:]), ".fi")
        elif lines:
            yield from (".PP", _escaped(" ".join(line.strip() for line in lines)))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            yield from (".TP", f".B {_escaped(record[0])}", _escaped(" ".join(record[1].split())))


def _escaped(text: str) -> str:
    """Escape what roff would obey."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
