"""Accounts are found in the history by the name that they last had."""

from __future__ import annotations

from pathlib import Path

from tests.makers import an_account
from tests.services.stored import a_database
from usage_tui.core.account import ApiKey, KeyInConfig
from usage_tui.services.history_accounts import StoredAccount, stored_accounts
from usage_tui.services.history_writing import account_id
from usage_tui.services.paths import StateFolder
from usage_tui.services.seats import Seats


def test_accounts_are_found_by_name_whatever_the_case_the_newest_last() -> None:
    with a_database() as connection:
        account_id(connection, "g", "staging")
        account_id(connection, "h", "Production")
        assert [account.name for account in stored_accounts(connection)] == ["production", "staging", "Production"]
        assert stored_accounts(connection, "PRODUCTION") == [
            StoredAccount(1, "production"),
            StoredAccount(3, "Production"),
        ]
        assert stored_accounts(connection, "none") == []


def test_of_two_accounts_with_one_key_the_first_keeps_its_name(tmp_path: Path) -> None:
    key = KeyInConfig(ApiKey("k"))
    seats = Seats(StateFolder(tmp_path), {})
    first, second = (seats.of(an_account(name, key_source=key)) for name in ("one", "two"))
    with a_database() as connection:
        numbers = {seats.number(connection, seat) for seat in (first, second, first, second)}
        assert len(numbers) == 1
        assert [account.name for account in stored_accounts(connection)] == ["production", "one"]
