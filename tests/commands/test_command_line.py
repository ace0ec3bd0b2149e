"""Options, exit codes, signals and pipes, whatever the command."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.commands.program import COMMAND, Program, end
from usage_tui import __version__
from usage_tui.commands.root import root
from usage_tui.commands.run import run

COMMANDS = (
    "status",
    "watch",
    "statusline",
    "guard",
    "estimate",
    "collect",
    "history export",
    "history import",
    "history prune",
    "account add",
    "account list",
    "account remove",
    "account test",
    "config init",
    "config check",
    "config show",
    "config path",
    "config edit",
    "backtest",
    "report import",
    "report show",
    "report reconcile",
    "alerts list",
    "alerts test",
    "doctor",
    "paths",
    "man",
    "completion",
    "demo-server",
)


def test_version_is_printed_before_and_among_other_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert run(["--demo", "--version"]) == 0
    assert capsys.readouterr().out == f"usage-tui {__version__}\n" * 2


@pytest.mark.parametrize("command", COMMANDS)
def test_every_commands_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command.split(), "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: usage-tui {command} [OPTIONS]")
    assert re.search(r"^  Examples?:\n    \S", out, re.MULTILINE)


def test_help_lists_every_command_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    listed = re.findall(r"^  (\S+)  +\S", capsys.readouterr().out.split("Commands:\n")[1], re.MULTILINE)
    assert listed == list(dict.fromkeys(command.split()[0] for command in COMMANDS))


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (["--help"], {}),
        ([], {"_USAGE_TUI_COMPLETE": "bash_complete", "COMP_WORDS": "usage-tui st", "COMP_CWORD": "1"}),
    ],
    ids=["help", "completion"],
)
def test_commands_are_listed_without_importing_one(
    program: Program, words: list[str], environ: Mapping[str, str]
) -> None:
    code = f"import sys; from usage_tui.commands.run import run; run({words}); "
    code += "print(*(name for name in sys.modules if name.startswith('usage_tui.')))"
    done = subprocess.run(
        [COMMAND[0], "-c", code], capture_output=True, env=program.whole_environment(environ), timeout=60, check=True
    )
    *shown, modules = done.stdout.decode().splitlines()
    assert any("statusline" in line for line in shown)
    commands = {name.split()[0].replace("-", "_") for name in COMMANDS} - {"completion"}
    assert not {f"usage_tui.commands.{name}" for name in commands} & set(modules.split())


@pytest.mark.parametrize("place", ["before", "after", "both"])
def test_common_options_are_taken_before_and_after_a_command(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = tmp_path / "chosen.toml"
    before = {"before": ["--config", str(chosen)], "after": [], "both": ["--config", "other.toml"]}[place]
    after = [] if place == "before" else ["--config", str(chosen)]
    assert run([*before, "config", "path", *after]) == 0
    assert run([*before, "--no-mouse", "--ascii", "--account", "x", "config", *after, "path"]) == 0
    assert capsys.readouterr().out == f"{chosen}\n" * 2


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "completion"])
def test_every_command_takes_the_common_options(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--config", "c", "--account", "a", "--demo", "--no-mouse", "--ascii"]
    assert run([*options, *command.split(), *options, "--help"]) == 0
    assert "No such option" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nope"], "Error: No such command 'nope'."),
        (["status", "--jsn"], "Error: No such option '--jsn'."),
        (["--config"], "Error: Option '--config' requires an argument."),
        (["account", "add"], "Error: Missing argument 'NAME'."),
        (["completion", "tcsh"], "Error: Invalid value for '{bash|zsh|fish}': 'tcsh' is not one of"),
        (["completion"], "Error: Missing argument '{bash|zsh|fish}'. Choose from: bash, zsh, fish\n"),
        (["\x1b[31m\u202e[/foo]"], "Error: No such command '\\x1b[31m\\u202e[/foo]'."),
    ],
)
def test_wrong_usage_ends_with_2_and_one_harmless_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(sentence)
    assert "\x1b" not in captured.err
    assert captured.out == ""


def test_group_without_a_command_shows_its_help_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["account"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("Usage: usage-tui account [OPTIONS] COMMAND")
    assert captured.out == ""


def test_without_a_terminal_the_program_prints_one_status(program: Program) -> None:
    done = program.run("--demo", "--account", "staging")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()] == ["ACCOUNT", "staging"]


def test_on_a_dumb_terminal_the_program_prints_samples(program: Program) -> None:
    for term in ({"TERM": "dumb"}, {"TERM": ""}):
        done = program.run_at_terminal("--account", "nobody", "--demo", environ=term)
        assert done.code == 2
        assert "See `usage-tui watch --help`." in done.out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signal_ends_with_128_and_its_number_and_no_traceback(
    program: Program, number: signal.Signals, code: int
) -> None:
    process = program.start("watch", "--demo", "--account", "staging")
    assert process.stdout is not None
    process.stdout.readline()
    done = end(process, number)
    assert (done.code, done.err) == (code, "")


SIGNALLED_AT_AN_IMPORT = """
import signal, sys
module, number = sys.argv[1:3]
del sys.argv[1:3]
class Finder:
    def find_spec(self, name, *_):
        if name == module:
            signal.raise_signal(int(number))
