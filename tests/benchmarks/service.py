"""The simulated service in a process of its own, and a config that points at it."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PROGRAM = (sys.executable, "-m", "usage_tui")
PACKAGE = Path(__file__).resolve().parents[2] / "usage_tui"


def compile_package() -> None:
    """Compile the program's modules, as pip does when it installs them: an editable install may lack that."""
    if not compileall.compile_dir(PACKAGE, quiet=1):
        raise RuntimeError("the program's modules could not be compiled")


@contextmanager
def simulated_service(accounts: int = 3) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Run `usage-tui demo-server`; give its base URL, and the accounts' names and keys."""
    command = [*PROGRAM, "demo-server", "--accounts", str(accounts)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        if server.stdout is None:
            raise RuntimeError("the simulated service has no output")
        base_url = server.stdout.readline().strip()
        named = [server.stdout.readline().split() for _ in range(accounts)]
        try:
            yield base_url, [(name, key) for name, key in named]
        finally:
            server.terminate()


def environment(folder: Path, base_url: str, accounts: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Write a config for these accounts, and give the environment in which the program uses it and no other file."""
    config = folder / "config.toml"
    tables = (
        f'[[accounts]]\nname = "{name}"\napi_key = "{key}"\nbase_url = "{base_url}"\n'
        "[accounts.budget]\ncredits = 2_000_000\ndaily_credits = 80_000\n"
        for name, key in accounts
    )
    config.touch(0o600)
    config.write_text("\n".join(tables), encoding="utf-8")
    return {**os.environ, "USAGE_TUI_CONFIG": str(config), "USAGE_TUI_STATE_DIR": str(folder / "state")}
