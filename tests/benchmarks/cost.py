"""What a program on a terminal costs: its start, then CPU, bytes and memory, and how soon a key is answered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import psutil

from tests.benchmarks.terminal import Terminal

START_SECONDS = 20.0
WORDS_OF_A_FRAME = 15
SILENCE_SECONDS = 0.03
QUIET_PART_OF_A_SECOND = 0.45
KEY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Running:
    """What a program costs while it runs: percent of one core, bytes to the terminal a second, resident MiB."""

    cpu_percent: float
    bytes_per_second: float
    resident_mib: float


class Start(NamedTuple):
    """Seconds from exec to the first frame, and from there to the first numbers; None where they are not awaited."""

    frame_seconds: float
    numbers_seconds: float | None


def is_frame(text: str) -> bool:
    """Whether a screen shows as much as a first frame does."""
    return len(text.split()) > WORDS_OF_A_FRAME


def start(terminal: Terminal, first_numbers: str | None = None) -> Start:
    """Wait for the first frame, and for the words that stand on the screen with the first numbers."""
    frame_at = terminal.read(START_SECONDS, until=is_frame)
    if frame_at is None:
        raise RuntimeError(f"there was no first frame within {START_SECONDS:g} s:\n{terminal.text}")
    frame_seconds = frame_at - terminal.started_at
    if first_numbers is None:
        return Start(frame_seconds, None)
    has_numbers = first_numbers in terminal.text
    numbers_at = frame_at if has_numbers else terminal.read(START_SECONDS, until=lambda text: first_numbers in text)
    if numbers_at is None:
        raise RuntimeError(f"there were no numbers within {START_SECONDS:g} s:\n{terminal.text}")
    return Start(frame_seconds, numbers_at - frame_at)


def run(terminal: Terminal, seconds: float) -> Running:
    """Let a program run for some seconds."""
    process = psutil.Process(terminal.pid)
    bytes_before, cpu_before, begun = terminal.bytes_seen, cpu_seconds(process), time.perf_counter()
    terminal.read(seconds)
    lasted = time.perf_counter() - begun
    return Running(
        cpu_percent=100 * (cpu_seconds(process) - cpu_before) / lasted,
        bytes_per_second=(terminal.bytes_seen - bytes_before) / lasted,
        resident_mib=sum(member.memory_info().rss for member in _family(process)) / 2**20,
    )


def cpu_seconds(process: psutil.Process) -> float:
    """Add up the CPU that a process and its children used, ended ones included."""
    times = [member.cpu_times() for member in _family(process)]
    return float(sum(each.user + each.system + each.children_user + each.children_system for each in times))


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def keys_to_paint(terminal: Terminal, keys: Sequence[str]) -> list[float]:
    """Press keys one by one, between the ticks of the clock; give the milliseconds until what each does is painted."""
    waits = []
    for key in keys:
        terminal.read((QUIET_PART_OF_A_SECOND - time.time()) % 1.0)
        shown = terminal.text
        pressed_at = time.perf_counter()
        terminal.press(key)
        if terminal.read(KEY_SECONDS, until=lambda text, before=shown: text != before) is None:  # type: ignore[misc]
            raise RuntimeError(f"the key {key!r} changed nothing on the screen:\n{terminal.text}")
        terminal.read_to_silence(SILENCE_SECONDS)
        waits.append(1000 * (terminal.seen_at - pressed_at))
    return waits
