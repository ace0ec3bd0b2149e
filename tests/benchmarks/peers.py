"""Programs to compare with: Textual with next to nothing on it, and Textual's own Sparkline.

python -m tests.benchmarks.peers bare|sparkline
"""

from __future__ import annotations

import sys
from collections import deque
from math import sin
from time import monotonic, strftime

from textual.app import App, ComposeResult
from textual.widgets import Sparkline, Static

WORDS = " ".join(f"word{number}" for number in range(30))
POINTS = 110


class BareApp(App[None]):
    """Some words and a clock."""

    def compose(self) -> ComposeResult:
        """Lay them out."""
        yield Static(WORDS)
        yield Static(id="clock")

    def on_mount(self) -> None:
        """Let the clock go."""
        self.set_interval(1.0, self.tick)

    def tick(self) -> None:
        """Show the time."""
        self.query_one("#clock", Static).update(strftime("%H:%M:%S"))


class SparklineApp(App[None]):
    """Requests in flight as Textual's Sparkline shows them: ten minutes in as many points as there are columns."""

    CSS = "Sparkline { height: 18; margin: 0 2; }"

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static(WORDS)
        yield Sparkline(id="concurrency")

    def on_mount(self) -> None:
        """Begin with a full chart."""
        self.points = deque((50 + 40 * sin(point / 7) for point in range(POINTS)), maxlen=POINTS)
        self.set_interval(1.0, self.tick)
        self.tick()

    def tick(self) -> None:
        """Add a point."""
        self.points.append(50 + 40 * sin(monotonic() / 7))
        self.query_one(Sparkline).data = list(self.points)


if __name__ == "__main__":
    {"bare": BareApp, "sparkline": SparklineApp}[sys.argv[1]]().run()
