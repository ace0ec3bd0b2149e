"""Opens the config in the user's editor."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from usage_tui.commands.example import example_config
from usage_tui.core.errors import ConfigError
from usage_tui.core.wording import harmless
from usage_tui.services.config_file import ConfigFile
from usage_tui.services.paths import StateFolder


def edit_config(path: Path, state: StateFolder, environ: Mapping[str, str]) -> str | None:
    """Open a config in $VISUAL or $EDITOR until that ends, made first where it is missing; give what it complained of.

    Raises:
        ConfigError: there is no editor that starts, or the config cannot be made.
    """
    command = _editor(environ)
    if not path.exists():
        ConfigFile(path, state).create(example_config())
    name = harmless(command[0], 80)
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603 - the user's own editor
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is impossible"
        raise ConfigError(f"The editor {name} could not be started: {reason}; set VISUAL or EDITOR.") from None
    return None if code == 0 else f"The editor {name} ended with {code}."


def _editor(environ: Mapping[str, str]) -> list[str]:
    """Find the user's editor: a command with its arguments."""
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(variable, ""))
        except ValueError:
            raise ConfigError(f"The environment variable {variable} has an open quote; close it.") from None
        if words:
            return words
    if found := shutil.which("vi"):
        return [found]
    raise ConfigError("There is no editor; set VISUAL or EDITOR to one.")
