"""Notices a changed config while the program runs: parsed, checked, then swapped in whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from usage_tui.core.errors import ConfigError
from usage_tui.services.clock import Clock
from usage_tui.services.config import Config, load_config
from usage_tui.services.config_text import shown_path
from usage_tui.services.paths import config_place

SETTLED_SECONDS = 0.5

_Stamp = tuple[int, ...] | None


class ConfigWatch:
    """Looks at the config's file; one look costs a `stat`.

    A change is taken up once the file has stood still for half a second: an editor may empty it before it writes.
    """

    def __init__(
        self,
        path: Path | None,
        environ: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self._named = path
        self._environ = environ
        self._clock = clock
        self._path = config_place(path, environ).path
        self._stamp: _Stamp = None
        self._seen: _Stamp = None
        self._seen_at = 0.0

    def load(self) -> Config:
        """Read the config as it is now; `poll` tells of what changes from here on.

        Raises:
            ConfigError: with a line for each fault.
        """
        self._stamp = self._seen = self._look()
        return load_config(self._named, self._environ)

    def poll(self) -> Config | ConfigError | None:
        """Give the new config, or what is wrong with it, once for each change of the file; None where it stands."""
        stamp = self._look()
        if stamp != self._seen:
            self._seen, self._seen_at = stamp, self._clock.monotonic()
        if stamp == self._stamp or self._clock.monotonic() - self._seen_at < SETTLED_SECONDS:
            return None
        self._stamp = stamp
        if stamp is None:
            return ConfigError(f"{shown_path(self._path)}: is gone; put it back.")
        try:
            return load_config(self._named, self._environ)
        except ConfigError as error:
            return error

    def _look(self) -> _Stamp:
        """Tell one state of the file from another, through symbolic links; None where there is no file."""
        try:
            seen = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            return (error.errno or 0,)
        return seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_dev, seen.st_size
