from __future__ import annotations

import copy
import pickle

import pytest

from tests.makers import an_account
from usage_tui.core.account import SERVICE_URL, ApiKey, KeyInConfig, is_insecure

SECRET = "0123456789abcdef"


def test_a_key_shows_itself_only_when_asked_to() -> None:
    key = ApiKey(SECRET)
    account = an_account(key_source=KeyInConfig(key))
    for shown in (
        repr(key),
        str(key),
        f"{key}",
        f"{key!r:>30}",
        "{}".format(key),  # noqa: UP032 - what a log record does
        repr(account),
        str([account]),
        repr({key}),
    ):
        assert SECRET not in shown
    assert key.reveal() == SECRET


def test_a_key_leaves_the_process_in_no_pickle_or_copy() -> None:
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled") as refused:
            copied(ApiKey(SECRET))
        assert SECRET not in str(refused.value)


def test_keys_are_equal_by_value() -> None:
    assert ApiKey(SECRET) == ApiKey(SECRET)
    assert ApiKey(SECRET) != ApiKey("other")
    assert ApiKey(SECRET) != SECRET
    assert len({ApiKey(SECRET), ApiKey(SECRET)}) == 1


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        (SERVICE_URL, False),
        ("https://10.0.0.1", False),
        ("http://127.0.0.1:8080", False),
        ("http://127.9.9.9", False),
        ("http://[::1]:8080", False),
        ("http://localhost", False),
        ("http://api.scraperapi.com", True),
        ("http://10.0.0.1", True),
        ("http://127.0.0.1.example.com", True),
        ("http://localhost.example.com", True),
        ("http://user@example.com", True),
    ],
)
def test_a_key_is_safe_over_https_and_on_loopback_only(base_url: str, expected: bool) -> None:
    assert is_insecure(base_url) is expected
