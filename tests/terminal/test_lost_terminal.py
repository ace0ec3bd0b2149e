"""A monitor whose terminal is gone ends by itself."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Literal

import psutil
import pytest

from tests.terminal.pseudo_terminal import DEMO, WAIT_SECONDS, PseudoTerminal, environment

FREEZE = " "  # so that nothing is written either
HANGUP_IGNORED = ("sh", "-c", f"trap '' HUP; exec {shlex.join(DEMO)}")


@pytest.mark.parametrize(
    ("program", "place"), [(DEMO, "alone"), (DEMO, "detached"), (HANGUP_IGNORED, "alone")], ids=str
)
def test_lost_terminal_ends_the_monitor(
    tmp_path: Path, program: tuple[str, ...], place: Literal["alone", "detached"]
) -> None:
    with PseudoTerminal(program, environment(tmp_path), tmp_path, place=place) as terminal:
        terminal.shows("live")
        terminal.type(FREEZE)
        terminal.shows("frozen")
        terminal.hang_up()
        assert terminal.process.wait(WAIT_SECONDS) == 129


def test_lost_terminal_ends_the_job_of_a_shell(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path), tmp_path, place="job") as terminal:
        terminal.shows("live")
        job = terminal.job
        terminal.hang_up()
        terminal.until(lambda: not job.is_running() or job.status() == psutil.STATUS_ZOMBIE, "the job ends", 2.0)
