"""What the import of a large domain report costs, and how soon the domains screen answers on it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.benchmarks import cost
from tests.benchmarks.service import PROGRAM
from tests.benchmarks.terminal import Terminal

SIZE = (120, 36)
FIRST_DAY = date(2026, 8, 1)
DAYS = 90
DOMAINS = 5_000
PARAMETERS = ("", "render=true", "premium=true", "render=true&premium=true", "ultra_premium=true")
KEYS = ("\x1b[C", "\x1b[C", "o", "\x1b[D", "/", "s", "i", "7", "\r", "\x1b", "\t", "\t", "\t", "G", "g")
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Import:
    """What an import cost: seconds by the clock and of CPU, and the most MiB that were resident."""

    seconds: float
    cpu_seconds: float
    resident_mib: float


def write_report(path: Path, rows: int) -> None:
    """Write a report of so many rows: three months, 5,000 domains, five sets of parameters."""
    random = Random(1)  # noqa: S311 - it makes up traffic
    days = [(FIRST_DAY + timedelta(days=day)).isoformat() for day in range(DAYS)]
    with path.open("w", encoding="utf-8") as file:
        file.write("Date,Domain,Parameters,Credits,Successful,Failed,Cancelled\n")
        for number in range(rows):
            file.write(
                f"{days[number * DAYS // rows]},site{random.randrange(DOMAINS)}.example.com,"
                f"{PARAMETERS[random.randrange(len(PARAMETERS))]},{random.randrange(5000)},{random.randrange(500)},"
                f"{random.randrange(20)},{random.randrange(3)}\n"
            )


def import_report(path: Path, account: str, environ: Mapping[str, str]) -> Import:
    """Import a report in a process of its own, and wait for its end."""
    command = [*PROGRAM, "report", "import", str(path), "--account", account]
    begun = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.execvpe(command[0], command, environ)  # noqa: S606 - our own command
    _, status, used = os.wait4(pid, 0)
    if status:
        raise RuntimeError(f"the import ended with {os.waitstatus_to_exitcode(status)}")
    return Import(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@contextmanager
def domains_screen(environ: Mapping[str, str]) -> Iterator[tuple[Terminal, list[float]]]:
    """Open the monitor and then its domains screen, several times; give it, and how long each opening took, in ms."""
    with Terminal(PROGRAM, *SIZE, environ) as terminal:
        cost.start(terminal, " of 100")
        waits = []
        for _ in range(ROUNDS):
            terminal.read((0.45 - time.time()) % 1.0)
            pressed_at = time.perf_counter()
            terminal.press("d")
            if terminal.read(5.0, until=lambda text: ".example.com" in text) is None:
                raise RuntimeError(f"the domains screen did not open:\n{terminal.text}")
            waits.append(1000 * (terminal.seen_at - pressed_at))
            terminal.read_to_silence(0.3)
            terminal.press("\x1b")
            terminal.read(1.0)
        terminal.press("d")
        terminal.read(5.0, until=lambda text: ".example.com" in text)
        terminal.read_to_silence(0.3)
        yield terminal, waits


def key_waits(terminal: Terminal) -> list[float]:
    """Press the screen's keys; give the milliseconds that each took until it was painted, the median of rounds."""
    rounds = [cost.keys_to_paint(terminal, KEYS) for _ in range(ROUNDS)]
    return [sorted(each)[len(each) // 2] for each in zip(*rounds, strict=True)]
