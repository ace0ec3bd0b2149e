"""`completion`: shells complete commands, options, and the names of accounts."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands.program import COMMAND, Program

ROOT = Path(__file__).parents[2]


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


NAMES = ("client acme", 'client "x" $(id) #1, & co', "prod:eu", "staging", "größe", "-dash", "it's")
ASKED = (
    ("usage-tui status --account client\\ a", ["status", "--account", "client acme"]),
    ('usage-tui status --account "client a', ["status", "--account", "client acme"]),
    ('usage-tui status --account client\\ \\"', ["status", "--account", 'client "x" $(id) #1, & co']),
    ("usage-tui account remove prod", ["account", "remove", "prod:eu"]),
    ("usage-tui account remove gr", ["account", "remove", "größe"]),
    ("usage-tui account remove it", ["account", "remove", "it's"]),
    ("usage-tui status --account=st", ["status", "--account=staging"]),
)
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "PS1='REA''DY> '"),
    "zsh": (["zsh", "-f", "-i"], "PS1='REA''DY> '; autoload -Uz compinit; compinit -u -D"),
}


@pytest.fixture
def shell_program(program: Program) -> Program:
    """Give a home whose PATH has the program: it completes as ever, and else prints its arguments, a line each."""
    tables = (f"[[accounts]]\nname = {json.dumps(name, ensure_ascii=False)}\napi_key_env = 'K'\n" for name in NAMES)
    program.write_config("".join(tables))
    shim = program.home / "bin" / "usage-tui"
    shim.parent.mkdir()
    command = " ".join(f"'{word}'" for word in COMMAND)
    shim.write_text(
        f'#!/bin/sh\n[ -n "$_USAGE_TUI_COMPLETE" ] || [ "$1" = completion ] && exec {command} "$@"\n'
        "printf '\\nBE''GIN\\n'; printf '%s\\n' \"$@\"; printf 'EN''D\\n'\n"
    )
    shim.chmod(0o755)
    return Program(program.home, {"PATH": f"{shim.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)})


def typed(program: Program, shell: str, keys: str) -> list[str]:
    """Type keys and a tab at a shell, then enter, and give the arguments that the program got."""
    command, setup = SHELLS[shell]
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {shell} here")
    terminal, end_of_shell = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=end_of_shell,
        stdout=end_of_shell,
        stderr=end_of_shell,
        env=program.whole_environment({"TERM": "dumb"}),
        cwd=program.home,
        start_new_session=True,
    )
    os.close(end_of_shell)
    shown = b""

    def wait_for(words: bytes) -> None:
        nonlocal shown
        while words not in shown:
            assert select.select([terminal], [], [], 30)[0], shown.decode()
            shown += os.read(terminal, 65_536)

    try:
        os.write(terminal, f'{setup}; eval "$(usage-tui completion {shell})"\n'.encode())
        wait_for(b"READY> ")
        os.write(terminal, f"{keys}\t\n".encode())
        wait_for(b"END\r\n")
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    return shown.decode().replace("\r", "").split("\nBEGIN\n")[1].split("\nEND\n")[0].split("\n")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(("keys", "arguments"), ASKED)
def test_name_that_was_begun_arrives_whole(shell_program: Program, shell: str, keys: str, arguments: list[str]) -> None:
    assert typed(shell_program, shell, keys) == arguments


@pytest.mark.parametrize(("keys", "arguments"), ASKED)
def test_fish_offers_whole_names(shell_program: Program, keys: str, arguments: list[str]) -> None:
    if shutil.which("fish") is None:
        pytest.skip("there is no fish here")
    script = "usage-tui completion fish | source; complete -C $argv[1]"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script, keys],
        env=shell_program.whole_environment(),
        capture_output=True,
        text=True,
        check=True,
        cwd=shell_program.home,
    )
    assert done.stdout.splitlines() == arguments[-1:]
