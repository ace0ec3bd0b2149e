"""`--key-command` takes a command of several words, up to the next option of the program's own."""

from __future__ import annotations

import pytest

from usage_tui.commands.key_input import split_key_command

OURS = frozenset({"--config", "--keyring"})


@pytest.mark.parametrize(
    ("arguments", "left", "words"),
    [
        (["one"], ["one"], ()),
        (["one", "--key-command", "pass", "show", "it"], ["one"], ("pass", "show", "it")),
        (["one", "--key-command", "pass", "-c", "it", "--config", "f"], ["one", "--config", "f"], ("pass", "-c", "it")),
        (["one", "--key-command", "pass", "--config=f"], ["one", "--config=f"], ("pass",)),
        (
            ["--key-command", "pass show 'a b'", "--config", "f", "one"],
            ["--config", "f", "one"],
            ("pass", "show", "a b"),
        ),
        (["one", "--key-command=pass show it"], ["one"], ("pass", "show", "it")),
        (["one", "--key-command=pass", "show"], ["one"], ("pass", "show")),
        (["one", "--key-command", "sh", "-c", "a b"], ["one"], ("sh", "-c", "a b")),
    ],
)
def test_words_of_the_command_are_taken_out(arguments: list[str], left: list[str], words: tuple[str, ...]) -> None:
    assert split_key_command(arguments, OURS) == (left, words)


@pytest.mark.parametrize(
    "arguments", [["--key-command"], ["--key-command", "--config", "f"], ["--key-command", "''' "]]
)
def test_command_without_words_is_refused(arguments: list[str]) -> None:
    with pytest.raises(ValueError, match=r"empty|quotation"):
        split_key_command(arguments, OURS)
