"""The built package: all that the program needs is in it, and nothing else; what is built runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import click
import pytest

from usage_tui import __version__
from usage_tui.commands.root import root
from usage_tui.ui.keys import DASHBOARD_KEYS, HISTORY_KEYS, PROGRAM_KEYS, TABLE_KEYS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
KEY_NAMES = {
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "escape": "esc",
}
SOURCES = ROOT / "usage_tui"
IGNORED_ENVIRONMENT = ("PYTHONPATH", "USAGE_TUI_CONFIG", "USAGE_TUI_STATE_DIR", "SCRAPERAPI_API_KEY", "SCRAPERAPI_KEY")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(build, capture_output=True, text=True, cwd=folder, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("usage_tui-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone into an empty folder."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder)]
    done = subprocess.run([*pip, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def run(installed: Path, elsewhere: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program in a folder from which the sources cannot be imported."""
    environ = {name: value for name, value in os.environ.items() if name not in IGNORED_ENVIRONMENT}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=elsewhere,
        env={**environ, "PYTHONPATH": str(installed), "HOME": str(elsewhere), "COLUMNS": "80"},
        timeout=60,
        check=False,
    )


def metadata(wheel: Path) -> Message:
    """Read the wheel's metadata."""
    with ZipFile(wheel) as package:
        name = next(name for name in package.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(package.read(name).decode())


def test_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    sources = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with ZipFile(wheel) as package:
        held = {name for name in package.namelist() if ".dist-info/" not in name}
        licences = [name for name in package.namelist() if name.endswith("/licenses/LICENSE")]
        example = package.read("usage_tui/config.example.toml")
    assert held == sources | {"usage_tui/config.example.toml"}
    assert {"usage_tui/py.typed", "usage_tui/ui/usage_tui.tcss"} <= held
    assert example == (ROOT / "config.example.toml").read_bytes()
    assert len(licences) == 1


def test_metadata_says_what_the_package_is(wheel: Path) -> None:
    said = metadata(wheel)
    assert (said["Name"], said["Version"], said["License-Expression"]) == ("usage-tui", __version__, "MIT")
    assert said["Requires-Python"] == ">=3.11"
    assert set(said.get_all("Provides-Extra", [])) == {"notify", "keyring", "xlsx", "fleet", "test"}


def test_version_is_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_installed_program_says_its_version(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-m", "usage_tui", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"usage-tui {__version__}\n", "")


def test_installed_program_polls_the_simulated_service(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-m", "usage_tui", "status", "--demo", "--json")
    assert done.returncode == 0, done.stderr
    accounts = json.loads(done.stdout)["accounts"]
    assert [account["state"] for account in accounts] == ["ok"] * 3
    assert list(tmp_path.iterdir()) == []


def test_installed_program_writes_the_example_config(installed: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    done = run(installed, tmp_path, "-m", "usage_tui", "--config", str(config), "config", "init")
    assert done.returncode == 0, done.stderr
    assert config.read_bytes() == (ROOT / "config.example.toml").read_bytes()


def test_installed_screen_finds_its_stylesheet(installed: Path, tmp_path: Path) -> None:
    code = "from usage_tui.ui.app import MonitorApp as app; import inspect, pathlib;"
    code += "print((pathlib.Path(inspect.getfile(app)).parent / app.CSS_PATH).read_text())"
    done = run(installed, tmp_path, "-c", code)
    assert done.stdout.strip() == (SOURCES / "ui" / "usage_tui.tcss").read_text(encoding="utf-8").strip()
    assert done.returncode == 0


def test_first_page_has_one_command_for_the_demo_and_one_for_the_tests_which_the_gate_calls() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert [command.split()[-2:] for command in commands] == [
        [".venv/bin/usage-tui", "--demo"],
        ["&&", ".venv/bin/pytest"],
    ]
    pattern = re.search(r"sed -n '(.*)' README.md", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert pattern is not None
    called = subprocess.run(["sed", "-n", pattern[1], str(README)], capture_output=True, text=True, check=True)
    assert called.stdout.splitlines() == commands[1:]


def test_first_page_points_only_at_files_that_are_there() -> None:
    targets = re.findall(r"\]\((?!https://)([^)#]+)\)", README.read_text(encoding="utf-8"))
    assert "screenshots/dashboard-120.png" in targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_first_page_names_every_command_and_key() -> None:
    page = README.read_text(encoding="utf-8")
    bindings = (*PROGRAM_KEYS, *DASHBOARD_KEYS, *HISTORY_KEYS, *TABLE_KEYS)
    keys = [key for binding in bindings for key in binding.key.split(",")]
    shown = [KEY_NAMES.get(key, key) for key in keys if not key.isdigit()]
    commands = root.list_commands(click.Context(root))
    assert [name for name in commands if f"`usage-tui {name}" not in page] == []
    assert [key for key in shown if f"`{key}`" not in page] == []
