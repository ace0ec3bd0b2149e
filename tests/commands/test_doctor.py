"""`doctor`: finds what is wrong with everything around the program, and goes on whatever that is."""

from __future__ import annotations

import fcntl
import json
import os
import ssl
from datetime import UTC, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.commands.program import FixedService, Program, ProgramHere
from tests.makers import NOW
from tests.services.hostile_server import HostileServer
from usage_tui.demo.server import SimulatedService
from usage_tui.services import database_check, terminal_check
from usage_tui.services.database_check import check_database
from usage_tui.services.history_schema import MIGRATIONS
from usage_tui.services.network_check import check_clock, check_origin
from usage_tui.services.paths import StateFolder
from usage_tui.services.terminal_check import check_terminal

CERTIFICATE = Path(__file__).parent.parent / "fixtures" / "loopback.pem"
COUNTERS = b'{"concurrentRequests":3,"concurrencyLimit":5,"requestCount":401,"requestLimit":1000}'


def checks(here: Program, *options: str) -> dict[str, list[Any]]:
    """Run it, and give what was found by check: whether that is well, and the sentence."""
    done = here.run("doctor", "--json", *options)
    report = json.loads(done.out)
    assert report["ok"] == (done.code == 0)
    assert done.code in (0, 1)
    found: dict[str, list[Any]] = {}
    for each in report["checks"]:
        found.setdefault(each["check"], []).append((each["ok"], each["found"]))
    return found


def test_all_is_well_with_a_service_that_answers(program: Program, service: SimulatedService) -> None:
    key = service.accounts[0].key.reveal()
    table = f'[[accounts]]\nname = "production"\nbase_url = "{service.base_url}"\napi_key = "{key}"\n'
    path = program.write_config(table)
    assert program.run("status").code == 0
    done = program.run("doctor")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == f"● ok    config      {path}: 1 account."
    assert lines[1] == f"● ok    network     {service.base_url.removeprefix('http://')} can be reached."
    assert lines[2] == "● ok    key         production: in the config."
    assert lines[3].startswith("● ok    account     production: its key is accepted, answered in ")
    assert [line.split()[2] for line in lines[4:]] == ["terminal", "disk", "database", "lock"]
    assert f"schema {len(MIGRATIONS)} of {len(MIGRATIONS)}" in done.out
    assert key not in done.out


def test_everything_broken_is_said_line_by_line_and_nothing_crashes(here: ProgramHere) -> None:
    here.write_config("[[accounts]]\nname = 3\n[poll]\nx = 1\n", mode=0o644)
    here.state.mkdir(parents=True, mode=0o755)
    (here.state / "history.sqlite3").write_bytes(b"no database at all" * 100)
    found = checks(here)
    assert [text.split(": ")[0].rpartition(":")[2] for _, text in found["config"]] == ["1", "2", "4"]
    assert all(not is_ok for is_ok, _ in found["config"])
    assert any("others can read it; run `chmod go= " in text for _, text in found["state"])
    assert not found["database"][0][0]
    assert (here.state / "history.sqlite3").read_bytes().startswith(b"no database")


def test_no_account_names_the_two_ways_on(here: ProgramHere) -> None:
    ((is_ok, text),) = checks(here)["config"]
    assert not is_ok
    assert "`usage-tui account add NAME`" in text


def test_each_account_says_what_is_wrong_with_it(here: ProgramHere) -> None:
    with FixedService(401, b"Unauthorized") as refusing, FixedService(200, COUNTERS) as good:
        tables = [
            f'name = "good"\nbase_url = "{good.base_url}"\napi_key = "k"',
            f'name = "refused"\nbase_url = "{refusing.base_url}"\napi_key = "k"',
            'name = "dead"\nbase_url = "http://127.0.0.1:1"\napi_key = "k"',
            'name = "keyless"\napi_key_env = "NO_SUCH_VARIABLE"\nbase_url = "http://127.0.0.1:1"',
        ]
        here.write_config("".join(f"[[accounts]]\n{table}\n" for table in tables))
        found = checks(here)
        assert [is_ok for is_ok, _ in found["network"]] == [True, True, False]
        assert [(is_ok, text.split(":")[0]) for is_ok, text in found["account"]] == [
            (True, "good"),
            (False, "refused"),
            (False, "dead"),
        ]
        assert found["key"][-1] == (
            False,
            "keyless: The environment variable NO_SUCH_VARIABLE is not set; set it to the API key.",
        )
        ((_, text),) = checks(here, "--account", "good")["account"]
        assert text.startswith("good: its key is accepted")


