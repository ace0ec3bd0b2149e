"""Hides what may be an API key in text; the last defence, where nothing should have put one."""

from __future__ import annotations

import re

HIDDEN = "…"
_ASSIGNED = re.compile(r"(api_?key[\"']?\s*(?:=|:|%3d)\s*[\"']?)[^\s&\"',;}\])]+", re.IGNORECASE)
_KEY_LIKE = re.compile(r"(?<![0-9A-Za-z])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[0-9A-Za-z]{24,}(?![0-9A-Za-z])")


def masked(text: str) -> str:
    """Hide the value of every `api_key=…`, and every word of 24 and more letters and digits."""
    return _KEY_LIKE.sub(HIDDEN, _ASSIGNED.sub(rf"\1{HIDDEN}", text))
