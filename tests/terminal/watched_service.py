"""A simulated service in the test's own process, which counts what it is asked, and a config that leads to it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Condition

from tests.terminal.pseudo_terminal import WAIT_SECONDS, environment
from usage_tui.demo.accounts import SimulatedAccount, simulated_accounts
from usage_tui.demo.server import SimulatedService, utc_now

OFTEN = "[poll]\ninterval_seconds = 0.2\n"
PROGRAM = (sys.executable, "-m", "usage_tui")


class WatchedService:
    """A service and what was asked of it; `environ` makes the program watch its accounts."""

    def __init__(self, folder: Path) -> None:
        self.requests = 0
        self._asked = Condition()
        self.accounts = simulated_accounts(utc_now())
        self.environ = environment(folder, USAGE_TUI_CONFIG=str(folder / "config.toml"))
        self._config = folder / "config.toml"

    def count(self) -> datetime:
        """Count a request: the service asks for the time once for each."""
        with self._asked:
            self.requests += 1
            self._asked.notify_all()
        return utc_now()

    def serves(self, requests: int, seconds: float = WAIT_SECONDS) -> None:
        """Wait until so many more requests were made."""
        with self._asked:
            wanted = self.requests + requests
            assert self._asked.wait_for(lambda: self.requests >= wanted, seconds), f"{requests} more requests came"

    def configure(self, base_url: str, names: Sequence[str], settings: str = "") -> None:
        """Write the config."""
        self._config.touch(mode=0o600)
        tables = [_table(name, account, base_url) for name, account in zip(names, self.accounts, strict=False)]
        self._config.write_text("\n".join([settings, *tables]), encoding="utf-8")


@contextmanager
def watched_service(
    folder: Path, names: Sequence[str] = ("production", "staging", "client-acme"), settings: str = ""
) -> Iterator[WatchedService]:
    """Run a service with a config in `folder` that gives its accounts these names."""
    watched = WatchedService(folder)
    with SimulatedService(watched.accounts, clock=watched.count) as service:
        watched.configure(service.base_url, names, settings)
        yield watched


def _table(name: str, account: SimulatedAccount, base_url: str) -> str:
    """Write an account's table; what JSON and TOML write as a string is the same for these."""
    fields = {"name": name, "api_key": account.key.reveal(), "base_url": base_url}
    lines = [f"{field} = {json.dumps(value, ensure_ascii=False)}" for field, value in fields.items()]
    return "\n".join(["[[accounts]]", *lines])
