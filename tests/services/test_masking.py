"""Whatever else fails, a key in text is hidden."""

from __future__ import annotations

import pytest

from usage_tui.services.masking import masked

KEY = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"GET https://h/account?api_key={KEY}&x=1", "GET https://h/account?api_key=…&x=1"),
        ("GET https://h/account?api_key=short HTTP/1.1", "GET https://h/account?api_key=… HTTP/1.1"),
        ("api_key%3Dshort", "api_key%3D…"),
        ('{"api_key": "short"}', '{"api_key": "…"}'),
        ("apikey: short", "apikey: …"),
        (f"the word {KEY}, alone", "the word …, alone"),
        (f"{KEY[:12]}{KEY[:12].upper()}", "…"),
        (
            "internationalisation and UnauthorizedAccessException",
            "internationalisation and UnauthorizedAccessException",
        ),
        ("3000000000000000000000000000", "3000000000000000000000000000"),
        ("SCRAPERAPI_KEY", "SCRAPERAPI_KEY"),
        ("/home/me/.config/usage-tui/config.toml", "/home/me/.config/usage-tui/config.toml"),
    ],
)
def test_keys_are_hidden_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text) == shown
