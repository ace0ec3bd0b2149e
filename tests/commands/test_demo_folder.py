"""What a killed demo leaves behind is removed by the next one, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from usage_tui.commands.demo_folder import LOCK_NAME, PREFIX, SETTLED_SECONDS, DemoFolder, sweep

KILLED = """
import os, signal
from usage_tui.commands.demo_folder import DemoFolder
folder = DemoFolder()
print(folder.path, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder for temporary files, empty."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def aged(path: Path) -> Path:
    """Make a folder look as old as one that had the time to be locked."""
    moment = path.stat().st_mtime - 2 * SETTLED_SECONDS
    os.utime(path, (moment, moment))
    return path


@pytest.mark.usefixtures("temporary")
def test_folder_of_a_killed_demo_is_removed() -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True, check=False)
    left = aged(Path(done.stdout.strip()))
    sweep()
    assert not left.exists()


@pytest.mark.usefixtures("temporary")
def test_folder_of_a_demo_that_lives_stays_until_its_end() -> None:
    living = DemoFolder()
    aged(living.path)
    sweep()
    assert living.path.exists()
    living.remove()
    assert not living.path.exists()


def test_folders_without_a_lock_or_too_new_and_links_stay(temporary: Path) -> None:
    others = temporary / "others"
    new = temporary / f"{PREFIX}new"
    unlocked = temporary / f"{PREFIX}unlocked"
    for folder in (others, new, unlocked):
        folder.mkdir()
    (others / LOCK_NAME).touch()
    (new / LOCK_NAME).touch()
    link = temporary / f"{PREFIX}link"
    link.symlink_to(aged(others))
    aged(unlocked)
    sweep()
    assert {path.name for path in temporary.iterdir()} == {others.name, new.name, unlocked.name, link.name}
    assert (others / LOCK_NAME).exists()
