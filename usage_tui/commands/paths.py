"""`usage-tui paths`: where the program's files are."""

from __future__ import annotations

import os
from pathlib import Path

import click

from usage_tui.commands.common import Common
from usage_tui.commands.demo_past import FLEETING, refuse_demo
from usage_tui.commands.exits import emit
from usage_tui.commands.options import common_options, pass_common
from usage_tui.commands.streams import write_paths
from usage_tui.services.paths import config_place, state_folder


@click.command()
@common_options
@pass_common
def paths(common: Common) -> None:
    """Print where the files are: the config, the state folder, the history, key files, and the log.

    USAGE_TUI_CONFIG and USAGE_TUI_STATE_DIR put the config and the state folder elsewhere.

    \b
    Examples:
      usage-tui paths
      USAGE_TUI_STATE_DIR=/tmp/state usage-tui paths
    """
    refuse_demo(common, FLEETING)
    state = state_folder(os.environ)
    files = {
        "config": config_place(common.config, os.environ).path,
        "state": state.path,
        "history": state.history,
        "keys": state.keys,
        "log": state.log,
    }
    worded = write_paths()
    for name, path in files.items():
        emit(f"{name:<8}{worded(str(path))}{'' if _exists(path) else '  (not there yet)'}")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
