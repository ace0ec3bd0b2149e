"""However it is left, the monitor leaves the terminal as it found it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.terminal.pseudo_terminal import AS_FOUND, DEMO, PseudoTerminal, assert_is_as_found, environment


@pytest.mark.parametrize(("key", "code"), [("q", 0), ("\x03", 130)])
def test_key_that_ends_it_leaves_the_terminal_as_found(tmp_path: Path, key: str, code: int) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path), tmp_path) as terminal:
        terminal.shows("live")
        assert terminal.modes - AS_FOUND == {1000, 1002, 1004, 1006, 1015, 1049, 2004}
        assert terminal.keyboard_depth == 1
        terminal.type(key)
        assert terminal.ends() == code
        assert_is_as_found(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_signal_that_ends_it_leaves_the_terminal_as_found(tmp_path: Path, number: signal.Signals) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path), tmp_path) as terminal:
        terminal.shows("live")
        terminal.process.send_signal(number)
        assert terminal.ends(2.0) == 128 + number
        assert_is_as_found(terminal)


@pytest.mark.parametrize("ends_with", ["q", signal.SIGTERM, signal.SIGHUP])
def test_the_demo_leaves_no_file(tmp_path: Path, ends_with: str | signal.Signals) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    with PseudoTerminal(DEMO, environment(tmp_path, TMPDIR=str(folder)), tmp_path) as terminal:
        terminal.shows("live")
        assert [path.name.startswith("usage-tui-demo-") for path in folder.iterdir()] == [True]
        if isinstance(ends_with, str):
            terminal.type(ends_with)
        else:
            terminal.process.send_signal(ends_with)
        terminal.ends()
    assert list(folder.iterdir()) == []
