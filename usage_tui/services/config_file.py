"""Writes the user's config: under a lock, whole or not at all, through symbolic links, and left 0600."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from usage_tui.core.account import Wishes
from usage_tui.core.budget import Budget
from usage_tui.core.errors import ConfigError
from usage_tui.core.wording import harmless
from usage_tui.services.config import checked_settings, folded
from usage_tui.services.config_schema import Settings
from usage_tui.services.config_text import ConfigText, read_text, shown_path
from usage_tui.services.paths import StateFolder
from usage_tui.services.private_file import write_private_file

LOCK_SECONDS = 10.0
NEW_CONFIG = """\
# The config of usage-tui: one [[accounts]] table an account.
# `usage-tui config show` prints every setting in force; a change of this file is taken up while the monitor runs.
"""


class Edit(Struct, frozen=True):
    """A config's text before and after an edit, for undoing that."""

    before: str
    after: str


class ConfigFile:
    """A config that is written to when the user says so."""

    def __init__(self, path: Path, state: StateFolder) -> None:
        self.path = path
        self._state = state

    def add_account(self, account: Mapping[str, Any]) -> None:
        """Add an account, given as its settings; a missing config is created, with comments.

        Raises:
            ConfigError: the config is wrong, has that name already, or cannot be written; it is then as it was.
        """
        from usage_tui.services.config_edit import with_account  # noqa: PLC0415 - imports tomlkit: 45 ms

        def add(text: str, settings: Settings) -> str:
            if index_of(settings, account["name"]) is not None:
                raise ConfigError(f"{shown_path(self.path)}: has an account of this name already; choose another.")
            return with_account(text, account)

        self._edit(add)

    def remove_account(self, name: str) -> None:
        """Remove an account, whatever the case of `name`; one that is gone already is no fault.

        Raises:
            ConfigError: the config is wrong, or cannot be written; it is then as it was.
        """
        from usage_tui.services.config_edit import without_account  # noqa: PLC0415 - imports tomlkit: 45 ms

        def remove(text: str, settings: Settings) -> str:
            index = index_of(settings, name)
            return text if index is None else without_account(text, index)

        self._edit(remove)

    def wishes(self, name: str) -> Wishes:
        """Read what is wished of an account, whatever the case of `name`.

        Raises:
            ConfigError: the config is wrong or gone, or has no such account.
        """
        there = read_text(self.path)
        settings = checked_settings(there) if there is not None else Settings()
        return _wishes_of(settings, self._index_of(settings, name))

    def set_wishes(self, name: str, wishes: Wishes) -> Edit:
        """Give an account other wishes; a ceiling that is None, or the usual nearness, is left out.

        Raises:
            ConfigError: the config is wrong, has no such account, or cannot be written; it is then as it was.
        """
        from usage_tui.services.budget_edit import with_budget  # noqa: PLC0415 - imports tomlkit: 45 ms
        from usage_tui.services.one_off_edit import with_one_off_days  # noqa: PLC0415 - likewise

        def change(text: str, settings: Settings) -> str:
            index = self._index_of(settings, name)
            there = _wishes_of(settings, index)
            before, after = _written(there.budget), _written(wishes.budget)
            changed = {key: value for key, value in after.items() if value != before[key]}
            text = with_budget(text, index, changed) if changed else text
            is_other = there.one_off_days != wishes.one_off_days
            return with_one_off_days(text, index, wishes.one_off_days) if is_other else text

        return self._edit(change)

    def undo(self, edit: Edit) -> None:
        """Write what stood there before an edit, to the character.

        Raises:
            ConfigError: the config was changed since, or cannot be written; it is then as it was.
        """

        def put_back(text: str, _: Settings) -> str:
            if text != edit.after:
                where = shown_path(self.path)
                raise ConfigError(f"{where}: was changed since the budget was saved; edit it by hand.")
            return edit.before

        self._edit(put_back)

    def create(self, text: str) -> None:
        """Write a config where there is none.

        Raises:
            ConfigError: there is one, or it cannot be written.
        """
        with self._locked():
            if self._target().exists():
                raise ConfigError(f"{shown_path(self.path)}: is there already and was left as it is; edit that one.")
            self._write(text)

    def _index_of(self, settings: Settings, name: str) -> int:
        index = index_of(settings, name)
        if index is None:
            raise ConfigError(f"{shown_path(self.path)}: has no account {harmless(name, 64)}; add it there first.")
        return index

    def _edit(self, change: Callable[[str, Settings], str]) -> Edit:
        """Change the text, and give what it was and is."""
        with self._locked():
            there = read_text(self.path)
            before = there or ConfigText(self.path, NEW_CONFIG, is_private=True)
            after = change(before.text, checked_settings(before))
            checked_settings(ConfigText(self.path, after, is_private=True))
            if there is None or after != there.text:
                self._write(after)
            return Edit(before.text, after)

    def _target(self) -> Path:
        """Follow symbolic links, for replacing one would cut it off from the file that it stands for."""
        try:
            return self.path.resolve()
        except (OSError, RuntimeError):
            raise ConfigError(f"{shown_path(self.path)}: is a symbolic link that leads nowhere; mend it.") from None

    def _write(self, text: str) -> None:
        target = self._target()
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private_file(target, text.encode())
        except OSError as error:
            where = shown_path(self.path)
            raise ConfigError(f"{where}: cannot be written: {error.strerror}; nothing was changed.") from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other usage-tui processes from writing a config at the same time."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - only writing needs it

        lock = FileLock(self._state.config_lock, timeout=LOCK_SECONDS, mode=0o600)
        try:
            self._state.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
        except Timeout:
            raise ConfigError(f"Another usage-tui has been writing {shown_path(self.path)}; try again.") from None
        except OSError as error:
            folder = shown_path(self._state.path)
            raise ConfigError(f"The state folder {folder} cannot be written: {error.strerror}.") from None
        try:
            yield
        finally:
            lock.release()


def _wishes_of(settings: Settings, index: int) -> Wishes:
    account = settings.accounts[index]
    written = account.budget
    days = tuple(sorted(set(account.forecast.one_off_days)))
    return Wishes(Budget(written.credits, written.daily_credits, written.near_at), days)


def _written(budget: Budget) -> dict[str, int | float | None]:
    """Give a budget as it is written: what goes without saying is left out."""
    near_at = None if budget.near_at == Budget().near_at else budget.near_at
    return {"credits": budget.credits, "daily_credits": budget.daily_credits, "near_at": near_at}


def index_of(settings: Settings, name: str) -> int | None:
    """Find an account by its name, whatever the case."""
    names = [folded(account.name) for account in settings.accounts]
    return names.index(folded(name)) if folded(name) in names else None
