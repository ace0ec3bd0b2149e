"""Asks for an API key: hidden at a terminal, the first line of stdin otherwise; never as an option's value."""

from __future__ import annotations

import getpass
import shlex
import sys

from usage_tui.core.account import ApiKey
from usage_tui.core.errors import KeyUnavailable
from usage_tui.services.secrets import checked_key

KEY_COMMAND = "--key-command"
_LONGEST_LINE_BYTES = 4096


def asked_key(name: str) -> ApiKey:
    """Get the key from the user.

    Raises:
        KeyUnavailable: none was given, or what cannot be one.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        try:
            text = getpass.getpass(f"API key of {name} (not shown): ")
        except EOFError:
            text = ""
        return checked_key(text, "the prompt", "type it, or paste it")
    if sys.stdin is None:
        raise KeyUnavailable("There is no stdin to read the key from; pipe it in.")
    line = sys.stdin.buffer.readline(_LONGEST_LINE_BYTES)
    return checked_key(line.decode(errors="replace"), "stdin", "pipe it in, or run this at a terminal")


def split_key_command(arguments: list[str], ours: frozenset[str]) -> tuple[list[str], tuple[str, ...]]:
    """Take `--key-command CMD…` out of the arguments: give what is left, and the command's words.

    The command ends at the next of `ours`, the options of usage-tui. A single word is split as a shell would.

    Raises:
        ValueError: the command is empty, or has an open quote.
    """
    at = next((i for i, word in enumerate(arguments) if word.split("=", 1)[0] == KEY_COMMAND), None)
    if at is None:
        return arguments, ()
    first = arguments[at].partition("=")[2]
    words = [first] if first else []
    end = at + 1
    while end < len(arguments) and arguments[end].split("=", 1)[0] not in ours:
        words.append(arguments[end])
        end += 1
    if len(words) == 1:
        words = shlex.split(words[0])
    if not words:
        raise ValueError("the command is empty")
    return [*arguments[:at], *arguments[end:]], tuple(words)
