"""What is copied inside GNU screen reaches the terminal that it runs in."""

from __future__ import annotations

import re
from base64 import b64decode

from usage_tui.services.clipboard import copy_through_screen


def test_screen_hands_on_what_is_copied_in_pieces_that_it_takes() -> None:
    written: list[str] = []
    text = "credits 1,412,700 of 3,000,000 · " * 40
    assert copy_through_screen(text, {"STY": "1.tty", "TERM": "screen"}, written.append)
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", written[0], re.DOTALL)
    assert "".join(f"\x1bP{piece}\x1b\\" for piece in pieces) == written[0]
    assert all(len(piece.encode()) < 768 for piece in pieces)
    command = "".join(pieces)
    assert command.startswith("\x1b]52;c;")
    assert command.endswith("\x07")
    assert b64decode(command[7:-1]).decode() == text


def test_outside_screen_the_terminal_copies_itself() -> None:
    written: list[str] = []
    assert not copy_through_screen("x", {"TERM": "screen"}, written.append)
    assert not copy_through_screen("x", {"STY": "1.tty", "TMUX": "tmux,1,0"}, written.append)
    assert written == []
