"""Keys that come all at once, over a slow line or from a program that types, do what they do one by one."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.pseudo_terminal import PseudoTerminal, environment
from tests.terminal.watched_service import PROGRAM, watched_service

SECRET = "abcdefgh12345678"


def test_budget_is_saved_as_it_stood_when_enter_was_pressed(tmp_path: Path) -> None:
    with watched_service(tmp_path) as service, PseudoTerminal(PROGRAM, service.environ, tmp_path) as terminal:
        terminal.shows("live")
        terminal.type("b")
        terminal.shows("a cycle")
        terminal.settles()
        terminal.type("5m\t70k\r")
        terminal.shows("saved to the config")
    saved = (tmp_path / "config.toml").read_text()
    assert "credits = 5_000_000" in saved
    assert "daily_credits = 70_000" in saved


def test_keys_that_follow_one_that_opens_a_screen_are_for_that(tmp_path: Path) -> None:
    with watched_service(tmp_path) as service, PseudoTerminal(PROGRAM, service.environ, tmp_path) as terminal:
        terminal.shows("live")
        terminal.type("b5m")
        terminal.shows("5,000,000")


def test_key_that_is_typed_right_after_the_name_stays_hidden(tmp_path: Path) -> None:
    for ahead in ("production\t", "production\r"):
        environ = environment(tmp_path, USAGE_TUI_CONFIG=str(tmp_path / "config.toml"))
        with PseudoTerminal(PROGRAM, environ, tmp_path) as terminal:
            terminal.shows("Add an account")
            terminal.settles()
            terminal.type(ahead + SECRET)
            terminal.shows("•" * len(SECRET))
            assert SECRET.encode() not in terminal.written


def test_field_that_was_left_is_still_left_after_the_help(tmp_path: Path) -> None:
    environ = environment(tmp_path, USAGE_TUI_CONFIG=str(tmp_path / "config.toml"))
    with PseudoTerminal(PROGRAM, environ, tmp_path) as terminal:
        terminal.shows("Add an account")
        terminal.settles()
        terminal.press("\x1b")
        terminal.type("?")
        terminal.shows("Show every key")
        terminal.type("\x1b")
        terminal.shows("Add an account")
        terminal.settles()
        terminal.type("q")
        assert terminal.ends() == 0
