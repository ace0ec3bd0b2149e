"""Which characters the user's terminal and files know: told by the locale, and by what a stream is written in."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Protocol

C_LOCALES = ("C", "POSIX")
_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
_FIRST_ENVIRONMENT = "/proc/self/environ"


class Written(Protocol):
    """A stream that text is written to."""

    @property
    def encoding(self) -> str | None:
        """Name what its text is encoded in, if that is known."""


def is_c_locale(environ: Mapping[str, str]) -> bool:
    """Say whether the user asked for the C locale, where ASCII alone is known; to say nothing is not to ask."""
    characters = environ.get("LC_CTYPE", "")
    if sys.flags.utf8_mode and characters in _COERCED:
        characters = _first("LC_CTYPE")  # in the C locale Python itself sets this (PEP 538), and writes UTF-8 (PEP 540)
    return (environ.get("LC_ALL") or characters or environ.get("LANG", "")) in C_LOCALES


def knows_ascii_alone(stream: Written, environ: Mapping[str, str]) -> bool:
    """Say whether few characters beyond those of ASCII can be written to a stream, or read by who asked for it."""
    encoding = stream.encoding
    return is_c_locale(environ) or (encoding is not None and not encoding.lower().startswith("utf"))


def _first(name: str) -> str:
    """Give what a variable was when this process began; nothing where the system does not say."""
    from pathlib import Path  # noqa: PLC0415 - seldom needed, and not light

    try:
        words = Path(_FIRST_ENVIRONMENT).read_bytes().split(b"\0")
    except OSError:
        return ""
    start = f"{name}=".encode()
    return next((os.fsdecode(word.removeprefix(start)) for word in words if word.startswith(start)), "")
