"""`paths`: where the files are."""

from __future__ import annotations

import os
import subprocess

from tests.commands.program import COMMAND, Program, ProgramHere


def test_each_file_is_named_and_whether_it_is_there(here: ProgramHere) -> None:
    here.write_config("")
    done = here.run("paths")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"config  {here.config}",
        f"state   {here.state}  (not there yet)",
        f"history {here.state}/history.sqlite3  (not there yet)",
        f"keys    {here.state}/keys  (not there yet)",
        f"log     {here.state}/log  (not there yet)",
    ]


def test_environment_and_option_put_them_elsewhere(here: ProgramHere) -> None:
    environ = {"USAGE_TUI_STATE_DIR": "~/s", "XDG_CONFIG_HOME": str(here.home / "xdg")}
    lines = here.run("paths", environ=environ).out.splitlines()
    assert lines[0] == f"config  {here.home}/xdg/usage-tui/config.toml  (not there yet)"
    assert lines[1] == f"state   {here.home}/s  (not there yet)"
    lines = here.run("paths", "--config", "c.toml", environ={"XDG_STATE_HOME": str(here.home)}).out.splitlines()
    assert lines[0] == "config  c.toml  (not there yet)"
    assert lines[1] == f"state   {here.home}/usage-tui  (not there yet)"


def test_nothing_is_made(here: ProgramHere) -> None:
    here.run("paths")
    assert list(here.home.iterdir()) == []


def test_path_is_given_to_a_program_byte_for_byte_and_to_a_terminal_harmless(program: Program) -> None:
    path = b"/" + b"/".join([b"x" * 200, b"\x1b\xe2\x80\xae\xff \n", b"y" * 200, "\u0142.toml".encode()])
    for locale in ("C.UTF-8", "C", "POSIX"):
        for command in (["config", "path"], ["paths"]):
            done = subprocess.run(
                [*COMMAND, *command],
                capture_output=True,
                env={**program.whole_environment({"LC_ALL": locale}), "USAGE_TUI_CONFIG": os.fsdecode(path)},
                timeout=60,
                check=True,
            )
            assert path + (b"\n" if command == ["config", "path"] else b"  (not there yet)\n") in done.stdout
    seen = program.run_at_terminal("config", "path", environ={"USAGE_TUI_CONFIG": os.fsdecode(path)})
    assert "/\\x1b\\u202e\\udcff \\x0a/" + "y" * 200 + "/\u0142.toml\n" in seen.out
