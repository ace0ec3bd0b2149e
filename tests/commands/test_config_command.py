"""`config`: made, checked, shown and edited, and never with a key on the screen."""

from __future__ import annotations

import stat
import tomllib
from datetime import date
from pathlib import Path

import pytest

from tests.commands.program import ProgramHere
from usage_tui.services.config import Config, load_config

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
KEY = "0123456789abcdef0123456789abcdef"


def test_init_writes_the_example_for_its_owner_alone(here: ProgramHere) -> None:
    done = here.run("config", "init")
    assert (done.code, done.out, done.err) == (0, f"Wrote {here.config}.\n", "")
    assert here.config.read_text() == EXAMPLE.read_text()
    assert stat.S_IMODE(here.config.stat().st_mode) == 0o600
    assert here.run("config", "check").code == 0


def test_init_leaves_a_config_that_is_there(here: ProgramHere) -> None:
    here.write_config("# mine")
    done = here.run("config", "init")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"Error: {here.config} is there already and was left as it is.")
    assert here.config.read_text() == "# mine"


def test_check_says_that_all_is_right(here: ProgramHere) -> None:
    here.write_config('[[accounts]]\nname = "one"\napi_key_env = "K"\n[keys]\nrefresh = "f5"\n')
    done = here.run("config", "check")
    assert (done.code, done.out, done.err) == (0, f"{here.config}: all right, 1 account.\n", "")


def test_check_tells_every_fault_on_a_line_of_its_own_and_ends_with_78(here: ProgramHere) -> None:
    here.write_config('graph = "\\u001b[31m"\n[[accounts]]\nname = "a"\n[keys]\nrefrsh = "f5"\n')
    done = here.run("config", "check")
    assert (done.code, done.err) == (78, "")
    assert done.out.splitlines() == [
        f'{here.config}:1: graph: is "\\x1b[31m"; known here are auto, block, ascii.',
        f"{here.config}:2: accounts[0]: has no key; add one of "
        "api_key_env, api_key_command, api_key_file, api_key_keyring, api_key.",
        f"{here.config}:5: keys.refrsh: is no action; did you mean refresh?",
    ]


def test_missing_config_is_told_with_the_mend(here: ProgramHere) -> None:
    for command in ("check", "show"):
        done = here.run("config", command)
        assert (done.code, done.out) == (78, "")
        assert done.err == f"{here.config}: there is no such file; create it with `usage-tui config init`.\n"


SECRETS = f"""
[[accounts]]
name = "inline"
api_key = "short-secret"
[[accounts]]
name = "command"
api_key_command = ["echo", "another-secret", "more"]
cycle.anchor = 2026-11-03T10:00:00Z
budget.credits = 5
forecast.one_off_days = [2026-11-12, 2026-11-14]
[[accounts]]
name = "{KEY}"
api_key_file = "~/key"
[alerts.notify]
webhook = "https://hooks.example.com/third-secret"
apprise = ["slack://fourth-secret", "mailto://x"]
command = ["curl", "https://fifth-secret"]
"""


def test_show_prints_what_is_in_force_without_any_secret(here: ProgramHere) -> None:
    here.write_config(SECRETS)
    done = here.run("config", "show")
    assert (done.code, done.err) == (0, "")
    assert "secret" not in done.out
    assert KEY not in done.out
    shown = tomllib.loads(done.out)
    assert shown["accounts"][0] == {
        "name": "inline",
        "api_key": "…",
        "base_url": "https://api.scraperapi.com",
        "allow_insecure": False,
        "cycle": {"period": "month"},
        "budget": {"near_at": 0.8},
        "forecast": {"one_off_days": []},
    }
    assert shown["accounts"][1]["api_key_command"] == ["echo", "…"]
    assert shown["accounts"][1]["cycle"]["anchor"].isoformat() == "2026-11-03T10:00:00+00:00"
    assert shown["accounts"][1]["forecast"] == {"one_off_days": [date(2026, 11, 12), date(2026, 11, 14)]}
    assert shown["accounts"][2]["api_key_file"] == "~/key"
    assert shown["alerts"]["notify"]["apprise"] == ["…", "…"]
    assert shown["alerts"]["notify"]["command"] == ["curl", "…"]
    assert shown["poll"] == {"interval_seconds": 1.0, "background_seconds": 15.0, "timeout_seconds": 5.0}


def test_show_of_no_settings_is_a_config_of_the_defaults(here: ProgramHere) -> None:
    here.write_config("")
    shown = here.home / "shown.toml"
    shown.write_text(here.run("config", "show").out)
    assert load_config(shown, {}) == Config(path=shown)


def test_show_of_a_broken_config_tells_its_faults(here: ProgramHere) -> None:
    here.write_config("graph = 5")
    done = here.run("config", "show")
    assert (done.code, done.out) == (78, "")
    assert done.err == f"{here.config}:1: graph: needs a text in quotes, not 5.\n"


def test_path_is_printed_alone(here: ProgramHere) -> None:
    assert here.run("config", "path").out == f"{here.config}\n"
    assert here.run("config", "path", environ={"USAGE_TUI_CONFIG": "/etc/x.toml"}).out == "/etc/x.toml\n"


def editor(here: ProgramHere, script: str) -> dict[str, str]:
    path = here.home / "an editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return {"EDITOR": f"'{path}' --wait"}


def test_edit_opens_the_editor_and_checks_what_it_left(here: ProgramHere) -> None:
    here.write_config("")
    good = editor(here, 'test "$1" = --wait && echo "[poll]" >> "$2"')
    assert here.run("config", "edit", environ=good).code == 0
    assert here.config.read_text() == "[poll]\n"
    done = here.run("config", "edit", environ=editor(here, 'echo "x = 1" >> "$2"'))
    assert done.code == 78
    assert done.err.startswith(f"{here.config}:2: poll.x: is no setting; ")


def test_edit_makes_a_missing_config_first(here: ProgramHere) -> None:
    assert here.run("config", "edit", environ={"EDITOR": "true"}).code == 0
    assert here.config.read_text() == EXAMPLE.read_text()


def test_visual_stands_above_editor(here: ProgramHere) -> None:
    environ = {"VISUAL": "true", "EDITOR": "false"}
    assert here.run("config", "edit", environ=environ).code == 0


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        ("false", 1, "The editor false ended with 1."),
        ("no-such-editor", 78, "The editor no-such-editor could not be started: No such file or directory; set VISUAL"),
        ("'open", 78, "The environment variable EDITOR has an open quote; close it."),
    ],
)
def test_editor_that_fails_is_told(here: ProgramHere, command: str, code: int, sentence: str) -> None:
    here.write_config("")
    done = here.run("config", "edit", environ={"EDITOR": command})
    assert done.code == code
    assert done.err.startswith(sentence)


@pytest.mark.parametrize("command", ["init", "check", "show", "path", "edit"])
def test_demo_has_no_config(here: ProgramHere, command: str) -> None:
    done = here.run("--demo", "config", command)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Error: The demo has no config; leave --demo out.")


def test_key_in_a_config_that_others_can_read_ends_with_78_and_the_mend(here: ProgramHere) -> None:
    path = here.write_config(f'[[accounts]]\nname = "one"\napi_key = "{KEY}"\n', mode=0o644)
    done = here.run("config", "check")
    assert done.code == 78
    assert f"run `chmod 600 {path}`" in done.out
    assert KEY not in done.out
