"""Where the time goes that the program's imports take."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

LINE = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$", re.MULTILINE)
OURS = "import usage_tui.commands.run, usage_tui.commands.screen, usage_tui.commands.monitor"
TEXTUALS = "import textual.app, textual.widgets; textual.widgets.Static"


def milliseconds_by_package(statement: str) -> Counter[str]:
    """Give the milliseconds that each top-level package takes of the imports of a statement; the smallest of three."""
    runs = [_by_package(statement) for _ in range(3)]
    return Counter({package: min(run[package] for run in runs) for package in runs[0]})


def _by_package(statement: str) -> Counter[str]:
    command = [sys.executable, "-X", "importtime", "-c", statement]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    times: Counter[str] = Counter()
    for microseconds, module in LINE.findall(ended.stderr):
        times[module.partition(".")[0]] += int(microseconds)
    return Counter({package: round(taken / 1000) for package, taken in times.items()})
