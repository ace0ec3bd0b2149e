"""Keys are named as Textual names what terminals send."""

from __future__ import annotations

import pytest
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.keys import _character_to_key

from usage_tui.core.key_names import key_name, key_names
from usage_tui.core.key_table import SCREENS


def test_every_key_that_terminals_send_is_known_by_its_name() -> None:
    sent = {key.value for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple) for key in keys}
    odd = {"ctrl+@", "<scroll-up>", "<scroll-down>"}
    assert {name for name in sent if key_name(name) != name} == odd


def test_every_character_is_named_as_it_comes() -> None:
    characters = [character for character in map(chr, range(0x3000)) if character.isprintable()]
    assert [each for each in characters if key_name(each) != _character_to_key(each)] == []


def test_every_usual_key_is_known() -> None:
    keys = {action.keys for actions in SCREENS for action in actions}
    assert {key for key in keys if ",".join(map(str, key_names(key))) != key} == set()


@pytest.mark.parametrize(
    "key",
    ["zzz", "", "Ctrl+r", "ctrl+R", "shift+r", "r+ctrl", "shift+ctrl+left", "ctrl+ctrl+a", "esc", "f36", "ctrl+", "\n"],
)
def test_what_no_terminal_sends_has_no_name(key: str) -> None:
    assert key_name(key) is None


def test_keys_are_apart_by_commas_which_and_blanks_may_stand_for_themselves() -> None:
    assert key_names("c, tab,?") == ("c", "tab", "question_mark")
    assert (key_names(","), key_names(" ")) == (("comma",), ("space",))
    assert key_names("r,") == ("r", None)
