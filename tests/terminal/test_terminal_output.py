"""What is written to a terminal is kept up to a bound, and is whole and in order where it is taken."""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from usage_tui.ui.terminal_output import MOST_BACKLOG_BYTES, TerminalOutput, open_again

CHUNK = 1024
MOST_IN_THE_KERNEL = 160 * 1024


@dataclass
class Line:
    """A terminal's two ends, and what was told of it."""

    master: int
    screen: int
    told: list[str] = field(default_factory=list)

    def output(self) -> TerminalOutput:
        """Make an output to it, in the running loop."""
        loop = asyncio.get_running_loop()
        return TerminalOutput(
            self.screen, loop, caught_up=lambda: self.told.append("caught up"), lost=lambda: self.told.append("lost")
        )

    def hang_up(self) -> None:
        """Take the terminal away."""
        os.close(self.master)
        self.master = -1


@pytest.fixture
def line() -> Iterator[Line]:
    """Give a terminal that nobody reads yet."""
    master, slave = os.openpty()
    tty.setraw(slave, termios.TCSANOW)
    os.set_blocking(master, False)
    line = Line(master, open_again(slave))
    yield line
    for opened in (slave, line.screen, line.master):
        if opened >= 0:
            os.close(opened)


def fill(output: TerminalOutput) -> bytes:
    """Write until the output takes no more, and give what it took."""
    taken = b""
    while output.write(chunk := f"{len(taken):0>{CHUNK}}"):
        taken += chunk.encode()
        assert len(taken) < 10 * MOST_BACKLOG_BYTES
    return taken


async def read_until(line: Line, told: str) -> bytes:
    """Read as a slow terminal does, until something is told and nothing is left."""
    received = b""
    async with asyncio.timeout(10):
        while True:
            await asyncio.sleep(0)
            try:
                received += os.read(line.master, 4096)
            except BlockingIOError:
                if told in line.told:
                    return received


@pytest.mark.anyio
async def test_unread_terminal_takes_no_more_than_the_bound(line: Line) -> None:
    output = line.output()
    assert len(fill(output)) <= MOST_BACKLOG_BYTES + CHUNK + MOST_IN_THE_KERNEL
    assert not output.write("more")
    assert line.told == []
    output.finish("")


@pytest.mark.anyio
async def test_what_was_taken_arrives_whole_and_then_there_is_room_again(line: Line) -> None:
    output = line.output()
    taken = fill(output)
    assert not output.write("refused")
    assert await read_until(line, "caught up") == taken
    assert line.told == ["caught up"]
    assert output.write("again")
    assert os.read(line.master, CHUNK) == b"again"


@pytest.mark.anyio
async def test_last_words_take_the_place_of_what_nobody_read(line: Line) -> None:
    output = line.output()
    fill(output)
    output.finish("the end")
    received = b""
    while not received.endswith(b"the end"):
        received += os.read(line.master, 4096)
    assert len(received) < 2 * 4096


@pytest.mark.anyio
async def test_terminal_that_is_gone_is_told_once(line: Line) -> None:
    output = line.output()
    fill(output)
    line.hang_up()
    async with asyncio.timeout(10):
        while not line.told:
            await asyncio.sleep(0)
    assert not output.write("more")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    output.finish("the end")
    assert line.told == ["lost"]


def test_others_who_have_the_terminal_open_still_wait_for_it(line: Line) -> None:
    copy = os.open(os.ttyname(line.screen), os.O_RDWR | os.O_NOCTTY)
    mine = open_again(copy)
    assert (os.get_blocking(copy), os.get_blocking(mine)) == (True, False)
    for opened in (copy, mine):
        os.close(opened)