def test_a_key_that_two_accounts_have_is_a_finding(here: ProgramHere) -> None:
    with FixedService(200, COUNTERS) as service:
        names = {"one": "k", "two": "k", "three": "l"}
        tables = [f'name = "{name}"\nbase_url = "{service.base_url}"\napi_key = "{names[name]}"' for name in names]
        here.write_config("".join(f"[[accounts]]\n{table}\n" for table in tables))
        found = checks(here)["key"]
    words = "two: its key is that of one, which alone is watched for alerts; give each its own."
    assert [text for is_ok, text in found if not is_ok] == [words]


def test_nothing_is_made_or_stored(here: ProgramHere) -> None:
    with FixedService(200, COUNTERS) as service:
        here.write_config(f'[[accounts]]\nname = "one"\nbase_url = "{service.base_url}"\napi_key = "k"\n')
        checks(here)
    assert not (here.state / "history.sqlite3").exists()


def test_insecure_account_is_a_finding(here: ProgramHere) -> None:
    here.write_config(
        '[poll]\ntimeout_seconds = 0.2\n[[accounts]]\nname = "far"\nbase_url = "http://192.0.2.1"\n'
        'allow_insecure = true\napi_key = "k"\n'
    )
    assert (False, "far: allow_insecure sends its key unencrypted; write base_url with https://.") in checks(here)[
        "config"
    ]


def test_demo_looks_at_none_of_the_users_files(here: ProgramHere) -> None:
    here.write_config("broken")
    found = checks(here, "--demo")
    assert len(found["account"]) == 3
    assert "database" not in found


@pytest.mark.parametrize(
    ("ahead_seconds", "words"),
    [
        (0, None),
        (9, None),
        (3600, "This clock is 60 min ahead of that of one's service; set it, with NTP at best."),
        (-86_400 * 3, "This clock is 3 d behind that of one's service; set it, with NTP at best."),
    ],
)
def test_clock_is_held_against_the_services(ahead_seconds: int, words: str | None) -> None:
    found = check_clock("one", format_datetime(NOW, usegmt=True), NOW + timedelta(seconds=ahead_seconds), 0.1)
    assert found is not None
    assert found.is_ok == (words is None)
    assert words is None or found.found == words


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "\x1b[31m",
        "Mon, 99 Foo 2026 99:99:99 GMT",
        "9" * 5000,
        f"Mon, 01 Jan 2024 00:00:00 +{'9' * 20}",
        f"Mon, 01 Jan 2024 {'9' * 20}:00:00 GMT",
    ],
)
def test_date_that_is_none_says_nothing(date: str) -> None:
    assert check_clock("one", date, NOW.astimezone(UTC), 0.1) is None


def test_certificate_that_is_not_trusted_is_a_finding() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with HostileServer(tls=context) as server:
        network, tls = check_origin(server.base_url, 5.0, {})
    assert network.is_ok
    assert not tls.is_ok
    assert "has no certificate that can be trusted" in tls.found


def test_service_that_speaks_no_tls_is_a_finding() -> None:
    with HostileServer() as server:
        found = list(check_origin(server.base_url.replace("http:", "https:"), 5.0, {}))
    assert [each.is_ok for each in found] == [True, False]


def test_proxy_that_is_not_used_is_named_where_nothing_is_reached() -> None:
    (found,) = check_origin("http://127.0.0.1:1", 5.0, {"HTTPS_PROXY": "http://proxy"})
    assert found.found.endswith("the proxy that the environment names is not used.")


