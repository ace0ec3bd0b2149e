"""Lines as text for what shows them: plain, with ANSI colours, or as tmux's styles."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from usage_tui.core.spans import Line, Role, Span


class Colours(StrEnum):
    """How colours are written."""

    TMUX = "tmux"
    ANSI = "ansi"
    NONE = "none"


_COLOURS = {Role.GOOD: ("green", 32), Role.NEAR: ("yellow", 33), Role.OVER: ("red", 31)}


def painted(line: Line, colours: Colours) -> str:
    """Write a line; for tmux each `#` of the text is doubled, so that tmux obeys none of it."""
    return "".join(map(_PAINTERS[colours], line))


def _tmux(span: Span) -> str:
    text = span.text.replace("#", "##")
    return f"#[fg={_COLOURS[span.role][0]}]{text}#[default]" if span.role in _COLOURS else text


def _ansi(span: Span) -> str:
    return f"\x1b[{_COLOURS[span.role][1]}m{span.text}\x1b[0m" if span.role in _COLOURS else span.text


_PAINTERS: dict[Colours, Callable[[Span], str]] = {
    Colours.TMUX: _tmux,
    Colours.ANSI: _ansi,
    Colours.NONE: lambda span: span.text,
}
