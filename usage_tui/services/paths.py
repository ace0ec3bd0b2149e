"""Where the program's files are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

APP_NAME = "usage-tui"
CONFIG_VARIABLE = "USAGE_TUI_CONFIG"
STATE_VARIABLE = "USAGE_TUI_STATE_DIR"


class ConfigPlace(Struct, frozen=True):
    """Where the config is looked for; `is_named` where an option said so, and it then has to be there."""

    path: Path
    is_named: bool


class StateFolder(Struct, frozen=True):
    """The folder of the files that the program owns."""

    path: Path

    @property
    def log(self) -> Path:
        """The log file."""
        return self.path / "log"

    @property
    def history(self) -> Path:
        """The database of samples."""
        return self.path / "history.sqlite3"

    @property
    def history_lock(self) -> Path:
        """The lock held while the database is written."""
        return self.path / "history.lock"

    @property
    def import_lock(self) -> Path:
        """The lock held while a domain report is imported."""
        return self.path / "import.lock"

    @property
    def fingerprint_secret(self) -> Path:
        """The secret that makes accounts' fingerprints."""
        return self.path / "fingerprint.secret"

    @property
    def account_locks(self) -> Path:
        """The folder of the locks held by those who poll."""
        return self.path / "locks"

    @property
    def keys(self) -> Path:
        """The folder of the key files that `account add` made."""
        return self.path / "keys"

    @property
    def config_lock(self) -> Path:
        """The lock held while the config is written."""
        return self.path / "config.lock"


def config_place(named: Path | None, environ: Mapping[str, str]) -> ConfigPlace:
    """Find the config: what the option `named`, else what the environment names, else the platform's own place."""
    if named is not None:
        return ConfigPlace(named.expanduser(), is_named=True)
    if variable := environ.get(CONFIG_VARIABLE):
        return ConfigPlace(Path(variable).expanduser(), is_named=False)
    from platformdirs import user_config_path  # noqa: PLC0415 - not needed where the config is named

    return ConfigPlace(user_config_path(APP_NAME, appauthor=False) / "config.toml", is_named=False)


def state_folder(environ: Mapping[str, str]) -> StateFolder:
    """Find the folder of the files that the program owns."""
    if variable := environ.get(STATE_VARIABLE):
        return StateFolder(Path(variable).expanduser().absolute())
    from platformdirs import user_state_path  # noqa: PLC0415 - likewise

    return StateFolder(user_state_path(APP_NAME, appauthor=False))
