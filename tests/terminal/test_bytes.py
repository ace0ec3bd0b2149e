"""How much a quiet hour in front of the dashboard costs on the wire."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.terminal.pseudo_terminal import PseudoTerminal
from tests.terminal.watched_service import PROGRAM, watched_service

SECONDS = 20


@pytest.mark.long
def test_bytes_of_a_live_dashboard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (
        watched_service(tmp_path) as service,
        PseudoTerminal(PROGRAM, service.environ, tmp_path, size=(120, 36)) as terminal,
    ):
        terminal.shows("live")
        terminal.settles()
        before, until = len(terminal.written), time.monotonic() + SECONDS
        while (left := until - time.monotonic()) > 0:
            terminal.read(left)
        with capsys.disabled():
            print(f"\na live dashboard of 120×36: {(len(terminal.written) - before) / SECONDS:.0f} bytes/s")
        assert terminal.is_alive
