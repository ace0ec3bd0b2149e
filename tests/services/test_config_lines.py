"""The line of every key is found, however the TOML is laid out."""

from __future__ import annotations

import tomllib

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from usage_tui.services.config_lines import KeyPath, layout

LAID_OUT = """\
top = 1  # [no.table]
dotted.in."two parts" = [ 1,
   2, # , 3
   { inner.key = "a # no comment", other = [
      "]", '''
}''' ] },
]
'literal key' = \"""
[not.a.table]
key = 1
\"""

[ table . sub ]
value = { a = 1, b = { c = 2 } }
date = 2026-11-03 10:00:00
[[array]]
name = "one"
[array.sub]
x = 1
[[array.deep]]
y = 1
[[array.deep]]
y = 2

[[array]]
name = "two"
[array."sub"]
x = 2
escaped = "quote \\" # [a]"
last = 1"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 1),
        (("dotted",), 2),
        (("dotted", "in", "two parts"), 2),
        (("dotted", "in", "two parts", 0), 2),
        (("dotted", "in", "two parts", 1), 3),
        (("dotted", "in", "two parts", 2), 4),
        (("dotted", "in", "two parts", 2, "inner", "key"), 4),
        (("dotted", "in", "two parts", 2, "other", 0), 5),
        (("dotted", "in", "two parts", 2, "other", 1), 5),
        (("literal key",), 8),
        (("table", "sub"), 13),
        (("table", "sub", "value", "b", "c"), 14),
        (("table", "sub", "date"), 15),
        (("array",), 16),
        (("array", 0), 16),
        (("array", 0, "sub", "x"), 19),
        (("array", 0, "deep", 1, "y"), 23),
        (("array", 1), 25),
        (("array", 1, "name"), 26),
        (("array", 1, "sub", "x"), 28),
        (("array", 1, "sub", "last"), 30),
        (("array", 1, "sub", "missing"), 27),
        (("array", 1, "missing", "more"), 25),
        (("missing",), 1),
    ],
)
def test_line_of_a_key_is_found(path: KeyPath, line: int) -> None:
    tomllib.loads(LAID_OUT)
    assert layout(LAID_OUT).line(path) == line


def test_section_ends_with_its_last_value() -> None:
    sections = [(section.table, section.first, section.last) for section in layout(LAID_OUT).sections]
    assert sections[0] == (("table", "sub"), 13, 15)
    assert sections[-1] == (("array", 1, "sub"), 27, 30)
    assert layout("[a]\nx = '''\n\n'''\n# end\n\n[b]").sections[0].last == 4


def test_text_that_is_no_toml_has_no_lines() -> None:
    assert layout("[[[ = ").line(("a",)) == 1


def test_windows_line_ends_and_a_byte_order_mark_are_no_trouble() -> None:
    assert layout("\ufeffa = 1\r\n\r\n[b]\r\nc = 2\r\n").line(("b", "c")) == 4


VALUES = st.recursive(
    st.integers(0, 9) | st.text("a#[]{}=,\"'\\\n", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.# ", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.text("abc.\"'# ", min_size=1, max_size=4), VALUES, max_size=5))
def test_every_key_of_any_document_has_its_place(document: dict[str, object]) -> None:
    text = tomli_w.dumps(document, multiline_strings=True)
    places = layout(text).places
    for path in paths_of(tomllib.loads(text)):
        assert path in places
        assert 1 <= places[path].first <= places[path].last <= text.count("\n") + 1


def paths_of(value: object, path: KeyPath = ()) -> list[KeyPath]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: list[KeyPath] = [path] if path else []
    for key, part in parts:
        found += paths_of(part, (*path, key))
    return found
