"""The way from the budget editor to the config."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from usage_tui.core.account import Wishes
from usage_tui.core.errors import ConfigError
from usage_tui.services.config_file import ConfigFile, Edit
from usage_tui.services.paths import config_place, state_folder
from usage_tui.ui.ports import BudgetPorts

_DEMO = "The demo has no config, so that its budgets cannot be changed."
_FROM_ENVIRONMENT = (
    "This account comes from the environment, and there is no config: `usage-tui account add` makes one."
)


def budget_ports(named: Path | None, environ: Mapping[str, str], *, is_demo: bool) -> BudgetPorts:
    """Make the way to the config that is in force; in the demo there is none."""

    def file() -> ConfigFile:
        if is_demo:
            raise ConfigError(_DEMO)
        place = config_place(named, environ)
        if not place.path.exists():
            raise ConfigError(_FROM_ENVIRONMENT)
        return ConfigFile(place.path, state_folder(environ))

    def read(name: str) -> Wishes:
        return file().wishes(name)

    def save(name: str, wishes: Wishes) -> Edit:
        return file().set_wishes(name, wishes)

    def undo(edit: Edit) -> None:
        file().undo(edit)

    return BudgetPorts(read, save, undo)
