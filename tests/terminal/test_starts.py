"""What the first start leads to, and what a later one begins with."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from tests.terminal.pseudo_terminal import PseudoTerminal, environment
from tests.terminal.watched_service import PROGRAM, watched_service

FIRST_START = """
from usage_tui.commands.account_adding import add_account
from usage_tui.commands.run import run
add_account.__kwdefaults__["base_url"] = {url!r}
raise SystemExit(run(()))
"""


def told(terminal: PseudoTerminal) -> str:
    """Give what is told in passing, without spaces and however it is wrapped."""
    return "".join("".join(line.partition("▌")[2] for line in terminal.lines).split())


@pytest.mark.parametrize("size", [(80, 24), (40, 24)])
def test_account_whose_key_could_not_be_tried_is_saved_and_that_is_said(tmp_path: Path, size: tuple[int, int]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        url = f"http://127.0.0.1:{closed_soon.getsockname()[1]}"
    environ = environment(tmp_path, USAGE_TUI_CONFIG=str(tmp_path / "config.toml"))
    program = (sys.executable, "-c", FIRST_START.format(url=url))
    said = f"production was added to {tmp_path}/config.toml, with its key untried: {url[7:]} could not be reached"
    with PseudoTerminal(program, environ, tmp_path, size=size) as terminal:
        terminal.shows("Add an account")
        terminal.type("production\r")
        terminal.type("0123456789abcdef\r")
        terminal.until(lambda: all(word in told(terminal) for word in said.split()), "it is said whole")
        terminal.shows("unreachable")
        terminal.type("q")
        assert terminal.ends() == 0
    config = (tmp_path / "config.toml").read_text()
    assert 'name = "production"' in config
    assert f'base_url = "{url}"' in config


def test_what_was_chosen_last_is_there_at_the_next_start(tmp_path: Path) -> None:
    with watched_service(tmp_path) as service:
        for keys, at_the_start, at_the_end in (("2]", "[ 10 min ]", "[ 1 h ]"), ("[[", "[ 1 h ]", "[ 2 min ]")):
            with PseudoTerminal(PROGRAM, service.environ, tmp_path) as terminal:
                terminal.shows(at_the_start)
                terminal.type(keys)
                terminal.shows(at_the_end)
                terminal.type("q")
                assert terminal.ends() == 0
        stored = (tmp_path / "state" / "state.toml").read_text()
        assert 'account = "staging"' in stored
        assert 'range = "2 min"' in stored