@pytest.fixture
def folder(here: ProgramHere) -> StateFolder:
    """Give a state folder with a sound history in it."""
    with FixedService(200, COUNTERS) as service:
        here.write_config(f'[[accounts]]\nname = "one"\nbase_url = "{service.base_url}"\napi_key = "k"\n')
        assert here.run("status").code == 0
    return StateFolder(here.state)


def faults(folder: StateFolder) -> list[str]:
    return [finding.found for finding in check_database(folder) if not finding.is_ok]


def test_sound_database_has_no_fault(folder: StateFolder) -> None:
    assert faults(folder) == []


def test_damage_inside_the_database_is_found(folder: StateFolder) -> None:
    content = bytearray(folder.history.read_bytes())
    content[4096 : 3 * 4096] = b"\xff" * (2 * 4096)
    folder.history.write_bytes(content)
    (fault,) = faults(folder)
    assert "is damaged" in fault or "malformed" in fault


def test_newer_schema_is_found(folder: StateFolder) -> None:
    content = bytearray(folder.history.read_bytes())
    content[60:64] = (len(MIGRATIONS) + 1).to_bytes(4, "big")
    folder.history.write_bytes(content)
    (fault,) = faults(folder)
    assert fault.endswith("update usage-tui.")


def test_lock_that_somebody_keeps_is_found(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_check, "LOCK_SECONDS", 0.1)
    descriptor = os.open(folder.history_lock, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        (fault,) = faults(folder)
    finally:
        os.close(descriptor)
    assert "another program holds it; end that one." in fault


def test_full_disk_and_set_aside_history_are_found(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_check, "LEAST_FREE_BYTES", 2**80)
    folder.history.with_name("history.sqlite3.damaged-20261122T104207Z").write_bytes(b"")
    disk, aside = faults(folder)
    assert disk.endswith("make room, or samples are lost.")
    assert "damaged-20261122T104207Z" in aside


def test_large_database_is_not_looked_over_for_ever(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_check, "CHECK_SECONDS", -1.0)
    monkeypatch.setattr(database_check, "STEPS_A_LOOK", 1)
    assert any("too large to be looked over" in finding.found for finding in check_database(folder))


def test_state_that_is_no_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    assert faults(StateFolder(tmp_path / "state")) == [f"{tmp_path}/state: is no folder; move it away."]


def test_terminal_is_looked_at(program: Program) -> None:
    done = program.run_at_terminal("doctor", "--demo", environ={"TERM": "xterm-256color", "COLUMNS": "200"})
    assert "TERM is xterm-256color, 256 colours." in done.out
    done = program.run_at_terminal("doctor", "--demo", environ={"TERM": "dumb", "LC_ALL": "C", "PYTHONUTF8": "0"})
    assert "TERM is dumb; set it to what yours is, such as xterm." in done.out
    assert done.code == 1


def test_gnu_screen_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_check, "_size", lambda: (80, 24))
    (found,) = (each for each in check_terminal({"TERM": "screen", "STY": "1.tty"}) if each.check == "screen")
    assert found.is_ok
    assert "GNU screen hands notifications" in found.found


TMUX = """#!/bin/sh
case $3 in allow-passthrough) echo on;; set-clipboard) echo external;; *) printf '\\033[31m';; esac
"""


def test_settings_of_tmux_are_named_with_their_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_check, "_size", lambda: (80, 24))
    (tmp_path / "tmux").write_text(TMUX)
    (tmp_path / "tmux").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = [each for each in check_terminal({"TERM": "tmux", "TMUX": "x"}) if each.check == "tmux"]
    why = "knowing when the pane is looked at"
    assert [(each.is_ok, each.found) for each in found] == [
        (True, "allow-passthrough is on."),
        (False, "set-clipboard is external; put `set -g set-clipboard on` into .tmux.conf for copying with `y`."),
        (False, f"focus-events is \\x1b[31m; put `set -g focus-events on` into .tmux.conf for {why}."),
    ]
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    found = [each for each in check_terminal({"TERM": "tmux", "TMUX": "x"}) if each.check == "tmux"]
    assert [each.is_ok for each in found] == [False]
