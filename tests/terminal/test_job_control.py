"""The monitor stops and goes on as a job of a shell, and as one that is stopped without being asked."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.services.stored import rows
from tests.terminal.pseudo_terminal import AS_FOUND, DEMO, PseudoTerminal, assert_is_as_found, environment
from tests.terminal.watched_service import OFTEN, PROGRAM, watched_service
from usage_tui.services.paths import StateFolder


def is_stopped(terminal: PseudoTerminal) -> bool:
    """Whether the job is stopped."""
    return terminal.job.status() == psutil.STATUS_STOPPED


def show_in_foreground(terminal: PseudoTerminal) -> None:
    """Let the job go on in the foreground, and see that it draws everything again."""
    terminal.settles()
    drawn = len(terminal.written)
    terminal.process.send_signal(signal.SIGUSR1)
    terminal.shows("CONCURRENCY")
    terminal.shows("q quit")
    assert b"\x1b[?1049h" in terminal.written[drawn:]
    assert terminal.keyboard_depth == 1


@pytest.mark.parametrize(("how", "quiet_seconds"), [("ctrl+z", 0.0), ("kill -TSTP", 0.5)])
def test_stopping_gives_the_terminal_back_and_going_on_takes_it_again(
    tmp_path: Path, how: str, quiet_seconds: float
) -> None:
    with (
        watched_service(tmp_path, settings=OFTEN) as service,
        PseudoTerminal(PROGRAM, service.environ, tmp_path, place="job") as terminal,
    ):
        terminal.shows("live")
        threads = terminal.job.num_threads()
        for _ in range(2):
            if how == "ctrl+z":
                terminal.type("\x1a")
            else:
                terminal.job.send_signal(signal.SIGTSTP)
            terminal.until(lambda: is_stopped(terminal), "the job is stopped")
            terminal.settles()
            assert_is_as_found(terminal)
            service.requests = 0
            assert not terminal.read(quiet_seconds)
            assert service.requests == 0
            show_in_foreground(terminal)
            terminal.until(lambda: service.requests > 0, "collecting goes on")
            terminal.until(lambda: terminal.job.num_threads() <= threads, "no thread is new")
        terminal.type("q")
        assert terminal.ends() == 0
        assert_is_as_found(terminal)


def test_stop_of_the_whole_job_reaches_what_started_it(tmp_path: Path) -> None:
    program = ("sh", "-c", f"{' '.join(DEMO)}; exit $?")
    with PseudoTerminal(program, environment(tmp_path), tmp_path, place="job") as terminal:
        terminal.shows("live")
        terminal.type("\x1a")
        family = [terminal.job, *terminal.job.children()]
        assert len(family) == 2
        terminal.until(lambda: {p.status() for p in family} == {psutil.STATUS_STOPPED}, "all are stopped")
        show_in_foreground(terminal)
        terminal.type("q")
        assert terminal.ends() == 0


def test_stopped_job_that_is_sent_to_the_background_stops_again_and_draws_nothing(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path), tmp_path, place="job") as terminal:
        terminal.shows("live")
        terminal.type("\x1a")
        terminal.until(lambda: is_stopped(terminal), "the job is stopped")
        switches = terminal.job.num_ctx_switches()
        terminal.process.send_signal(signal.SIGUSR2)
        terminal.until(lambda: terminal.job.num_ctx_switches() != switches, "the job went on")
        terminal.until(lambda: is_stopped(terminal), "the job is stopped again")
        terminal.settles()
        assert terminal.modes == AS_FOUND
        show_in_foreground(terminal)
        terminal.type("q")
        assert terminal.ends() == 0
        assert_is_as_found(terminal)


def test_job_that_was_stopped_without_notice_leaves_collecting_to_others_behind_the_prompt(tmp_path: Path) -> None:
    with (
        watched_service(tmp_path, settings=OFTEN) as service,
        PseudoTerminal(PROGRAM, service.environ, tmp_path, place="job") as terminal,
    ):
        terminal.shows("collecting")
        terminal.job.send_signal(signal.SIGSTOP)
        terminal.until(lambda: is_stopped(terminal), "the job is stopped")
        terminal.process.send_signal(signal.SIGUSR2)
        holders = "SELECT holder_pid FROM accounts"
        folder = StateFolder(tmp_path / "state")
        terminal.until(lambda: {pid for (pid,) in rows(folder, holders)} == {None}, "the accounts are given up")
        terminal.until(lambda: is_stopped(terminal), "the job is stopped again")
        terminal.process.send_signal(signal.SIGUSR1)
        service.serves(2)
        terminal.shows("collecting")
        terminal.type("q")
        assert terminal.ends() == 0


def test_signal_ends_a_stopped_job_without_touching_the_terminal(tmp_path: Path) -> None:
    with PseudoTerminal(DEMO, environment(tmp_path), tmp_path, place="job") as terminal:
        terminal.shows("live")
        terminal.type("\x1a")
        terminal.until(lambda: is_stopped(terminal), "the job is stopped")
        terminal.settles()
        drawn = len(terminal.written)
        terminal.job.send_signal(signal.SIGTERM)
        terminal.process.send_signal(signal.SIGUSR2)
        assert terminal.ends() == 143
        assert terminal.written[drawn:] == b""


def test_job_control_without_a_shell_changes_nothing(tmp_path: Path) -> None:
    with watched_service(tmp_path) as service, PseudoTerminal(PROGRAM, service.environ, tmp_path) as terminal:
        terminal.shows("live")
        drawn, asked = len(terminal.written), service.requests
        terminal.type("\x1a")
        terminal.until(lambda: b"\x1b[?1049h" in terminal.written[drawn:], "the terminal is taken again")
        terminal.until(lambda: service.requests > asked, "collecting goes on")
        terminal.shows("q quit")
        terminal.type("q")
        assert terminal.ends() == 0
        assert_is_as_found(terminal)


def test_going_on_without_a_stop_draws_everything_again(tmp_path: Path) -> None:
    with (
        watched_service(tmp_path) as service,
        PseudoTerminal(PROGRAM, service.environ, tmp_path, place="job") as terminal,
    ):
        terminal.shows("live")
        job, threads = terminal.job, terminal.job.num_threads()
        for stop in (None, signal.SIGSTOP, None):
            if stop is not None:
                job.send_signal(stop)
                terminal.until(lambda: is_stopped(terminal), "the job is stopped")
                os.write(terminal.slave, b"\x1b[?1002l\x1b[?25h\x1b[2J\x1b[Hsomebody else's")
                terminal.shows("somebody else's")
                terminal.process.send_signal(signal.SIGUSR1)
            else:
                os.write(terminal.slave, b"\x1b[2J\x1b[Hsomebody else's")
                terminal.shows("somebody else's")
                job.send_signal(signal.SIGCONT)
            terminal.until(lambda: "somebody" not in terminal.text, "the screen is drawn over")
            terminal.shows("CONCURRENCY")
            terminal.shows("q quit")
            assert terminal.modes >= {1002, 1049}
            assert 25 not in terminal.modes
            assert terminal.keyboard_depth == 1
            terminal.until(lambda: job.num_threads() <= threads, "no thread is new")
        terminal.type("q")
        assert terminal.ends() == 0
        assert_is_as_found(terminal)
