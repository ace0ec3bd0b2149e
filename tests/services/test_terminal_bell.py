"""What a terminal is sent to call its user: what it takes, and through tmux wrapped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from usage_tui.services.terminal_bell import bell_signal

WORDS = "production: 81 % of the budget is used."
OSC_9 = f"\x1b]9;usage-tui: {WORDS}\x1b\\"
OSC_99 = f"\x1b]99;;usage-tui: {WORDS}\x1b\\"
OSC_777 = f"\x1b]777;notify;usage-tui;{WORDS}\x1b\\"


def wrapped(note: str) -> str:
    return "\x1bPtmux;" + note.replace("\x1b", "\x1b\x1b") + "\x1b\\"


@pytest.mark.parametrize(
    ("environ", "note"),
    [
        ({"TERM": "xterm-256color"}, OSC_9),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, OSC_9),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, OSC_777),
        ({"TERM": "xterm-ghostty"}, OSC_777),
        ({"TERM": "rxvt-unicode-256color"}, OSC_777),
        ({"TERM": "foot"}, OSC_777),
        ({"TERM": "xterm-kitty"}, OSC_99),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, ""),
        ({"TERM": "linux"}, ""),
        ({"TERM": "screen-256color"}, ""),
        ({"TERM": "vt220"}, ""),
        ({"TERM": "tmux-256color"}, wrapped(OSC_9)),
        ({"TERM": "screen", "STY": "1.tty"}, f"\x1bP{OSC_9[:-2]}\x07\x1b\\"),
        ({"TERM": "screen.xterm-256color", "STY": "1.tty", "LC_TERMINAL": "WezTerm"}, f"\x1bP{OSC_777[:-2]}\x07\x1b\\"),
        ({"TERM": "screen.linux", "STY": "1.tty"}, ""),
    ],
)
def test_each_terminal_is_sent_the_bell_and_the_one_notification_that_it_takes(
    environ: dict[str, str], note: str
) -> None:
    assert bell_signal([WORDS], environ) == "\x07" + note


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("xterm-256color iTerm2 3.5.0", OSC_9),
        ("xterm-kitty kitty(0.36.4)", OSC_99),
        ("xterm-256color foot(1.16.2)", OSC_777),
        ("xterm-256color WezTerm 20240203", OSC_777),
        ("linux ", ""),
        (" ", OSC_9),
    ],
)
def test_inside_tmux_the_terminal_behind_it_decides(tmp_path: Path, said: str, note: str) -> None:
    tmux = tmp_path / "tmux"
    asked = "display-message -p -t %3 #{client_termname} #{client_termtype}"
    tmux.write_text(f'#!/bin/sh\ntest "$*" = "{asked}" && echo "{said}"\n')
    tmux.chmod(0o755)
    environ = {"TMUX": "/tmp/tmux,1,0", "TMUX_PANE": "%3", "TERM": "tmux-256color", "TERM_PROGRAM": "tmux"}  # noqa: S108
    path = f"{tmp_path}:{os.environ['PATH']}"
    assert bell_signal([WORDS], {**environ, "PATH": path}) == "\x07" + (wrapped(note) if note else "")


def test_a_tmux_that_does_not_answer_is_sent_what_most_terminals_take(tmp_path: Path) -> None:
    environ = {"TMUX": "/nowhere,1,0", "TERM": "tmux-256color", "PATH": str(tmp_path)}
    assert bell_signal([WORDS], environ) == "\x07" + wrapped(OSC_9)


def test_several_messages_ring_once() -> None:
    signal = bell_signal(["one", "two", "three", "four"], {"TERM": "xterm"})
    assert signal.count("\x07") == 1
    assert signal.count("\x1b]9;") == 3


def test_nothing_in_a_message_ends_the_sequence() -> None:
    signal = bell_signal(["evil\x1b\\\x07\x9c\x1b]0;title"], {"TERM": "xterm"})
    assert signal == "\x07\x1b]9;usage-tui: evil\\x1b\\\\x07\\x9c\\x1b]0;title\x1b\\"


def test_without_unicode_a_message_is_ascii() -> None:
    assert bell_signal(["Zürich · 5 %"], {"TERM": "xterm"}, is_ascii=True).isascii()
