"""A first start without a config leads to an account that is watched."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from tests.terminal.pseudo_terminal import PseudoTerminal, environment

PROGRAM = """
from usage_tui.core import account
account.SERVICE_URL = {url!r}
from usage_tui.commands.run import run
raise SystemExit(run(()))
"""


def test_account_whose_key_could_not_be_tried_is_saved_and_that_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    environ = environment(tmp_path, USAGE_TUI_CONFIG=str(tmp_path / "config.toml"))
    program = (sys.executable, "-c", PROGRAM.format(url=f"http://127.0.0.1:{port}"))
    with PseudoTerminal(program, environ, tmp_path) as terminal:
        terminal.shows("Add an account")
        terminal.type("production\r")
        terminal.type("0123456789abcdef\r")
        terminal.shows("with its key untried")
        terminal.shows("unreachable")
        terminal.type("q")
        assert terminal.ends() == 0
    assert 'name = "production"' in (tmp_path / "config.toml").read_text()
