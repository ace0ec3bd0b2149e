"""`completion`: shells complete commands, options, and the names of accounts."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.commands.program import Program


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_of_each_shell_is_printed(program: Program, shell: str) -> None:
    done = program.run("completion", shell)
    assert done.code == 0
    assert "_USAGE_TUI_COMPLETE" in done.out
    if (found := shutil.which(shell)) is not None:
        subprocess.run([found, "-n"], input=done.out.encode(), check=True, timeout=60)


def completed(program: Program, *words: str) -> list[str]:
    """Ask as bash does, and give the words that it would offer for the last one."""
    environ = {
        "_USAGE_TUI_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["usage-tui", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = program.run(environ=environ)
    assert (done.code, done.err) == (0, "")
    return [line.split(",", 1)[1] for line in done.out.splitlines() if line]


def test_commands_and_options_are_completed(program: Program) -> None:
    assert completed(program, "st") == ["status", "statusline"]
    assert completed(program, "account", "re") == ["remove"]
    assert "--json" in completed(program, "status", "--")


def test_account_names_are_completed_from_the_config(program: Program) -> None:
    program.write_config(
        "".join(f'[[accounts]]\nname = "{name}"\napi_key_env = "K"\n' for name in ("production", "staging", "preview"))
    )
    assert completed(program, "status", "--account", "pr") == ["production", "preview"]
    assert completed(program, "account", "remove", "s") == ["staging"]


def test_broken_config_completes_nothing_silently(program: Program) -> None:
    program.write_config("[")
    assert completed(program, "status", "--account", "p") == []