sys.meta_path.insert(0, Finder())
from usage_tui.__main__ import main
main()
"""


@pytest.mark.parametrize("module", ["usage_tui.commands.run", "click", "usage_tui.services.collector"])
@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        ("collect", signal.SIGTERM, 0),
        ("collect", signal.SIGINT, 130),
        ("watch", signal.SIGTERM, 143),
        ("watch", signal.SIGHUP, 129),
    ],
)
def test_signal_while_the_program_is_loaded_ends_it_as_later_and_silently(
    program: Program, module: str, command: str, number: signal.Signals, code: int
) -> None:
    done = subprocess.run(
        [COMMAND[0], "-c", SIGNALLED_AT_AN_IMPORT, module, str(int(number)), command],
        capture_output=True,
        env=program.whole_environment(),
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


def test_signal_that_the_parent_ignores_stays_ignored(program: Program) -> None:
    process = subprocess.Popen(
        ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *COMMAND, "watch", "--demo", "--account", "staging"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.whole_environment(),
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    assert process.stdout.readline()
    assert end(process, signal.SIGTERM).code == 143


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("paths",), ("status", "--demo", "--json"), ("statusline", "--demo")]
)
def test_closed_pipe_ends_silently_with_141(program: Program, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=program.whole_environment(),
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_pipe_that_is_closed_while_samples_come_ends_silently_with_141(program: Program) -> None:
    process = program.start("watch", "--demo", "--account", "staging", "--json")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(30) == 141
    assert process.stderr.read() == ""
    process.stderr.close()


@pytest.mark.parametrize("environ", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    "arguments",
    [("paths",), ("status", "--demo", "--json"), ("--version",), ("--help",), ("account", "--help"), ("demo-server",)],
    ids=" ".join,
)
def test_full_disk_is_told_in_one_sentence(
    program: Program, arguments: tuple[str, ...], environ: Mapping[str, str]
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env=program.whole_environment(environ),
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (70, b"The output could not be written: No space left on device.\n")


def test_full_disk_changes_nothing_where_nothing_is_printed(program: Program) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "nosuch"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=program.whole_environment({"PYTHONUNBUFFERED": "1"}),
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert b"could not be written" not in done.stderr


def test_output_that_is_closed_is_no_crash(program: Program) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *COMMAND, "paths"],
        stderr=subprocess.PIPE,
        env=program.whole_environment(),
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def _broken_paths_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command `paths` fail as only a mistake of ours could."""

    def fail(*_: object) -> None:
        raise RuntimeError(f"https://h/account?api_key={KEY}")

    monkeypatch.setattr("usage_tui.commands.paths.state_folder", fail)


class Panic(BaseException):
    """What a library written in another language raises when it crashes."""


