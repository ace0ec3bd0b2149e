"""Accounts are found in the history by the name that they last had."""

from __future__ import annotations

from tests.services.stored import a_database
from usage_tui.services.history_accounts import StoredAccount, stored_accounts
from usage_tui.services.history_writing import account_id


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
