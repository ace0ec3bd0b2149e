"""GNU screen: it hands on to the terminal that it runs in what comes to it as a device control string."""

from __future__ import annotations

from collections.abc import Mapping

LONGEST_PIECE = 250  # screen forgets strings that are longer than 768 bytes
_BEGIN, _END, _BEL = "\x1bP", "\x1b\\", "\x07"


def is_in_screen(environ: Mapping[str, str]) -> bool:
    """Say whether a program runs in a window of GNU screen, and not of a tmux, which is asked first."""
    return bool(environ.get("STY")) and not environ.get("TMUX")


def through_screen(sequence: str) -> str:
    """Wrap an operating system command for the terminal outside, in as many pieces as screen takes."""
    whole = sequence.removesuffix(_END) + _BEL if sequence.endswith(_END) else sequence
    pieces = (whole[at : at + LONGEST_PIECE] for at in range(0, len(whole), LONGEST_PIECE))
    return "".join(f"{_BEGIN}{piece}{_END}" for piece in pieces)
