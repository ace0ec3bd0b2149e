"""The accounts that the history knows, also those that the config names no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from msgspec import Struct

from usage_tui.core.account import Account
from usage_tui.services.config import folded
from usage_tui.services.fingerprint import known_fingerprint
from usage_tui.services.paths import StateFolder


class StoredAccount(Struct, frozen=True):
    """An account of the history: its number, and the name that it last had; one whose key was changed is another."""

    id: int
    name: str


def stored_accounts(connection: sqlite3.Connection, name: str | None = None) -> list[StoredAccount]:
    """Read the accounts, or those of one name, whatever the case; the newest one last."""
    found = [StoredAccount(*row) for row in connection.execute("SELECT id, name FROM accounts ORDER BY id")]
    return [account for account in found if name is None or folded(account.name) == folded(name)]


def stored_of(
    connection: sqlite3.Connection, account: Account, folder: StateFolder, environ: Mapping[str, str]
) -> list[StoredAccount]:
    """Read what is stored of an account of the config: under its name, else under another that has its key."""
    found = stored_accounts(connection, account.name)
    if found:
        return found
    fingerprint = known_fingerprint(account, folder.fingerprint_secret, environ)
    rows = connection.execute("SELECT id FROM accounts WHERE fingerprint = ?", (fingerprint,))
    return [StoredAccount(number, account.name) for (number,) in rows]
