"""Starts a program on the terminal on stdin: `job_shell.py alone|detached|job PROGRAM ARGUMENT…`.

`alone`, the program leads the terminal's session; `detached`, one that has no terminal. As a `job`, it is one of a
shell, with a process group of its own; when it stops, the shell takes the terminal; SIGUSR1 brings it to the foreground
again, SIGUSR2 lets it go on behind the prompt. The shell ends as the job did, with 128 + n for a signal.
"""

import fcntl
import os
import signal
import sys
import termios
import tty
from typing import Any

ASKS = {signal.SIGUSR1, signal.SIGUSR2}


def start(program: list[str]) -> int:
    """Start the program as the foreground job, and give its process id."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, ASKS)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKS)
        os.execvp(program[0], program)  # noqa: S606  # a shell does not need another
    return job


def edited(attributes: list[Any]) -> list[Any]:
    """Give the line's settings while a shell has a line edited."""
    changed = list(attributes)
    changed[tty.LFLAG] &= ~(termios.ECHO | termios.ICANON)
    return changed


def watch(job: int) -> int:
    """Serve the job until it ends, and give its exit code."""
    attributes = termios.tcgetattr(0)
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
        os.tcsetpgrp(0, os.getpgrp())
        termios.tcsetattr(0, termios.TCSANOW, attributes)
        is_for_foreground = signal.sigwait(ASKS) == signal.SIGUSR1
        termios.tcsetattr(0, termios.TCSANOW, attributes if is_for_foreground else edited(attributes))
        if is_for_foreground:
            os.tcsetpgrp(0, job)
        os.killpg(job, signal.SIGCONT)


if __name__ == "__main__":
    if sys.argv[1] != "detached":
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if sys.argv[1] != "job":
        os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606  # likewise
    sys.exit(watch(start(sys.argv[2:])))
