"""A bar on stderr while something long is done, where somebody looks at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_PARTS = 1000


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """Give what is told the share that is done, 0–1; nothing is drawn where stderr is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _share: None
        return
    with click.progressbar(length=_PARTS, label=label, file=sys.stderr, show_eta=False) as bar:
        yield lambda share: bar.update(max(0, int(share * _PARTS) - bar.pos))