@pytest.mark.usefixtures("_restored_logging")
def test_crash_that_is_no_exception_ends_with_70_and_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise Panic

    monkeypatch.setenv("USAGE_TUI_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr("usage_tui.commands.paths.emit", fail)
    assert run(["paths"]) == 70
    assert capsys.readouterr().err == (
        f"usage-tui met an internal error (Panic); the details are in {tmp_path / 'state' / 'log'}.\n"
    )
    monkeypatch.setattr("usage_tui.commands.run.settle_streams", fail)
    assert run(["paths"]) == 70
    assert capsys.readouterr().err == "usage-tui met an internal error (Panic).\n"


@pytest.fixture
def _broken_account_list(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_source: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("usage_tui.commands.account.source_kind", fail)


@pytest.mark.usefixtures("_broken_paths_command", "_restored_logging")
def test_internal_error_ends_with_70_and_one_sentence_and_is_logged_without_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("USAGE_TUI_STATE_DIR", str(tmp_path / "state"))
    log = tmp_path / "state" / "log"
    assert run(["paths"]) == 70
    assert capsys.readouterr() == (
        "",
        f"usage-tui met an internal error (RuntimeError); the details are in {log}.\n",
    )
    assert "RuntimeError: https://h/account?api_key=…" in log.read_text()
    assert KEY not in log.read_text()


@pytest.mark.usefixtures("_broken_account_list", "_restored_logging")
def test_internal_error_of_the_demo_touches_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("USAGE_TUI_STATE_DIR", str(tmp_path / "state"))
    assert run(["--demo", "account", "list"]) == 70
    assert "internal error (RuntimeError)" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()


def test_missing_library_is_told_in_one_sentence(program: Program) -> None:
    code = "import sys; sys.modules['msgspec'] = None; from usage_tui.__main__ import main; main()"
    done = subprocess.run(
        [COMMAND[0], "-c", code, "paths"], capture_output=True, env=program.whole_environment(), timeout=60, check=False
    )
    assert done.returncode == 70
    assert done.stderr.startswith(b"usage-tui is not installed completely: ")
    assert done.stderr.count(b"\n") == 1


def test_demo_touches_none_of_the_users_files(program: Program) -> None:
    program.write_config("this is [no TOML")
    before = sorted(program.home.rglob("*"))
    assert program.run("--demo", "status").code == 0
    assert program.run("account", "test", "--demo").code == 0
    assert sorted(program.home.rglob("*")) == before


def test_no_option_takes_a_key() -> None:
    names = {name for parameter in root.params for name in parameter.opts}
    assert not {name for name in names if name.endswith(("key", "api-key", "token"))}


def test_version_imports_next_to_nothing(program: Program) -> None:
    done = subprocess.run(
        [COMMAND[0], "-X", "importtime", "-m", "usage_tui", "--version"],
        capture_output=True,
        env=program.whole_environment(),
        timeout=60,
        check=True,
    )
    imported = {line.rsplit("|", 1)[1].strip() for line in done.stderr.decode().splitlines() if "|" in line}
    late = {
        "click",
        "httpx",
        "tomlkit",
        "textual",
        "rich",
        "platformdirs",
        "filelock",
        "logging",
        "keyring",
        "subprocess",
    }
    assert imported & late == set()


def test_the_monitor_alone_starts_without_what_reads_options(program: Program) -> None:
    code = (
        "import sys, usage_tui.commands.run, usage_tui.commands.screen, usage_tui.commands.monitor; print(*sys.modules)"
    )
    done = subprocess.run(
        [COMMAND[0], "-c", code], capture_output=True, env=program.whole_environment(), timeout=60, check=True
    )
    assert {"click", "httpx", "h11", "sqlite3", "tomlkit"} & set(done.stdout.decode().split()) == set()


def test_reading_the_config_imports_nothing_heavy(program: Program) -> None:
    code = "import sys, usage_tui.services.config; print(*sys.modules)"
    done = subprocess.run(
        [COMMAND[0], "-c", code], capture_output=True, env=program.whole_environment(), timeout=60, check=True
    )
    late = {"click", "httpx", "tomlkit", "textual", "platformdirs", "filelock", "difflib", "subprocess", "zoneinfo"}
    assert set(done.stdout.decode().split()) & late == set()
