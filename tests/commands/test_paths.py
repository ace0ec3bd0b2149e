"""`paths`: where the files are."""

from __future__ import annotations

from tests.commands.program import ProgramHere


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
    lines = here.run("paths", "--config", "c\x1b.toml", environ={"XDG_STATE_HOME": str(here.home)}).out.splitlines()
    assert lines[0] == "config  c\\x1b.toml  (not there yet)"
    assert lines[1] == f"state   {here.home}/usage-tui  (not there yet)"


def test_nothing_is_made(here: ProgramHere) -> None:
    here.run("paths")
    assert list(here.home.iterdir()) == []
