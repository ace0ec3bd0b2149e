"""Sizes of the terminal, of which several can be under way to a screen at once."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.screen import Screen


def leave_stale(screen: Screen[Any], event: events.Resize) -> None:
    """Keep a size that the terminal has no more from a screen, to be called first of what hears of sizes.

    For each size, Textual lays a screen out anew and then tells it that size once more. Two sizes that are under way
    together would follow each other round for ever.
    """
    if event.size != screen.app.size:
        event.stop()
        event.prevent_default()
