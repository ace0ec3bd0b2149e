"""Names of keys: as the config may write them, and as Textual has them from the terminal."""

from __future__ import annotations

import unicodedata

_MODIFIERS = {"alt", "ctrl", "hyper", "meta", "shift", "super"}
_SPECIAL = (
    *("backspace", "delete", "down", "end", "enter", "escape", "home", "insert", "left", "menu", "pagedown", "pageup"),
    *("pause", "print_screen", "right", "space", "tab", "up"),
    *(f"f{number}" for number in range(1, 36)),
)
_SHORTER = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


def _name_of_sign(sign: str) -> str:
    name = unicodedata.name(sign, sign).lower().replace("-", "_").replace(" ", "_")
    return _SHORTER.get(name, name)


_SIGNS = tuple(_name_of_sign(sign) for sign in map(chr, range(33, 127)) if not sign.isalnum())
COMMON_NAMES = (*_SPECIAL, *_SIGNS, *(f"ctrl+{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"))


def key_names(keys: str) -> tuple[str | None, ...]:
    """Name each of some keys, which are apart by commas; None stands for what no terminal sends."""
    return (key_name(keys),) if keys in (" ", ",") else tuple(key_name(key.strip()) for key in keys.split(","))


def is_text(name: str) -> bool:
    """Say whether the key of that name types a character."""
    return len(name) == 1 or name == "space" or name in _SIGNS


def key_name(key: str) -> str | None:
    """Name a key that is written as its one character, or as Textual names it; None where no terminal sends it."""
    if len(key) == 1 and key.isprintable():
        return key if key.isalnum() else _name_of_sign(key)
    *modifiers, base = key.split("+")
    if modifiers != sorted(_MODIFIERS & {*modifiers}):
        return None
    is_typed = base in _SIGNS or (len(base) == 1 and base.isalnum() and not base.isupper())
    is_sent = base in _SPECIAL or (is_typed and modifiers != ["shift"])
    return key if is_sent else None
