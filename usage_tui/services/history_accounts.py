"""The accounts that the history knows, also those that the config names no more."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

from usage_tui.services.config import folded


class StoredAccount(Struct, frozen=True):
    """An account of the history: its number, and the name that it last had; one whose key was changed is another."""

    id: int
    name: str


def stored_accounts(connection: sqlite3.Connection, name: str | None = None) -> list[StoredAccount]:
    """Read the accounts, or those of one name, whatever the case; the newest one last."""
    found = [StoredAccount(*row) for row in connection.execute("SELECT id, name FROM accounts ORDER BY id")]
    return [account for account in found if name is None or folded(account.name) == folded(name)]
